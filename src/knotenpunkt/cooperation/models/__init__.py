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

__all__ = [
    "AgreementDocument",
    "AgreementParty",
    "AgreementStage",
    "AgreementTask",
    "AgreementVersion",
    "Commitment",
    "CommitmentTarget",
    "CooperationAgreement",
    "Evidence",
    "Fair",
    "FairContact",
    "FairRegistration",
    "RoomUse",
    "Signatory",
    "Stall",
    "TaskShare",
]
