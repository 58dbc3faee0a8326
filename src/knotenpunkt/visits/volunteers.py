"""Volunteers on their way into the interpreter pool, and how far each has come."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db.models import Min, Q, QuerySet

from knotenpunkt.network.models import Account
from knotenpunkt.visits.enums import InterpreterStatus
from knotenpunkt.visits.interpreting import COORDINATING
from knotenpunkt.visits.models import InterpreterPath

WAS_THERE = (InterpreterStatus.DONE, InterpreterStatus.SETTLED)


def paths_visible_to(account: Account | AnonymousUser) -> QuerySet[InterpreterPath]:
    """Return the paths of the network to whoever coordinates interpreters, else none.

    `first_talk_at` is the beginning of her first assignment; nothing else of it is read.
    """
    member = getattr(account, "staff_member", None)
    if member is None or member.left_on is not None or member.role not in COORDINATING:
        return InterpreterPath.objects.none()
    done = Q(interpreter__assignments__status__in=WAS_THERE)
    found = InterpreterPath.objects.filter(network=member.organization.network_id)
    first = Min("interpreter__assignments__appointment__starts_at", filter=done)
    return found.annotate(first_talk_at=first).order_by("begun_on", "name", "pk")
