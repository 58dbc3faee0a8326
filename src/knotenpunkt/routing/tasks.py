"""Each Monday those who asked for it hear what changes in the law."""

from __future__ import annotations

from procrastinate.contrib.django import app

from knotenpunkt.network.models import Account
from knotenpunkt.routing.actions.reading import tell_of_law


@app.periodic(cron="15 6 * * 1")
@app.task(queueing_lock="tell_of_law_changes", pass_context=False)
def tell_of_law_changes(timestamp: int) -> int:
    """Queue the mails of this week; harmless when repeated. Returns how many had news."""
    readers = Account.objects.filter(
        is_active=True, staff_member__left_on=None, staff_member__law_subscription__isnull=False
    ).select_related("staff_member__organization__network")
    return sum(tell_of_law(account=it) for it in readers.order_by("pk"))
