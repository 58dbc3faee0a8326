"""The level of German is asked again after half a year, by whoever leads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.test import Client
from django.urls import reverse

from knotenpunkt.casework.actions.plans import Level, note_level
from knotenpunkt.casework.models import LanguageLevel
from knotenpunkt.casework.queries.levels import LEVEL_LASTS, levels_to_ask_again
from knotenpunkt.foundation import clock
from knotenpunkt.network.models import Account
from knotenpunkt.people.models import Person


def known(person: Person, by: Account, *, days_ago: int, language: str = "de") -> None:
    on = clock.today() - dt.timedelta(days=days_ago)
    note_level(person=person, level=Level("A2", on, "test", language), by=by)


def asked(account: Account) -> set[Person]:
    return set(levels_to_ask_again(account))


def test_a_level_is_asked_again_after_half_a_year(person: Person, counsellor: Account) -> None:
    LanguageLevel.objects.all().delete()

    never_noted = person in asked(counsellor)
    known(person, counsellor, days_ago=LEVEL_LASTS.days + 1)
    too_old = person in asked(counsellor)
    known(person, counsellor, days_ago=1, language="uk")
    another_language = person in asked(counsellor)
    known(person, counsellor, days_ago=LEVEL_LASTS.days)

    assert (never_noted, too_old, another_language) == (True, True, True)
    assert person not in asked(counsellor)


def test_only_whoever_leads_is_reminded(
    person: Person, counsellor: Account, account: Callable[[str], Account]
) -> None:
    LanguageLevel.objects.all().delete()

    assert person in asked(counsellor)
    assert all(it.case_lead_id == counsellor.staff_member.pk for it in asked(counsellor))
    assert not any(person in asked(account(it)) for it in ("st-ki05", "st-hw01", "st-abh04"))


def test_today_names_a_few_the_oldest_first_and_leads_to_the_plan(
    person: Person, counsellor: Account, as_staff: Callable[[str], Client]
) -> None:
    LanguageLevel.objects.all().delete()
    known(person, counsellor, days_ago=400)

    page = as_staff("st-ki03").get(reverse("desk:home"))

    shown = page.context["today"].levels
    assert shown[0] == person
    assert len(shown) == min(5, len(asked(counsellor)))
    assert f"{reverse('desk:plan', args=[person.pk])}#levels" in page.content.decode()
    assert person in page.context["today"].persons  # and so her read log says it
