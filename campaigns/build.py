"""Build the house in the database of DATABASE_URL; print a key for its desk."""

from __future__ import annotations

import datetime as dt

import django

django.setup()

from django.db import transaction  # noqa: E402 - after the set-up

from campaigns.world import EMAIL, WORLD  # noqa: E402 - after the set-up
from knotenpunkt.foundation import clock  # noqa: E402 - after the set-up
from knotenpunkt.network.actions import new_api_token  # noqa: E402 - after the set-up
from knotenpunkt.network.models import Account  # noqa: E402 - after the set-up

if __name__ == "__main__":
    with transaction.atomic():
        WORLD.build(clock.today() + dt.timedelta(days=1))
    print(new_api_token(account=Account.objects.get(email=EMAIL), name="campaign"))
