"""What a file of records holds, asked by organization, actor and time, without a store."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.dates import Match, holds
from app.ingest.integrity import span
from app.schemas.records import AgreementIn, CoverageIn, MembershipIn, OrganizationIn, RelationIn, SourceIn, StateIn
from app.vocabulary import RelationType

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from app.dates import Interval
    from app.schemas.records import Record
    from app.vocabulary import Scheme, Status


@dataclass(frozen=True, slots=True)
class Held:
    """A membership and the days on which it holds."""

    record: MembershipIn
    interval: Interval

    def certainly_on(self, day: date) -> bool:
        """Tell whether it holds on a day whatever its dates are exactly."""
        return holds(self.interval, day, day) is Match.certain

    def certainly_during(self, first: date, last: date) -> bool:
        """Tell whether it holds on some day from first to last whatever its dates are exactly."""
        return holds(self.interval, first, last) is Match.certain


class Holdings:
    """Records by what they stand for."""

    def __init__(self, records: Iterable[Record]) -> None:
        """Sort the records; nothing is checked."""
        self.organizations: dict[str, OrganizationIn] = {}
        self.states: dict[str, StateIn] = {}
        self.agreements: dict[str, AgreementIn] = {}
        self.sources: dict[str, SourceIn] = {}
        self.forerunners: dict[str, set[str]] = defaultdict(set)
        """The actors that an actor is the successor of."""
        self._memberships: dict[tuple[str, str], list[Held]] = defaultdict(list)
        self._complete: dict[tuple[str, Status], bool] = {}
        self._codes: dict[tuple[Scheme, str], list[tuple[str, Interval]]] = defaultdict(list)
        for one in records:
            self._take(one)

    def _take(self, one: Record) -> None:
        match one:
            case MembershipIn():
                if (held := span(one.start, one.end)) is not None:
                    self._memberships[one.organization, one.member].append(Held(one, held))
            case CoverageIn():
                self._complete |= {(one.organization, status): one.complete for status in one.statuses}
            case StateIn() | OrganizationIn():
                self._take_actor(one)
            case RelationIn(type=RelationType.SUCCESSOR):
                self.forerunners[one.from_].add(one.to)
            case RelationIn(type=RelationType.PREDECESSOR):
                self.forerunners[one.to].add(one.from_)
            case AgreementIn():
                self.agreements[one.id] = one
            case SourceIn():
                self.sources[one.id] = one
            case _:
                pass

    def _take_actor(self, one: StateIn | OrganizationIn) -> None:
        codes = [(scheme, value, one.start, one.end) for scheme, value in one.codes.items()]
        if isinstance(one, StateIn):
            self.states[one.id] = one
            codes += [(past.scheme, past.value, past.start, past.end) for past in one.past_codes]
        else:
            self.organizations[one.id] = one
        for scheme, value, start, end in codes:
            if (held := span(start, end)) is not None:
                self._codes[scheme, value].append((one.id, held))

    def coded(self, scheme: Scheme, value: str, first: date, last: date) -> list[str]:
        """Give the actors that the code may have stood for on some day from first to last."""
        return [actor for actor, held in self._codes.get((scheme, value), []) if holds(held, first, last)]

    def organization_codes(self, scheme: Scheme) -> dict[str, list[str]]:
        """Give the organizations that have a code, by the code."""
        found: dict[str, list[str]] = defaultdict(list)
        for one in self.organizations.values():
            if scheme in one.codes:
                found[one.codes[scheme]].append(one.id)
        return found

    def during(self, organization: str, actor: str, first: date, last: date) -> list[Held]:
        """Give the memberships that hold, or may hold, on some day from first to last."""
        return [one for one in self._memberships.get((organization, actor), ()) if holds(one.interval, first, last)]

    def members(self, organization: str) -> list[str]:
        """Give every actor with any status in the organization at any time."""
        return [actor for where, actor in self._memberships if where == organization]

    def spells(self, organization: str, actor: str) -> list[MembershipIn]:
        """Give every membership of the actor in the organization."""
        return [one.record for one in self._memberships.get((organization, actor), [])]

    def complete(self, organization: str, status: Status) -> bool:
        """Tell whether a coverage record says that every holder of the status is held."""
        return self._complete.get((organization, status), False)
