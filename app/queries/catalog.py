"""Every resource, by its URL word."""

from __future__ import annotations

from app.queries.agreements import ACTS, AGREEMENTS, PARTIES
from app.queries.events import EVENTS, PARTICIPATIONS
from app.queries.initiatives import INITIATIVES, TOPICS
from app.queries.memberships import MEMBERSHIPS
from app.queries.organizations import ORGANIZATIONS
from app.queries.people import PEOPLE
from app.queries.relations import COVERAGE, RELATIONS
from app.queries.revisions import CHANGES, REVISIONS
from app.queries.sources import CLAIMS, SOURCES
from app.queries.states import STATES
from app.queries.votes import VOTES

RESOURCES = {
    one.spec.name: one
    for one in (
        STATES,
        ORGANIZATIONS,
        EVENTS,
        AGREEMENTS,
        INITIATIVES,
        PEOPLE,
        TOPICS,
        SOURCES,
        MEMBERSHIPS,
        PARTICIPATIONS,
        VOTES,
        ACTS,
        PARTIES,
        RELATIONS,
        CLAIMS,
        COVERAGE,
    )
}
"""The resources in the order of the documentation."""

TABLES = RESOURCES | {one.spec.name: one for one in (REVISIONS, CHANGES)}
"""The resources and the logs: everything whose rows come from the store, with columns that a Table Schema describes."""
