"""What partners do together, one module a topic."""

from knotenpunkt.cooperation.models.agreements import (
    AgreementDocument,
    AgreementParty,
    AgreementStage,
    AgreementTask,
    AgreementVersion,
    CooperationAgreement,
    Signatory,
    TaskShare,
)
from knotenpunkt.cooperation.models.commitments import Commitment, CommitmentTarget, Evidence
from knotenpunkt.cooperation.models.fairs import (
    Fair,
    FairContact,
    FairRegistration,
    RoomUse,
    Stall,
)
from knotenpunkt.cooperation.models.meetings import (
    CoordinationMeeting,
    MeetingSeries,
    OpenPoint,
)

__all__ = [
    "AgreementDocument",
    "AgreementParty",
    "AgreementStage",
    "AgreementTask",
    "AgreementVersion",
    "Commitment",
    "CommitmentTarget",
    "CooperationAgreement",
    "CoordinationMeeting",
    "Evidence",
    "Fair",
    "FairContact",
    "FairRegistration",
    "MeetingSeries",
    "OpenPoint",
    "RoomUse",
    "Signatory",
    "Stall",
    "TaskShare",
]
