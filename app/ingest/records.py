"""One function for each kind of record: what becomes of it in the tables."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from app.dates import parse_edtf
from app.errors import InvalidRecordError
from app.folding import fold
from app.ingest.agreements import write_agreement
from app.ingest.rows import Handle, dated_columns, findable, moment_columns, numbered, place_columns
from app.models import (
    Coverage,
    Event,
    Initiative,
    Involvement,
    Membership,
    Office,
    Organization,
    Participation,
    Person,
    Relation,
    Source,
    State,
    Topic,
)
from app.schemas import records as given
from app.vocabulary import Kind, NameUse

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pydantic import BaseModel

    from app.ingest.changes import RowValues
    from app.ingest.rows import Writer
    from app.schemas.record_parts import ClaimIn

_STATE_ID = re.compile(r"[A-Z]{3}")


class ActorKinds:
    """Tells states from organizations among the ids that records name, and how long each is there."""

    def __init__(self, kinds: Mapping[str, str], ends: Mapping[str, str]) -> None:
        """Hold the kinds of known ids, and the ends, EDTF text, of those actors that records speak of."""
        self._kinds = kinds
        self._ends = ends

    def end_of(self, entity: str) -> str:
        """Give the end of a state or an organization as EDTF text, `..` where no record gives one."""
        return self._ends.get(entity, "..")

    def of(self, entity: str, where: str) -> str:
        """Give `state` or `organization`; InvalidRecordError for any other id."""
        kind = self._kinds.get(entity)
        if kind not in {Kind.STATE, Kind.ORGANIZATION}:
            message = f"{where}: '{entity}' is {'a ' + kind if kind else 'not known'}; a state or an organization was expected"
            raise InvalidRecordError(message)
        return kind


def nested_claims(own: Sequence[ClaimIn], outer: Sequence[ClaimIn]) -> Sequence[ClaimIn]:
    """Give a nested fact's claims, or else the record's first supporting one."""
    return own or outer[:1]


def write_source(writer: Writer, record: given.SourceIn, kinds: ActorKinds) -> None:
    """Write what a source is; it is cited, and needs no citation."""
    del kinds
    writer.batch.register(record.id, Kind.SOURCE.value)
    writer.label(record.id, Kind.SOURCE, record.title)
    row: RowValues = {one: getattr(record, one) for one in ("id", "publisher", "url", "lang", "accessed")}
    published = moment_columns("published", writer.when(record.published))
    writer.batch.add(Source, {**row, "type": record.type.value, **published})


def write_state(writer: Writer, record: given.StateIn, kinds: ActorKinds) -> None:
    """Write a state with its names and codes."""
    del kinds
    row: RowValues = {one: getattr(record, one) for one in ("id", "region", "subregion", "capital", "latitude", "longitude")}
    held = writer.span(record.start, record.end, f"state {record.id}")
    writer.fact(State, Kind.STATE, {**row, "standing": record.standing.value, **dated_columns(held)}, record.claims)
    _name(writer, Kind.STATE, record)
    writer.codes(record.id, {str(k): v for k, v in record.codes.items()}, record.start, record.end)
    for one in record.past_codes:
        writer.codes(record.id, {one.scheme.value: one.value}, one.start, one.end)


def write_organization(writer: Writer, record: given.OrganizationIn, kinds: ActorKinds) -> None:
    """Write an organization with its names and codes."""
    del kinds
    row: RowValues = {one: getattr(record, one) for one in ("id", "founded_by", "website")}
    held = writer.span(record.start, record.end, f"organization {record.id}")
    row |= {"type": record.type.value, **place_columns(record.seat), **dated_columns(held)}
    writer.fact(Organization, Kind.ORGANIZATION, row, record.claims)
    _name(writer, Kind.ORGANIZATION, record, record.acronym)
    writer.codes(record.id, {str(k): v for k, v in record.codes.items()}, record.start, record.end)


def write_person(writer: Writer, record: given.PersonIn, kinds: ActorKinds) -> None:
    """Write a person with the offices held."""
    writer.fact(Person, Kind.PERSON, {"id": record.id}, record.claims)
    _name(writer, Kind.PERSON, record)
    writer.codes(record.id, {str(k): v for k, v in record.codes.items()})
    seen: Counter[str] = Counter()
    for one in record.offices:
        where = f"person {record.id}, office '{one.title}'"
        key = numbered(seen, f"{record.id}-{fold(one.title).replace(' ', '-')}"[:110])
        row: RowValues = {"id": key, "person_id": record.id, "title": one.title, "holder_id": one.holder}
        row["holder_kind"] = kinds.of(one.holder, where) if one.holder else None
        row |= dated_columns(writer.span(one.start, one.end, where))
        writer.fact(Office, Kind.OFFICE, row, nested_claims(one.claims, record.claims))


def write_topic(writer: Writer, record: given.TopicIn, kinds: ActorKinds) -> None:
    """Write an area of cooperation with its names."""
    del kinds
    writer.fact(Topic, Kind.TOPIC, {"id": record.id, "description": record.description}, record.claims)
    _name(writer, Kind.TOPIC, record)


def write_initiative(writer: Writer, record: given.InitiativeIn, kinds: ActorKinds) -> None:
    """Write an initiative with its participants and links."""
    where = f"initiative {record.id}"
    row: RowValues = {
        "id": record.id,
        "type": record.type.value,
        "status": record.status.value,
        "description": record.description,
    }
    row |= dated_columns(writer.span(record.start, record.end, where))
    writer.fact(Initiative, Kind.INITIATIVE, row, record.claims)
    _name(writer, Kind.INITIATIVE, record)
    writer.codes(record.id, {str(k): v for k, v in record.codes.items()})
    for prop in ("topic", "organization", "agreement"):
        writer.links(record.id, prop, getattr(record, f"{prop}s"))
    seen: Counter[str] = Counter()
    for one in record.participants:
        key = numbered(seen, f"{record.id}-{one.actor.lower()}-{fold(one.role).replace(' ', '-')}"[:110])
        part: RowValues = {"id": key, "initiative_id": record.id, "actor_id": one.actor, "role": one.role}
        part["actor_kind"] = kinds.of(one.actor, where)
        part |= dated_columns(writer.span(one.start, one.end, f"{where}, participant {one.actor}"))
        writer.fact(Involvement, Kind.INVOLVEMENT, part, nested_claims(one.claims, record.claims))


def write_event(writer: Writer, record: given.EventIn, kinds: ActorKinds) -> None:
    """Write an event with who took part, and its links."""
    where = f"event {record.id}"
    held = writer.happening(record.start, record.last_day, where)
    last = parse_edtf(record.last_day or record.start)
    row: RowValues = {"id": record.id, "type": record.type.value, "series": record.series, "ordinal": record.ordinal}
    row |= {"virtual": record.virtual, **place_columns(record.place), **dated_columns(held)}
    row["last_day"] = last.earliest.isoformat() if last.earliest and last.earliest == last.latest else None
    writer.fact(Event, Kind.EVENT, row, record.claims)
    _name(writer, Kind.EVENT, record)
    if record.place and record.place.name:
        findable(writer.batch, record.id, Kind.EVENT, Handle(record.place.name, NameUse.PLACE))
    for prop in ("organization", "topic", "agreement", "initiative"):
        writer.links(record.id, prop, getattr(record, f"{prop}s"))
    seen: Counter[str] = Counter()
    for one in record.participations:
        names = [name.lower() for name in (one.actor, one.person) if name]
        part: RowValues = {"event_id": record.id, "actor_id": one.actor, "person_id": one.person, "role": one.role.value}
        part["id"] = numbered(seen, f"{record.id}-{'-'.join(names)}-{one.role.value.replace('_', '-')}")
        part["actor_kind"] = kinds.of(one.actor, where) if one.actor else None
        part["level"] = one.level.value if one.level else None
        writer.fact(Participation, Kind.PARTICIPATION, part, nested_claims(one.claims, record.claims))


def write_membership(writer: Writer, record: given.MembershipIn, kinds: ActorKinds) -> None:
    """Write one status of one actor in one organization."""
    where = f"membership {record.id}"
    row: RowValues = {one: getattr(record, one) for one in ("id", "status_term", "started_by", "ended_by", "note")}
    row |= {"organization_id": record.organization, "member_id": record.member, "status": record.status.value}
    row |= {"member_kind": kinds.of(record.member, where), "preferred": True}
    writer.fact(
        Membership, Kind.MEMBERSHIP, {**row, **dated_columns(writer.span(record.start, record.end, where))}, record.claims
    )


def write_relation(writer: Writer, record: given.RelationIn, kinds: ActorKinds) -> None:
    """Write that one actor is something to another."""
    where = f"relation {record.id}"
    row: RowValues = {
        "id": record.id,
        "type": record.type.value,
        "from_id": record.from_,
        "to_id": record.to,
        "note": record.note,
    }
    row |= {"from_kind": kinds.of(record.from_, where), "to_kind": kinds.of(record.to, where)}
    writer.fact(Relation, Kind.RELATION, {**row, **dated_columns(writer.span(record.start, record.end, where))}, record.claims)


def write_coverage(writer: Writer, record: given.CoverageIn, kinds: ActorKinds) -> None:
    """Write what is held completely, a row for each status."""
    kinds.of(record.organization, f"coverage {record.id}")
    held = writer.happening(record.start, record.through, f"coverage {record.id}") if record.start else None
    for status in record.statuses:
        key = record.id if len(record.statuses) == 1 else f"{record.id}-{status.value.replace('_', '-')}"
        writer.batch.register(key, Kind.COVERAGE.value)
        row: RowValues = {"id": key, "organization_id": record.organization, "status": status.value}
        row |= {"complete": record.complete, "note": record.note, **moment_columns("through", writer.when(record.through))}
        span = held or writer.span("", _day_after(writer, record.through), f"coverage {record.id}")
        writer.batch.add(Coverage, {**row, **dated_columns(span)})


def _day_after(writer: Writer, day: str) -> str:
    return writer.happening(day, None, "coverage").end.edtf


def _name(writer: Writer, kind: Kind, record: given.NamedIn, acronym: str | None = None) -> None:
    writer.label(record.id, kind, record.name, acronym)
    writer.names(record.id, kind, record.names)


WRITERS: dict[type[BaseModel], Callable[..., None]] = {  # type: ignore[explicit-any] # each takes the record of its own key
    given.SourceIn: write_source,
    given.StateIn: write_state,
    given.OrganizationIn: write_organization,
    given.PersonIn: write_person,
    given.TopicIn: write_topic,
    given.InitiativeIn: write_initiative,
    given.EventIn: write_event,
    given.AgreementIn: write_agreement,
    given.MembershipIn: write_membership,
    given.RelationIn: write_relation,
    given.CoverageIn: write_coverage,
}
"""What becomes of each kind of record."""
