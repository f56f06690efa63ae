"""Closed lists and code schemes, each with the authority that defines it."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """What an id in the register stands for."""

    STATE = "state"
    ORGANIZATION = "organization"
    EVENT = "event"
    AGREEMENT = "agreement"
    INITIATIVE = "initiative"
    PERSON = "person"
    TOPIC = "topic"
    SOURCE = "source"
    MEMBERSHIP = "membership"
    PARTICIPATION = "participation"
    ACT = "act"
    PARTY = "party"
    OFFICE = "office"
    INVOLVEMENT = "involvement"
    RELATION = "relation"
    COVERAGE = "coverage"
    CLAIM = "claim"


ACTOR_KINDS = (Kind.STATE, Kind.ORGANIZATION)
"""An actor can be a member, a party and a participant."""

PLURALS = {kind: f"{kind}s" for kind in Kind} | {
    Kind.PERSON: "people",
    Kind.PARTY: "parties",
    Kind.COVERAGE: "coverage",
}
"""The URL word of each kind."""


class Status(StrEnum):
    """How an actor belongs to an organization; the organization's own word stands beside it as `status_term`."""

    MEMBER = "member"
    ASSOCIATE_MEMBER = "associate_member"
    OBSERVER = "observer"
    DIALOGUE_PARTNER = "dialogue_partner"
    SECTORAL_DIALOGUE_PARTNER = "sectoral_dialogue_partner"
    DEVELOPMENT_PARTNER = "development_partner"
    PARTNER = "partner"
    SPECIAL_GUEST = "special_guest"
    CANDIDATE = "candidate"
    APPLICANT = "applicant"
    ACCEDING = "acceding"
    INVITED = "invited"
    DECLINED = "declined"
    PARTICIPANT = "participant"
    CORRESPONDENT = "correspondent"
    SUSPENDED = "suspended"
    FROZEN = "frozen"


PENDING_STATUSES = frozenset(
    {Status.CANDIDATE, Status.APPLICANT, Status.ACCEDING, Status.INVITED, Status.DECLINED, Status.SPECIAL_GUEST}
)
"""Statuses on the way in: they may stand beside another one; all others exclude each other."""


class Standing(StrEnum):
    """A state's standing in the United Nations system; never implied by an ISO code."""

    UN_MEMBER = "un_member"
    UN_OBSERVER = "un_observer"
    PARTIALLY_RECOGNIZED = "partially_recognized"
    TERRITORY = "territory"
    FORMER = "former"
    OTHER = "other"


class OrganizationType(StrEnum):
    """The legal and working form of an organization."""

    INTERGOVERNMENTAL = "intergovernmental"
    FORUM = "forum"
    TREATY_BODY = "treaty_body"
    UNION = "union"
    ALLIANCE = "alliance"
    PARLIAMENTARY = "parliamentary"
    FINANCIAL = "financial"
    CULTURAL = "cultural"
    AGENCY = "agency"


class EventType(StrEnum):
    """What kind of happening an event is."""

    SUMMIT = "summit"
    INFORMAL_SUMMIT = "informal_summit"
    EXTRAORDINARY_SUMMIT = "extraordinary_summit"
    STATE_VISIT = "state_visit"
    OFFICIAL_VISIT = "official_visit"
    WORKING_VISIT = "working_visit"
    VISIT = "visit"
    BILATERAL_MEETING = "bilateral_meeting"
    TRILATERAL_MEETING = "trilateral_meeting"
    MULTILATERAL_MEETING = "multilateral_meeting"
    MINISTERIAL = "ministerial"
    CONFERENCE = "conference"
    SIGNING = "signing"
    ESTABLISHMENT = "establishment"
    OPENING = "opening"
    COMMEMORATION = "commemoration"
    CONFLICT = "conflict"
    CEASEFIRE = "ceasefire"
    DECLARATION = "declaration"
    DIPLOMATIC_RELATIONS = "diplomatic_relations"
    ACCESSION = "accession"
    ELECTION = "election"
    OTHER = "other"


