"""Promises: made, measured each year, shown by evidence, ended."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.db.models import F, Max
from django.db.models.functions import Greatest

from knotenpunkt.cooperation.enums import Part
from knotenpunkt.cooperation.models import (
    AgreementParty,
    Commitment,
    CommitmentTarget,
    CooperationAgreement,
    Evidence,
    OpenPoint,
    TaskShare,
)
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.actions import record
from knotenpunkt.network.models import Account, Organization


@dataclass(frozen=True)
class Promise:
    """Who promises what and how it is counted. No organization: all parties together."""

    organization: Organization | None
    text: str
    indicator: str
    how_counted: str
    unit: str
    direction: str
    counts_people: bool
    baseline: Decimal | None
    first_on: dt.date


@transaction.atomic
def make_commitment(
    *, agreement: CooperationAgreement, promise: Promise, target: Decimal, by: Account
) -> Commitment:
    """Add a promise; the target holds from the year in which it begins."""
    last = agreement.commitments.aggregate(last=Max("position"))["last"] or 0
    commitment = Commitment.objects.create(agreement=agreement, position=last + 1, **vars(promise))
    CommitmentTarget.objects.create(commitment=commitment, year=promise.first_on.year, value=target)
    record("commitment.made", commitment, by=by)
    return commitment


@transaction.atomic
def set_target(*, commitment: Commitment, year: int, value: Decimal, by: Account) -> None:
    """Say how much is promised from this year on."""
    CommitmentTarget.objects.update_or_create(
        commitment=commitment, year=year, defaults={"value": value}
    )
    record("commitment.target_set", commitment, by=by, changed_fields=["targets"])


@transaction.atomic
def add_evidence(
    *, commitment: Commitment, year: int, value: Decimal, text: str, link: str, by: Account
) -> Evidence:
    """Enter where a promise stands; of a year the newest figure counts, older ones stay."""
    row = Evidence.objects.create(
        commitment=commitment,
        year=year,
        value=value,
        text=text,
        link=link,
        entered_at=clock.now(),
        entered_by=by.staff_member,
    )
    record("commitment.evidence_added", commitment, by=by)
    return row


@transaction.atomic
def end_commitment(*, commitment: Commitment, last_on: dt.date, by: Account) -> None:
    """Say on which day a promise holds for the last time; its figures stay."""
    commitment.last_on = max(last_on, commitment.first_on)
    commitment.save(update_fields=["last_on"])
    record("commitment.ended", commitment, by=by, changed_fields=["last_on"])


def hand_on_commitments(*, old: Organization, successor: Organization, on: dt.date) -> None:
    """Bind the successor to what the old house has promised; signatures stay where they were.

    The law of succession, not of consent: what people allowed the old house stays with it.
    """
    parties = AgreementParty.objects.filter(organization=old, left_on=None)
    for party in parties:
        AgreementParty.objects.get_or_create(
            agreement=party.agreement,
            organization=successor,
            defaults={"legal_form": party.legal_form, "joined_on": on},
        )
    parties.update(left_on=Greatest(F("joined_on"), on))
    Commitment.objects.filter(organization=old).update(organization=successor)
    OpenPoint.objects.filter(organization=old, done_on=None).update(organization=successor)
    shares = TaskShare.objects.filter(organization=old)
    own = TaskShare.objects.filter(organization=successor)
    own.filter(task__in=shares.filter(part=Part.LEADS).values("task")).update(part=Part.LEADS)
    shares.filter(task__in=own.values("task")).delete()
    shares.update(organization=successor)
