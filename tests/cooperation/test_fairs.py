"""A fair is planned, loses its hall, is postponed in one action, and nobody is forgotten."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from knotenpunkt.cooperation.actions.fairs import (
    NewDate,
    answer_invitation,
    block_room,
    note_contact,
    postpone_fair,
    sign_up,
    step_fair,
    use_rooms,
)
from knotenpunkt.cooperation.calendar import calendar_of
from knotenpunkt.cooperation.enums import FAIR_STEPS, ComingStatus, FairStatus
from knotenpunkt.cooperation.errors import FairIsFull, IllegalFairStep, RoomsTaken
from knotenpunkt.cooperation.messages import answer_path
from knotenpunkt.cooperation.models import Fair, FairContact, FairRegistration, RoomUse
from knotenpunkt.cooperation.queries.fairs import counts_of, free_rooms, lost_rooms, matches_of
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.models import OutboxMessage
from knotenpunkt.network.models import Account, Location, Network, Room

NEW_DAY = dt.date(2027, 6, 16)


@pytest.fixture
def fair(network: Network) -> Fair:
    return Fair.objects.get(code="ev-02")


@pytest.fixture
def coordinator(account: Callable[[str], Account]) -> Account:
    return account("st-ki02")


@pytest.fixture
def new_date(network: Network) -> NewDate:
    arcade = Location.objects.get(code="site-arkaden")
    return NewDate(
        clock.local_moment(NEW_DAY, dt.time(10)), clock.local_moment(NEW_DAY, dt.time(16)), arcade,
        list(arcade.rooms.all()), 160, True, "https://fair.example/online",
    )  # fmt: skip


@pytest.fixture
def postponed(fair: Fair, new_date: NewDate, coordinator: Account) -> Fair:
    return postpone_fair(fair=fair, to=new_date, reason="Hall is a shelter", by=coordinator)


def test_the_region_brings_both_fairs_and_all_who_signed_up(network: Network) -> None:
    first, second = Fair.objects.get(code="ev-01"), Fair.objects.get(code="ev-02")

    assert (first.status, first.successor) == ("postponed", second)
    assert first.calendar_id == second.calendar_id
    assert (second.registrations.count(), second.stalls.count(), second.capacity) == (143, 14, 160)


def test_postponing_keeps_everyone_and_asks_again(fair: Fair, postponed: Fair) -> None:
    fair.refresh_from_db()
    assert (fair.status, fair.reason, fair.successor) == (
        "postponed",
        "Hall is a shelter",
        postponed,
    )
    assert counts_of(postponed) == {
        "registered": 0, "asked_again": 143, "confirmed": 0, "online": 0, "withdrawn": 0,
    }  # fmt: skip
    assert set(postponed.registrations.values_list("carried_from__email", flat=True)) == set(
        fair.registrations.values_list("email", flat=True)
    )
    assert set(postponed.stalls.values_list("status", flat=True)) == {"asked"}
    assert postponed.stalls.count() == 14


def test_everyone_is_told_once_in_her_language(postponed: Fair) -> None:
    visitors = OutboxMessage.objects.filter(purpose="fair.postponed")
    stalls = OutboxMessage.objects.filter(purpose="fair.stall")

    assert visitors.count() == 143
    assert set(visitors.values_list("language", flat=True)) == {
        "de", "en", "uk", "ar", "fa", "tr", "ru", "fr",
    }  # fmt: skip
    assert stalls.count() == 14
    assert all("/fairs/answer/" in mail.body for mail in visitors)
    assert not any("Gast" in mail.subject for mail in visitors)


def test_postponing_twice_changes_nothing(
    fair: Fair, postponed: Fair, new_date: NewDate, coordinator: Account
) -> None:
    again = postpone_fair(fair=fair, to=new_date, reason="Other", by=coordinator)

    assert again == postponed
    assert OutboxMessage.objects.filter(purpose="fair.postponed").count() == 143


def test_the_old_rooms_are_free_and_the_new_ones_taken(fair: Fair, postponed: Fair) -> None:
    assert not RoomUse.objects.filter(fair=fair, is_active=True).exists()
    taken = RoomUse.objects.filter(fair=postponed, is_active=True)
    assert taken.count() == Room.objects.filter(location__code="site-arkaden").count()


def test_calendars_move_the_entry_they_have(fair: Fair, postponed: Fair) -> None:
    fair.refresh_from_db()
    event = Calendar.from_ical(calendar_of(fair)).walk("VEVENT")[0]

    assert str(event["uid"]) == f"{fair.calendar_id}@knotenpunkt"
    assert int(event["sequence"]) == fair.sequence + 1
    assert event["dtstart"].dt == postponed.starts_at
    assert str(event["status"]) == "CONFIRMED"


def test_rooms_in_use_stop_the_postponement_as_a_whole(
    fair: Fair, new_date: NewDate, coordinator: Account
) -> None:
    block_room(
        room=new_date.rooms[0], during=(new_date.starts_at, new_date.ends_at),
        reason="Water damage", by=coordinator,
    )  # fmt: skip
    with pytest.raises(RoomsTaken) as error, transaction.atomic():
        postpone_fair(fair=fair, to=new_date, reason="Hall", by=coordinator)

    assert list(error.value.reasons.values()) == ["Water damage"]
    fair.refresh_from_db()
    assert fair.status == "planned"
    assert not OutboxMessage.objects.filter(purpose="fair.postponed").exists()
    assert RoomUse.objects.filter(fair=fair, is_active=True).exists()


def test_an_emergency_takes_the_room_at_once_and_keeps_the_reason(
    fair: Fair, coordinator: Account
) -> None:
    room = Room.objects.get(location__code="site-fiktau", name="F1")
    lost = block_room(
        room=room, during=(fair.starts_at, fair.ends_at), reason="Shelter", by=coordinator
    )

    assert lost == [fair]
    assert [(use.room.name, use.reason) for use in lost_rooms(fair)] == [("F1", "Shelter")]
    assert room not in free_rooms(fair.network, fair.starts_at, fair.ends_at)


def test_the_database_refuses_two_uses_of_a_room(fair: Fair) -> None:
    use = RoomUse.objects.filter(fair=fair).first()
    with pytest.raises(IntegrityError), transaction.atomic():
        RoomUse.objects.create(room=use.room, during=use.during, reason="Second")


def test_only_the_steps_of_the_table_are_taken(fair: Fair, coordinator: Account) -> None:
    for new in FairStatus.values:
        if new in FAIR_STEPS[fair.status] or new == fair.status:
            continue
        with pytest.raises(IllegalFairStep):
            step_fair(fair=fair, new=new, by=coordinator, reason="x", evaluation="x")


def test_cancelling_tells_everyone_with_the_reason(fair: Fair, coordinator: Account) -> None:
    for _ in range(2):
        step_fair(fair=fair, new="cancelled", reason="Storm", by=coordinator)

    mails = OutboxMessage.objects.filter(purpose="fair.off")
    assert mails.count() == 143
    assert all("Storm" in mail.body for mail in mails)


def test_from_open_to_evaluated(fair: Fair, coordinator: Account) -> None:
    for new in ("announced", "open", "held"):
        step_fair(fair=fair, new=new, by=coordinator)
    step_fair(fair=fair, new="evaluated", by=coordinator, evaluation="143 came.")

    fair.refresh_from_db()
    assert (fair.status, fair.evaluation) == ("evaluated", "143 came.")


def test_matches_share_topics_and_the_best_come_first(fair: Fair) -> None:
    for stall, suiting in matches_of(fair):
        assert all(set(it.topics) <= set(stall.topics) & set(it.registration.interests)
                   for it in suiting)  # fmt: skip
        assert [len(it.topics) for it in suiting] == sorted(
            (len(it.topics) for it in suiting), reverse=True
        )


def test_a_full_fair_says_so(fair: Fair) -> None:
    Fair.objects.filter(pk=fair.pk).update(capacity=143)
    with pytest.raises(FairIsFull):
        sign_up(fair=fair, fields={"name": "New", "email": "new@example.org"})
    first = fair.registrations.first()
    answer_invitation(registration=first, status=ComingStatus.WITHDRAWN)

    again = [sign_up(fair=fair, fields={"name": "N", "email": "new@example.org"}) for _ in range(2)]

    assert again[0] == again[1]


# Pages


def postpone_data(**more: object) -> dict[str, object]:
    arcade = Location.objects.get(code="site-arkaden")
    return {
        "reason": "Hall is a shelter", "day": "2027-06-16", "start": "10:00", "end": "16:00",
        "location": arcade.pk, "rooms": [it.pk for it in arcade.rooms.all()], "capacity": 160,
        "has_online_edition": "on",
    } | more  # fmt: skip


def test_one_form_postpones(fair: Fair, as_staff: Callable[[str], Client]) -> None:
    desk, url = as_staff("st-ki02"), reverse("desk:fair_postpone", args=[fair.pk])

    assert "143 people are told" in desk.get(url).content.decode()
    answer = desk.post(url, postpone_data(), follow=True)

    assert "143 registrations are kept and asked again." in answer.content.decode()


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"reason": ""}, 422),
        ({"day": "2020-01-01"}, 422),
        ({"end": "09:00"}, 422),
        ({"capacity": "0"}, 422),
        ({"rooms": ["x"]}, 422),
    ],
)
def test_bad_input_postpones_nothing(
    fair: Fair, as_staff: Callable[[str], Client], more: dict[str, object], status: int
) -> None:
    url = reverse("desk:fair_postpone", args=[fair.pk])

    assert as_staff("st-ki02").post(url, postpone_data(**more)).status_code == status
    fair.refresh_from_db()
    assert fair.status == "planned"


def test_counsellors_see_the_fair_but_not_who_else_comes(
    fair: Fair, as_staff: Callable[[str], Client]
) -> None:
    desk = as_staff("st-jc05")
    page = desk.get(reverse("desk:fair", args=[fair.pk])).content.decode()

    assert "143" in page
    assert "Gast 001" not in page
    assert desk.get(reverse("desk:fair_postpone", args=[fair.pk])).status_code == 403
    assert desk.get(reverse("desk:fair_block", args=[fair.pk])).status_code == 403


def test_a_link_answers_only_by_its_button(postponed: Fair) -> None:
    registration = postponed.registrations.first()
    client, url = Client(), answer_path(registration)

    client.get(url)
    registration.refresh_from_db()
    assert registration.status == "asked_again"
    client.post(url, {"status": "confirmed"})
    registration.refresh_from_db()
    assert registration.status == "confirmed"
    assert client.post(url, {"status": "king"}).status_code == 422
    assert client.get("/fairs/answer/forged/").status_code == 404


def test_the_public_page_signs_up_and_the_old_one_names_the_new_date(
    fair: Fair, postponed: Fair
) -> None:
    client = Client(headers={"accept-language": "en"})
    old = client.get(reverse("fairs:fair", args=[fair.pk])).content.decode()
    new = reverse("fairs:fair", args=[postponed.pk])

    assert new in old
    assert client.post(new, {"name": "", "email": "x"}).status_code == 422
    assert client.post(new, {"name": "Ada", "email": "ada@example.org"}).status_code == 302
    assert FairRegistration.objects.filter(fair=postponed, email="ada@example.org").exists()
    calendar = client.get(reverse("fairs:calendar", args=[fair.pk]))
    assert calendar["Content-Type"].startswith("text/calendar")
    assert b"Gast" not in calendar.content


def test_contacts_belong_to_the_own_stall(
    fair: Fair, as_staff: Callable[[str], Client], counsellor: Account
) -> None:
    url, guest = reverse("desk:fair_contacts", args=[fair.pk]), fair.registrations.first()
    as_staff("st-ki03").post(url, {"registration": guest.pk, "note": "Wants to help"})
    own = fair.stalls.get(organization__code="org-ki")
    note_contact(stall=own, registration=guest, note="again", by=counsellor)

    assert FairContact.objects.count() == 1
    assert "Wants to help" in as_staff("st-ki03").get(url).content.decode()
    assert "Wants to help" not in as_staff("st-jc05").get(url).content.decode()


@pytest.mark.parametrize("page", ["fairs", "gap_map"])
def test_pages_open_for_everyone(page: str, as_staff: Callable[[str], Client]) -> None:
    assert as_staff("st-jc05").get(reverse(f"desk:{page}")).status_code == 200


@pytest.mark.parametrize("page", ["fair", "fair_matches", "fair_cards", "fair_contacts"])
def test_pages_of_a_fair(
    page: str, fair: Fair, as_staff: Callable[[str], Client],
    django_assert_max_num_queries: Callable[..., object],
) -> None:  # fmt: skip
    desk = as_staff("st-ki02")
    with django_assert_max_num_queries(16):
        assert desk.get(reverse(f"desk:{page}", args=[fair.pk])).status_code == 200


def test_the_gap_map_counts_organizations_once(network: Network) -> None:
    from knotenpunkt.directory.gap_map import gap_map_of

    found = gap_map_of(network)

    assert found.languages[0] == "de"
    assert len(found.rows) == 9
    kinds = {cell.kind for _topic, cells in found.rows for cell in cells}
    assert kinds == {"gap", "one", "some", "overlap"}
    assert found.gaps == sum(
        not cell.organizations for _topic, cells in found.rows for cell in cells
    )


def test_using_rooms_twice_is_refused(fair: Fair, coordinator: Account) -> None:
    with pytest.raises(RoomsTaken):
        use_rooms(fair=fair, rooms=[fair.room_uses.first().room], by=coordinator)
