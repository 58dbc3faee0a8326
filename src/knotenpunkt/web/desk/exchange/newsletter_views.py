"""The newsletter at the desk: read, printed, ordered by mail or not; drafted and released."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from itertools import groupby
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from knotenpunkt.exchange.actions import newsletter as actions
from knotenpunkt.exchange.enums import Section
from knotenpunkt.exchange.errors import AlreadyReleased
from knotenpunkt.exchange.models import NewsletterEntry, NewsletterIssue, NewsletterOptOut
from knotenpunkt.exchange.queries import issues_visible_to, may_moderate, readers_by_mail
from knotenpunkt.foundation import clock
from knotenpunkt.web.access import EVERYONE, DeskRequest, staff

PAGE_SIZE = 20


class IssueForm(forms.Form):
    """Opening words, and for each line its words and whether it stays."""

    opening = forms.CharField(
        label=gettext_lazy("Opening words"), max_length=4000, required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )  # fmt: skip

    def __init__(self, data: QueryDict | None, *, issue: NewsletterIssue) -> None:
        super().__init__(data, initial={"opening": issue.opening})
        self.entries = list(issue.entries.all())
        for entry in self.entries:
            label = Section(entry.section).label
            self.fields[f"text-{entry.pk}"] = forms.CharField(
                label=label, initial=entry.text, max_length=300
            )
            self.fields[f"out-{entry.pk}"] = forms.BooleanField(
                label=gettext_lazy("Leave out"), required=False, initial=entry.is_left_out
            )

    @property
    def lines(self) -> dict[UUID, actions.Edit]:
        given = self.cleaned_data
        return {
            it.pk: actions.Edit(given[f"text-{it.pk}"], given[f"out-{it.pk}"])
            for it in self.entries
        }


def last_month() -> dt.date:
    return (clock.today().replace(day=1) - dt.timedelta(days=1)).replace(day=1)


@staff(roles=EVERYONE)
def issues(request: DeskRequest) -> HttpResponse:
    """List the issues; order the mail or end it; let the coordinator draft the last month."""
    me = request.user.staff_member
    if request.method == "POST":
        if "off" in request.POST:
            actions.stop_newsletter(staff_member=me)
        else:
            actions.want_newsletter(staff_member=me)
        messages.success(request, _("Saved."))
        return redirect("desk:newsletters")
    found = issues_visible_to(request.user)
    month, may_edit = last_month(), may_moderate(request.user)
    context = {
        "page": Paginator(found, PAGE_SIZE).get_page(request.GET.get("page")),
        "is_off": NewsletterOptOut.objects.filter(staff_member=me).exists(),
        "may_draft": may_edit and not found.filter(month=month).exists(),
        "month": month,
        "tab": "newsletter",
        "nav": "exchange",
    }
    return render(request, "desk/exchange/newsletters.html", context)


@require_POST
@staff(roles=EVERYONE)
def issue_draft(request: DeskRequest) -> HttpResponse:
    """Draft the newsletter of last month now."""
    if not may_moderate(request.user):
        raise PermissionDenied
    network = request.user.staff_member.organization.network
    made = actions.draft_issue(network=network, month=last_month())
    return redirect("desk:newsletter", made.pk)


@staff(roles=EVERYONE)
def issue(request: DeskRequest, issue_id: UUID) -> HttpResponse:
    """Show an issue, to read and to print."""
    found = get_object_or_404(issues_visible_to(request.user), pk=issue_id)
    entries = found.entries.filter(is_left_out=False)
    context = {
        "issue": found,
        "sections": _by_section(entries),
        "may_edit": may_moderate(request.user) and found.released_at is None,
        "tab": "newsletter",
        "nav": "exchange",
    }
    return render(request, "desk/exchange/newsletter.html", context)


def _by_section(entries: Iterable[NewsletterEntry]) -> list[tuple[str, list[NewsletterEntry]]]:
    order = Section.values
    rows = sorted(entries, key=lambda it: (order.index(it.section), it.position))
    groups = groupby(rows, key=lambda it: it.section)
    return [(str(Section(name).label), list(own)) for name, own in groups]


def _draft(request: DeskRequest, issue_id: UUID) -> NewsletterIssue:
    if not may_moderate(request.user):
        raise PermissionDenied
    return get_object_or_404(issues_visible_to(request.user), pk=issue_id)


@staff(roles=EVERYONE)
def issue_change(request: DeskRequest, issue_id: UUID) -> HttpResponse:
    """Let the coordinator write the opening, change lines and leave some out."""
    found = _draft(request, issue_id)
    form = IssueForm(request.POST or None, issue=found)
    if request.method == "POST" and form.is_valid():
        try:
            opening = form.cleaned_data["opening"]
            actions.edit_issue(issue=found, opening=opening, lines=form.lines, by=request.user)
        except AlreadyReleased:
            messages.error(request, _("This issue went out; its words stay as they were sent."))
        else:
            messages.success(request, _("Saved."))
        return redirect("desk:newsletter", found.pk)
    context = {"issue": found, "form": form, "tab": "newsletter", "nav": "exchange"}
    status = 422 if form.errors else 200
    return render(request, "desk/exchange/newsletter_form.html", context, status=status)


@staff(roles=EVERYONE)
def issue_release(request: DeskRequest, issue_id: UUID) -> HttpResponse:
    """Say how many get it, then send it."""
    found = _draft(request, issue_id)
    if request.method == "POST":
        try:
            told = actions.release_issue(issue=found, by=request.user)
        except AlreadyReleased:
            messages.error(request, _("This issue went out; its words stay as they were sent."))
        else:
            text = ngettext("One mail leaves.", "%(count)s mails leave.", told)
            messages.success(request, text % {"count": told})
        return redirect("desk:newsletter", found.pk)
    readers = readers_by_mail(found.network).count()
    context = {"issue": found, "readers": readers, "tab": "newsletter", "nav": "exchange"}
    return render(request, "desk/exchange/newsletter_release.html", context)
