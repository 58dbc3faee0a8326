"""The rules themselves, and what is wrong with them: for those who look after them."""

from __future__ import annotations

from itertools import groupby
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from knotenpunkt.foundation import clock
from knotenpunkt.network.enums import Role
from knotenpunkt.routing.actions import put_in_force, suspend_rule
from knotenpunkt.routing.checks import FaultKind, faults_of, wrong_cases
from knotenpunkt.routing.conditions import RuleCase, when_of
from knotenpunkt.routing.enums import Matter, RuleStatus
from knotenpunkt.routing.errors import IllegalRuleStep, NotAfterItsBeginning
from knotenpunkt.routing.models import ResponsibilityRule
from knotenpunkt.routing.queries import known_gaps, row_of, rules_visible_to
from knotenpunkt.web.access import EVERYONE, DeskRequest, staff
from knotenpunkt.web.desk.responsibility.forms import RuleStepForm
from knotenpunkt.web.desk.responsibility.shown import condition_lines
from knotenpunkt.web.desk.responsibility.views import network_of

FAULT_TEXTS = {
    FaultKind.GAP: gettext_lazy("Nobody is responsible"),
    FaultKind.CONFLICT: gettext_lazy("Two rules disagree"),
    FaultKind.UNREACHABLE: gettext_lazy("This rule never decides"),
    FaultKind.EXPIRED: gettext_lazy("Past its date"),
    FaultKind.OVERDUE: gettext_lazy("Not reviewed for a year"),
    FaultKind.UNKNOWN_ROW: gettext_lazy("Names a rule that does not exist"),
    FaultKind.WRONG_CASE: gettext_lazy("A test case is answered wrongly"),
}


@staff(roles=EVERYONE)
def rules(request: DeskRequest) -> HttpResponse:
    """Show every rule by matter, and the faults of today above them."""
    found = list(rules_visible_to(request.user))
    rows = [row_of(rule) for rule in found]
    cases = [
        (rule.code, rule.matter, RuleCase.model_validate(case))
        for rule in found
        for case in rule.cases
    ]
    faults = faults_of(rows, known_gaps(network_of(request)), clock.today())
    faults = [*wrong_cases(rows, cases), *faults]
    ordered = sorted(found, key=lambda rule: (Matter.values.index(rule.matter), rule.code))
    context = {
        "groups": [
            (Matter(matter).label, list(members))
            for matter, members in groupby(ordered, key=lambda rule: rule.matter)
        ],
        "faults": [
            (FAULT_TEXTS[fault.kind], Matter(fault.matter).label, fault) for fault in faults
        ],
        "nav": "responsibility",
    }
    return render(request, "desk/responsibility/rules.html", context)


@staff(roles=EVERYONE)
def rule(request: DeskRequest, rule_id: UUID) -> HttpResponse:
    """Show one rule; a coordinator can put it in force or suspend it from a day on."""
    found = get_object_or_404(rules_visible_to(request.user), pk=rule_id)
    may_change = request.user.staff_member.role == Role.COORDINATOR
    form = RuleStepForm(request.POST or None)
    if request.method == "POST" and may_change and form.is_valid():
        try:
            changed = _step(found, form, request)
        except (IllegalRuleStep, NotAfterItsBeginning):
            form.add_error("on", _("A rule ends after the day on which it began."))
        else:
            messages.success(request, _("Saved."))
            return redirect("desk:responsibility_rule", changed.id)
    conditions = condition_lines(when_of(found.conditions))
    context = {
        "rule": found,
        "conditions": conditions,
        "form": form,
        "may_change": may_change,
        "nav": "responsibility",
    }
    return render(
        request, "desk/responsibility/rule.html", context, status=422 if form.errors else 200
    )


def _step(
    found: ResponsibilityRule, form: RuleStepForm, request: DeskRequest
) -> ResponsibilityRule:
    step = suspend_rule if found.status == RuleStatus.IN_FORCE else put_in_force
    return step(rule=found, on=form.cleaned_data["on"], by=request.user)
