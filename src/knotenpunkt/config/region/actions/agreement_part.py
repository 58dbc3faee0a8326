"""Agreements of a region file: parties, texts, promises and what shows them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from knotenpunkt.config.region.actions.rows import put, row_id
from knotenpunkt.config.region.agreements import AgreementEntry, CommitmentEntry
from knotenpunkt.config.region.schema import Region
from knotenpunkt.cooperation.models import (
    AgreementParty,
    AgreementStage,
    AgreementTask,
    AgreementVersion,
    Commitment,
    CommitmentTarget,
    CooperationAgreement,
    Evidence,
    Signatory,
    TaskShare,
)
from knotenpunkt.foundation import clock
from knotenpunkt.network.enums import LegalClass
from knotenpunkt.network.models import Network, Organization

ENTERED_AT = dt.time(10)


def load_agreements(network: Network, region: Region) -> None:
    """Write every agreement with its parts; years of targets follow the year of booking."""
    year = region.meta.booking_made_on.year
    for entry in region.agreements:
        put(CooperationAgreement, [_head(network, entry)])
        put(Organization, _small_houses(network, entry))
        put(AgreementParty, _parties(network, entry))
        put(AgreementStage, _stages(network, entry))
        put(AgreementVersion, _versions(network, entry))
        put(Signatory, _signatories(network, entry))
        put(Commitment, _commitments(network, entry))
        for one in entry.commitments:
            put(CommitmentTarget, _targets(network, one, year))
            put(Evidence, _evidence(network, one, year))
        put(AgreementTask, _tasks(network, entry))
        put(TaskShare, _shares(network, entry))


def _head(network: Network, it: AgreementEntry) -> CooperationAgreement:
    begins = it.versions[0].valid_from if it.versions else clock.today()
    return CooperationAgreement(
        id=row_id(network, "agreement", it.id),
        network=network,
        title=it.title,
        purpose=it.purpose,
        project_starts_on=it.project_starts_on,
        council_body=it.council.body if it.council else "",
        council_number=it.council.number if it.council else "",
        council_decided_on=it.council.decided_on if it.council else None,
        created_at=clock.local_moment(begins, ENTERED_AT),
    )


def _small_houses(network: Network, it: AgreementEntry) -> Iterator[Organization]:
    for code, name in it.houses.items():
        yield Organization(
            id=row_id(network, "organization", code),
            network=network,
            code=code,
            name=name,
            kind="agreement_party",
            legal_class=LegalClass.OTHER,
            is_listed=False,
            valid_from=it.versions[0].valid_from,
        )


def _parties(network: Network, it: AgreementEntry) -> Iterator[AgreementParty]:
    for code, legal_form in it.parties.items():
        yield AgreementParty(
            id=row_id(network, "agreement_party", f"{it.id}/{code}"),
            agreement_id=row_id(network, "agreement", it.id),
            organization_id=row_id(network, "organization", code),
            legal_form=legal_form,
            joined_on=it.versions[0].valid_from,
        )


def _stages(network: Network, it: AgreementEntry) -> Iterator[AgreementStage]:
    for stage, reached_on in it.stages.items():
        yield AgreementStage(
            id=row_id(network, "agreement_stage", f"{it.id}/{stage}"),
            agreement_id=row_id(network, "agreement", it.id),
            stage=stage,
            reached_on=reached_on,
        )


def _versions(network: Network, it: AgreementEntry) -> Iterator[AgreementVersion]:
    for number, version in enumerate(it.versions, 1):
        yield AgreementVersion(
            id=row_id(network, "agreement_version", f"{it.id}/{number}"),
            agreement_id=row_id(network, "agreement", it.id),
            number=number,
            valid_from=version.valid_from,
            valid_to=version.valid_to,
            changes=version.changes,
            document_url=version.url,
        )


def _signatories(network: Network, it: AgreementEntry) -> Iterator[Signatory]:
    for number, version in enumerate(it.versions, 1):
        for one in version.signatories:
            yield Signatory(
                id=row_id(network, "signatory", f"{it.id}/{number}/{one.org}/{one.name}"),
                version_id=row_id(network, "agreement_version", f"{it.id}/{number}"),
                organization_id=row_id(network, "organization", one.org),
                name=one.name,
                function=one.function,
                place=one.place,
                signed_on=one.on,
            )


def _commitments(network: Network, it: AgreementEntry) -> Iterator[Commitment]:
    for position, one in enumerate(it.commitments, 1):
        yield Commitment(
            id=row_id(network, "commitment", one.id),
            agreement_id=row_id(network, "agreement", it.id),
            organization_id=row_id(network, "organization", one.org) if one.org else None,
            text=one.text,
            how_counted=one.how,
            indicator=one.indicator,
            unit=one.unit,
            direction=one.direction,
            counts_people=one.people,
            baseline=one.baseline,
            first_on=it.versions[0].valid_from,
            position=position,
        )


def _targets(network: Network, it: CommitmentEntry, year: int) -> Iterator[CommitmentTarget]:
    for offset, value in it.targets.items():
        yield CommitmentTarget(
            id=row_id(network, "commitment_target", f"{it.id}/{offset}"),
            commitment_id=row_id(network, "commitment", it.id),
            year=year + offset,
            value=value,
        )


def _evidence(network: Network, it: CommitmentEntry, year: int) -> Iterator[Evidence]:
    for number, one in enumerate(it.evidence, 1):
        yield Evidence(
            id=row_id(network, "evidence", f"{it.id}/{number}"),
            commitment_id=row_id(network, "commitment", it.id),
            year=year + one.year,
            value=one.value,
            text=one.text,
            entered_at=clock.local_moment(one.on, ENTERED_AT),
            entered_by_id=row_id(network, "staff", one.staff),
        )


def _tasks(network: Network, it: AgreementEntry) -> Iterator[AgreementTask]:
    for title in it.tasks:
        yield AgreementTask(
            id=row_id(network, "agreement_task", f"{it.id}/{title}"),
            agreement_id=row_id(network, "agreement", it.id),
            title=title,
        )


def _shares(network: Network, it: AgreementEntry) -> Iterator[TaskShare]:
    for title, parts in it.tasks.items():
        for code, part in parts.items():
            yield TaskShare(
                id=row_id(network, "task_share", f"{it.id}/{title}/{code}"),
                task_id=row_id(network, "agreement_task", f"{it.id}/{title}"),
                organization_id=row_id(network, "organization", code),
                part=part,
            )
