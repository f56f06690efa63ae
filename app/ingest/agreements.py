"""Agreements with their acts, and the parties that follow."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from app.dates import parse_end, parse_start
from app.ingest.parties import DatedAct, Terms, derive
from app.ingest.rows import dated_columns, moment_columns, numbered, place_columns
from app.models import Act, Agreement, Party
from app.vocabulary import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from app.ingest.changes import Batch, RowValues
    from app.ingest.parties import Derived
    from app.ingest.records import ActorKinds
    from app.ingest.rows import Writer
    from app.schemas.record_parts import ActIn
    from app.schemas.records import AgreementIn


def write_agreement(writer: Writer, record: AgreementIn, kinds: ActorKinds) -> None:
    """Write an agreement, every act on it, and the parties derived from the acts."""
    where = f"agreement {record.id}"
    held = writer.span(record.signed or "", record.terminated, where)
    row: RowValues = {"id": record.id, "type": record.type.value, "status": record.status.value, "depositary": record.depositary}
    row |= {"organization_id": record.organization, **place_columns(record.place), **dated_columns(held)}
    row |= moment_columns("in_force", writer.when(record.in_force))
    writer.fact(Agreement, Kind.AGREEMENT, row, record.claims)
    writer.label(record.id, Kind.AGREEMENT, record.name)
    writer.names(record.id, Kind.AGREEMENT, record.names)
    writer.links(record.id, "topic", record.topics)
    seen: Counter[str] = Counter()
    by_actor: dict[str, list[DatedAct]] = defaultdict(list)
    for one in record.acts:
        key = _act(writer, record, one, kinds, seen)
        by_actor[one.actor].append(DatedAct(key, one.act, parse_start(one.date)))
    terms = Terms(record.status, writer.when(record.in_force), parse_end(record.terminated, writer.today))
    for actor, acts in by_actor.items():
        derived = derive(acts, terms, parse_end(kinds.end_of(actor), writer.today))
        whose: RowValues = {"agreement_id": record.id, "actor_id": actor, "actor_kind": kinds.of(actor, where)}
        add_parties(writer.batch, whose, derived, writer.batch.rows[Act])


def _act(writer: Writer, record: AgreementIn, one: ActIn, kinds: ActorKinds, seen: Counter[str]) -> str:
    where = f"agreement {record.id}, {one.act.value} by {one.actor}"
    key = numbered(seen, f"{record.id}-{one.actor.lower()}-{one.act.value.replace('_', '-')}")
    row: RowValues = {"id": key, "agreement_id": record.id, "actor_id": one.actor, "person_id": one.person, "act": one.act.value}
    row |= {"actor_kind": kinds.of(one.actor, where), **dated_columns(writer.day(one.date, where))}
    writer.fact(Act, Kind.ACT, row, one.claims or record.claims[:1])
    return key


def add_parties(batch: Batch, whose: RowValues, derived: Iterable[Derived], acts: Mapping[str, Mapping[str, object]]) -> None:
    """Add what one actor is to one agreement; `acts` are the rows of its acts by id, and lend their evidence."""
    seen: Counter[str] = Counter()
    for one in derived:
        key = numbered(seen, f"{whose['agreement_id']}-{str(whose['actor_id']).lower()}-as-{one.status.value}")
        batch.register(key, Kind.PARTY.value)
        row: RowValues = {"id": key, **whose, "status": one.status.value, "rule": one.rule}
        row |= {"started_by": one.started_by, "ended_by": one.ended_by, **dated_columns(one.interval)}
        row |= {name: acts[one.started_by][name] for name in ("claim_count", "best_claim", "conflict")}
        batch.add(Party, row)
