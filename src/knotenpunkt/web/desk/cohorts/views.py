"""Many at once: ask for a plan for all, look at what was found, book it person by person."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language_bidi, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from knotenpunkt.cohorts.actions import ask_cohort, book_place
from knotenpunkt.cohorts.enums import PlaceStatus
from knotenpunkt.cohorts.errors import NobodyToPlan
from knotenpunkt.cohorts.models import Cohort, CohortPlace
from knotenpunkt.cohorts.queries import (
    PLANNING_ROLES,
    SEEING_ROLES,
    by_work,
    cohorts_visible_to,
    places_visible_to,
)
from knotenpunkt.people.actions import log_read
from knotenpunkt.visits.plan import BookingPlan
from knotenpunkt.web.access import DeskRequest, staff
from knotenpunkt.web.desk.cohorts.forms import AskForm
from knotenpunkt.web.desk.cohorts.plot import load_plot
from knotenpunkt.web.legs import shown_legs

PAGE_SIZE = 20
AT_ONCE = 20  # booked by one request, so that its answer comes in time
FEW = 5  # groups of fewer are not shown by themselves


@staff(roles=SEEING_ROLES)
def cohorts(request: DeskRequest) -> HttpResponse:
    """List the groups that were planned together, the newest first."""
    page = Paginator(cohorts_visible_to(request.user), PAGE_SIZE).get_page(request.GET.get("page"))
    may_plan = request.user.staff_member.role in PLANNING_ROLES
    context = {"page": page, "may_plan": may_plan, "nav": "cohorts"}
    return render(request, "desk/cohorts/cohorts.html", context)


@staff(roles=PLANNING_ROLES)
def ask(request: DeskRequest) -> HttpResponse:
    """Put a group together; it is planned within minutes."""
    form = AskForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            cohort = ask_cohort(**form.cleaned_data, by=request.user)
        except NobodyToPlan:
            form.add_error("since", _("Nobody since then has open needs and no visit ahead."))
        else:
            return redirect("desk:cohort", cohort.id)
    context = {"form": form, "nav": "cohorts"}
    return render(request, "desk/cohorts/ask.html", context, status=422 if form.errors else 200)


@staff(roles=SEEING_ROLES)
def cohort(request: DeskRequest, cohort_id: UUID) -> HttpResponse:
    """Show figures, load and groups; to those who work on cases also the persons."""
    found = get_object_or_404(cohorts_visible_to(request.user), pk=cohort_id)
    places = places_visible_to(request.user).filter(cohort=found).select_related("person")
    page = Paginator(by_work(places), PAGE_SIZE).get_page(request.GET.get("page"))
    with transaction.atomic():
        log_read(persons=[it.person for it in page], by=request.user, what="cohort")
    context = {
        "cohort": found,
        "page": page,
        "rows": _shown(list(page)),
        "plot": load_plot(found.figures.get("load", []), right_to_left=get_language_bidi()),
        "groups": _groups(found),
        "left": places.filter(status=PlaceStatus.PROPOSED).count(),
        "at_once": AT_ONCE,
        "gap": round(100 * found.figures.get("gap", 0), 1),
        "waiting": _without_room(found),
        "nav": "cohorts",
    }
    return render(request, "desk/cohorts/cohort.html", context)


def _shown(places: list[CohortPlace]) -> list[tuple[CohortPlace, list[Any]]]:
    """Return each place with the legs of its plan; a booked one is shown by its visit."""
    open_ones = [it for it in places if it.status == PlaceStatus.PROPOSED]
    plans = [BookingPlan.model_validate(it.plan) for it in open_ones]
    legs = {it.pk: list(found) for it, found in zip(open_ones, shown_legs(plans), strict=True)}
    return [(it, legs.get(it.pk, [])) for it in places]


def _without_room(cohort: Cohort) -> int:
    """Return how many found no place, although nothing is missing to them."""
    members, served, missing = (
        int(cohort.figures.get(it, 0)) for it in ("members", "served", "missing")
    )
    return members - served - missing


def _groups(cohort: Cohort) -> list[dict[str, Any]]:
    """Return how each language fared; small ones together, so that nobody is recognised."""
    rows = cohort.figures.get("groups", [])
    large = [it for it in rows if it["members"] >= FEW]
    small = [it for it in rows if it["members"] < FEW]
    shown = [
        {**it, "language": it["group"], "percent": round(100 * it["relative"])} for it in large
    ]
    members = sum(it["members"] for it in small)
    if members >= FEW:
        served = sum(it["served"] for it in small)
        everyone = sum(it["members"] for it in rows)
        overall = sum(it["served"] for it in rows) / everyone
        percent = round(100 * served / members / overall) if overall else 100
        shown.append({"members": members, "served": served, "percent": percent})
    return shown


@require_POST
@staff(roles=PLANNING_ROLES)
def book_one(request: DeskRequest, place_id: UUID) -> HttpResponse:
    """Book what was proposed to one person; say so if it can no longer be."""
    place = get_object_or_404(places_visible_to(request.user), pk=place_id)
    with transaction.atomic():
        log_read(persons=[place.person], by=request.user, what="cohort")
    place = book_place(place=place, by=request.user)
    if place.status == PlaceStatus.BOOKED:
        messages.success(request, _("Booked. All appointments are fixed."))
    else:
        reason = place.get_reason_display() or _("This proposal is no longer valid.")
        messages.warning(request, reason)
    return redirect("desk:cohort", place.cohort_id)


@require_POST
@staff(roles=PLANNING_ROLES)
def book_many(request: DeskRequest, cohort_id: UUID) -> HttpResponse:
    """Book the next proposals, as many as fit into one answer; the page says how many are left."""
    found = get_object_or_404(cohorts_visible_to(request.user), pk=cohort_id)
    places = places_visible_to(request.user).filter(cohort=found, status=PlaceStatus.PROPOSED)
    chosen = list(places.select_related("person").order_by("person__created_at", "pk")[:AT_ONCE])
    with transaction.atomic():
        log_read(persons=[it.person for it in chosen], by=request.user, what="cohort")
    done = [book_place(place=it, by=request.user) for it in chosen]
    booked = sum(it.status == PlaceStatus.BOOKED for it in done)
    text = ngettext("%(count)s person booked.", "%(count)s persons booked.", booked)
    messages.success(request, text % {"count": booked})
    if booked < len(done):
        failed = len(done) - booked
        text = ngettext(
            "%(count)s proposal could no longer be booked; the list says why.",
            "%(count)s proposals could no longer be booked; the list says why.",
            failed,
        )
        messages.warning(request, text % {"count": failed})
    return redirect("desk:cohort", found.id)
