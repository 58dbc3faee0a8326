"""Who lives together: a link in the own file that shows nobody anything."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from knotenpunkt.casework.models import Referral
from knotenpunkt.casework.queries.family import accompaniment_of, counselling_services
from knotenpunkt.foundation import clock
from knotenpunkt.network.models import Account, Organization
from knotenpunkt.people.actions import create_person, live_apart, live_together
from knotenpunkt.people.errors import MayNotShare
from knotenpunkt.people.models import Person, ReadEntry

SignIn = Callable[[str], Client]


@pytest.fixture
def sister(counsellor: Account) -> Person:
    return create_person(by=counsellor, fields={"given_name": "Daryna", "languages": ["uk"]})


def test_found_by_name_joined_and_parted(person: Person, sister: Person, as_staff: SignIn) -> None:
    Person.objects.filter(pk=person.pk).update(household=None)
    desk, page = as_staff("st-ki03"), reverse("desk:household", args=[person.pk])

    found = desk.post(page, {"q": "Daryna"}).context["found"]
    desk.post(reverse("desk:household_join", args=[person.pk, sister.pk]))
    joined = desk.get(page).context["members"]
    desk.post(reverse("desk:household_leave", args=[person.pk, sister.pk]))

    assert found == [sister]
    assert joined == [sister]
    assert desk.get(page).context["members"] == []


def test_whoever_moves_in_meets_all_who_live_there(
    person: Person, sister: Person, counsellor: Account
) -> None:
    brother = create_person(by=counsellor, fields={"given_name": "Ivan", "languages": ["uk"]})
    live_together(person=person, other=sister, by=counsellor)

    live_together(person=sister, other=brother, by=counsellor)

    assert brother.household == sister.household
    assert set(sister.household.members.all()) >= {person, sister, brother}  # type: ignore[union-attr]


def test_nobody_of_another_house_is_linked(
    person: Person, counsellor: Account, other_authority: Account
) -> None:
    theirs = create_person(by=other_authority, fields={"given_name": "Mina", "languages": ["fa"]})

    with pytest.raises(MayNotShare):
        live_together(person=person, other=theirs, by=counsellor)


def test_of_members_in_other_files_nothing_is_said(
    person: Person, sister: Person, counsellor: Account, other_authority: Account, as_staff: SignIn
) -> None:
    household = live_together(person=person, other=sister, by=counsellor)
    theirs = create_person(by=other_authority, fields={"given_name": "Mina", "languages": ["fa"]})
    Person.objects.filter(pk=theirs.pk).update(household=household)

    page = as_staff("st-ki03").get(reverse("desk:household", args=[person.pk]))

    assert theirs not in page.context["members"]
    assert "Mina" not in page.content.decode()


def test_leaving_twice_is_harmless(person: Person, sister: Person, counsellor: Account) -> None:
    live_together(person=person, other=sister, by=counsellor)

    live_apart(person=sister, by=counsellor)
    live_apart(person=sister, by=counsellor)

    sister.refresh_from_db()
    assert sister.household is None


@pytest.mark.parametrize("code", ["st-jc05", "st-mb02"])
def test_for_others_it_is_not_there(
    code: str, person: Person, sister: Person, as_staff: SignIn
) -> None:
    desk = as_staff(code)

    assert desk.get(reverse("desk:household", args=[person.pk])).status_code == 404
    joined = desk.post(reverse("desk:household_join", args=[person.pk, sister.pk]))
    assert joined.status_code == 404


def aged(person: Person, years: int) -> None:
    born = clock.today() - dt.timedelta(days=366 * years)
    Person.objects.filter(pk=person.pk).update(birth_date=born, birth_precision="day")


def taken_up(person: Person, by: Account, to: Account) -> Referral:
    return Referral.objects.create(
        network=person.network, person=person, from_organization=by.staff_member.organization,
        to_organization=to.staff_member.organization, sender=by.staff_member,
        responsible=to.staff_member, question="?", purpose="counselling", status="accepted",
        created_at=clock.now(), sent_at=clock.now(), answered_at=clock.now(),
        answer_due_on=clock.today(),
    )  # fmt: skip


def test_a_family_with_two_services_is_seen_as_one(
    person: Person, sister: Person, counsellor: Account, account: Callable[[str], Account],
    as_staff: SignIn,
) -> None:  # fmt: skip
    live_together(person=person, other=sister, by=counsellor)
    aged(person, 38)
    aged(sister, 16)
    Referral.objects.filter(person__in=[person, sister]).delete()
    taken_up(sister, counsellor, account("st-jm01"))
    ReadEntry.objects.all().delete()

    page = as_staff("st-ki03").get(reverse("desk:household", args=[person.pk]))

    mother, daughter = page.context["family"]
    assert (mother.person, daughter.person) == (person, sister)
    assert [it.code for it in mother.houses] == ["org-ki"]
    assert [it.code for it in daughter.houses] == ["org-ki", "org-jmd"]
    assert mother.lead == daughter.lead == counsellor.staff_member
    assert (mother.counselling.code, daughter.counselling.code) == ("org-mbe", "org-jmd")
    assert {it.code for it in page.context["services"]} == {"org-mbe", "org-jmd"}
    assert "More than one counselling service is there for this family" in page.content.decode()
    assert ReadEntry.objects.filter(person=sister, what="household").exists()


@pytest.mark.parametrize(
    ("years", "service"), [(11, None), (12, "org-jmd"), (26, "org-jmd"), (27, "org-mbe")]
)
def test_the_dated_rules_name_the_service_of_an_age(
    years: int, service: str | None, person: Person, counsellor: Account
) -> None:
    aged(person, years)

    (found,) = accompaniment_of(counsellor, [person])

    assert (found.counselling.code if found.counselling else None) == service
    assert all(rule.legal_basis for rule in found.rules)


def test_a_referral_nobody_took_up_accompanies_nobody(
    person: Person, counsellor: Account, account: Callable[[str], Account]
) -> None:
    Referral.objects.filter(person=person).delete()
    referral = taken_up(person, counsellor, account("st-jm01"))
    Referral.objects.filter(pk=referral.pk).update(status="sent", answered_at=None)
    Person.objects.filter(pk=person.pk).update(birth_date=None, birth_precision="unknown")

    (found,) = accompaniment_of(counsellor, [person])

    assert [it.code for it in found.houses] == ["org-ki"]
    assert (found.counselling, found.rules) == (None, ())
    assert counselling_services([found]) == []


def test_services_of_members_in_other_files_are_not_hinted_at(
    person: Person, counsellor: Account, other_authority: Account, as_staff: SignIn
) -> None:
    theirs = create_person(by=other_authority, fields={"given_name": "Mina", "languages": ["fa"]})
    aged(person, 38)
    Person.objects.filter(pk=theirs.pk).update(household=person.household)
    url = reverse("desk:household", args=[person.pk])
    alone = as_staff("st-ki03").get(url)
    aged(theirs, 16)

    page = as_staff("st-ki03").get(url)

    youth = Organization.objects.get(code="org-jmd").name
    assert accompaniment_of(counsellor, [theirs]) == []
    assert [it.person for it in page.context["family"]] == [person]
    assert page.context["services"] == alone.context["services"]
    assert youth not in page.content.decode()


def test_the_page_asks_as_often_for_three_members_as_for_one(
    person: Person, sister: Person, counsellor: Account, as_staff: SignIn
) -> None:
    brother = create_person(by=counsellor, fields={"given_name": "Ivan", "languages": ["uk"]})
    Person.objects.filter(pk=person.pk).update(household=None)
    desk, url = as_staff("st-ki03"), reverse("desk:household", args=[person.pk])
    person.refresh_from_db()
    live_together(person=person, other=sister, by=counsellor)

    def asked() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as captured:
            page = desk.get(url)
        return len(page.context["members"]), len(captured)

    asked()
    one = asked()
    for other in (brother, create_person(by=counsellor, fields={"given_name": "Lev"})):
        live_together(person=person, other=other, by=counsellor)

    assert one[0] == 1
    assert asked() == (3, one[1])
