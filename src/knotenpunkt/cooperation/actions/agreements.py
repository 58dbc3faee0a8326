"""An agreement from the first talk to its end: parties, versions, signatures, stages, tasks."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.utils.text import slugify

from knotenpunkt.cooperation.enums import Part, Stage
from knotenpunkt.cooperation.errors import (
    AlreadyParty,
    StageOutOfOrder,
    StillPromises,
    VersionOutOfOrder,
)
from knotenpunkt.cooperation.models import (
    AgreementDocument,
    AgreementParty,
    AgreementStage,
    AgreementTask,
    AgreementVersion,
    CooperationAgreement,
    Signatory,
    TaskShare,
)
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.actions import record
from knotenpunkt.network.enums import LegalClass
from knotenpunkt.network.models import Account, Organization

ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class AgreementText:
    """What stands at the head of an agreement. Of a council decision all three or none."""

    title: str
    purpose: str
    project_starts_on: dt.date | None
    council_body: str
    council_number: str
    council_decided_on: dt.date | None


@dataclass(frozen=True)
class NewVersion:
    """A text and from when it holds; `valid_to` is the last day. The document is a PDF."""

    valid_from: dt.date
    valid_to: dt.date | None
    changes: str
    document_url: str
    document: tuple[str, bytes] | None = None  # name, content


@dataclass(frozen=True)
class Signature:
    """Who signs, with the function of that day."""

    organization: Organization
    name: str
    function: str
    place: str
    signed_on: dt.date


@transaction.atomic
def begin_agreement(*, text: AgreementText, legal_form: str, by: Account) -> CooperationAgreement:
    """Open an agreement; the own organization is its first party."""
    organization = by.staff_member.organization
    agreement = CooperationAgreement.objects.create(
        network=organization.network, created_at=clock.now(), **vars(text)
    )
    joined_on = min(clock.today(), text.project_starts_on or clock.today())
    AgreementParty.objects.create(
        agreement=agreement, organization=organization, legal_form=legal_form, joined_on=joined_on
    )
    record("agreement.begun", agreement, by=by)
    return agreement


@transaction.atomic
def change_agreement(*, agreement: CooperationAgreement, text: AgreementText, by: Account) -> None:
    """Write the head anew."""
    agreement = CooperationAgreement.objects.select_for_update(of=("self",)).get(pk=agreement.pk)
    changed = [name for name, value in vars(text).items() if getattr(agreement, name) != value]
    if not changed:
        return
    for name in changed:
        setattr(agreement, name, getattr(text, name))
    agreement.save(update_fields=changed)
    record("agreement.changed", agreement, by=by, changed_fields=changed)


@transaction.atomic
def terminate_agreement(
    *, agreement: CooperationAgreement, last_on: dt.date, reason: str, by: Account
) -> None:
    """Say on which day it holds for the last time, and why. It stays readable."""
    agreement.terminated_on, agreement.termination_reason = last_on, reason
    agreement.save(update_fields=["terminated_on", "termination_reason"])
    record("agreement.terminated", agreement, by=by, changed_fields=["terminated_on"])


def open_small_house(*, name: str, by: Account) -> Organization:
    """Write down a house that signs and has nothing in the directory, such as a parish."""
    return Organization.objects.create(
        network=by.staff_member.organization.network,
        code=f"{slugify(name)[:40] or 'house'}-{uuid.uuid4().hex[:6]}",
        name=name,
        kind="agreement_party",
        legal_class=LegalClass.OTHER,
        is_listed=False,
        valid_from=clock.today(),
    )


@transaction.atomic
def add_party(
    *,
    agreement: CooperationAgreement,
    organization: Organization | str,
    legal_form: str,
    joined_on: dt.date,
    by: Account,
) -> AgreementParty:
    """Let an organization take part; a name opens a small house. Raises `AlreadyParty`."""
    if isinstance(organization, str):
        organization = open_small_house(name=organization, by=by)
    known = agreement.parties.filter(organization=organization).first()
    if known is not None and known.left_on is None:
        raise AlreadyParty
    if known is not None:  # it comes back: one party, one row
        known.left_on, known.legal_form = None, legal_form
        known.save(update_fields=["left_on", "legal_form"])
    else:
        known = AgreementParty.objects.create(
            agreement=agreement,
            organization=organization,
            legal_form=legal_form,
            joined_on=joined_on,
        )
    record("agreement.party_joined", agreement, by=by)
    return known


@transaction.atomic
def let_party_leave(*, party: AgreementParty, left_on: dt.date, by: Account) -> None:
    """Note the first day without a party. Raises `StillPromises` while its promises run."""
    running = Q(last_on=None) | Q(last_on__gte=left_on)
    promises = party.agreement.commitments.filter(running, organization=party.organization_id)
    if count := promises.count():
        raise StillPromises(count)
    party.left_on = max(left_on, party.joined_on)
    party.save(update_fields=["left_on"])
    shares = TaskShare.objects.filter(task__agreement=party.agreement_id)
    shares.filter(organization=party.organization_id).delete()
    record("agreement.party_left", party.agreement, by=by)


@transaction.atomic
def add_version(
    *, agreement: CooperationAgreement, version: NewVersion, by: Account
) -> AgreementVersion:
    """Add a text; the one before it ends the day before. Raises `VersionOutOfOrder`."""
    CooperationAgreement.objects.select_for_update(of=("self",)).get(pk=agreement.pk)
    before = agreement.versions.order_by("-number").first()
    if before is not None:
        if version.valid_from <= before.valid_from:
            raise VersionOutOfOrder(before.valid_from)
        if before.valid_to is None or before.valid_to >= version.valid_from:
            before.valid_to = version.valid_from - ONE_DAY
            before.save(update_fields=["valid_to"])
    added = AgreementVersion.objects.create(
        agreement=agreement,
        number=before.number + 1 if before else 1,
        valid_from=version.valid_from,
        valid_to=version.valid_to,
        changes=version.changes,
        document_url=version.document_url,
    )
    if version.document:
        name, content = version.document
        AgreementDocument.objects.create(version=added, name=name, content=content)
    record("agreement.version_added", agreement, by=by)
    return added


@transaction.atomic
def sign_version(*, version: AgreementVersion, signature: Signature, by: Account) -> Signatory:
    """Write down a signature on paper; the same one only once."""
    row, is_new = Signatory.objects.get_or_create(
        version=version,
        organization=signature.organization,
        name=signature.name,
        defaults={
            "function": signature.function,
            "place": signature.place,
            "signed_on": signature.signed_on,
        },
    )
    if is_new:
        record("agreement.signed", version.agreement, by=by)
    return row


@transaction.atomic
def reach_stage(
    *, agreement: CooperationAgreement, stage: str, reached_on: dt.date, note: str, by: Account
) -> AgreementStage:
    """Note that a stage is reached; again corrects day and note. Raises `StageOutOfOrder`."""
    order = {it.value: number for number, it in enumerate(Stage)}
    for other in agreement.stages.exclude(stage=stage):
        is_before = order[other.stage] < order[stage]
        if is_before and other.reached_on > reached_on:
            raise StageOutOfOrder
        if not is_before and other.reached_on < reached_on:
            raise StageOutOfOrder
    row, _is_new = AgreementStage.objects.update_or_create(
        agreement=agreement, stage=stage, defaults={"reached_on": reached_on, "note": note}
    )
    record("agreement.stage_reached", agreement, by=by)
    return row


@transaction.atomic
def share_task(
    *,
    agreement: CooperationAgreement,
    title: str,
    leading: Iterable[Organization],
    helping: Iterable[Organization],
    by: Account,
) -> AgreementTask:
    """Write down who does what; a task of this title is written anew."""
    task, _is_new = AgreementTask.objects.get_or_create(agreement=agreement, title=title)
    task.shares.all().delete()
    parts = dict.fromkeys(helping, Part.HELPS) | dict.fromkeys(leading, Part.LEADS)
    TaskShare.objects.bulk_create(
        TaskShare(task=task, organization=it, part=part) for it, part in parts.items()
    )
    record("agreement.task_shared", agreement, by=by)
    return task


@transaction.atomic
def drop_task(*, task: AgreementTask, by: Account) -> None:
    """Take a task off the list."""
    record("agreement.task_dropped", task.agreement, by=by)
    task.delete()
