"""States and state-like actors."""

from __future__ import annotations

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import CitedFact, Dated
from app.models.checks import in_order, one_of, table_args
from app.vocabulary import Standing


class State(Dated, CitedFact):
    """A state, a territory or a state-like actor; its standing is explicit and its existence dated."""

    __tablename__ = "state"
    __table_args__ = table_args("state", one_of("standing", Standing), in_order())

    standing: Mapped[str] = mapped_column()
    region: Mapped[str | None] = mapped_column()
    subregion: Mapped[str | None] = mapped_column()
    capital: Mapped[str | None] = mapped_column()
    latitude: Mapped[float | None] = mapped_column(CheckConstraint("latitude BETWEEN -90 AND 90", name="latitude"))
    longitude: Mapped[float | None] = mapped_column(CheckConstraint("longitude BETWEEN -180 AND 180", name="longitude"))
