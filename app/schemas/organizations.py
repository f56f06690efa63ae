"""Organizations on the wire."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field as Describe

from app.schemas.common import DateOut, Evidence, NameOut, Place, Row, Shape
from app.schemas.filters import choice, moment, reference, words
from app.schemas.resources import spec
from app.schemas.sources import ClaimOut
from app.vocabulary import Kind, OrganizationType


class CoverageClaim(StrEnum):
    """What the data claims of an organization's members: all of some status, some of them, or nothing at all."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    NONE = "none"


class SuccessionOut(Shape):
    """An organization that came before or after."""

    id: str | None = None
    name: str | None = None


class OrganizationOut(Row):
    """An organization, forum or treaty body."""

    id: str | None = Describe(None, examples=["sco"])
    name: str | None = Describe(None, examples=["Shanghai Cooperation Organisation"])
    acronym: str | None = Describe(None, examples=["SCO"])
    names: list[NameOut] | None = Describe(None, description="official, native and former names, with their time")
    kind: str | None = Describe(None, description="legal and working form")
    founded: DateOut | None = None
    dissolved: DateOut | None = None
    founded_by: str | None = Describe(None, description="id of the founding agreement or event")
    seat: Place | None = None
    website: str | None = None
    predecessors: list[SuccessionOut] | None = None
    successors: list[SuccessionOut] | None = None
    codes: dict[str, str | None] | None = None
    coverage: str | None = Describe(
        None,
        description="what the data claims of its members: complete (of at least one status, see /v1/coverage), partial "
        "(known to be incomplete), none (nothing is claimed)",
    )
    evidence: Evidence | None = None
    claims: list[ClaimOut] | None = None


ORGANIZATIONS = spec(
    "organizations",
    Kind.ORGANIZATION,
    "Intergovernmental organizations, forums and treaty bodies",
    OrganizationOut,
    (
        words("name", "name in use now", example="Shanghai Cooperation Organisation"),
        words("acronym", "acronym", example="SCO"),
        choice("kind", OrganizationType, "legal and working form"),
        choice("coverage", CoverageClaim, "what the data claims of its members"),
        moment("founded", "day of founding"),
        moment("dissolved", "day of its end"),
        reference("seat.country", (Kind.STATE,), "state of the seat", example="CHN"),
        reference(
            "member",
            (Kind.STATE, Kind.ORGANIZATION),
            "organizations this actor ever belonged to, in any status",
            many=True,
            example="AZE",
        ),
    ),
    actors=("",),
    located=True,
    example="sco",
    resolvable={"founded": "start", "dissolved": "end"},
)
