"""Agreements: whose they are, and who does what in them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet

from knotenpunkt.cooperation.enums import Part, Stage
from knotenpunkt.cooperation.models import (
    AgreementParty,
    AgreementTask,
    AgreementVersion,
    CooperationAgreement,
    TaskShare,
)
from knotenpunkt.foundation import clock
from knotenpunkt.network.enums import Role
from knotenpunkt.network.models import Account, Organization

WRITING_ROLES: frozenset[str] = frozenset({Role.COORDINATOR, Role.MANAGER})


def taking_part(on: dt.date) -> Q:
    """Return the condition on `AgreementParty` that it has not left by this day."""
    return Q(left_on=None) | Q(left_on__gt=on)


def agreements_visible_to(account: Account) -> QuerySet[CooperationAgreement]:
    """Return the agreements of which the own organization is a party; of others not one."""
    member = account.staff_member
    parties = AgreementParty.objects.filter(
        taking_part(clock.today()), organization=member.organization_id
    )
    return CooperationAgreement.objects.filter(pk__in=parties.values("agreement"))


def agreements_written_by(account: Account) -> QuerySet[CooperationAgreement]:
    """Return those that this account may change: it coordinates or manages a party."""
    if account.staff_member.role not in WRITING_ROLES:
        return CooperationAgreement.objects.none()
    return agreements_visible_to(account)


def with_state(agreements: QuerySet[CooperationAgreement]) -> QuerySet[CooperationAgreement]:
    """Read what `state_on` and the list of parties need, in four queries for all of them."""
    versions = AgreementVersion.objects.prefetch_related("signatories__organization")
    parties = AgreementParty.objects.select_related("organization__successor")
    return agreements.prefetch_related(
        Prefetch("versions", versions.select_related("document").defer("document__content")),
        Prefetch("parties", parties),
        "stages",
    )


def parties_today(agreement: CooperationAgreement) -> QuerySet[Organization]:
    """Return the organizations that take part now."""
    parties = agreement.parties.filter(taking_part(clock.today()))
    return Organization.objects.filter(pk__in=parties.values("organization")).order_by("name")


def houses_of(agreement: CooperationAgreement) -> dict[UUID, frozenset[UUID]]:
    """Return each party with itself and the parties it has succeeded: their work counts on.

    Reads `parties` with their organizations, which `with_state` has fetched.
    """
    parties = [it.organization for it in agreement.parties.all()]
    heir = {it.pk: it.successor_id for it in parties if it.successor_id is not None}
    found: dict[UUID, set[UUID]] = defaultdict(set)
    for party in parties:
        now = party.pk
        found[now].add(now)
        seen = {now}
        while now in heir and heir[now] not in seen:
            now = heir[now]
            seen.add(now)
            found[now].add(party.pk)
    return {key: frozenset(value) for key, value in found.items()}


@dataclass(frozen=True)
class StageStep:
    """One of the four stages: when it was reached, and whether it is the one of today."""

    stage: Stage
    reached_on: dt.date | None
    note: str
    is_current: bool


def stage_steps(agreement: CooperationAgreement) -> list[StageStep]:
    """Return all stages in order; the last one that was reached is the current one."""
    rows = {it.stage: it for it in agreement.stages.all()}
    reached = [it for it in Stage if it in rows]
    return [
        StageStep(
            stage,
            rows[stage].reached_on if stage in rows else None,
            rows[stage].note if stage in rows else "",
            bool(reached) and stage == reached[-1],
        )
        for stage in Stage
    ]


@dataclass(frozen=True)
class TaskLine:
    """A task with who leads it and who takes part. Exactly one leads, or it is a conflict."""

    task: AgreementTask
    leading: list[Organization]
    helping: list[Organization]

    @property
    def is_orphan(self) -> bool:
        return not self.leading

    @property
    def is_doubled(self) -> bool:
        return len(self.leading) > 1


def task_lines(agreement: CooperationAgreement) -> list[TaskLine]:
    """Return "who does what"; two queries."""
    shares = TaskShare.objects.select_related("organization")
    return [
        TaskLine(
            task,
            [it.organization for it in task.shares.all() if it.part == Part.LEADS],
            [it.organization for it in task.shares.all() if it.part == Part.HELPS],
        )
        for task in agreement.tasks.prefetch_related(Prefetch("shares", shares))
    ]
