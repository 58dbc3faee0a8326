"""The first slots of a partner: rhythm, rooms, groups; only her own times are renewed."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from knotenpunkt.availability.models import GroupSession, OpenInterval, Presence
from knotenpunkt.directory.enums import ServiceMode
from knotenpunkt.directory.models import Service
from knotenpunkt.network.models import Account, Network, Organization, StaffMember
from knotenpunkt.onboarding.checklist import checklists_of, first_times
from knotenpunkt.visits.enums import VisitStatus
from tests.onboarding.conftest import ABOUT, JOINER, PLACE, service_said
from tests.onboarding.test_new_partner import Wish, done, joined, visit_with

WEEK = {"first_on": "2027-02-22", "weeks": "1"}


@pytest.fixture
def house(invited: str, network: Network) -> tuple[Client, Organization]:
    """A partner with a place of two rooms and a service of its own."""
    client, organization = joined(invited)
    base = f"/desk/partners/{organization.pk}/"
    client.post(base + "places/new/", {**PLACE, "rooms": "A1\nA2\n"})
    place, member = organization.locations.get(), organization.staff.get()
    said = service_said(network, locations=[str(place.pk)], staff=[str(member.pk)])
    client.post(base + "services/new/", said)
    return client, organization


def times(organization: Organization) -> str:
    return f"/desk/partners/{organization.pk}/staff/{organization.staff.get().pk}/times/"


def days_open(organization: Organization) -> list[dt.date]:
    found = OpenInterval.objects.filter(resource=organization.staff.get().pk)
    return sorted(set(found.values_list("day", flat=True)))[:3]


def test_every_second_week_counts_from_the_week_of_the_first_day(
    house: tuple[Client, Organization],
) -> None:
    client, organization = house
    place = organization.locations.get()
    said = {**WEEK, "location": str(place.pk), "day_3": "9-12", "weeks": "2"}

    answer = client.post(times(organization), said)

    assert answer.status_code == 302
    assert days_open(organization) == [
        dt.date(2027, 2, 25), dt.date(2027, 3, 11), dt.date(2027, 3, 25),
    ]  # fmt: skip
    page = client.get(times(organization))
    assert page.context["form"]["weeks"].value() == 2
    assert page.context["form"]["day_3"].value() == "09:00-12:00"


def test_another_rhythm_ends_the_first_unless_it_shall_stay(
    house: tuple[Client, Organization],
) -> None:
    client, organization = house
    place = organization.locations.get()
    weekly = {**WEEK, "location": str(place.pk), "day_0": "9-12"}
    second = {**WEEK, "location": str(place.pk), "day_3": "9-12", "weeks": "2"}

    rules = []
    for said in (weekly, {**second, "keeps_others": "on"}, second):
        client.post(times(organization), said)
        rules.append(sorted(Presence.objects.values_list("rrule", flat=True).filter(
            staff_member=organization.staff.get())))  # fmt: skip

    every_second = "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH"
    assert rules == [
        ["FREQ=WEEKLY;BYDAY=MO"],
        ["FREQ=WEEKLY;BYDAY=MO", every_second],
        [every_second],
    ]


def test_a_talk_is_in_the_room_that_was_said(house: tuple[Client, Organization]) -> None:
    client, organization = house
    place = organization.locations.get()
    room = place.rooms.get(name="A2")
    said = {**WEEK, "location": str(place.pk), "room": str(room.pk), "day_0": "9-12"}

    client.post(times(organization), said)

    rows = OpenInterval.objects.filter(resource=organization.staff.get().pk)
    assert {it.room_id for it in rows} == {room.pk}


def test_rooms_stay_when_a_place_is_said_anew(house: tuple[Client, Organization]) -> None:
    client, organization = house
    place = organization.locations.get()
    address = f"/desk/partners/{organization.pk}/places/{place.pk}/"

    client.post(address, {**PLACE, "rooms": "A2\nB7"})
    too_long = client.post(address, {**PLACE, "rooms": "x" * 61})

    assert [it.name for it in place.rooms.all()] == ["A1", "A2", "B7"]
    assert too_long.status_code == 422


def test_a_room_of_another_house_is_refused(
    house: tuple[Client, Organization], network: Network
) -> None:
    client, organization = house
    center = network.locations.get(is_central=True)
    client.post(f"/desk/partners/{organization.pk}/places/use/", {"location": str(center.pk)})
    room = organization.locations.exclude(pk=center.pk).get().rooms.first()
    assert room is not None

    said = {**WEEK, "location": str(center.pk), "room": str(room.pk), "day_0": "9-12"}

    assert client.post(times(organization), said).status_code == 422


def group(organization: Organization, **more: object) -> dict[str, object]:
    place, member = organization.locations.get(), organization.staff.get()
    service = organization.services.get(mode=ServiceMode.GROUP)
    return {
        **WEEK, "service": str(service.pk), "staff_member": str(member.pk), "seats": "3",
        "location": str(place.pk), "day_1": "10-11", **more,
    }  # fmt: skip


@pytest.fixture
def with_group(house: tuple[Client, Organization]) -> tuple[Client, Organization]:
    _client, organization = house
    Service.objects.filter(organization=organization).update(mode=ServiceMode.GROUP)
    return house


def test_a_group_with_seats_is_set_up_and_booked(
    with_group: tuple[Client, Organization], wish: Wish, counsellor: Account
) -> None:
    client, organization = with_group
    base = f"/desk/partners/{organization.pk}/"

    answer = client.post(base + "groups/new/", group(organization))
    client.post(f"/desk/directory/organizations/{organization.pk}/change/", ABOUT)
    has_times = "times" in done(organization)
    client.post(base + "show/")

    service = organization.services.get()
    session = GroupSession.objects.get(service=service)
    assert (answer.status_code, has_times) == (302, True)
    assert [it.starts_at.hour for it in first_times(organization, services=[service])] == [9]
    visit = visit_with(service, wish, counsellor)
    assert visit.status == VisitStatus.BOOKED
    assert visit.appointments.get().group_session == session


def test_a_session_ends_and_takes_no_seats_any_more(
    with_group: tuple[Client, Organization],
) -> None:
    client, organization = with_group
    base = f"/desk/partners/{organization.pk}/"
    client.post(base + "groups/new/", group(organization))
    session = GroupSession.objects.get(service__organization=organization)
    page = client.get(base).content.decode()

    client.post(f"{base}groups/{session.pk}/end/")

    assert "Tuesday" in page
    assert not OpenInterval.objects.filter(resource=session.pk, day__gt="2027-02-22").exists()
    assert "Tuesday" not in client.get(base).content.decode()


@pytest.mark.parametrize(
    ("field", "value"),
    [("seats", "0"), ("seats", "501"), ("day_1", "10-10:15"), ("day_1", ""),
     ("first_on", "2027-02-01"), ("staff_member", "00000000-0000-0000-0000-000000000000")],
)  # fmt: skip
def test_a_bad_session_is_said_and_nothing_is_kept(
    with_group: tuple[Client, Organization], field: str, value: str
) -> None:
    client, organization = with_group

    answer = client.post(
        f"/desk/partners/{organization.pk}/groups/new/", group(organization, **{field: value})
    )

    assert answer.status_code == 422
    assert answer.context["form"].errors.get(field if value else "day_0")
    assert not GroupSession.objects.filter(service__organization=organization).exists()


def test_forms_say_what_comes_first(invited: str) -> None:
    client, organization = joined(invited)
    member = StaffMember.objects.get(name=JOINER["name"])
    base = f"/desk/partners/{organization.pk}/"
    pages = ["services/new/", "groups/new/", f"staff/{member.pk}/times/"]

    before = [client.get(base + page).context["first"] for page in pages]
    client.post(base + "places/new/", PLACE)
    after = [client.get(base + page).context["first"] for page in pages]

    assert [it.address for it in before] == [base + "places/new/"] * 3
    assert [it and it.address for it in after] == [None, base + "services/new/", None]


def test_her_times_cost_the_same_in_a_house_of_one_and_of_three(
    house: tuple[Client, Organization],
) -> None:
    client, organization = house
    place, member = organization.locations.get(), organization.staff.get()
    said = {**WEEK, "location": str(place.pk), "day_0": "9-12"}
    others = OpenInterval.objects.exclude(resource=member.pk)
    before = set(others.values_list("pk", flat=True))
    address, counts = times(organization), []
    client.post(address, said)
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.post(address, said)
        counts.append(len(queries))
        for number in (1, 2):
            colleague = StaffMember.objects.create(
                organization=organization, name=f"K {number}", job="Rat", role="worker"
            )
            Presence.objects.create(
                staff_member=colleague, location=place, rrule="FREQ=WEEKLY;BYDAY=TU",
                first_on=dt.date(2027, 2, 22), starts_at=dt.time(9), ends_at=dt.time(12),
            )  # fmt: skip

    assert counts[0] == counts[1]
    assert set(others.values_list("pk", flat=True)) == before  # nobody else's times were touched


def test_the_checklist_costs_the_same_with_one_session_and_with_three(
    with_group: tuple[Client, Organization],
) -> None:
    client, organization = with_group
    counts = []
    for hours in ("10-11", "11-12, 12-13"):
        client.post(
            f"/desk/partners/{organization.pk}/groups/new/", group(organization, day_1=hours)
        )
        client.get(f"/desk/partners/{organization.pk}/")
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/desk/partners/{organization.pk}/")
        counts.append(len(queries))

    assert GroupSession.objects.filter(service__organization=organization).count() == 3
    assert counts[0] == counts[1]
    assert checklists_of(Organization.objects.filter(pk=organization.pk))[0].done >= 1
