"""Counting how the parties of one agreement work on it together."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _

from knotenpunkt.cooperation.enums import MeetingStatus, Unit
from knotenpunkt.cooperation.models import CoordinationMeeting
from knotenpunkt.evaluation.indicators.kinds import Asked, Counted, Indicator
from knotenpunkt.network.models import Network


def _meetings(network: Network, first: dt.date, last: dt.date) -> list[Any]:
    rows = CoordinationMeeting.objects.filter(
        series__agreement__network=network, status=MeetingStatus.HELD, day__range=(first, last)
    )
    return list(rows.values_list("series__agreement_id", "day"))


def _held(rows: list[Any], asked: Asked) -> Counted:
    return Counted(sum(of == asked.agreement and asked.has(day) for of, day in rows))


TOGETHER = (
    Indicator(
        "meetings_held",
        _("Coordination meetings held"),
        _(
            "Meetings of the parties of this agreement that were held in the year and have minutes."
            " Cancelled meetings do not count."
        ),
        Unit.COUNT,
        True,
        _meetings,
        _held,
    ),
)
