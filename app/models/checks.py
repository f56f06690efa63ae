"""Constraints that several tables share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index

from app.db.base import recorded_args
from app.vocabulary import ACTOR_KINDS

if TYPE_CHECKING:
    from enum import StrEnum

    from sqlalchemy.schema import SchemaItem


def one_of(column: str, words: type[StrEnum] | tuple[StrEnum, ...], name: str = "") -> CheckConstraint:
    """Close a text column to a vocabulary; NULL passes, as in every CHECK."""
    listed = ", ".join(f"'{word.value}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=name or column)


def in_order(start: str = "start", end: str = "end") -> CheckConstraint:
    """Refuse an interval that could not hold a single day."""
    return CheckConstraint(
        f"{start}_earliest IS NULL OR {end}_latest IS NULL OR {start}_earliest < {end}_latest", name="interval_order"
    )


def actor(column: str) -> tuple[CheckConstraint, ForeignKeyConstraint]:
    """Let `<column>_id` name a state or an organization and nothing else: the kind is part of the foreign key."""
    key = ForeignKeyConstraint([f"{column}_id", f"{column}_kind"], ["entity.id", "entity.kind"])
    return one_of(f"{column}_kind", ACTOR_KINDS), key


def table_args(table: str, *items: SchemaItem) -> tuple[SchemaItem, ...]:
    """Give a recorded table's constraints and its own."""
    return (*recorded_args(table), *items)


def by_time(table: str, *columns: str) -> Index:
    """Index a fact by what it is asked by, then by its days."""
    return Index(f"ix_{table}_{columns[0]}_time", *columns, "start_earliest", "end_latest")


_ASKED = ("start_latest", "start_status", "end_earliest", "end_latest", "end_status", "conflict")


def known(table: str, *more: str, by_start: bool = False) -> Index:
    """Index a long table of dated facts in the order that its pages have, with what says which rows are known and when they hold.

    So pages, counts and questions about time find their rows without reading any other.
    """
    order = ("start_earliest", "id") if by_start else ("id", "start_earliest")
    return Index(f"ix_{table}_known", *order, *_ASKED, *more, "recorded_from", "recorded_to")


def cited() -> CheckConstraint:
    """Refuse a fact without a claim."""
    return CheckConstraint("claim_count >= 1", name="cited")


def on_earth(prefix: str = "") -> tuple[CheckConstraint, CheckConstraint]:
    """Bound a point to degrees north and east (WGS 84)."""
    return (
        CheckConstraint(f"{prefix}latitude BETWEEN -90 AND 90", name="latitude"),
        CheckConstraint(f"{prefix}longitude BETWEEN -180 AND 180", name="longitude"),
    )
