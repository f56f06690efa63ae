"""Relations between two actors: succession, renaming, merger, diplomatic relations."""

from __future__ import annotations

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import CitedFact, Dated
from app.models.checks import actor, cited, in_order, one_of, table_args
from app.vocabulary import RelationType


class Relation(Dated, CitedFact):
    """Read: `from` is the `type` of `to`."""

    __tablename__ = "relation"
    __table_args__ = table_args(
        "relation",
        cited(),
        *actor("from"),
        *actor("to"),
        one_of("type", RelationType),
        in_order(),
        Index("ix_relation_from", "from_id"),
        Index("ix_relation_to", "to_id"),
    )

    type: Mapped[str] = mapped_column()
    from_id: Mapped[str] = mapped_column()
    from_kind: Mapped[str] = mapped_column()
    to_id: Mapped[str] = mapped_column()
    to_kind: Mapped[str] = mapped_column()
    note: Mapped[str | None] = mapped_column()
