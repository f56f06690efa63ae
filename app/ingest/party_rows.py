"""Parties from the acts of a dataset: when all acts are written they are read again, agreement by agreement."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from sqlalchemy import select, union_all

from app.dates import parse_edtf, parse_end, parse_start
from app.ingest.agreements import add_parties
from app.ingest.changes import Batch, chunks
from app.ingest.imported import FAR
from app.ingest.parties import DatedAct, Terms, derive
from app.models import Act, Agreement, Organization, State
from app.vocabulary import ActType, AgreementStatus

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Row

    from app.dates import Bounds
    from app.ingest.changes import RowValues
    from app.ingest.ledger import Ledger

_MANY = 200
"""Agreements whose acts are read together."""

_ONGOING = parse_end("..", FAR)


def write_parties(ledger: Ledger) -> None:
    """Derive who is bound by the agreements of the ledger's dataset."""
    a = Agreement
    columns = (a.id, a.status, a.in_force, a.end)
    statement = select(*columns).where(a.dataset == ledger.dataset, a.recorded_to.is_(None)).order_by(a.id)
    agreements = ledger.connection.execute(statement).all()
    ends = _ends(ledger)
    for some in chunks(agreements, _MANY):
        ledger.write(_parties(ledger, {one.id: _terms(one) for one in some}, ends))


def _ends(ledger: Ledger) -> dict[str, Bounds]:
    """Give until when each actor is there."""
    held = [select(one.id, one.end).where(one.recorded_to.is_(None), one.end != "..") for one in (State, Organization)]
    return {actor: parse_end(end, FAR) for actor, end in ledger.connection.execute(union_all(*held))}


def _terms(row: Row[str, str, str | None, str]) -> Terms:
    _, status, in_force, end = row
    return Terms(AgreementStatus(status), None if in_force is None else parse_edtf(in_force), parse_end(end, FAR))


def _parties(ledger: Ledger, terms: dict[str, Terms], ends: Mapping[str, Bounds]) -> Batch:
    columns = (
        Act.agreement_id,
        Act.actor_id,
        Act.actor_kind,
        Act.id,
        Act.act,
        Act.start,
        Act.claim_count,
        Act.best_claim,
        Act.conflict,
    )
    statement = select(*columns).where(Act.agreement_id.in_(terms), Act.dataset == ledger.dataset, Act.recorded_to.is_(None))
    rows = ledger.connection.execute(statement.order_by(Act.agreement_id, Act.actor_id, Act.id)).all()
    batch = Batch()
    for (agreement, actor, kind), acts in groupby(rows, key=lambda one: tuple(one[:3])):
        whose: RowValues = {"agreement_id": agreement, "actor_id": actor, "actor_kind": kind}
        _derive(batch, whose, (terms[agreement], ends.get(actor, _ONGOING)), list(acts))
    return batch


def _derive(batch: Batch, whose: RowValues, bounds: tuple[Terms, Bounds], acts: Sequence[Row[*tuple[object, ...]]]) -> None:
    dated = [DatedAct(str(one.id), ActType(one.act), parse_start(one.start)) for one in acts]
    add_parties(batch, whose, derive(dated, *bounds), {str(one.id): dict(one._mapping) for one in acts})  # noqa: SLF001 - a row as a mapping is public in spite of its name
