"""Tables of shared work, one module a topic."""

from knotenpunkt.casework.models.assignments import AssessedNeed, Assignment, NeedsAssessment
from knotenpunkt.casework.models.conferences import (
    AgendaItem,
    AgreedStep,
    CaseConference,
    ConferenceSeat,
    MinutesCorrection,
)
from knotenpunkt.casework.models.diary import FollowUp, TalkRecord
from knotenpunkt.casework.models.facts import StatedFact
from knotenpunkt.casework.models.joint import JointSession
from knotenpunkt.casework.models.plans import (
    CareerStage,
    CarePlan,
    LanguageLevel,
    OfficialPlan,
    PlanGoal,
    PlanStep,
)
from knotenpunkt.casework.models.referrals import Referral, ReferralLetter
from knotenpunkt.casework.models.wishes import InterpreterWish

__all__ = [
    "AgendaItem",
    "AgreedStep",
    "AssessedNeed",
    "Assignment",
    "CarePlan",
    "CareerStage",
    "CaseConference",
    "ConferenceSeat",
    "FollowUp",
    "InterpreterWish",
    "JointSession",
    "LanguageLevel",
    "MinutesCorrection",
    "NeedsAssessment",
    "OfficialPlan",
    "PlanGoal",
    "PlanStep",
    "Referral",
    "ReferralLetter",
    "StatedFact",
    "TalkRecord",
]
