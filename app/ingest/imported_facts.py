"""From the records of an importer to rows: what is said of the actors, each with its place in the file."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from app.dates import parse_edtf
from app.errors import InvalidRecordError
from app.ingest.imported import FAR, moment, one_day, span
from app.ingest.importers import base as seen
from app.ingest.matching import UnmatchedError, slug
from app.ingest.rows import Handle, findable, numbered, place_columns
from app.models import Act, Agreement, Coverage, Event, Link, Membership, Participation, Vote
from app.schemas.record_parts import PlaceIn
from app.vocabulary import EventType, GapReason, Kind, NameUse

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.ingest.changes import RowValues
    from app.ingest.imported import Existing, Register

_NOT_IN_SYSTEM = "not_in_system"
_REASONS = {
    "not_known": GapReason.NOT_KNOWN,
    _NOT_IN_SYSTEM: GapReason.STATE_DID_NOT_EXIST,
    "not_in_existence": GapReason.ORGANIZATION_DID_NOT_EXIST,
}
_COLUMNS = {"session": "session", "unres": "resolution", "descr": "description"}
"""What of a roll call has a column of its own, by the names of the published file."""


class Facts:
    """Makes the rows of one dataset's facts; `tell` takes a record, the register's batch collects."""

    def __init__(self, register: Register) -> None:
        """Write beside what the register writes."""
        self.register = register
        self.matcher = register.matcher
        self._name = register.dataset.name
        self._keys: Counter[str] = Counter()
        self._days: dict[str, str] = {}
        self._actors: dict[str, set[str]] = defaultdict(set)
        self._absent: dict[str, dict[str, set[int]]] = defaultdict(dict)
        self._tellers: dict[type[tuple[object, ...]], Callable[..., None]] = {  # type: ignore[explicit-any] # each takes its own record
            seen.OrganizationSeen: register.organization,
            seen.StateSeen: self._state,
            seen.MembershipSpell: self._membership,
            seen.Covered: self._covered,
            seen.Gap: self._gap,
            seen.AgreementSeen: self._agreement,
            seen.ActSeen: self._act,
            seen.EventSeen: self._event,
            seen.ParticipationSeen: self._participation,
            seen.VoteSeen: self._vote,
        }

    def tell(self, record: seen.Seen) -> None:
        """Make the rows of a record; UnmatchedError or DateError where it cannot be applied."""
        self._tellers[type(record)](record)

    def finish(self) -> None:
        """Make the rows of what was waiting for more of the same."""
        for one in self.register.states_done():
            self._existence(one)
        self._absences()

    def _key(self, *parts: str) -> str:
        """Give an id in the letters of ids, numbered from the second time on."""
        return numbered(self._keys, "-".join(parts).replace("_", "-"))

    def _membership(self, one: seen.MembershipSpell) -> None:
        organization = self.register.organization_id(one.organization)
        actor = one.actor
        if one.years and None in {actor.first_year, actor.last_year}:
            actor = actor._replace(first_year=one.years[0], last_year=one.years[1])
        for part in self.matcher.over(actor):
            held = span(part.start or one.start, part.end or one.end)
            member = self._member(actor, part.entity)
            key = self._key(self._name, _code(one.organization), _word(actor), one.status)
            row: RowValues = {
                "id": key,
                "organization_id": organization,
                "member_id": member["id"],
                "member_kind": member["kind"],
            }
            row |= {"status": one.status, "status_term": one.status_term or None, "preferred": True, **held}
            self.register.fact(Membership, Kind.MEMBERSHIP, row, one.locator)

    def _state(self, one: seen.StateSeen) -> None:
        for spell in self.register.state(one):
            self._existence(spell)

    def _existence(self, spell: Existing) -> None:
        """Cover a state for as long as the dataset lists it: `complete`, of no organization in particular."""
        one = spell.seen
        key = self._key(self._name, _word(one.actor), "state")
        last = one.actor.last_year
        when = span(spell.start, spell.end), f"{last:04}" if last and last < FAR.year else self.register.dataset.published
        self._coverage(key, (None, spell.entity), when, f"in the state system, line {one.line}")

    def _covered(self, one: seen.Covered) -> None:
        note = f"coded year by year, line {one.line}"
        for member, years in self._members(one.actor, one.first_year, one.last_year):
            key = self._key(self._name, *self._whom(one.organization, one.actor), f"{years[0]}-{years[1]}")
            self._coverage(key, (one.organization, member), _years(years), note)

    def _gap(self, one: seen.Gap) -> None:
        note = f"coded {one.code}, line {one.line}"
        if one.actor and not one.organization and one.reason == _NOT_IN_SYSTEM:
            self._absence(one, one.actor)
            return
        for member, years in self._members(one.actor, one.first_year, one.last_year):
            key = self._key(self._name, *self._whom(one.organization, one.actor), f"gap-{years[0]}-{years[1]}")
            self._coverage(key, (one.organization, member), _years(years), note, _REASONS[one.reason])

    def _whom(self, organization: str | None, actor: seen.Actor | None) -> tuple[str, str]:
        return _code(organization) if organization else "all", _word(actor) if actor else "all"

    def _absence(self, one: seen.Gap, actor: seen.Actor) -> None:
        """Remember when an actor was not in the system: it was not while none of its codes was."""
        for part in self.matcher.over(actor._replace(first_year=one.first_year, last_year=one.last_year)):
            years = self._absent[part.entity].setdefault(actor.key, set())
            years.update(range(part.years[0], part.years[1] + 1))

    def _absences(self) -> None:
        for entity, by_key in self._absent.items():
            if entity in self.matcher.known.entities:  # nobody is made only to say of it that it was not there
                keys = self._actors[entity] | by_key.keys()
                years = set[int].intersection(*(by_key.get(key, set()) for key in keys))
                for first, last in _runs(years):
                    key = self._key(self._name, "all", slug(entity), f"gap-{first}-{last}")
                    self._coverage(key, (None, entity), _years((first, last)), "coded -1", GapReason.STATE_DID_NOT_EXIST)

    def _members(self, actor: seen.Actor | None, first: int, last: int) -> list[tuple[str | None, tuple[int, int]]]:
        if actor is None:
            return [(None, (first, last))]
        found: list[tuple[str | None, tuple[int, int]]] = []
        for part in self.matcher.over(actor._replace(first_year=first, last_year=last)):
            self._member(actor, part.entity)
            found.append((part.entity, part.years))
        return found

    def _member(self, actor: seen.Actor, entity: str) -> RowValues:
        self._actors[entity].add(actor.key)
        return self.register.actor(actor, entity)

    def _coverage(
        self,
        key: str,
        whom: tuple[str | None, str | None],
        when: tuple[RowValues, str],
        note: str,
        reason: GapReason | None = None,
    ) -> None:
        (organization, member), (held, through) = whom, when
        entity = self.register.organization_id(organization) if organization else None
        self.register.batch.register(key, Kind.COVERAGE.value)
        row: RowValues = {"id": key, "organization_id": entity, "member_id": member, "status": None, "complete": reason is None}
        row |= {"reason": reason and reason.value, "note": note, **held, **moment("through", through)}
        self.register.batch.add(Coverage, row)

    def _agreement(self, one: seen.AgreementSeen) -> None:
        entity = self.matcher.own_id(one.key, Kind.AGREEMENT.value)
        if entity in self._days:
            raise UnmatchedError("an agreement once")
        self._days[entity] = one.signed
        row: RowValues = {"id": entity, "type": one.type, "status": one.status, "organization_id": None, "depositary": None}
        row |= place_columns(PlaceIn(name=one.place) if one.place else None)
        row |= {**span(one.signed, one.terminated), **moment("in_force", one.in_force)}
        self.register.fact(Agreement, Kind.AGREEMENT, row, f"line {one.line}", one.details)
        self.register.writer.label(entity, Kind.AGREEMENT, one.name)

    def _act(self, one: seen.ActSeen) -> None:
        agreement = self._known(one.agreement, Kind.AGREEMENT)
        held = one_day(one.date)
        actor = self._actor(one.actor, held["start_earliest"])
        key = self._key(agreement, _word(one.actor), one.act)
        row: RowValues = {"id": key, "agreement_id": agreement, "actor_id": actor["id"], "actor_kind": actor["kind"]}
        self.register.fact(Act, Kind.ACT, {**row, "person_id": None, "act": one.act, **held}, one.locator)

    def _known(self, key: str, kind: Kind) -> str:
        entity = self.matcher.own_id(key, kind.value)
        if entity not in self._days:
            raise InvalidRecordError(f"{self._name}: something is said of the {kind} '{key}' before itself is told")
        return entity

    def _actor(self, actor: seen.Actor, day: object) -> RowValues:
        """Give the columns of who it is on a day, as precisely as the day is known."""
        return self.register.actor(actor, self.matcher.at(actor, str(day) if day else None))

    def _event(self, one: seen.EventSeen) -> None:
        entity = self.matcher.own_id(one.key, Kind.EVENT.value)
        if entity in self._days:
            raise UnmatchedError("an event once")
        held = one_day(one.start, one.last_day)
        self._days[entity] = str(held["start_earliest"] or "")
        row: RowValues = {"id": entity, "type": one.type, "series": None, "ordinal": None, "virtual": False, **held}
        last = parse_edtf(one.last_day or one.start)
        row["last_day"] = last.earliest.isoformat() if last.earliest and last.earliest == last.latest else None
        row |= self._place(one)
        details = dict(one.details)
        row |= {column: details.pop(name) for name, column in _COLUMNS.items() if name in details}
        if "session" in row:
            row["session"] = int(str(row["session"]))
        self.register.fact(Event, Kind.EVENT, row, f"line {one.line}", tuple(details.items()))
        self._call(one, entity, row)

    def _place(self, one: seen.EventSeen) -> RowValues:
        country = self.matcher.find(one.country, Kind.STATE) if one.country else None
        name = one.place if country or not one.country else ", ".join(filter(None, (one.place, one.country)))
        row: RowValues = {"place_name": name or None, "place_country": country}
        return {**row, "place_latitude": one.latitude, "place_longitude": one.longitude}

    def _call(self, one: seen.EventSeen, entity: str, row: RowValues) -> None:
        """Name an event and say who held it; what events code by the thousand a day is not searched for by name."""
        if one.type == EventType.INTERACTION.value:
            self.register.silent_label(entity, Kind.EVENT, one.name)
        else:
            self.register.writer.label(entity, Kind.EVENT, one.name)
        if row.get("resolution"):
            findable(self.register.batch, entity, Kind.EVENT, Handle(str(row["resolution"]), NameUse.CODE))
        organization = self.matcher.word(one.organization) if one.organization else None
        if organization:
            key = f"{entity}~organization~{organization}"
            link: RowValues = {"id": key, "subject_id": entity, "property": "organization", "object_id": organization}
            self.register.batch.add(Link, {**link, "position": 0})

    def _participation(self, one: seen.ParticipationSeen) -> None:
        event = self._known(one.event, Kind.EVENT)
        actor = self._actor(one.actor, self._days[event])
        key = self._key(event, _word(one.actor), one.role)
        row: RowValues = {"id": key, "event_id": event, "actor_id": actor["id"], "actor_kind": actor["kind"], "person_id": None}
        row |= {"role": one.role, "level": one.level or None}
        self.register.fact(Participation, Kind.PARTICIPATION, row, f"line {one.line}", one.details)

    def _vote(self, one: seen.VoteSeen) -> None:
        event = self._known(one.event, Kind.EVENT)
        actor = self._actor(one.actor, self._days[event])
        row: RowValues = {"id": f"{event}-{_word(one.actor)}", "event_id": event, "actor_id": actor["id"]}
        row |= {"actor_kind": actor["kind"], "vote": one.vote, "locator": f"line {one.line}"}
        self.register.batch.add(Vote, row)


def _code(key: str) -> str:
    """Give the code of a key in the letters of ids."""
    return slug(key.partition(":")[2])


def _word(actor: seen.Actor) -> str:
    """Give an actor in an id: an alpha-3 code or a name as it is, any other code behind its scheme (`cow255`)."""
    scheme, _, value = actor.key.partition(":")
    return slug(value) if scheme == "iso3" or not value[:1].isdigit() else f"{scheme}{slug(value)}"


def _years(years: tuple[int, int]) -> tuple[RowValues, str]:
    """Give the columns of whole years, both inclusive, and the last of them."""
    return span(f"{years[0]:04}-01-01", f"{years[1] + 1:04}-01-01"), f"{years[1]:04}"


def _runs(years: set[int]) -> list[tuple[int, int]]:
    """Give the first and last year of every unbroken run."""
    firsts = sorted(year for year in years if year - 1 not in years)
    lasts = sorted(year for year in years if year + 1 not in years)
    return list(zip(firsts, lasts, strict=True))
