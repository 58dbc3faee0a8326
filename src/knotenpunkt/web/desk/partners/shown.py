"""The checklist as a page: every step with its link, what is there already, and the picture."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.dates import WEEKDAYS
from django.utils.functional import Promise

from knotenpunkt.availability.models import GroupSession
from knotenpunkt.directory.hours import hours_from
from knotenpunkt.foundation import clock
from knotenpunkt.network.models import Organization
from knotenpunkt.onboarding.checklist import Checklist, Step

WIDTH, GAP = 60, 6


@dataclass(frozen=True)
class Piece:
    """One step in the picture: where it lies, and whether it is done."""

    number: int
    x: int
    is_done: bool


@dataclass(frozen=True)
class ShownStep:
    """One step with the address of the page that does it; empty if a button does."""

    step: Step
    address: str


@dataclass(frozen=True)
class ShownSession:
    """A session with seats: its weekday, and whether it is every second week."""

    session: GroupSession
    day: str | Promise
    is_fortnightly: bool


def sessions_of(organization: Organization) -> list[ShownSession]:
    """Return the sessions of a house that still take place."""
    found = GroupSession.objects.filter(service__organization=organization)
    rows = found.exclude(last_on__lte=clock.today()).select_related("service", "location")
    return [_session(it) for it in rows.order_by("first_on", "starts_at", "id")]


def _session(session: GroupSession) -> ShownSession:
    rule = [(session.rrule, session.starts_at, session.ends_at)]
    every_second = hours_from(rule, 2)
    hours = every_second or hours_from(rule)
    return ShownSession(session, WEEKDAYS[hours[0].weekday] if hours else "", bool(every_second))


def pieces_of(checklist: Checklist) -> list[Piece]:
    """Return the picture of the progress: one field a step, side by side."""
    return [
        Piece(number, (number - 1) * (WIDTH + GAP), step.is_done)
        for number, step in enumerate(checklist.steps, start=1)
    ]


def width_of(pieces: list[Piece]) -> int:
    return len(pieces) * (WIDTH + GAP) - GAP


def steps_of(checklist: Checklist) -> list[ShownStep]:
    return [ShownStep(it, _address(it.key, checklist.organization)) for it in checklist.steps]


def _address(key: str, organization: Organization) -> str:
    names = {
        "organization": "desk:directory_organization_change",
        "card": "desk:directory_organization_change",
        "place": "desk:partner_place_new",
        "service": "desk:partner_service_new",
        "staff": "desk:partner_staff_new",
        "agreement": "desk:partner_agreement",
    }
    return reverse(names[key], args=[organization.pk]) if key in names else ""
