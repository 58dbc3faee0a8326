"""Tables of shared work, one module a topic."""

from knotenpunkt.casework.models.conferences import (
    AgendaItem,
    AgreedStep,
    CaseConference,
    ConferenceSeat,
    MinutesCorrection,
)
from knotenpunkt.casework.models.diary import FollowUp, TalkRecord
from knotenpunkt.casework.models.referrals import Referral, ReferralLetter

__all__ = [
    "AgendaItem",
    "AgreedStep",
    "CaseConference",
    "ConferenceSeat",
    "FollowUp",
    "MinutesCorrection",
    "Referral",
    "ReferralLetter",
    "TalkRecord",
]
