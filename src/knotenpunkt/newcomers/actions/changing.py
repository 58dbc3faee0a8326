"""Another time for a visit: the old one stays until the new one is booked."""

from __future__ import annotations

from django.db import transaction

from knotenpunkt.foundation.actions import record
from knotenpunkt.visits.actions import cancel_visit, hold_visit
from knotenpunkt.visits.enums import ACTIVE_VISITS
from knotenpunkt.visits.models import Visit
from knotenpunkt.visits.plan import BookingPlan
from knotenpunkt.visits.planning.wish import VisitWish


@transaction.atomic
def hold_instead(*, old: Visit, plan: BookingPlan, wish: VisitWish) -> Visit:
    """Hold the plan for the same person. Raises what `hold_visit` raises."""
    visit = hold_visit(person=old.person, plan=plan, wish=wish, by=None)
    visit.language = old.language
    visit.save(update_fields=["language"])
    return visit


@transaction.atomic
def replace_visit(*, old: Visit, new: Visit) -> None:
    """Let the booked visit stand for the old one, whose times are given back.

    The old code then leads to the new slip. Harmless when repeated. Raises `IllegalStep`.
    """
    old = Visit.objects.select_for_update(of=("self",)).get(pk=old.pk)
    if old.status not in ACTIVE_VISITS:
        return
    old = cancel_visit(visit=old, by=None)
    old.replaced_by = new
    old.save(update_fields=["replaced_by"])
    record("visit.replaced", old, by=None)
