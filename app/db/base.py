"""Mixins of every table: recorded (transaction time), dated (valid time), cited (evidence)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Index, MetaData, text
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

from app.db.types import Day

if TYPE_CHECKING:
    from sqlalchemy.schema import SchemaItem


class Base(DeclarativeBase):
    """The one metadata, with names for every constraint so that migrations can speak of them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Recorded(Base):
    """A row as it was known from one revision until another; the current row has no `recorded_to`.

    A change closes the row and inserts the next version, so nothing is overwritten. Reads add the revision they want
    to every statement (`app.db.sessions`); queries know nothing of it. `dataset` is the source whose import the row came
    with, and goes with; none for what is curated here.
    """

    __abstract__ = True

    pk: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    recorded_from: Mapped[int] = mapped_column(ForeignKey("revision.id"))
    recorded_to: Mapped[int | None] = mapped_column(ForeignKey("revision.id"), index=True)
    dataset: Mapped[str | None] = mapped_column(ForeignKey("entity.id"))

    @declared_attr.directive
    def __table_args__(cls) -> tuple[SchemaItem, ...]:  # noqa: N805 - SQLAlchemy passes the class
        """Give the constraints that every recorded table has."""
        return recorded_args(cls.__tablename__)


def recorded_args(table: str) -> tuple[SchemaItem, ...]:
    """Give the order of revisions as a check, and one current version an id as a partial unique index."""
    current = text("recorded_to IS NULL")
    return (
        CheckConstraint("recorded_to IS NULL OR recorded_to > recorded_from", name="recorded_order"),
        Index(f"uq_{table}_current", "id", unique=True, sqlite_where=current, postgresql_where=current),
    )


class Identified(Recorded):
    """A recorded row whose id is permanent and stands in the register."""

    __abstract__ = True

    id: Mapped[str] = mapped_column(ForeignKey("entity.id"), index=True)


class Dated:
    """A half-open interval [start, end) that may be imprecise: EDTF text, bounds, precision and status of each end.

    A missing bound is no bound: `end_earliest` NULL never ends; see `app.dates` for the meaning of all four.
    """

    start: Mapped[str] = mapped_column()
    start_earliest: Mapped[str | None] = mapped_column(Day)
    start_latest: Mapped[str | None] = mapped_column(Day)
    start_precision: Mapped[str] = mapped_column()
    start_status: Mapped[str] = mapped_column()
    end: Mapped[str] = mapped_column()
    end_earliest: Mapped[str | None] = mapped_column(Day)
    end_latest: Mapped[str | None] = mapped_column(Day)
    end_precision: Mapped[str] = mapped_column()
    end_status: Mapped[str] = mapped_column()


class InForce:
    """The moment a document enters into force, where it ever does."""

    in_force: Mapped[str | None] = mapped_column()
    in_force_earliest: Mapped[str | None] = mapped_column(Day)
    in_force_latest: Mapped[str | None] = mapped_column(Day)
    in_force_precision: Mapped[str | None] = mapped_column()
    in_force_status: Mapped[str | None] = mapped_column()


class Verified:
    """The last day through which something was checked."""

    through: Mapped[str] = mapped_column()
    through_earliest: Mapped[str | None] = mapped_column(Day)
    through_latest: Mapped[str | None] = mapped_column(Day)
    through_precision: Mapped[str] = mapped_column()
    through_status: Mapped[str] = mapped_column()


class Published:
    """The moment a source was published, where it says so."""

    published: Mapped[str | None] = mapped_column()
    published_earliest: Mapped[str | None] = mapped_column(Day)
    published_latest: Mapped[str | None] = mapped_column(Day)
    published_precision: Mapped[str | None] = mapped_column()
    published_status: Mapped[str | None] = mapped_column()


class Cited:
    """A fact rests on at least one claim: how many there are, the best of them, and whether any contradicts."""

    claim_count: Mapped[int] = mapped_column()
    best_claim: Mapped[str] = mapped_column()
    conflict: Mapped[bool] = mapped_column()


class CitedFact(Cited, Identified):
    """A fact or an entity: a permanent id, recorded and cited."""

    __abstract__ = True


class Placed:
    """A place with a representative point in decimal degrees (WGS 84)."""

    place_name: Mapped[str | None] = mapped_column()
    place_country: Mapped[str | None] = mapped_column(ForeignKey("entity.id"))
    place_latitude: Mapped[float | None] = mapped_column()
    place_longitude: Mapped[float | None] = mapped_column()