class Role(StrEnum):
    """What an actor or a person did at an event."""

    HOST = "host"
    CO_HOST = "co_host"
    PARTICIPANT = "participant"
    GUEST = "guest"
    OBSERVER = "observer"
    CHAIR = "chair"
    CO_CHAIR = "co_chair"
    WITNESS = "witness"
    MEDIATOR = "mediator"
    ORGANIZER = "organizer"
    SIGNATORY = "signatory"
    VISITOR = "visitor"
    SPEAKER = "speaker"


class Level(StrEnum):
    """The level at which an actor took part."""

    HEAD_OF_STATE = "head_of_state"
    HEAD_OF_GOVERNMENT = "head_of_government"
    VICE_PRESIDENT = "vice_president"
    FOREIGN_MINISTER = "foreign_minister"
    MINISTER = "minister"
    DEPUTY_MINISTER = "deputy_minister"
    SPOUSE = "spouse"
    HEAD_OF_ORGANIZATION = "head_of_organization"
    OFFICIAL = "official"
    BUSINESS = "business"
    OTHER = "other"


class AgreementType(StrEnum):
    """The form of a document between actors."""

    TREATY = "treaty"
    CHARTER = "charter"
    CONVENTION = "convention"
    PROTOCOL = "protocol"
    MEMORANDUM = "memorandum"
    DECLARATION = "declaration"
    STATEMENT = "statement"
    AGREEMENT = "agreement"
    COMMUNIQUE = "communique"
    CONTRACT = "contract"
    PROGRAMME = "programme"
    ROADMAP = "roadmap"
    DECISION = "decision"


class AgreementStatus(StrEnum):
    """How far a document has come; a political document never enters into force."""

    INITIALLED = "initialled"
    SIGNED = "signed"
    IN_FORCE = "in_force"
    PROVISIONALLY_APPLIED = "provisionally_applied"
    TERMINATED = "terminated"
    SUSPENDED = "suspended"
    POLITICAL = "political"


class ActType(StrEnum):
    """What an actor did to an agreement (Vienna Convention on the Law of Treaties, articles 10 to 25 and 54 to 56)."""

    INITIALLING = "initialling"
    SIGNATURE = "signature"
    RATIFICATION = "ratification"
    ACCESSION = "accession"
    ACCEPTANCE = "acceptance"
    APPROVAL = "approval"
    SUCCESSION = "succession"
    PROVISIONAL_APPLICATION = "provisional_application"
    DEFINITIVE_SIGNATURE = "definitive_signature"
    CONSENT_TO_BE_BOUND = "consent_to_be_bound"
    ENTRY_INTO_FORCE = "entry_into_force"
    RESERVATION = "reservation"
    WITHDRAWAL = "withdrawal"
    DENUNCIATION = "denunciation"
    SUSPENSION = "suspension"
    WITNESS = "witness"


class PartyStatus(StrEnum):
    """What the acts of an actor make of it."""

    SIGNATORY = "signatory"
    CONTRACTING = "contracting"
    PARTY = "party"
    PROVISIONAL = "provisional"


class RelationType(StrEnum):
    """Read: `from` is the type of `to`; diplomatic relations have no direction."""

    SUCCESSOR = "successor"
    PREDECESSOR = "predecessor"
    RENAMED = "renamed"
    MERGED = "merged"
    SPLIT = "split"
    ORGAN_OF = "organ_of"
    DIPLOMATIC_RELATIONS = "diplomatic_relations"


class InitiativeType(StrEnum):
    """What kind of undertaking an initiative is."""

    CORRIDOR = "corridor"
    PIPELINE = "pipeline"
    PROGRAMME = "programme"
    PROJECT = "project"


class InitiativeStatus(StrEnum):
    """How far an initiative has come."""

    PROPOSED = "proposed"
    AGREED = "agreed"
    UNDER_CONSTRUCTION = "under_construction"
    OPERATING = "operating"
    ENDED = "ended"


class SourceType(StrEnum):
    """What kind of publication a source is."""

    TREATY = "treaty"
    OFFICIAL = "official"
    PRESS = "press"
    REFERENCE = "reference"
    DATASET = "dataset"
    ARTICLE = "article"


