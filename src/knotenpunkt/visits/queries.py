"""Who may see which visit and which appointment. Every read starts here."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.contrib.auth.models import AnonymousUser
from django.db.models import Prefetch, Q, QuerySet

from knotenpunkt.foundation.scope import in_system_scope
from knotenpunkt.network.enums import Role
from knotenpunkt.network.models import Account, Organization
from knotenpunkt.visits.enums import ACTIVE_APPOINTMENTS, AppointmentStatus
from knotenpunkt.visits.models import (
    Appointment,
    ExternalAppointment,
    HandNotice,
    RepairTask,
    Visit,
    WaitingEntry,
    WaitingOffer,
)

# What of a visit goes along when it changes.
STAYS = (*ACTIVE_APPOINTMENTS, AppointmentStatus.ATTENDED)
# These roles look after houses, figures or accounts, never after single persons.
BLIND_ROLES: frozenset[str] = frozenset(
    {Role.MANAGER, Role.ADMINISTRATOR, Role.INTERPRETER, Role.DATA_PROTECTION_OFFICER}
)


def organization_of(account: Account | AnonymousUser) -> Organization | None:
    """Return the organization for which this account may act today, or None."""
    staff_member = getattr(account, "staff_member", None)
    if staff_member is None or staff_member.left_on is not None:
        return None
    return staff_member.organization  # type: ignore[no-any-return]


def visits_visible_to(account: Account | AnonymousUser) -> QuerySet[Visit]:
    """Return the visits this account may see as a whole: those its own organization booked."""
    organization = organization_of(account)
    if organization is None or account.staff_member.role in BLIND_ROLES:  # type: ignore[union-attr]
        return Visit.objects.none()
    visits = Visit.objects.filter(organization=organization)
    if account.staff_member.role == Role.CONFIDENTIAL_WORKER:  # type: ignore[union-attr]
        visits = visits.filter(person__case_lead=account.staff_member)  # type: ignore[union-attr]
    return visits


def appointments_visible_to(account: Account | AnonymousUser) -> QuerySet[Appointment]:
    """Return the appointments at this account's organization; of others only in its own visits.

    An authority sees its own leg of a visit, and nothing of where else the person goes.
    """
    organization = organization_of(account)
    if organization is None or account.staff_member.role in BLIND_ROLES:  # type: ignore[union-attr]
        return Appointment.objects.none()
    return Appointment.objects.filter(
        Q(organization=organization)
        | Q(staff__organization=organization)
        | Q(visit__in=visits_visible_to(account))
    ).distinct()


def with_everything(visits: QuerySet[Visit]) -> QuerySet[Visit]:
    """Return the visits with all that a page, a slip or an API answer shows, in four queries."""
    legs = _legs().prefetch_related("service__required_documents__document")
    return visits.select_related("person", "network", "organization").prefetch_related(
        Prefetch("appointments", queryset=legs)
    )


def _legs() -> QuerySet[Appointment]:
    return (
        Appointment.objects.select_related(
            "service__organization", "organization", "location", "room", "group_session"
        )
        .prefetch_related("staff", "interpreter_assignment__interpreter")
        .order_by("starts_at", "position")
    )


def with_her(visits: QuerySet[Visit]) -> QuerySet[Visit]:
    """Return the visits with the person alone, for pages about her and not about the way."""
    return visits.select_related("person__municipality", "person__organization")


def visit_of_code(
    code: str, shown: Callable[[QuerySet[Visit]], QuerySet[Visit]] = with_everything
) -> Visit | None:
    """Return the visit whose code this is: whoever carries the code may see its slip."""
    return shown(Visit.objects.filter(code=code)).first()


def after_change(before: Iterable[Appointment], change: Visit) -> list[Appointment]:
    """Return what stays of these appointments, and what the held change brings, by time."""
    fresh = list(change.appointments.all())
    moved = {it.moved_from_id for it in fresh}
    stays = [it for it in before if it.status in STAYS and it.pk not in moved]
    return sorted([*stays, *fresh], key=lambda it: it.starts_at)


@in_system_scope("the visit that took the place of another")
def newest_of(visit: Visit) -> Visit:
    """Return the visit that took the place of this one, or the visit itself."""
    seen = {visit.pk}
    while visit.replaced_by is not None and visit.replaced_by_id not in seen:
        visit = visit.replaced_by
        seen.add(visit.pk)
    return visit


def repair_tasks_visible_to(account: Account | AnonymousUser) -> QuerySet[RepairTask]:
    """Return the repair tasks of visits this account may see, and of its own office's people."""
    organization = organization_of(account)
    if organization is None or account.staff_member.role in BLIND_ROLES:  # type: ignore[union-attr]
        return RepairTask.objects.none()
    tasks = RepairTask.objects.filter(organization=organization)
    if account.staff_member.role == Role.CONFIDENTIAL_WORKER:  # type: ignore[union-attr]
        tasks = tasks.filter(visit__person__case_lead=account.staff_member)  # type: ignore[union-attr]
    return tasks


def with_repair(tasks: QuerySet[RepairTask]) -> QuerySet[RepairTask]:
    """Return the tasks with what a page shows: before, after, what was lost; in fixed queries."""
    lost = Appointment.objects.select_related("service").order_by("starts_at")
    return tasks.select_related("incident", "owner", "visit__person").prefetch_related(
        Prefetch("lost", queryset=lost),
        Prefetch("visit__appointments", queryset=_legs()),
        "proposal",
        Prefetch("proposal__appointments", queryset=_legs()),
    )


def hand_notices_visible_to(account: Account | AnonymousUser) -> QuerySet[HandNotice]:
    """Return what somebody of this account's organization has to tell people by hand."""
    visits = visits_visible_to(account)
    return HandNotice.objects.filter(visit__in=visits).select_related(
        "person", "visit", "interpreter"
    )


def waiting_visible_to(account: Account | AnonymousUser) -> QuerySet[WaitingEntry]:
    """Return the line of this account's own organization, in its order."""
    organization = organization_of(account)
    if organization is None or account.staff_member.role in BLIND_ROLES:  # type: ignore[union-attr]
        return WaitingEntry.objects.none()
    entries = WaitingEntry.objects.filter(organization=organization)
    if account.staff_member.role == Role.CONFIDENTIAL_WORKER:  # type: ignore[union-attr]
        entries = entries.filter(person__case_lead=account.staff_member)  # type: ignore[union-attr]
    return entries


def with_offers(entries: QuerySet[WaitingEntry]) -> QuerySet[WaitingEntry]:
    """Return the entries with person, services and offers, in fixed queries."""
    offers = WaitingOffer.objects.select_related("visit").prefetch_related(
        Prefetch("visit__appointments", queryset=_legs())
    )
    return entries.select_related("person", "visit").prefetch_related(
        "services", Prefetch("offers", queryset=offers)
    )


def fixed_blocks_visible_to(
    account: Account | AnonymousUser, *, with_removed: bool = False
) -> QuerySet[ExternalAppointment]:
    """Return the fixed blocks that this account's own organization has entered."""
    organization = organization_of(account)
    if organization is None or account.staff_member.role in BLIND_ROLES:  # type: ignore[union-attr]
        return ExternalAppointment.objects.none()
    rows = ExternalAppointment.objects.filter(organization=organization)
    if account.staff_member.role == Role.CONFIDENTIAL_WORKER:  # type: ignore[union-attr]
        rows = rows.filter(person__case_lead=account.staff_member)  # type: ignore[union-attr]
    return rows if with_removed else rows.filter(removed_at=None)
