"""Who may see which visit and which appointment. Every read starts here."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db.models import Prefetch, Q, QuerySet

from knotenpunkt.network.enums import Role
from knotenpunkt.network.models import Account, Organization
from knotenpunkt.visits.models import Appointment, Visit

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
    legs = (
        Appointment.objects.select_related(
            "service__organization", "organization", "location", "room", "group_session"
        )
        .prefetch_related(
            "staff", "interpreter_assignment__interpreter", "service__required_documents__document"
        )
        .order_by("starts_at", "position")
    )
    return visits.select_related("person", "network", "organization").prefetch_related(
        Prefetch("appointments", queryset=legs)
    )


def visit_of_code(code: str) -> Visit | None:
    """Return the visit whose code this is: whoever carries the code may see its slip."""
    return with_everything(Visit.objects.filter(code=code)).first()
