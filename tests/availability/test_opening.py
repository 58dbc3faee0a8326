"""Open on that day? Three Länder, holidays, closures, exceptions, outreach, changes of clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from knotenpunkt.availability.expansion import Expansion
from knotenpunkt.availability.models import Closure
from knotenpunkt.availability.opening import (
    OpenDay,
    OpenState,
    location_open_on,
    next_open_day,
    service_open_on,
    service_places_on,
)
from knotenpunkt.availability.recurrence import Period
from knotenpunkt.directory.actions.holidays import review_school_holidays
from knotenpunkt.directory.errors import UnknownYear
from knotenpunkt.directory.holidays import school_holidays_on
from knotenpunkt.directory.models import (
    Schedule,
    ScheduleException,
    SchoolHolidayReview,
    ServiceAtLocation,
)
from knotenpunkt.foundation.school_holidays import school_holiday, school_holidays
from knotenpunkt.foundation.workdays import is_public_holiday
from knotenpunkt.network.models import Account, Location, Network

D = dt.date


@pytest.fixture
def place(network: Network) -> Callable[[str], Location]:
    return lambda code: Location.objects.select_related("network").get(code=code)


@pytest.fixture
def at(network: Network) -> Callable[[str, str], ServiceAtLocation]:
    return lambda service, location: ServiceAtLocation.objects.select_related(
        "service__organization", "location__network"
    ).get(service__code=service, location__code=location)


def short(found: OpenDay) -> tuple[str, str, str]:
    return found.state.value, found.reason.value, found.why


LAND_CASES = [
    ("NW", D(2027, 5, 27), ("closed", "public_holiday", "Fronleichnam")),
    ("BB", D(2027, 5, 27), ("open", "hours", "")),
    ("ST", D(2027, 5, 27), ("open", "hours", "")),
    ("NW", D(2027, 11, 1), ("closed", "public_holiday", "Allerheiligen")),
    ("BB", D(2027, 11, 1), ("open", "hours", "")),
    ("ST", D(2027, 1, 6), ("closed", "public_holiday", "Heilige Drei Könige")),
    ("NW", D(2027, 1, 6), ("open", "hours", "")),
    ("BB", D(2028, 10, 31), ("closed", "public_holiday", "Reformationstag")),
    ("ST", D(2028, 10, 31), ("closed", "public_holiday", "Reformationstag")),
    ("NW", D(2028, 10, 31), ("open", "hours", "")),
    ("NW", D(2027, 2, 8), ("closed", "closure", "Rosenmontag")),
    ("NW", D(2027, 3, 26), ("closed", "public_holiday", "Karfreitag")),
    ("BB", D(2027, 3, 26), ("closed", "public_holiday", "Karfreitag")),
    ("ST", D(2027, 3, 26), ("closed", "public_holiday", "Karfreitag")),
    ("BB", D(2027, 2, 8), ("closed", "closure", "Rosenmontag")),
    ("ST", D(2027, 2, 8), ("closed", "closure", "Rosenmontag")),
    ("NW", D(2027, 3, 6), ("closed", "no_hours", "")),
]


@pytest.mark.parametrize(("land", "day", "expected"), LAND_CASES)
def test_holidays_follow_the_land(
    place: Callable[[str], Location], land: str, day: D, expected: tuple[str, str, str]
) -> None:
    arcade = place("site-arkaden")
    arcade.network.land = land

    assert short(location_open_on(arcade, day)) == expected


# First and last day of holidays that the Länder do not have at the same time.
SCHOOL_HOLIDAYS = [
    ("NW", D(2026, 10, 17), D(2026, 10, 31), "Herbstferien"),
    ("NW", D(2027, 3, 22), D(2027, 4, 3), "Osterferien"),
    ("NW", D(2027, 7, 19), D(2027, 8, 31), "Sommerferien"),
    ("NW", D(2028, 4, 10), D(2028, 4, 22), "Osterferien"),
    ("NW", D(2027, 12, 24), D(2028, 1, 8), "Weihnachtsferien"),
    ("BB", D(2027, 2, 1), D(2027, 2, 6), "Winterferien"),
    ("BB", D(2027, 7, 1), D(2027, 8, 14), "Sommerferien"),
    ("BB", D(2027, 10, 11), D(2027, 10, 23), "Herbstferien"),
    ("BB", D(2028, 4, 10), D(2028, 4, 22), "Osterferien"),
    ("ST", D(2027, 5, 15), D(2027, 5, 22), "Pfingstferien"),
    ("ST", D(2027, 10, 18), D(2027, 10, 23), "Herbstferien"),
    ("ST", D(2028, 2, 7), D(2028, 2, 12), "Winterferien"),
    ("ST", D(2028, 6, 3), D(2028, 6, 10), "Pfingstferien"),
]


@pytest.mark.parametrize(("land", "first", "last", "name"), SCHOOL_HOLIDAYS)
def test_hours_that_stop_in_school_holidays(
    place: Callable[[str], Location], land: str, first: D, last: D, name: str
) -> None:
    hall = place("site-fiktau")
    hall.network.land = land
    Schedule.objects.filter(location=hall).delete()
    hours = Schedule.objects.create(
        location=hall, rrule="FREQ=DAILY", opens_at=dt.time(9), closes_at=dt.time(12),
        details={"school_holidays": "never"},
    )  # fmt: skip
    inside = [it for it in (first, last) if not is_public_holiday(it, land)]

    during = [location_open_on(hall, it) for it in inside]
    around = [
        school_holiday(first - dt.timedelta(1), land),
        school_holiday(last + dt.timedelta(1), land),
    ]
    Schedule.objects.filter(pk=hours.pk).update(details={"school_holidays": "only"})
    only = [location_open_on(hall, it).state for it in inside]

    assert inside
    assert [short(it) for it in during] == [("closed", "school_holidays", name)] * len(inside)
    assert around == ["", ""]
    assert only == [OpenState.OPEN] * len(inside)


@pytest.mark.parametrize(
    ("day", "free_in"),
    [
        (D(2027, 2, 3), {"BB", "ST"}),  # winter: none in NW
        (D(2027, 5, 18), {"NW", "BB", "ST"}),  # Whit Tuesday
        (D(2027, 5, 19), {"ST"}),
        (D(2027, 7, 12), {"BB", "ST"}),
        (D(2027, 8, 25), {"NW"}),
        (D(2027, 11, 2), {"NW"}),
        (D(2028, 6, 6), {"ST"}),  # Whit Tuesday again, and NW has none that year
    ],
)
def test_one_day_is_free_in_one_land_and_school_in_another(day: D, free_in: set[str]) -> None:
    assert {land for land in school_holidays() if school_holiday(day, land)} == free_in


def test_every_land_says_where_its_dates_are_from() -> None:
    for land, found in school_holidays().items():
        days = [it for first, last, _ in found.ranges for it in (first, last)]
        assert days == sorted(days), land
        assert (found.known[0], found.known[1]) == (days[0], days[-1])
        assert found.decree
        assert found.official.startswith("https://")
        assert len(found.read_in) >= 2
        assert all(school_holiday(it, land) for it in found.school_decides)
    assert not any(it.is_reviewed for it in school_holidays().values())  # until somebody has


def test_a_year_the_file_does_not_know_has_no_answer() -> None:
    assert school_holiday(D(2031, 7, 20), "NW") is None
    assert school_holiday(D(2027, 7, 20), "BY") is None


def test_part_of_a_day_can_be_closed(at: Callable[[str, str], ServiceAtLocation]) -> None:
    found = service_open_on(at("of-jc-antrag", "site-jc-bh"), D(2027, 3, 10))
    thursday = service_open_on(at("of-jc-antrag", "site-jc-bh"), D(2027, 3, 11))

    assert short(found) == ("closed", "no_hours", "")
    assert short(thursday) == ("by_appointment", "hours", "")


def test_a_closure_shortens_the_day_and_says_why(place: Callable[[str], Location]) -> None:
    arcade = place("site-arkaden")
    Closure.objects.create(
        network=arcade.network, day=D(2027, 3, 2), starts_at=dt.time(8), ends_at=dt.time(13),
        reason="Personalversammlung", location=arcade,
    )  # fmt: skip

    found = location_open_on(arcade, D(2027, 3, 2))

    assert found.times == [(dt.time(13), dt.time(17))]
    assert found.shortened == "Personalversammlung"


def test_exceptions_beat_the_rule(place: Callable[[str], Location]) -> None:
    arcade = place("site-arkaden")

    def note(day: D, kind: str, **more: object) -> None:
        ScheduleException.objects.create(
            location=arcade, kind=kind, first_on=day, last_on=day, reason="Umzug", **more
        )

    note(D(2027, 3, 2), "closed")
    note(D(2027, 3, 3), "other_hours", opens_at=dt.time(10), closes_at=dt.time(12))
    note(D(2027, 3, 4), "by_appointment")

    found = [location_open_on(arcade, D(2027, 3, day)) for day in (2, 3, 4, 5)]

    assert [short(it)[:2] for it in found] == [
        ("closed", "exception"), ("open", "exception"), ("by_appointment", "exception"),
        ("open", "hours"),
    ]  # fmt: skip
    assert found[1].times == [(dt.time(10), dt.time(12))]
    hours = Expansion(arcade.network, Period(D(2027, 3, 2), D(2027, 3, 3))).opening_hours
    assert [hours[arcade.id, D(2027, 3, day)] for day in (2, 3)] == [[], [(600, 720)]]


def test_by_appointment_never_looks_closed(at: Callable[[str, str], ServiceAtLocation]) -> None:
    found = service_open_on(at("of-vz-konto", "site-arkaden"), D(2027, 3, 2))

    assert found.state == OpenState.BY_APPOINTMENT
    assert found.times == [(dt.time(8), dt.time(17))]


def test_outreach_is_found_where_it_is_held(place: Callable[[str], Location]) -> None:
    tuesday = location_open_on(place("site-jc-ms"), D(2027, 3, 2))
    monday = location_open_on(place("site-jc-ms"), D(2027, 3, 1))

    assert [(it.title, it.room, it.is_walk_in) for it in tuesday.outreach] == [
        ("Migrationsberatung im Jobcenter", "J2", True)
    ]
    assert monday.outreach == ()


def test_a_mobile_station_is_open_where_it_stands_that_day(
    at: Callable[[str, str], ServiceAtLocation], place: Callable[[str], Location]
) -> None:
    bus = at("of-gk-orient", "site-arkaden").service
    ServiceAtLocation.objects.get_or_create(service=bus, location=place("site-fiktau"))

    first_wednesday = {it.code: day for it, day in service_places_on(bus, D(2027, 3, 3))}
    second = {it.code: day for it, day in service_places_on(bus, D(2027, 3, 10))}

    assert short(first_wednesday["site-fiktau"]) == ("open", "outreach", "Gesundheitskiosk mobil")
    assert first_wednesday["site-fiktau"].times == [(dt.time(9, 30), dt.time(12, 30))]
    assert second["site-fiktau"].outreach == ()


def test_outreach_stays_away_on_holidays_and_closures(place: Callable[[str], Location]) -> None:
    hall = place("site-fiktau")

    assert location_open_on(hall, D(2027, 3, 29)).outreach == ()  # Easter Monday
    assert location_open_on(hall, D(2027, 2, 8)).outreach == ()  # Rosenmontag
    assert len(location_open_on(hall, D(2027, 3, 1)).outreach) == 1


@pytest.mark.parametrize(
    ("land", "day"),
    [
        ("NW", D(2027, 3, 28)),
        ("NW", D(2027, 10, 31)),
        ("ST", D(2026, 10, 25)),
        ("BB", D(2026, 10, 25)),
        ("ST", D(2026, 3, 29)),
        ("BB", D(2026, 3, 29)),
    ],
)
def test_both_changes_of_the_clock(place: Callable[[str], Location], land: str, day: D) -> None:
    """Wall-clock hours stay what they are; the length of the day in UTC is 23 or 25 hours."""
    arcade = place("site-arkaden")
    arcade.network.land = land
    Schedule.objects.create(
        location=arcade, rrule="FREQ=WEEKLY;BYDAY=SU", opens_at=dt.time(1), closes_at=dt.time(6)
    )

    assert location_open_on(arcade, day).times == [(dt.time(1), dt.time(6))]


def test_the_next_open_day_skips_the_long_weekend(place: Callable[[str], Location]) -> None:
    found = next_open_day(place("site-arkaden"), D(2027, 3, 25))

    assert found is not None
    assert found.day == D(2027, 3, 30)


EASTER = D(2027, 3, 22)


def test_places_are_asked_together(
    at: Callable[[str, str], ServiceAtLocation], place: Callable[[str], Location]
) -> None:
    """One number of queries for one place and for three, and the answers of the single question."""
    service = at("of-vz-konto", "site-arkaden").service
    service.services_at_location.exclude(location__code="site-arkaden").delete()
    day = D(2027, 3, 2)

    with CaptureQueriesContext(connection) as one:
        service_places_on(service, day)
    for code in ("site-jc-ms", "site-fiktau"):
        ServiceAtLocation.objects.create(service=service, location=place(code))
    with CaptureQueriesContext(connection) as three:
        found = service_places_on(service, day)

    assert len(one) == len(three) <= 7
    assert len(found) == 3
    assert [it for _where, it in found] == [
        service_open_on(at("of-vz-konto", where.code), day) for where, _it in found
    ]


def test_the_house_page_asks_as_much_for_one_house_as_for_all(
    as_staff: Callable[[str], Client], network: Network
) -> None:
    client, address = as_staff("st-ki03"), reverse("desk:opening") + "?day=2027-03-02"
    client.get(address)

    with CaptureQueriesContext(connection) as all_houses:
        assert len(client.get(address).context["places"]) >= 3
    first = network.locations.first()
    network.locations.exclude(pk=first.pk).update(successor=first)  # type: ignore[union-attr]
    with CaptureQueriesContext(connection) as one:
        assert len(client.get(address).context["places"]) == 1

    assert len(one) == len(all_houses)


def test_hours_of_the_holidays_alone_are_closed_on_school_days(
    place: Callable[[str], Location], as_staff: Callable[[str], Client]
) -> None:
    hall = place("site-fiktau")
    Schedule.objects.filter(location=hall).delete()
    Schedule.objects.create(
        location=hall, rrule="FREQ=DAILY", opens_at=dt.time(9), closes_at=dt.time(12),
        details={"school_holidays": "only"},
    )  # fmt: skip

    found = location_open_on(hall, D(2027, 3, 2))
    page = as_staff("st-ki03").get(reverse("desk:opening") + "?day=2027-03-02")

    assert short(found) == ("closed", "school_holidays", "")
    assert "in school holidays only" in page.content.decode()


def test_the_page_names_the_holidays_their_source_and_that_nobody_has_reviewed_them(
    as_staff: Callable[[str], Client],
) -> None:
    client, address = as_staff("st-ki03"), reverse("desk:opening")

    during = client.get(f"{address}?day={EASTER}").content.decode()
    school_day = client.get(f"{address}?day=2027-03-02").content.decode()
    unknown = client.get(f"{address}?day=2031-03-02").content.decode()

    assert "Osterferien" in during
    assert "BASS 12-65 Nr. 1" in during
    assert "Nobody has reviewed these dates yet." in during
    assert "School holidays" not in school_day
    assert "School holidays of this day are not known here." in unknown


def test_a_year_is_reviewed_by_the_coordinator_and_the_page_says_by_whom(
    as_staff: Callable[[str], Client], network: Network
) -> None:
    coordinator, counsellor = as_staff("st-ki02"), as_staff("st-ki03")
    mark = reverse("desk:school_holidays_reviewed", args=[2027])

    assert counsellor.post(mark).status_code == 403
    assert coordinator.post(mark, follow=True).status_code == 200
    found = school_holidays_on(network, EASTER)
    shown = counsellor.get(f"{reverse('desk:opening')}?day={EASTER}").content.decode()

    assert found.review is not None
    assert (found.is_reviewed, found.review.reviewed_on) == (True, D(2027, 2, 22))
    assert f"Reviewed by <bdi>{found.review.reviewer}</bdi>" in shown
    assert not school_holidays_on(network, D(2028, 4, 12)).is_reviewed
    coordinator.post(reverse("desk:school_holidays_unreviewed", args=[2027]))
    assert not school_holidays_on(network, EASTER).is_reviewed


def test_a_review_ends_when_the_dates_of_the_file_change(
    account: Callable[[str], Account], network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    coordinator = account("st-ki02")
    review_school_holidays(year=2027, by=coordinator)
    lands = dict(school_holidays())
    first, *rest = lands["NW"].in_year(2027)
    moved = replace(lands["NW"], ranges=((first[0], first[1] + dt.timedelta(1), first[2]), *rest))

    assert school_holidays_on(network, EASTER).is_reviewed
    monkeypatch.setattr(
        "knotenpunkt.directory.holidays.school_holidays", lambda: {**lands, "NW": moved}
    )

    assert not school_holidays_on(network, EASTER).is_reviewed
    assert SchoolHolidayReview.objects.count() == 1


def test_a_year_nobody_knows_cannot_be_reviewed(
    account: Callable[[str], Account], as_staff: Callable[[str], Client]
) -> None:
    with pytest.raises(UnknownYear):
        review_school_holidays(year=2031, by=account("st-ki02"))
    address = reverse("desk:school_holidays_reviewed", args=[2031])
    assert as_staff("st-ki02").post(address).status_code == 404