class Stance(StrEnum):
    """What a source's word means for the fact it speaks of; an opinion is a judgement and never a fact."""

    SUPPORTS = "supports"
    CONTRADICTS = "contradicts"
    OPINION = "opinion"


class Confidence(StrEnum):
    """How far a claim can be relied on, in the curator's judgement."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class NameType(StrEnum):
    """What kind of name a name is."""

    OFFICIAL = "official"
    SHORT = "short"
    FORMER = "former"
    ALIAS = "alias"
    ACRONYM = "acronym"
    CLDR = "cldr"


class SearchedKind(StrEnum):
    """What has names to be found by."""

    STATE = "state"
    ORGANIZATION = "organization"
    EVENT = "event"
    AGREEMENT = "agreement"
    INITIATIVE = "initiative"
    PERSON = "person"
    TOPIC = "topic"
    SOURCE = "source"


SEARCHED_KINDS = tuple(Kind(one.value) for one in SearchedKind)

CODED_KINDS = (Kind.STATE, Kind.ORGANIZATION, Kind.PERSON, Kind.INITIATIVE)
"""Kinds that have codes."""


class NameUse(StrEnum):
    """By which of its names a search found a thing."""

    NAME = "name"
    ACRONYM = "acronym"
    OFFICIAL = "official"
    SHORT = "short"
    FORMER = "former"
    ALIAS = "alias"
    LOCALIZED = "localized"
    CODE = "code"
    PLACE = "place"


class ChangeKind(StrEnum):
    """Why the data changed: the world did, the record was wrong, or more evidence came."""

    WORLD = "world"
    CORRECTION = "correction"
    SOURCE_ADDED = "source_added"


class ChangeType(StrEnum):
    """What a revision did to one thing."""

    ADDED = "added"
    CHANGED = "changed"
    CLOSED = "closed"


class Scheme(StrEnum):
    """Code schemes that ids in paths and filters may be written in."""

    ISO2 = "iso2"
    ISO3 = "iso3"
    ISONUM = "isonum"
    M49 = "m49"
    COW = "cow"
    GW = "gw"
    WD = "wd"
    COW_IGO = "cow-igo"


SCHEME_AUTHORITIES = {
    Scheme.ISO2: "ISO 3166-1 alpha-2",
    Scheme.ISO3: "ISO 3166-1 alpha-3",
    Scheme.ISONUM: "ISO 3166-1 numeric, three digits",
    Scheme.M49: "UN Statistics Division, M49, three digits",
    Scheme.COW: "Correlates of War state number",
    Scheme.GW: "Gleditsch and Ward state number",
    Scheme.WD: "Wikidata item",
    Scheme.COW_IGO: "Correlates of War IGO short name (ioname)",
}

LANGUAGES = ("ar", "az", "be", "de", "es", "fa", "fr", "hy", "it", "ja", "ka", "kk", "ky", "pt", "ru", "tg", "tk", "tr", "uk",
             "uz", "zh")  # fmt: skip
"""Languages that names of states are held in beside English (Unicode CLDR)."""

DATA_LICENSE = "CC-BY-4.0"
CODE_LICENSE = "Apache-2.0"

VOCABULARIES: dict[str, type[StrEnum]] = {
    "statuses": Status,
    "standings": Standing,
    "organization-types": OrganizationType,
    "event-types": EventType,
    "roles": Role,
    "levels": Level,
    "agreement-types": AgreementType,
    "agreement-statuses": AgreementStatus,
    "acts": ActType,
    "party-statuses": PartyStatus,
    "relation-types": RelationType,
    "initiative-types": InitiativeType,
    "initiative-statuses": InitiativeStatus,
    "source-types": SourceType,
    "stances": Stance,
    "confidences": Confidence,
    "name-types": NameType,
    "name-uses": NameUse,
    "change-kinds": ChangeKind,
    "change-types": ChangeType,
    "schemes": Scheme,
    "kinds": Kind,
}
"""What `/v1/vocabularies` serves, by URL word."""
