"""Topics: areas of cooperation."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import CitedFact
from app.models.checks import cited, table_args


class Topic(CitedFact):
    """An area of cooperation; the name stands in the label."""

    __tablename__ = "topic"
    __table_args__ = table_args("topic", cited())

    description: Mapped[str | None] = mapped_column()
