"""What outreach hours are compared with, and who came to them in the weeks before."""

from __future__ import annotations

import datetime as dt
from collections import Counter

from dateutil.relativedelta import relativedelta

from knotenpunkt.config.region.actions.rows import put, row_id
from knotenpunkt.config.region.schema import WEEKDAYS, Region
from knotenpunkt.evaluation.models import OutreachBaseline
from knotenpunkt.foundation import clock
from knotenpunkt.network.models import Network
from knotenpunkt.visits.enums import QueueStatus
from knotenpunkt.visits.models import QueueTicket

WEEKS, MINUTES = 8, 15


def load_outreach(network: Network, region: Region) -> None:
    """Write the month of comparison and the numbers given out in the eight weeks before."""
    if not region.walk_ins:
        return
    booked_on = region.meta.booking_made_on
    month = booked_on.replace(day=1) - relativedelta(months=2)
    put(
        OutreachBaseline,
        [
            OutreachBaseline(
                id=row_id(network, "outreach_baseline", "outreach"),
                network=network,
                first_month=month,
                last_month=month,
                chosen_on=booked_on,
            )
        ],
    )
    put(QueueTicket, _tickets(network, region))


def _tickets(network: Network, region: Region) -> list[QueueTicket]:
    booked_on = region.meta.booking_made_on
    monday = booked_on - dt.timedelta(days=booked_on.weekday())
    given: Counter[tuple[str, dt.date]] = Counter()
    found = []
    for week in range(1, WEEKS + 1):
        for it in region.walk_ins:
            day = monday - dt.timedelta(weeks=week) + dt.timedelta(days=WEEKDAYS.index(it.weekday))
            issued_at = clock.local_moment(day, dt.time(9))
            for n in range(it.each_week):
                given[it.site, day] += 1
                number = given[it.site, day]
                found.append(
                    QueueTicket(
                        id=row_id(network, "walk_in", f"{it.site}/{week}/{it.weekday}/{number}"),
                        location_id=row_id(network, "location", it.site),
                        organization_id=row_id(network, "organization", it.org),
                        day=day,
                        number=number,
                        language=it.language,
                        minutes=MINUTES,
                        status=QueueStatus.LEFT if n < it.left else QueueStatus.SERVED,
                        issued_at=issued_at,
                        called_at=issued_at,
                        ended_at=issued_at,
                    )
                )
    return found
