"""Closed lists of facts: statuses, roles, acts, forms of documents and happenings."""

from __future__ import annotations

from enum import StrEnum


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
    ROLL_CALL = "roll_call"
    INTERACTION = "interaction"
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
    SOURCE = "source"
    TARGET = "target"


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


class VoteChoice(StrEnum):
    """What an actor did in a roll call, as the United Nations record it; `not_member` had no vote yet, or no longer."""

    YES = "yes"
    NO = "no"
    ABSTAIN = "abstain"
    ABSENT = "absent"
    NOT_MEMBER = "not_member"


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
