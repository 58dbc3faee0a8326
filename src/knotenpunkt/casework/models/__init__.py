"""Tables of shared work, one module a topic."""

from knotenpunkt.casework.models.diary import FollowUp, TalkRecord
from knotenpunkt.casework.models.referrals import Referral, ReferralLetter

__all__ = ["FollowUp", "Referral", "ReferralLetter", "TalkRecord"]
