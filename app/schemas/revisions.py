"""Revisions and changes on the wire: logs that are only ever added to."""

from __future__ import annotations

from dataclasses import replace

from pydantic import Field as Describe

from app.schemas.common import Shape, fields_of
from app.schemas.filters import Filter, FilterType, Spec, choice, filters, reference, words
from app.schemas.sources import SubjectRef
from app.schemas.tables import Field, FieldType
from app.vocabulary import ChangeKind, ChangeType, Kind


class RevisionOut(Shape):
    """One atomic change of the data."""

    id: int | None = Describe(None, description="number of the revision", examples=[1])
    recorded_at: str | None = Describe(None, description="moment it was recorded, UTC", examples=["2026-11-24T12:00:00.000000Z"])
    author: str | None = Describe(None, description="who changed the data")
    origin: str | None = Describe(None, description="where it came from: seed, or the name of a door")
    kind: str | None = Describe(None, description="world, correction or source_added")
    reason: str | None = Describe(None, description="why")
    counts: dict[str, dict[str, int]] | None = Describe(None, description="rows added, changed and closed, by table")


class ChangeOut(Shape):
    """What one revision made of one entity or fact."""

    id: int | None = Describe(None, description="number of the change; later ones are greater", examples=[1])
    revision: int | None = Describe(None, description="revision that made it")
    recorded_at: str | None = Describe(None, description="moment of the revision, UTC")
    kind: str | None = Describe(None, description="world, correction, or source_added where nothing but the evidence differs")
    subject: SubjectRef | None = Describe(None, description="what was changed")
    change: str | None = Describe(None, description="added, changed or closed")
    before: dict[str, object] | None = Describe(None, description="the differing properties as they were, named as in CSV")
    after: dict[str, object] | None = Describe(None, description="the differing properties as they are since, named as in CSV")
    reason: str | None = Describe(None, description="why")
    author: str | None = Describe(None, description="who")


_RECORDED_AT = Filter("recorded_at", FilterType.INSTANT, "moment it was recorded", example="2026-11")


def _fields(shape: type[Shape]) -> tuple[Field, ...]:
    return tuple(replace(one, type=FieldType.INSTANT) if one.path == "recorded_at" else one for one in fields_of(shape))


REVISIONS = Spec(
    name="revisions",
    kind=None,
    summary="Every change of the data, newest first",
    out=RevisionOut,
    fields=_fields(RevisionOut),
    filters=filters(
        Filter("id", FilterType.INTEGER, "number of the revision", example="1"),
        _RECORDED_AT,
        words("author", "who changed the data"),
        words("origin", "where it came from", example="seed"),
        choice("kind", ChangeKind, "kind of change it says it is"),
        words("reason", "why"),
    ),
    default_sort="-id",
    dated=False,
    example="1",
)

SUBJECTS = tuple(kind for kind in Kind if kind not in {Kind.CLAIM, Kind.VOTE})
"""What a change is of; a claim is told as a change of what it speaks of, a vote as one of its dataset."""

CHANGES = Spec(
    name="changes",
    kind=None,
    summary="What changed, thing by thing, newest first",
    out=ChangeOut,
    fields=_fields(ChangeOut),
    filters=filters(
        Filter("id", FilterType.INTEGER, "number of the change", example="1"),
        Filter("revision", FilterType.INTEGER, "revision that made it", example="1"),
        _RECORDED_AT,
        choice("kind", ChangeKind, "whether the world changed, a record was wrong, or evidence came"),
        choice("change", ChangeType, "what was done"),
        reference("subject", SUBJECTS, "the entity or fact that was changed", example="sco"),
        choice("subject_kind", Kind, "kind of what was changed"),
        words("author", "who"),
    ),
    default_sort="-id",
    dated=False,
    example="1",
)
