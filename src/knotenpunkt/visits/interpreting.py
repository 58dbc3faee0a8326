"""Interpreters of a network: what is asked of them, who could come, and why another could not."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from knotenpunkt.availability.enums import InterpreterRank
from knotenpunkt.availability.models import Interpreter, Occupancy, OpenInterval
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.workdays import after_workdays
from knotenpunkt.network.enums import Role
from knotenpunkt.network.models import Account
from knotenpunkt.people.enums import GenderWish
from knotenpunkt.visits.enums import ACTIVE_APPOINTMENTS, InterpreterStatus, VisitStatus
from knotenpunkt.visits.models import InterpreterAssignment

COORDINATING: frozenset[str] = frozenset({Role.INTERPRETER_COORDINATOR, Role.COORDINATOR})
RANKS = {rank.value: number for number, rank in enumerate(InterpreterRank)}
OPEN = (InterpreterStatus.REQUESTED, InterpreterStatus.OFFERED, InterpreterStatus.UNFILLED)


def assignments_visible_to(account: Account | AnonymousUser) -> QuerySet[InterpreterAssignment]:
    """Return the assignments of the network to whoever coordinates interpreters, else none.

    She sees date, place, language and topic; never the person beyond that, nor why she comes.
    """
    member = getattr(account, "staff_member", None)
    if member is None or member.left_on is not None or member.role not in COORDINATING:
        return InterpreterAssignment.objects.none()
    return (
        InterpreterAssignment.objects.filter(
            appointment__visit__network=member.organization.network_id
        )
        .exclude(status=InterpreterStatus.RELEASED)
        .exclude(appointment__visit__status=VisitStatus.HELD)
    )


def with_place(assignments: QuerySet[InterpreterAssignment]) -> QuerySet[InterpreterAssignment]:
    """Return the assignments with what a page shows of them, in one query."""
    return assignments.select_related(
        "interpreter", "appointment__location", "appointment__room", "appointment__service__topic"
    ).order_by("appointment__starts_at", "id")


def on_day(
    assignments: QuerySet[InterpreterAssignment], day: dt.date
) -> QuerySet[InterpreterAssignment]:
    start = clock.local_moment(day, dt.time())
    end = clock.local_moment(day + dt.timedelta(days=1), dt.time())
    return assignments.filter(
        appointment__starts_at__gte=start,
        appointment__starts_at__lt=end,
        appointment__status__in=ACTIVE_APPOINTMENTS,
    )


def gaps(
    assignments: QuerySet[InterpreterAssignment], day: dt.date
) -> QuerySet[InterpreterAssignment]:
    """Return those of a day for which nobody has said yes yet; the telephone needs no yes."""
    return on_day(assignments, day).filter(status__in=OPEN, interpreter__is_remote=False) | on_day(
        assignments, day
    ).filter(status=InterpreterStatus.UNFILLED)


@dataclass(frozen=True)
class Candidate:
    """An interpreter and the reasons (stable words) why she cannot take it; none: she can.

    `is_preferred` says that a mere preference of the person is met as well.
    """

    interpreter: Interpreter
    reasons: tuple[str, ...]
    is_in_visit: bool
    is_preferred: bool


def candidates(assignment: InterpreterAssignment) -> list[Candidate]:
    """Return everyone of the network who speaks the language: who can come first, in four queries.

    Whoever interprets in the same visit already comes first of all: one face through the day.
    """
    leg = assignment.appointment
    rows = Interpreter.objects.filter(
        network=leg.visit.network_id, languages__contains=[leg.language]
    ).exclude(pk=assignment.interpreter_id)
    everyone = list(rows)
    ids = [one.id for one in everyone]
    during = (leg.starts_at, leg.ends_at)
    is_open = set(
        OpenInterval.objects.filter(resource__in=ids, during__contains=during).values_list(
            "resource", flat=True
        )
    )
    taken = set(
        Occupancy.objects.filter(resource__in=ids, during__overlap=during)
        .exclude(expires_at__lte=clock.now())
        .values_list("resource", flat=True)
    )
    same = InterpreterAssignment.objects.filter(
        appointment__visit=leg.visit_id, appointment__status__in=ACTIVE_APPOINTMENTS
    ).exclude(status=InterpreterStatus.RELEASED)
    in_visit = set(same.values_list("interpreter_id", flat=True))
    found = [
        Candidate(
            one,
            tuple(_reasons(one, assignment, is_free=one.id in is_open and one.id not in taken)),
            one.id in in_visit,
            _is_preferred(one, assignment),
        )
        for one in everyone
    ]
    return sorted(found, key=_order)


def _order(one: Candidate) -> tuple[bool, bool, bool, bool, str]:
    is_remote = one.interpreter.is_remote
    return (
        bool(one.reasons),
        not one.is_in_visit,
        not one.is_preferred,
        is_remote,
        one.interpreter.code,
    )


def _reasons(one: Interpreter, assignment: InterpreterAssignment, *, is_free: bool) -> list[str]:
    leg = assignment.appointment
    reasons = []
    if RANKS[one.rank] < RANKS.get(leg.service.interpreter_class, 0):
        reasons.append("class")
    if leg.service.has_legal_effect and one.rank == InterpreterRank.VOLUNTEER:
        reasons.append("legal_effect")
    earliest = after_workdays(clock.today(), one.notice_workdays, leg.visit.network.land)
    if clock.local_day(leg.starts_at) < earliest:
        reasons.append("notice")
    if not meets_condition(one, assignment):
        reasons.append("gender")
    if not is_free and one.parallel_talks:
        reasons.append("not_free")
    return reasons


def meets_condition(one: Interpreter, assignment: InterpreterAssignment) -> bool:
    """Return whether she meets a condition on the gender; an unknown gender meets none."""
    wish = assignment.gender_wish
    wanted = {GenderWish.ONLY_FEMALE: "f", GenderWish.ONLY_MALE: "m"}.get(GenderWish(wish))
    return wanted is None or one.gender == wanted


def _is_preferred(one: Interpreter, assignment: InterpreterAssignment) -> bool:
    return assignment.gender_wish != GenderWish.PREFER_FEMALE or one.gender == "f"
