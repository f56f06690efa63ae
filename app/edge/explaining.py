"""Explanations: why a fact is held as it is, as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.edge.asking import ask, read_known, read_parameters
from app.edge.context import context_of
from app.edge.plain_values import answer_values
from app.formats.records import record_maker
from app.queries.explaining import grounds_of
from app.schemas.evidence import BEST_RULE, rank
from app.schemas.explaining import DERIVATION, PREFERENCE, explain_time
from app.schemas.parsing import TIME_PARAMETERS
from app.vocabulary import SourceType, Stance

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from app.db.sessions import Snapshot
    from app.formats.records import Record
    from app.queries.explaining import Grounds
    from app.queries.resource import Resource
    from app.schemas.questions import Question
    from app.schemas.tables import Table

EXPLAINING = ("lang", "resolve")


def explaining_parameters(resource: Resource) -> tuple[str, ...]:
    """Give the names of the parameters that an explanation of this resource's facts takes, beside those of every read."""
    own = [name for name in EXPLAINING if name != "resolve" or resource.spec.resolvable]
    return (*(TIME_PARAMETERS if resource.spec.dated else ()), *own)


async def answer_explanation(request: Request, resource: Resource) -> Response:
    """Explain one fact or entity, found by its id or any of its codes."""
    read_known(request, explaining_parameters(resource))
    pairs = [*read_parameters(request), ("format", "json")]
    question, context = ask(request, resource.spec, pairs=pairs).question, context_of(request)

    def work(snapshot: Snapshot) -> Record:
        days = next(((time.first, time.last) for time in question.times), None)
        entity = context.resolver.resolve(snapshot, request.path_params["id"], resource.spec.kinds, days)
        resolved = context.resolver.resolved(snapshot, resource, question)
        subject = {"kind": resource.spec.kinds[0].value, "id": entity, "url": f"/v1/{resource.spec.name}/{entity}"}
        return {"subject": subject, **explanation(grounds_of(snapshot, resource, resolved, entity), resolved)}

    return await answer_values(request, work)


def explanation(grounds: Grounds, question: Question) -> Record:
    """Put an explanation together: row, claims by stance and weight, what is disputed, what follows from acts, why it matches."""
    (fact,) = _records(grounds.fact)
    weighed = sorted(_weighed(grounds.claims, _best(fact)), key=lambda pair: pair[0])
    sides = {stance.value: [one for _, one in weighed if one["stance"] == stance] for stance in Stance}
    disputed: dict[str, list[object]] = {}
    for one in sides[Stance.CONTRADICTS.value]:
        disputed.setdefault(str(one["property"]), []).append(one["value"])
    acts = grounds.acts and {"rule": fact["rule"], "authority": DERIVATION, "acts": _records(grounds.acts)}
    times = []
    if grounds.bounds is not None:
        for asked in question.times:
            match, why = explain_time(grounds.bounds, asked)
            times.append({"asked": f"{asked.test.value}={asked.text}", "match": match, "why": why})
    others = None if grounds.others is None else {"rule": PREFERENCE, "memberships": _records(grounds.others)}
    found = {"result": fact, "rule": BEST_RULE, "claims": sides, "disputed": disputed}
    return {**found, "derivation": acts, "datasets": others, "time": times}


def _records(table: Table) -> list[Record]:
    make = record_maker(table.fields, parsed=True)
    found = [make(row) for row in table.rows]
    for one in found:
        one.pop("match", None)
    return found


def _best(fact: Record) -> object:
    evidence = fact.get("evidence")
    best = evidence.get("best") if isinstance(evidence, dict) else None
    return best.get("id") if isinstance(best, dict) else None


def _weighed(claims: Table, best: object) -> list[tuple[tuple[object, ...], Record]]:
    found: list[tuple[tuple[object, ...], Record]] = []
    for one in _records(claims):
        source = one["source"]
        kind = str(source["type"]) if isinstance(source, dict) else SourceType.REFERENCE.value
        order = rank(str(one["stance"]), str(one["confidence"]), kind, quoted=one["quote"] is not None)
        place = (one["id"] != best, *order, one["id"])
        found.append((place, {**one, "best": one["id"] == best, "source_type": kind}))
    return found
