"""From what a client writes to an id: canonical in any case, a code with its scheme, an acronym."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rapidfuzz import process
from rapidfuzz.distance import OSA
from sqlalchemy import bindparam, select

from app.errors import AmbiguousCodeError, BadQueryError, FieldError, GoneError, MovedError, NotFoundError, nearest
from app.folding import fold
from app.models import Code, Entity, Label, SearchEntry
from app.queries.letters import Lowered
from app.schemas.filters import FilterType, Operator
from app.schemas.questions import BY_SOURCE, Group
from app.vocabulary import PLURALS, Kind, Scheme

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.db.sessions import Snapshot
    from app.queries.computed import Computation
    from app.queries.resource import Resource
    from app.schemas.questions import Node, Question

REMEMBERED = 20_000
_SHORT = 5
_UNREGISTERED = frozenset({Kind.CLAIM, Kind.VOTE})
_WIDTH = {Scheme.ISONUM: 3, Scheme.M49: 3}


@dataclass(frozen=True, slots=True)
class Candidate:
    """What a code stands for, and when."""

    id: str
    name: str
    start: str
    end: str
    start_earliest: str | None
    end_latest: str | None

    def held(self, first: str, last: str) -> bool:
        """Give whether the code can have stood for it on some of these days."""
        return (self.start_earliest is None or self.start_earliest <= last) and (
            self.end_latest is None or self.end_latest > first
        )


_REGISTERED = select(Entity.id, Entity.kind, Entity.merged_into, Entity.withdrawn).where(
    Entity.id.in_([bindparam("text"), bindparam("upper"), bindparam("lower")])
)
"""What is registered under a text in any case."""


class Resolver:
    """Resolves references, and remembers those of the revision it last saw."""

    def __init__(self) -> None:
        """Start without memories."""
        self._known: OrderedDict[tuple[int, str, tuple[Kind, ...], str], str] = OrderedDict()

    def resolve(self, snapshot: Snapshot, text: str, kinds: tuple[Kind, ...], days: tuple[str, str] | None = None) -> str:
        """Give the canonical id; NotFoundError, AmbiguousCodeError, MovedError or GoneError when there is none to give."""
        key = (snapshot.revision, text, kinds, "/".join(days or ()) if ":" in text else "")  # an id is the same on every day
        found = self._known.get(key)
        if found is None:
            found = _resolve(snapshot, text, kinds, days)
            self._known[key] = found
            while len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        return found

    def resolved(self, snapshot: Snapshot, resource: Resource | Computation, question: Question) -> Question:
        """Give the question with canonical ids in its conditions; BadQueryError names the parameter that has none."""
        if not question.where.parts and not question.resolve.startswith(BY_SOURCE):
            return question
        days = next(((time.first, time.last) for time in question.times), None)

        def node(one: Node) -> Node:
            if isinstance(one, Group):
                return Group(one.join, tuple(node(part) for part in one.parts))
            declared = resource.spec.filters[one.field]
            if declared.type is not FilterType.REFERENCE or one.operator is Operator.ISNULL:
                return one
            ids = [
                self._value(snapshot, declared.parameter(one.operator), str(value), declared.kinds, days) for value in one.values
            ]
            return replace(one, values=tuple(dict.fromkeys(ids)))

        where = node(question.where)
        if where != question.where:
            question = replace(question, where=where if isinstance(where, Group) else Group("and", (where,)))
        if question.resolve.startswith(BY_SOURCE):
            source = self._value(snapshot, "resolve", question.resolve.removeprefix(BY_SOURCE), (Kind.SOURCE,), None)
            return replace(question, resolve=f"{BY_SOURCE}{source}")
        return question

    def _value(self, snapshot: Snapshot, name: str, text: str, kinds: tuple[Kind, ...], days: tuple[str, str] | None) -> str:
        try:
            return self.resolve(snapshot, text, kinds, days)
        except NotFoundError as error:
            suggestion = error.errors[0].suggestion if error.errors else None
            raise BadQueryError.at(name, "unknown-id", f"{name}: {error.detail}", suggestion) from error


def _resolve(snapshot: Snapshot, text: str, kinds: tuple[Kind, ...], days: tuple[str, str] | None) -> str:
    if ":" in text:
        return _by_code(snapshot, text, kinds, days)
    if not _UNREGISTERED.isdisjoint(kinds):
        return text
    row = snapshot.rows(_REGISTERED, {"text": text, "upper": text.upper(), "lower": text.lower()})
    for entity, kind, merged_into, withdrawn in sorted(row, key=lambda one: one[0] != text):  # NAM is Namibia, nam the movement
        if kind in kinds:
            return _living(entity, kind, merged_into, withdrawn)
    if Kind.ORGANIZATION in kinds and (found := _by_acronym(snapshot, text)):
        return found
    raise _unknown(snapshot, text, kinds, [kind for _, kind, _, _ in row])


def _living(entity: str, kind: str, merged_into: str | None, withdrawn: str | None) -> str:
    if merged_into:
        location = f"/v1/{PLURALS[Kind(kind)]}/{merged_into}"
        raise MovedError(f"'{entity}' was merged into '{merged_into}'", headers={"Location": location})
    if withdrawn:
        raise GoneError(f"'{entity}' was withdrawn: {withdrawn}")
    return entity


def _by_acronym(snapshot: Snapshot, text: str) -> str | None:
    query = select(Label.id).where(Lowered(Label.acronym) == text.lower(), Label.kind == Kind.ORGANIZATION.value)
    found = snapshot.execute(query.order_by(Label.id)).scalars().all()
    return str(found[0]) if len(found) == 1 else None


def candidates(snapshot: Snapshot, scheme: Scheme, value: str, kinds: Sequence[Kind]) -> list[Candidate]:
    """Give everything a code stands or stood for, the earliest first."""
    folded = value.zfill(_WIDTH[scheme]) if scheme in _WIDTH else value
    query = (
        select(Code.entity_id, Label.name, Code.start, Code.end, Code.start_earliest, Code.end_latest)
        .join(Label, Label.id == Code.entity_id)
        .where(Code.scheme == scheme.value, Code.value.in_({folded, folded.upper(), folded.lower()}))
        .where(Label.kind.in_([kind.value for kind in kinds]))
        .order_by(Code.start_earliest.asc().nulls_first(), Code.entity_id)
    )
    return [Candidate(*row) for row in snapshot.execute(query)]


def parse_code(text: str) -> tuple[Scheme, str]:
    """Split `scheme:value`; NotFoundError names the nearest scheme."""
    scheme, _, value = text.partition(":")
    if scheme.lower() not in set(Scheme):
        suggestion = nearest(scheme, [one.value for one in Scheme])
        message = f"'{scheme}' is not a code scheme; the schemes are {', '.join(one.value for one in Scheme)}"
        raise NotFoundError(
            message, errors=[FieldError("unknown-scheme", message, suggestion=suggestion and f"{suggestion}:{value}")]
        )
    return Scheme(scheme.lower()), value


def _by_code(snapshot: Snapshot, text: str, kinds: tuple[Kind, ...], days: tuple[str, str] | None) -> str:
    scheme, value = parse_code(text)
    found = candidates(snapshot, scheme, value, kinds)
    if not found:
        message = f"no {' or '.join(kinds)} has the code '{text}'"
        raise NotFoundError(message, errors=[FieldError("unknown-code", message)])
    if days:
        found = [one for one in found if one.held(*days)] or found
    if len({one.id for one in found}) > 1:
        listed = [{"id": one.id, "name": one.name, "start": one.start, "end": one.end} for one in found]
        names = ", ".join(f"{one.id} ({one.start}/{one.end})" for one in found)
        raise AmbiguousCodeError(
            f"'{text}' stood for several over time: {names}; give at= or an id", extra={"candidates": listed}
        )
    return found[0].id


def _unknown(snapshot: Snapshot, text: str, kinds: tuple[Kind, ...], other: Sequence[str]) -> NotFoundError:
    if other:
        message = f"'{text}' is a {other[0]}, not a {' or '.join(kinds)}; see /v1/{PLURALS[Kind(other[0])]}/{text}"
        return NotFoundError(message, errors=[FieldError("other-kind", message)])
    suggestion = suggest(snapshot, text, kinds)
    hint = f"; did you mean '{suggestion}'?" if suggestion else ""
    message = f"no {' or '.join(kinds)} has the id '{text}'{hint}"
    return NotFoundError(message, errors=[FieldError("unknown-id", message, suggestion=suggestion)])


def suggest(snapshot: Snapshot, text: str, kinds: Sequence[Kind]) -> str | None:
    """Give the id whose id or name is nearest to a text (75 of 100; a short one: two of three letters), among at most 20,000."""
    snapshot.at_leisure()
    query = select(SearchEntry.entity_id, SearchEntry.folded).where(SearchEntry.kind.in_([kind.value for kind in kinds]))
    names: dict[str, str] = {}
    for entity, folded in snapshot.execute(query.limit(20_000)):
        names.setdefault(str(folded), str(entity))
        names.setdefault(fold(str(entity)), str(entity))
    words = fold(text)
    if len(words) <= _SHORT:
        match = process.extractOne(words, names.keys(), scorer=OSA.normalized_similarity, score_cutoff=0.65)
    else:
        match = process.extractOne(words, names.keys(), score_cutoff=75)
    return names[match[0]] if match else None
