"""Who is responsible? Facts come in as plain values; nothing here knows a person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import QuerySet

from knotenpunkt.directory.models import Service
from knotenpunkt.network.enums import Role
from knotenpunkt.network.models import Account, Network, Organization
from knotenpunkt.routing.checks import Gap
from knotenpunkt.routing.conditions import when_of
from knotenpunkt.routing.deciding import (
    Decision,
    Verdict,
    decide_if_drafts_pass,
    decide_today,
)
from knotenpunkt.routing.enums import Matter, RuleStatus, Strength
from knotenpunkt.routing.facts import Facts
from knotenpunkt.routing.law import RuleRow, in_force
from knotenpunkt.routing.models import (
    KnownGap,
    ResponsibilityOverride,
    ResponsibilityRule,
    ServiceMatter,
)

REVIEWERS = frozenset({Role.COORDINATOR, Role.LEAD})


@dataclass(frozen=True)
class Responsibility:
    """The answer for one matter on one day, and what it would be if the drafts became law.

    `drafts` are the draft rows that would change the answer; empty when the answer stays.
    `gap` says why there is no rule, where that is known.
    """

    matter: str
    on: dt.date
    today: Decision
    if_drafts_pass: Decision
    drafts: tuple[RuleRow, ...]
    organizations: Mapping[str, Organization]
    gap: str = ""


def rows_of(network: Network) -> tuple[RuleRow, ...]:
    """Return all rules of the network as plain rows; which of them count depends on the day."""
    rules = ResponsibilityRule.objects.filter(network=network).select_related("organization")
    return tuple(row_of(rule) for rule in rules)


def row_of(rule: ResponsibilityRule) -> RuleRow:
    """Return a stored rule as a plain row."""
    return RuleRow(
        id=rule.id,
        code=rule.code,
        matter=rule.matter,
        when=when_of(rule.conditions),
        valid_from=rule.valid_from,
        valid_to=rule.valid_to,
        organization=rule.organization.code if rule.organization else None,
        outcome=rule.outcome,
        regime=rule.regime,
        strength=rule.strength,
        beats=tuple(rule.beats),
        status=rule.status,
        legal_basis=rule.legal_basis,
        source=rule.source,
        reviewer=rule.reviewer,
        reviewed_on=rule.reviewed_on,
        note=rule.note,
        transition=rule.transition,
    )


def responsible_for(network: Network, matter: str, facts: Facts, on: dt.date) -> Responsibility:
    """Return who is responsible on this local day, in three queries at most."""
    rows = rows_of(network)
    today = decide_today(rows, matter, facts, on)
    later = decide_if_drafts_pass(rows, matter, facts, on)
    changed = today.targets != later.targets
    return Responsibility(
        matter=matter,
        on=on,
        today=today,
        if_drafts_pass=later,
        drafts=tuple(row for row in later.rules if row.status == RuleStatus.DRAFT)
        if changed
        else (),
        organizations=_organizations(network, (today, later)),
        gap="" if today.rules else _gap(network, matter),
    )


def is_responsible(organization: Organization, matter: str, facts: Facts, on: dt.date) -> Verdict:
    """Return yes, no or unknown: is this organization responsible on this day?"""
    rows = rows_of(organization.network)
    return decide_today(rows, matter, facts, on).verdict(organization.code)


def payers_of(network: Network, on: dt.date) -> frozenset[str]:
    """Return the codes of the organizations that pay somebody's livelihood by rule on this day."""
    return payers_among(rows_of(network), on)


def payers_among(rows: Iterable[RuleRow], on: dt.date) -> frozenset[str]:
    """Return who pays by these rules on this day."""
    return frozenset(
        row.organization
        for row in in_force(rows, on)
        if row.matter == Matter.LIVELIHOOD
        and row.strength == Strength.RESPONSIBLE
        and row.organization
    )


def matter_of(service: Service) -> str | None:
    """Return the matter a service belongs to, or None if no rule speaks of it."""
    return ServiceMatter.objects.filter(service=service).values_list("matter", flat=True).first()


def _organizations(network: Network, decisions: Iterable[Decision]) -> dict[str, Organization]:
    codes = {target for it in decisions for target, _regime in it.targets}
    for decision in decisions:
        codes |= {row.organization or "" for row in decision.also_helps}
        codes |= {row.organization or "" for row in decision.may_also_help}
    found = Organization.objects.filter(network=network, code__in=codes)
    return {organization.code: organization for organization in found}


def _gap(network: Network, matter: str) -> str:
    gaps = KnownGap.objects.filter(network=network, matter=matter)
    return " ".join(gap.reason for gap in gaps)


def known_gaps(network: Network) -> list[Gap]:
    """Return the gaps that are there on purpose."""
    return [
        Gap(gap.matter, when_of(gap.conditions), gap.reason)
        for gap in KnownGap.objects.filter(network=network)
    ]


def rules_visible_to(account: Account) -> QuerySet[ResponsibilityRule]:
    """Return the rules of the own network: law is no secret."""
    network_id = account.staff_member.organization.network_id
    return ResponsibilityRule.objects.filter(network_id=network_id).select_related("organization")


def overrides_visible_to(account: Account) -> QuerySet[ResponsibilityOverride]:
    """Return the overrides of the network for those who review, and the own organization's."""
    staff_member = account.staff_member
    found = ResponsibilityOverride.objects.filter(
        network_id=staff_member.organization.network_id
    ).select_related("chosen", "by__staff_member__organization")
    if staff_member.role not in REVIEWERS:
        found = found.filter(by=account)
    return found
