"""Meetings of an agreement: the series, the agenda from open points, minutes and decisions."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from knotenpunkt.cooperation.actions.meetings import (
    cancel_meeting,
    decide,
    end_series,
    finish_point,
    hold_meeting,
    move_meeting,
    plan_series,
    raise_point,
)
from knotenpunkt.cooperation.enums import MeetingStatus
from knotenpunkt.cooperation.errors import MeetingIsOver
from knotenpunkt.cooperation.meeting_calendar import calendar_of
from knotenpunkt.cooperation.models import CooperationAgreement
from knotenpunkt.cooperation.queries.agreements import WRITING_ROLES
from knotenpunkt.cooperation.queries.meetings import (
    AHEAD,
    Occurrence,
    occurrence_of,
    occurrences,
    open_decisions,
    waiting_topics,
)
from knotenpunkt.evaluation.standing import Light, standings_of
from knotenpunkt.foundation import clock
from knotenpunkt.web.access import EVERYONE, DeskRequest, staff
from knotenpunkt.web.desk.agreements.meeting_forms import (
    CancelForm,
    DecisionForm,
    EndSeriesForm,
    HeldForm,
    MoveForm,
    OutcomeForm,
    PointForm,
    SeriesForm,
)
from knotenpunkt.web.desk.agreements.pages import agreement_or_404, form_page, written_or_404

SHOWN_AHEAD = 6


def agenda_of(agreement: CooperationAgreement) -> dict[str, object]:
    """Return what the next meeting has to talk about; nobody needs to collect it."""
    standings = standings_of([agreement], clock.today().year)[agreement.pk]
    return {
        "behind": [it for it in standings if it.light in (Light.RED, Light.YELLOW)],
        "decisions": open_decisions(agreement),
        "topics": waiting_topics(agreement),
        "today": clock.today(),
    }


@staff(roles=EVERYONE)
def meetings(request: DeskRequest, agreement_id: UUID) -> HttpResponse:
    """Show the meetings of this year and the next ones, and the agenda."""
    found = agreement_or_404(request, agreement_id)
    today = clock.today()
    rows = occurrences(found, dt.date(today.year, 1, 1), today + AHEAD)
    planned = [it for it in rows if it.status == MeetingStatus.PLANNED and not it.is_late]
    context = {
        "agreement": found,
        "series": found.meeting_series.all(),
        "past": [it for it in reversed(rows) if it not in planned],
        "ahead": planned[:SHOWN_AHEAD],
        "held": sum(it.status == MeetingStatus.HELD and it.day.year == today.year for it in rows),
        "year": today.year,
        "may_write": request.user.staff_member.role in WRITING_ROLES,
        "nav": "agreements",
        **agenda_of(found),
    }
    return render(request, "desk/agreements/meetings.html", context)


def _occurrence(found: CooperationAgreement, series_id: UUID, day: str) -> Occurrence:
    series = get_object_or_404(
        found.meeting_series.select_related("location", "agreement"), pk=series_id
    )
    try:
        planned_on = dt.date.fromisoformat(day)
    except ValueError as error:
        raise Http404 from error
    occurrence = occurrence_of(series, planned_on)
    if occurrence is None:
        raise Http404
    return occurrence


@staff(roles=EVERYONE)
def meeting(request: DeskRequest, agreement_id: UUID, series_id: UUID, day: str) -> HttpResponse:
    """Show one meeting: the agenda before it, minutes and decisions after it."""
    found = agreement_or_404(request, agreement_id)
    one = _occurrence(found, series_id, day)
    is_ahead = one.status == MeetingStatus.PLANNED
    context = {
        "agreement": found,
        "it": one,
        "decided": one.meeting.decisions.select_related("organization") if one.meeting else [],
        "attended": one.meeting.attended.all() if one.meeting else [],
        "may_write": request.user.staff_member.role in WRITING_ROLES,
        "nav": "agreements",
        **(agenda_of(found) if is_ahead else {}),
    }
    return render(request, "desk/agreements/meeting.html", context)


@staff(roles=EVERYONE)
def calendar(request: DeskRequest, agreement_id: UUID, series_id: UUID) -> HttpResponse:
    """Hand out the series for the own calendar."""
    found = agreement_or_404(request, agreement_id)
    series = get_object_or_404(found.meeting_series.select_related("location"), pk=series_id)
    answer = HttpResponse(calendar_of(series), content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="meetings.ics"'
    return answer


@staff(roles=WRITING_ROLES)
def series_new(request: DeskRequest, agreement_id: UUID) -> HttpResponse:
    """Let the parties meet by a rule."""
    found = written_or_404(request, agreement_id)
    initial = {"title": _("Coordination meeting"), "starts_at": "14:00", "ends_at": "16:00"}
    form = SeriesForm(request.POST or None, agreement=found, initial=initial)
    if request.method == "POST" and form.is_valid():
        plan_series(agreement=found, plan=form.plan, by=request.user)
        messages.success(request, _("Saved."))
        return redirect("desk:agreement_meetings", found.pk)
    return form_page(request, found, form, _("Plan a series of meetings"))


@staff(roles=WRITING_ROLES)
def series_end(request: DeskRequest, agreement_id: UUID, series_id: UUID) -> HttpResponse:
    """Say when the series ends; what was held stays."""
    found = written_or_404(request, agreement_id)
    series = get_object_or_404(found.meeting_series, pk=series_id)
    form = EndSeriesForm(request.POST or None, initial={"last_on": clock.today()})
    if request.method == "POST" and form.is_valid():
        end_series(series=series, by=request.user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("desk:agreement_meetings", found.pk)
    return form_page(
        request, found, form, _("End the series"), about=series.title, save=_("End it")
    )


def _back(request: DeskRequest, found: CooperationAgreement, one: Occurrence) -> HttpResponse:
    messages.success(request, _("Saved."))
    return redirect("desk:agreement_meeting", found.pk, one.series.pk, one.planned_on.isoformat())


@staff(roles=WRITING_ROLES)
def hold(request: DeskRequest, agreement_id: UUID, series_id: UUID, day: str) -> HttpResponse:
    """Write down who was there and what was said; topics that waited are settled."""
    found = written_or_404(request, agreement_id)
    one = _occurrence(found, series_id, day)
    row = one.meeting
    initial = {
        "day": one.day,
        "attended": list(row.attended.all()) if row else [],
        "guests": row.guests if row else "",
        "minutes": row.minutes if row else "",
    }
    form = HeldForm(request.POST or None, agreement=found, initial=initial)
    heading = _("Minutes")
    if request.method == "POST" and form.is_valid():
        try:
            hold_meeting(
                series=one.series, planned_on=one.planned_on, held=form.held, by=request.user
            )
        except MeetingIsOver:
            form.add_error(None, _("This meeting was called off."))
            return form_page(request, found, form, heading, conflict=409)
        return _back(request, found, one)
    return form_page(request, found, form, heading, about=one.series.title)


@staff(roles=WRITING_ROLES)
def change(
    request: DeskRequest, agreement_id: UUID, series_id: UUID, day: str, how: str
) -> HttpResponse:
    """Move one meeting or call it off; the series stays."""
    found = written_or_404(request, agreement_id)
    one = _occurrence(found, series_id, day)
    is_move = how == "move"
    form: MoveForm | CancelForm = (
        MoveForm(request.POST or None, initial={"day": one.day})
        if is_move
        else CancelForm(request.POST or None)
    )
    heading = _("Move the meeting") if is_move else _("Call the meeting off")
    if request.method == "POST" and form.is_valid():
        act = move_meeting if is_move else cancel_meeting
        try:
            act(series=one.series, planned_on=one.planned_on, by=request.user, **form.cleaned_data)
        except MeetingIsOver:
            form.add_error(None, _("This meeting is over."))
            return form_page(request, found, form, heading, conflict=409)
        return _back(request, found, one)
    return form_page(request, found, form, heading, about=one.series.title)


@staff(roles=WRITING_ROLES)
def decision(request: DeskRequest, agreement_id: UUID, series_id: UUID, day: str) -> HttpResponse:
    """Write down a decision of a meeting that was held."""
    found = written_or_404(request, agreement_id)
    one = _occurrence(found, series_id, day)
    if one.meeting is None or one.status != MeetingStatus.HELD:
        raise Http404
    form = DecisionForm(request.POST or None, agreement=found)
    if request.method == "POST" and form.is_valid():
        decide(agreement=found, decided=form.decided, meeting=one.meeting, by=request.user)
        return _back(request, found, one)
    return form_page(request, found, form, _("Add a decision"))


@staff(roles=WRITING_ROLES)
def point(request: DeskRequest, agreement_id: UUID) -> HttpResponse:
    """Put something on the agenda of the next meeting."""
    found = written_or_404(request, agreement_id)
    form = PointForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        raise_point(agreement=found, by=request.user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("desk:agreement_meetings", found.pk)
    return form_page(request, found, form, _("Put on the agenda"))


@staff(roles=WRITING_ROLES)
def done(request: DeskRequest, agreement_id: UUID, point_id: UUID) -> HttpResponse:
    """Say what came of a point."""
    found = written_or_404(request, agreement_id)
    one = get_object_or_404(found.points, pk=point_id, done_on=None)
    form = OutcomeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        finish_point(point=one, by=request.user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("desk:agreement_meetings", found.pk)
    return form_page(request, found, form, _("Done"), about=one.text)
