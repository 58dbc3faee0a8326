"""On the first of each month the newsletter of the month before is drafted."""

from __future__ import annotations

from dateutil.relativedelta import relativedelta
from procrastinate.contrib.django import app

from knotenpunkt.exchange.actions.newsletter import draft_issue
from knotenpunkt.foundation import clock
from knotenpunkt.network.models import Network


@app.periodic(cron="30 5 1 * *")
@app.task(queueing_lock="draft_newsletters", pass_context=False)
def draft_newsletters(timestamp: int) -> int:
    """Draft an issue for each network; harmless when repeated. Returns how many there are."""
    month = clock.today().replace(day=1) - relativedelta(months=1)
    return len([draft_issue(network=it, month=month) for it in Network.objects.all()])
