"""Build the house in the database of DATABASE_URL; print a key for its desk."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from campaigns.world import EMAIL, WORLD
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.scope import system_scope
from knotenpunkt.network.actions import new_api_token
from knotenpunkt.network.models import Account

if __name__ == "__main__":
    with system_scope("campaign"), transaction.atomic():
        WORLD.build(clock.today() + dt.timedelta(days=1))
    print(new_api_token(account=Account.objects.get(email=EMAIL), name="campaign"))
