"""The timeline on the wire: what happened, one dated entry after another."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field as Describe

from app.schemas.common import ActorRef, DateOut, Evidence, OrganizationRef, Row, Shape, fields_of
from app.schemas.filters import Filter, Spec, choice, filters, moment, reference
from app.schemas.resources import CONFLICT_FILTER, SOURCE_FILTER
from app.vocabulary import ACTOR_KINDS, Kind


class TimelineKind(StrEnum):
    """What kind of entry a timeline has: a beginning, an end, a happening, or the word of an act on an agreement."""

    MEMBERSHIP_START = "membership_start"
    MEMBERSHIP_END = "membership_end"
    EVENT = "event"
    RELATION = "relation"
    RENAMED = "renamed"
    INITIALLING = "initialling"
    SIGNATURE = "signature"
    RATIFICATION = "ratification"
    ACCESSION = "accession"
    ACCEPTANCE = "acceptance"
    APPROVAL = "approval"
    SUCCESSION = "succession"
    PROVISIONAL_APPLICATION = "provisional_application"
    DEFINITIVE_SIGNATURE = "definitive_signature"
    CONSENT_TO_BE_BOUND = "consent_to_be_bound"
    ENTRY_INTO_FORCE = "entry_into_force"
    RESERVATION = "reservation"
    WITHDRAWAL = "withdrawal"
    DENUNCIATION = "denunciation"
    SUSPENSION = "suspension"
    WITNESS = "witness"


class SubjectOut(Shape):
    """The fact or entity that an entry speaks of."""

    kind: str | None = Describe(None, description="membership, event, act, relation or organization")
    id: str | None = Describe(None, description="its permanent id")


class TimelineOut(Row):
    """One entry: what happened on a day."""

    id: str | None = Describe(None, description="id of the entry", examples=["membership_start.sco-ind-member"])
    date: DateOut | None = Describe(None, description="the day it happened; of an event its first day")
    kind: str | None = Describe(None, description=", ".join(TimelineKind))
    title: str | None = None
    subject: SubjectOut | None = None
    actor: ActorRef | None = Describe(None, description="the member, the one who acts, the first side of a relation")
    organization: OrganizationRef | None = Describe(None, description="the organization it happens in")
    status: str | None = Describe(
        None, description="status that begins or ends, status of the agreement, type of the event or relation"
    )
    evidence: Evidence | None = None


_FILTERS: tuple[Filter, ...] = (
    reference(
        "actor", ACTOR_KINDS, "state or organization that it happens to, or that takes part in it", many=True, example="AZE"
    ),
    reference("organization", (Kind.ORGANIZATION,), "organization that it happens in", many=True, example="sco"),
    choice("kind", TimelineKind, "kind of entry"),
    moment("date", "the day it happened"),
    SOURCE_FILTER,
    CONFLICT_FILTER,
)

TIMELINE = Spec(
    name="timeline",
    kind=Kind.EVENT,
    summary="Memberships that begin and end, events, acts on agreements, relations and renamings, by day",
    out=TimelineOut,
    fields=fields_of(TimelineOut),
    filters=filters(*_FILTERS),
    default_sort="date",
    actors=("actor",),
    shaping=frozenset({"at", "during", "certainty", "sort", "fields", "codes", "lang", "limit", "known_at", "release"}),
)
