"""Topics: areas of cooperation."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import CitedFact


class Topic(CitedFact):
    """An area of cooperation; the name stands in the label."""

    __tablename__ = "topic"

    description: Mapped[str | None] = mapped_column()
