"""What working together brought an organization, this year and last: counts, each with its rule.

Never per colleague and never a person. Figures of fewer than five are not shown. The same visit
counts at every organization that was part of it, so figures of two organizations never add up.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import models
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from knotenpunkt.casework.models import Referral
from knotenpunkt.directory.queries import organizations_today
from knotenpunkt.evaluation.waits import LEAST_COUNT
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.models import AuditEntry
from knotenpunkt.foundation.scope import system_scope
from knotenpunkt.network.enums import Role
from knotenpunkt.network.models import Account, Organization, StaffMember
from knotenpunkt.visits.enums import AppointmentStatus, InterpreterStatus
from knotenpunkt.visits.models import Appointment, InterpreterAssignment

CAME = (AppointmentStatus.CHECKED_IN, AppointmentStatus.ATTENDED)
INTERPRETED = (InterpreterStatus.DONE, InterpreterStatus.SETTLED)
# By whom questions to colleagues are noted: `directory.actions.asking`.
ASKED = "directory.colleague_asked"


class Figure(models.TextChoices):
    """What is counted, in the order in which it is shown."""

    REFERRALS_SENT = "referrals_sent", _("referrals sent")
    ANSWERS_RECEIVED = "answers_received", _("of them answered")
    REFERRALS_RECEIVED = "referrals_received", _("referrals received")
    ANSWERS_GIVEN = "answers_given", _("of them answered by us")
    SHARED_VISITS = "shared_visits", _("visits with other offices")
    BOOKINGS_SAVED = "bookings_saved", _("single appointments saved")
    TRIPS_SAVED = "trips_saved", _("trips saved")
    AWAY = "away", _("appointments in houses of others")
    INTERPRETERS_SHARED = "interpreters_shared", _("talks with an interpreter shared")
    QUESTIONS = "questions", _("questions from other offices")


HOW_COUNTED: dict[str, object] = {
    Figure.REFERRALS_SENT: _("Referrals that left this year."),
    Figure.ANSWERS_RECEIVED: _("Of these, those with a yes or a no, whenever it came."),
    Figure.REFERRALS_RECEIVED: _("Referrals that reached us this year."),
    Figure.ANSWERS_GIVEN: _("Of these, those we answered with a yes or a no."),
    Figure.SHARED_VISITS: _(
        "Days on which a person came to us and to another office in one visit."
    ),
    Figure.BOOKINGS_SAVED: _(
        "For each such day: its appointments less one. They were booked in one step."
    ),
    Figure.TRIPS_SAVED: _(
        "For each such day: its appointments less the houses gone to. Without the visit, each "
        "appointment would have been a way of its own."
    ),
    Figure.AWAY: _("Our appointments at a place where we are not at home."),
    Figure.INTERPRETERS_SHARED: _(
        "Our talks whose interpreter also interpreted for another office in the same visit."
    ),
    Figure.QUESTIONS: _(
        "Questions that colleagues of other offices sent to ours by this house. Whether they were "
        "answered by mail is not known here."
    ),
}


@dataclass(frozen=True)
class Line:
    """One figure of two years and its rule. `None`: fewer than five, not shown."""

    figure: Figure
    how: object
    this_year: int | None
    last_year: int | None


def benefit_visible_to(account: Account) -> QuerySet[Organization]:
    """Return whose figures this account sees: coordinators all, managers and leads their own."""
    member = account.staff_member
    if member.role == Role.COORDINATOR:
        return organizations_today(member.organization.network)
    if member.role in (Role.MANAGER, Role.LEAD):
        return Organization.objects.filter(pk=member.organization_id)
    return Organization.objects.none()


def benefit_of(organization: Organization) -> list[Line]:
    """Return every figure of this calendar year up to today and of the whole last year.

    Six queries, however much there is.
    """
    year = clock.today().year
    with system_scope("count what working together brought"):
        found = Counter[tuple[Figure, int]]()
        _referrals(organization, year, found)
        _visits(organization, year, found)
        _questions(organization, year, found)
    return [
        Line(it, HOW_COUNTED[it], _shown(found[it, year]), _shown(found[it, year - 1]))
        for it in Figure
    ]


Counts = Counter[tuple[Figure, int]]


def _shown(count: int) -> int | None:
    return count if count >= LEAST_COUNT else None


def _start(year: int) -> dt.datetime:
    return clock.local_moment(dt.date(year, 1, 1), dt.time())


def _referrals(organization: Organization, year: int, found: Counts) -> None:
    """Count by the year in which a referral was sent; drafts and those taken back never left."""
    kinds = (
        ("from_organization", Figure.REFERRALS_SENT, Figure.ANSWERS_RECEIVED),
        ("to_organization", Figure.REFERRALS_RECEIVED, Figure.ANSWERS_GIVEN),
    )
    for side, all_of_them, answered in kinds:
        rows = Referral.objects.filter(**{side: organization}, sent_at__gte=_start(year - 1))
        for sent_at, answered_at in rows.values_list("sent_at", "answered_at"):
            if sent_at is None:
                continue
            key = clock.local_day(sent_at).year
            found[all_of_them, key] += 1
            found[answered, key] += answered_at is not None


def _visits(organization: Organization, year: int, found: Counts) -> None:
    """Count over the appointments to which somebody came, of all visits that led to us."""
    own = Appointment.objects.filter(
        organization=organization, status__in=CAME, starts_at__gte=_start(year - 1)
    )
    legs = Appointment.objects.filter(
        visit__in=own.values("visit"), status__in=CAME, starts_at__gte=_start(year - 1)
    ).values_list("visit_id", "organization_id", "location_id", "starts_at")
    homes = set(organization.locations.values_list("pk", flat=True))
    days: dict[tuple[UUID, dt.date], list[tuple[UUID, UUID]]] = defaultdict(list)
    for visit, office, location, starts_at in legs:
        day = clock.local_day(starts_at)
        days[visit, day].append((office, location))
        if office == organization.pk and location not in homes:
            found[Figure.AWAY, day.year] += 1
    for (_visit, day), parts in days.items():
        offices = {office for office, _location in parts}
        if organization.pk in offices and len(offices) > 1:
            found[Figure.SHARED_VISITS, day.year] += 1
            found[Figure.BOOKINGS_SAVED, day.year] += len(parts) - 1
            found[Figure.TRIPS_SAVED, day.year] += len(parts) - len({it for _, it in parts})
    _interpreters(organization, own, found)


def _interpreters(organization: Organization, own: QuerySet[Appointment], found: Counts) -> None:
    rows = InterpreterAssignment.objects.filter(
        appointment__visit__in=own.values("visit"), status__in=INTERPRETED
    ).values_list(
        "appointment__visit_id", "interpreter_id", "appointment__organization_id",
        "appointment__starts_at",
    )  # fmt: skip
    talks: dict[tuple[UUID, UUID], list[tuple[UUID, int]]] = defaultdict(list)
    for visit, interpreter, office, starts_at in rows:
        talks[visit, interpreter].append((office, clock.local_day(starts_at).year))
    for parts in talks.values():
        if len({office for office, _year in parts}) > 1:
            for office, year in parts:
                found[Figure.INTERPRETERS_SHARED, year] += office == organization.pk


def _questions(organization: Organization, year: int, found: Counts) -> None:
    """Count questions from other houses; the colleagues are summed before anybody sees them."""
    ours = StaffMember.objects.filter(organization=organization).values_list("pk", flat=True)
    asked = AuditEntry.objects.filter(
        action=ASKED, subject_id__in=[str(it) for it in ours], at__gte=_start(year - 1)
    )
    rows = list(asked.values_list("account_id", "at"))
    own = _own_accounts(organization, (account for account, _at in rows))
    for account, at in rows:
        found[Figure.QUESTIONS, clock.local_day(at).year] += account not in own


def _own_accounts(organization: Organization, accounts: Iterable[object]) -> set[object]:
    """Return which of these accounts belong to the house itself."""
    own = Account.objects.filter(
        pk__in={it for it in accounts if it is not None}, staff_member__organization=organization
    )
    return set(own.values_list("pk", flat=True))
