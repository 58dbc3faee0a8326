"""Two partners, one person, and what passes between them."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.db.models import Model

from knotenpunkt.foundation import clock
from knotenpunkt.network.models import Account, Network, Team
from knotenpunkt.people.actions import (
    Explanation,
    Signature,
    Terms,
    give_consent,
    write_item,
)
from knotenpunkt.people.consent_texts import CURRENT_VERSION
from knotenpunkt.people.enums import HowGiven, Layer
from knotenpunkt.people.models import Consent, Grant, Item, Person


def tables_behind_the_wall(models: Sequence[type[Model]]) -> int:
    """Return how many of their tables have row-level security that even we cannot pass."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_class WHERE relname = ANY(%s)"
            " AND relrowsecurity AND relforcerowsecurity AND relowner <> current_user::regrole",
            [[model._meta.db_table for model in models]],
        )
        return int(cursor.fetchone()[0])


@contextmanager
def without_wall(table: str) -> Iterator[None]:
    """Plant the fault that tests of the wall hunt for; the superuser alone can."""
    alter = f"ALTER TABLE {table} {{}} ROW LEVEL SECURITY"
    with psycopg.connect(os.environ["SUPERUSER_DATABASE_URL"], autocommit=True) as superuser:
        superuser.execute(alter.format("DISABLE"))
        yield
        superuser.execute(alter.format("ENABLE"))


@contextmanager
def without_walls() -> Iterator[None]:
    """Take the second wall away from every table: what is left is what the queries say."""
    with psycopg.connect(os.environ["SUPERUSER_DATABASE_URL"], autocommit=True) as superuser:
        found = superuser.execute("SELECT relname FROM pg_class WHERE relrowsecurity").fetchall()
        for (table,) in found:
            superuser.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
        yield
        for (table,) in found:
            superuser.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")


@pytest.fixture
def network(network: Network) -> Network:
    """The demo region without what its persons have shared already."""
    Grant.objects.all().delete()
    Consent.objects.all().delete()
    Item.objects.all().delete()
    return network


@pytest.fixture
def colleague(account: Callable[[str], Account]) -> Account:
    """Works beside the counsellor, leads other persons."""
    return account("st-ki05")


@pytest.fixture
def stranger(account: Callable[[str], Account]) -> Account:
    """Works for a partner that has nothing to do with Olena."""
    return account("st-hw01")


@pytest.fixture
def immigration_office(account: Callable[[str], Account]) -> Account:
    return account("st-abh04")


@pytest.fixture
def confidential(account: Callable[[str], Account]) -> Account:
    """A counsellor under § 203 StGB."""
    return account("st-mb02")


@pytest.fixture
def items(person: Person, counsellor: Account) -> dict[str, Item]:
    """One item of each category that the tests speak of, written by the counsellor."""
    return {
        category: write_item(
            subject=person, category=category, body=f"secret about {category}", by=counsellor
        )
        for category in ("contact", "school", "qualification", "debts", "health")
    }


def in_days(days: int) -> dt.datetime:
    return clock.now() + dt.timedelta(days=days)


EXPLAINED = Explanation(text_version=CURRENT_VERSION, language="uk")
SIGNED = Signature()
SAID = Signature(how=HowGiven.ORAL, note="she said so")


def terms(*recipients: Any, **more: Any) -> Terms:
    """Return usual terms: school and qualification, for work, half a year."""
    usual: dict[str, Any] = {
        "recipients": recipients,
        "categories": ["contact", "school", "qualification"],
        "purposes": ["work"],
        "valid_until": in_days(180),
        "layer": Layer.SENSITIVE,
    }
    return Terms(**usual | more)


@pytest.fixture
def share(person: Person, counsellor: Account) -> Callable[..., Consent]:
    """Let Olena say yes in Ukrainian; keywords change the terms."""

    def give(*recipients: Any, **more: Any) -> Consent:
        return give_consent(
            subject=person,
            terms=terms(*recipients, **more),
            explanation=EXPLAINED,
            signature=SIGNED,
            by=counsellor,
        )

    return give


@pytest.fixture
def team(other_authority: Account) -> Team:
    """A team at the other authority of which the other authority's counsellor is a member."""
    organization = other_authority.staff_member.organization
    made = Team.objects.create(organization=organization, code="u25", name="U25")
    made.members.add(other_authority.staff_member)
    return made


@pytest.fixture
def committed(loaded_network: Network, django_db_blocker: object) -> Iterator[None]:
    """The database itself, without a transaction around the test, and without a flush after it."""
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        yield
        connection.close()
