"""States and state-like actors."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import CitedFact, Dated
from app.models.checks import cited, in_order, on_earth, one_of, table_args
from app.vocabulary import Standing


class State(Dated, CitedFact):
    """A state, a territory or a state-like actor; its standing is explicit and its existence dated."""

    __tablename__ = "state"
    __table_args__ = table_args("state", cited(), *on_earth(), one_of("standing", Standing), in_order())

    standing: Mapped[str] = mapped_column()
    region: Mapped[str | None] = mapped_column()
    subregion: Mapped[str | None] = mapped_column()
    capital: Mapped[str | None] = mapped_column()
    latitude: Mapped[float | None] = mapped_column()
    longitude: Mapped[float | None] = mapped_column()
