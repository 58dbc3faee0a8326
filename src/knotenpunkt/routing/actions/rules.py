"""Drafts become law, rules are suspended, specialists go another way and say why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from knotenpunkt.foundation import clock
from knotenpunkt.foundation.actions import record
from knotenpunkt.network.models import Account, Organization
from knotenpunkt.routing.enums import RULE_STEPS, RuleStatus
from knotenpunkt.routing.errors import IllegalRuleStep, NotAfterItsBeginning
from knotenpunkt.routing.models import ResponsibilityOverride, ResponsibilityRule


@transaction.atomic
def put_in_force(*, rule: ResponsibilityRule, on: dt.date, by: Account) -> ResponsibilityRule:
    """Let a draft decide from this day on; what it beats ends the day before it begins.

    Raises `IllegalRuleStep` for a rule that is no draft.
    """
    rule = _locked(rule)
    if rule.status == RuleStatus.IN_FORCE and rule.valid_from == on:
        return rule
    _check_step(rule, RuleStatus.IN_FORCE)
    if rule.status == RuleStatus.SUSPENDED:
        return _again(rule, on, by)
    rule.status, rule.valid_from = RuleStatus.IN_FORCE, on
    rule.save(update_fields=["status", "valid_from"])
    record("rule.in_force", rule, by=by, changed_fields=["status", "valid_from"])
    return rule


def _again(rule: ResponsibilityRule, on: dt.date, by: Account) -> ResponsibilityRule:
    """Let a suspended rule begin anew as another row; the days between keep having none."""
    if rule.valid_to is None or on < rule.valid_to:
        raise NotAfterItsBeginning(rule.code, rule.valid_to or rule.valid_from)
    rule.pk, rule._state.adding = None, True
    rule.status, rule.valid_from, rule.valid_to = RuleStatus.IN_FORCE, on, None
    rule.save(force_insert=True)
    record("rule.in_force_again", rule, by=by, changed_fields=["status", "valid_from"])
    return rule


@transaction.atomic
def suspend_rule(*, rule: ResponsibilityRule, on: dt.date, by: Account) -> ResponsibilityRule:
    """Stop a rule from this day on; days before keep their answer. Raises `IllegalRuleStep`."""
    rule = _locked(rule)
    if rule.status == RuleStatus.SUSPENDED:
        return rule
    _check_step(rule, RuleStatus.SUSPENDED)
    if on <= rule.valid_from:
        raise NotAfterItsBeginning(rule.code, rule.valid_from)
    rule.status, rule.valid_to = RuleStatus.SUSPENDED, on
    rule.save(update_fields=["status", "valid_to"])
    record("rule.suspended", rule, by=by, changed_fields=["status", "valid_to"])
    return rule


def _locked(rule: ResponsibilityRule) -> ResponsibilityRule:
    return ResponsibilityRule.objects.select_for_update(of=("self",)).get(pk=rule.pk)


def _check_step(rule: ResponsibilityRule, new: str) -> None:
    if new not in RULE_STEPS[rule.status]:
        raise IllegalRuleStep(rule.code, rule.status, new)


@transaction.atomic
def override_responsibility(
    *,
    matter: str,
    chosen: Organization,
    rules: Iterable[UUID],
    reason: str,
    on: dt.date,
    by: Account,
) -> ResponsibilityOverride:
    """Note that a specialist chose another organization than the rules of this day, and why."""
    network_id = chosen.network_id
    override = ResponsibilityOverride.objects.create(
        network_id=network_id,
        matter=matter,
        chosen=chosen,
        reason=reason,
        answered_on=on,
        by=by,
        created_at=clock.now(),
    )
    override.rules.set(ResponsibilityRule.objects.filter(network_id=network_id, pk__in=list(rules)))
    record("responsibility.overridden", override, by=by)
    return override


@transaction.atomic
def note_review(*, override: ResponsibilityOverride, by: Account) -> None:
    """Note that an override has been looked at; harmless when repeated."""
    override = ResponsibilityOverride.objects.select_for_update(of=("self",)).get(pk=override.pk)
    if override.reviewed_at:
        return
    override.reviewed_at = clock.now()
    override.save(update_fields=["reviewed_at"])
    record("responsibility.override_reviewed", override, by=by, changed_fields=["reviewed_at"])


def hand_on_rules(*, old: Organization, successor: Organization, on: dt.date, by: Account) -> None:
    """End each rule that names the old house on this day; the successor's begins on it."""
    rules = ResponsibilityRule.objects.filter(Q(valid_to=None) | Q(valid_to__gt=on))
    for rule in rules.filter(organization=old).order_by("pk"):
        twins = rules.filter(
            network=rule.network, code=rule.code, matter=rule.matter, organization=successor
        )
        _follow(rule, successor, on, is_doubled=twins.exists())
        record("rule.succeeded", rule, by=by, changed_fields=["organization", "valid_to"])


def _follow(
    rule: ResponsibilityRule, successor: Organization, on: dt.date, *, is_doubled: bool
) -> None:
    old = rule.organization
    assert old is not None
    cases = [
        {**case, "target": successor.code} if case.get("target") == old.code else case
        for case in rule.cases
        if case.get("on", "") >= on.isoformat() or rule.valid_from >= on
    ]
    if rule.valid_from < on:
        copy = ResponsibilityRule.objects.get(pk=rule.pk)
        rule.valid_to = on
        rule.save(update_fields=["valid_to"])
        copy.pk, copy._state.adding, copy.valid_from = None, True, on
        rule = copy
    if is_doubled:
        return
    rule.organization, rule.cases = successor, cases
    rule.save()
