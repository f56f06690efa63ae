"""Tables: one class each; the database enforces what can be enforced there."""

from app.models.agreements import Act, Agreement, Party
from app.models.coverage import Coverage
from app.models.events import Event, Participation
from app.models.initiatives import Initiative, Involvement
from app.models.memberships import Membership
from app.models.organizations import Organization
from app.models.people import Office, Person
from app.models.receipts import Receipt
from app.models.register import Code, Entity, Label, Link, Name, SearchEntry
from app.models.relations import Relation
from app.models.releases import Release
from app.models.revisions import Change, Revision
from app.models.sources import Claim, Source
from app.models.states import State
from app.models.topics import Topic
from app.models.votes import Vote

__all__ = [
    "Act",
    "Agreement",
    "Change",
    "Claim",
    "Code",
    "Coverage",
    "Entity",
    "Event",
    "Initiative",
    "Involvement",
    "Label",
    "Link",
    "Membership",
    "Name",
    "Office",
    "Organization",
    "Participation",
    "Party",
    "Person",
    "Receipt",
    "Relation",
    "Release",
    "Revision",
    "SearchEntry",
    "Source",
    "State",
    "Topic",
    "Vote",
]
