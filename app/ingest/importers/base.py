"""What importers give: records of what a file says, and what they tell of lines that they did not take as they are.

Every record names its file and line (the first line where several make one record). Texts are NFC without outer spaces,
dates are EDTF as in CURATING.md (an end is the first day on which it no longer holds; `..` goes on, `""` not known).
Statuses, acts, types and roles are words of `app.vocabulary`. An organization comes before its memberships, an agreement
before its acts, an event before its participations and votes.

A line is applied whole, or refused: where a `Refused` names a line, no record has it, unless the file has several
entries in one cell, and then the entry is the unit. Rows read = applied + refused + explained, counted in lines.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias


class Actor(NamedTuple):
    """Who is meant, in the dataset's own words; the writer finds the entity.

    `key` is `<scheme>:<code>`, stable in the dataset: `cow:373`, `iso3:AZE`, `iso2:AZ`, `un-name:Azerbaijan`. Schemes
    that `app.vocabulary.Scheme` has are codes to match by; with the others (`un-name`, `fcdo-name`, `manystates` ...) only
    the name can match. `name` is the dataset's own, empty where it has none. The years are those that the record uses
    the key for, for codes and names that stand for several states over time; None is not known. `kind` is
    `state`, `organization`, or empty where the dataset does not say.
    """

    key: str
    name: str = ""
    first_year: int | None = None
    last_year: int | None = None
    kind: str = "state"


Pairs: TypeAlias = "tuple[tuple[str, str], ...]"
"""Column and value, or scheme and code: what the dataset says beside, in its own words and in the file's order."""


class OrganizationSeen(NamedTuple):
    """An organization; `key` is `<dataset's scheme>:<code>` (`cow-igo:EEC`), `codes` are pairs of scheme and code."""

    file: str
    line: int
    key: str
    name: str
    acronym: str = ""
    codes: Pairs = ()
    type: str = ""
    start: str = ""
    end: str = ""
    names: tuple[str, ...] = ()
    """Other names that the dataset itself uses."""
    details: Pairs = ()


class StateSeen(NamedTuple):
    """A state in one spell of existence, [start, end); a state with several spells comes once for each, in order."""

    file: str
    line: int
    actor: Actor
    codes: Pairs
    start: str
    end: str
    details: Pairs = ()


class MembershipSpell(NamedTuple):
    """One status of an actor in an organization, [start, end); `locator` says where in the file (lines, column, years)."""

    file: str
    line: int
    organization: str
    actor: Actor
    status: str
    start: str
    end: str
    locator: str
    status_term: str = ""
    years: tuple[int, int] | None = None
    """The first and last year that the file itself codes, where a year is all it has."""


class Covered(NamedTuple):
    """The file speaks of these years, both inclusive: of an organization, or of an actor where its rows are actors'.

    Where the rows are organizations', an actor alone is one that is in the state system in these years.
    """

    file: str
    line: int
    organization: str | None
    actor: Actor | None
    first_year: int
    last_year: int


class Gap(NamedTuple):
    """Within what is covered, years (both inclusive) of which the file says that it has no status to tell.

    `reason`: `not_known` (COW -9), `not_in_system` (the state was not in the state system: -1 of igo_year),
    `not_in_existence` (the organization did not exist: -1 of state_year). Who it speaks of: the two together; an organization
    and every actor of the file (actor None); an actor in every organization of the file (organization None). For one
    organization, actor and year the narrowest rules: the two together, then the organization's, then the actor's, then a
    spell, and last "no membership" where the year is covered.
    """

    file: str
    line: int
    organization: str | None
    actor: Actor | None
    first_year: int
    last_year: int
    reason: str
    code: str
    """The value in the file: `-9` or `-1`."""


class AgreementSeen(NamedTuple):
    """A document between actors; `key` is `<dataset's scheme>:<id>` (`ggo:MARPOL_1973A`, `atop:3180`, `untc:IV-9`)."""

    file: str
    line: int
    key: str
    name: str
    type: str = "agreement"
    status: str = "signed"
    signed: str = ""
    in_force: str | None = None
    terminated: str = ""
    place: str = ""
    codes: Pairs = ()
    details: Pairs = ()


class ActSeen(NamedTuple):
    """What an actor did to an agreement; a `date` of `""` is a day that nobody says."""

    file: str
    line: int
    agreement: str
    actor: Actor
    act: str
    date: str
    locator: str


class EventSeen(NamedTuple):
    """A happening; `key` is `<dataset's scheme>:<id>` (`unvotes:3`, `icews:32889836`). `last_day` None is one day.

    Types beyond curated ones: `roll_call` (a recorded vote of the General Assembly), `interaction` (one actor does
    something to another, as event data code it). `organization` is an acronym or key of who held it (`UN`).
    """

    file: str
    line: int
    key: str
    name: str
    type: str
    start: str
    last_day: str | None = None
    organization: str = ""
    place: str = ""
    country: str = ""
    latitude: float | None = None
    longitude: float | None = None
    codes: Pairs = ()
    details: Pairs = ()


class ParticipationSeen(NamedTuple):
    """An actor at an event; roles beyond curated ones: `source` and `target` of an interaction (CAMEO's words)."""

    file: str
    line: int
    event: str
    actor: Actor
    role: str
    level: str = ""
    details: Pairs = ()


class VoteSeen(NamedTuple):
    """How an actor voted in a roll call: `yes`, `no`, `abstain`, `absent` or `not_member`."""

    file: str
    line: int
    event: str
    actor: Actor
    vote: str


class Refused(NamedTuple):
    """A value that cannot be understood, and what was expected; it is applied as nothing else."""

    file: str
    line: int
    column: str
    value: str
    expected: str


class Explained(NamedTuple):
    """A line that is understood and of which nothing is applied: a repeated row, a row without any date ..."""

    file: str
    line: int
    reason: str


class Noticed(NamedTuple):
    """A line that is applied as it stands although it is odd: a signature after the ratification ...

    `value` is the cell, and behind a semicolon what it was held against; `reason` is the same for all of a kind.
    """

    file: str
    line: int
    column: str
    value: str
    reason: str


Seen: TypeAlias = (
    OrganizationSeen
    | StateSeen
    | MembershipSpell
    | Covered
    | Gap
    | AgreementSeen
    | ActSeen
    | EventSeen
    | ParticipationSeen
    | VoteSeen
)
Told: TypeAlias = Refused | Explained | Noticed
Reading: TypeAlias = Seen | Told
