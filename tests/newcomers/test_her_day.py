"""The day on her phone: check in, called, late; by page and by answering a short message."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable

import pytest
import time_machine
from django.conf import LazySettings
from django.http import HttpResponse
from django.test import Client

from knotenpunkt.availability.models import OutreachHours
from knotenpunkt.foundation.models import OutboxMessage
from knotenpunkt.network.models import Account, Network
from knotenpunkt.newcomers.actions import queue_reminders
from knotenpunkt.visits.actions.day import arrive, call, note_delay
from knotenpunkt.visits.actions.queue import TicketWish, call_next, end_ticket, take_ticket
from knotenpunkt.visits.models import Appointment, Visit
from tests.newcomers.walk import book, newcomer

MINUTES = dt.timedelta(minutes=1)
KEY = "Bearer of-the-gateway"


@pytest.fixture
def visit(network: Network) -> Visit:
    book(newcomer(), given_name="Olena", contact="0151 23456789")
    return Visit.objects.select_related("person").get(organization=None)


def legs_of(visit: Visit) -> list[Appointment]:
    return list(visit.appointments.order_by("starts_at"))


def at(visit: Visit, minutes: int) -> time_machine.travel:
    """Go to so many minutes after the beginning of the first appointment."""
    return time_machine.travel(legs_of(visit)[0].starts_at + minutes * MINUTES)


def house(visit: Visit) -> str:
    return newcomer("de").get(f"/v/{visit.code}/house/").content.decode()


def late(visit: Visit, **values: object) -> HttpResponse:
    return newcomer("de").post(f"/v/{visit.code}/late/", values, follow=True)


def starts(visit: Visit) -> list[dt.datetime]:
    return [it.starts_at for it in legs_of(visit)]


def test_in_the_house_it_says_where_and_when(visit: Visit) -> None:
    with at(visit, -2):
        page = newcomer("de").get(f"/v/{visit.code}/house/")

    assert "in 2 Minuten" in page.content.decode()
    assert "Neu nachsehen" in page.content.decode()
    assert "Refresh" not in page.headers


def test_with_a_number_for_open_hours_it_says_about_how_long_she_waits(
    visit: Visit, account: Callable[[str], Account]
) -> None:
    by, place = account("st-mb02"), OutreachHours.objects.get(code="oh-01").location
    nine_thirty = dt.datetime(2027, 3, 2, 8, 30, tzinfo=dt.UTC)

    with time_machine.travel(nine_thirty, tick=False):
        before = house(visit)
        others = [take_ticket(wish=TicketWish(place, "ar"), by=by) for _ in range(2)]
        take_ticket(wish=TicketWish(place, "uk", visit=visit), by=by)
        waiting = house(visit)
        for other in others:
            call_next(location=place, staff_member=by.staff_member, by=by)
            end_ticket(ticket=other, was_served=True, by=by)
        call_next(location=place, staff_member=by.staff_member, by=by)
        called = house(visit)

    assert "Ihre Nummer" not in before
    assert "W3" in waiting
    assert "Etwa 30 Minuten warten" in waiting
    assert "Sie sind dran · Raum" in called
    assert "warten" not in called


def test_when_the_open_hours_are_over_her_number_leads_to_the_front_desk(
    visit: Visit, account: Callable[[str], Account]
) -> None:
    by, place = account("st-mb02"), OutreachHours.objects.get(code="oh-01").location

    with time_machine.travel(dt.datetime(2027, 3, 2, 10, 55, tzinfo=dt.UTC), tick=False):
        take_ticket(wish=TicketWish(place, "uk", visit=visit), by=by)
        page = house(visit)

    assert "Bitte fragen Sie am Empfang" in page


def test_she_checks_in_by_phone_once_and_not_from_home(visit: Visit) -> None:
    leg = legs_of(visit)[0]
    phone = newcomer()

    with at(visit, -180):
        phone.post(f"/v/{visit.code}/house/")
    leg.refresh_from_db()
    early = leg.status
    with at(visit, -10):
        phone.post(f"/v/{visit.code}/house/")
        phone.post(f"/v/{visit.code}/house/")
    leg.refresh_from_db()

    assert (early, leg.status) == ("booked", "checked_in")


def test_after_the_day_there_is_nothing_left(visit: Visit) -> None:
    assert "keinen Termin mehr" in house(visit)


def test_when_she_is_called_the_phone_says_so(visit: Visit, counsellor: Account) -> None:
    leg = legs_of(visit)[0]
    with at(visit, -5):
        arrive(appointment=leg, by=counsellor)
        before = house(visit)
        call(appointment=leg, by=counsellor)
        after = house(visit)

    assert "Sie sind dran" not in before
    assert "Sie sind dran" in after


def test_a_delay_of_the_office_is_on_the_phone(visit: Visit, counsellor: Account) -> None:
    with at(visit, -5):
        note_delay(appointment=legs_of(visit)[0], minutes=20, by=counsellor)
        page = house(visit)

    assert "Etwa 20 Minuten später" in page
    assert "in 25 Minuten" in page


def test_what_being_late_means_is_shown_and_nothing_changes_yet(visit: Visit) -> None:
    before = starts(visit)
    with at(visit, -30):
        page = late(visit, minutes=20)

    text = page.content.decode()
    assert "Das bedeutet es für heute" in text
    assert "Ja, ich komme 20 Minuten später" in text
    assert starts(visit) == before
    assert not Appointment.objects.filter(arrival__delay_minutes__gt=0).exists()
    assert not OutboxMessage.objects.filter(purpose="day.late").exists()


def test_saying_it_brings_what_was_shown(visit: Visit) -> None:
    with at(visit, -30):
        foreseen = late(visit, minutes=60).context["following"]
        page = late(visit, minutes=60, is_sure="on")

    first, *others = legs_of(visit)
    assert first.arrival.delay_minutes == 60
    assert {it["leg"].id: it["starts_at"] for it in foreseen} == {
        it.id: it.starts_at for it in others if it.id in {row["leg"].id for row in foreseen}
    }
    assert "Sie kommen 60 Minuten später" in page.content.decode()
    message = OutboxMessage.objects.get(purpose="day.late")
    assert (message.recipient, message.language) == ("+4915123456789", "uk")


def test_said_twice_it_is_noted_and_told_once(visit: Visit) -> None:
    with at(visit, -30):
        late(visit, minutes=20, is_sure="on")
        after = starts(visit)
        late(visit, minutes=20, is_sure="on")

    assert starts(visit) == after
    assert OutboxMessage.objects.filter(purpose="day.late").count() == 1


@pytest.mark.parametrize("minutes", ["", "15", "-10", "600", "x"])
def test_other_minutes_are_refused_and_said(minutes: str, visit: Visit) -> None:
    with at(visit, -30):
        page = late(visit, minutes=minutes, is_sure="on")

    assert page.status_code == 422
    assert "Bitte noch einmal ansehen" in page.content.decode()


def test_on_another_day_nobody_is_late(visit: Visit) -> None:
    page = late(visit, minutes=20, is_sure="on")

    assert "keinen Termin mehr" in page.content.decode()
    assert "Ich komme später" not in newcomer("de").get(f"/v/{visit.code}/").content.decode()


def answer(text: str, sender: str = "+49 151 23456789", key: str = KEY) -> HttpResponse:
    return Client().post("/sms/", {"from": sender, "text": text}, headers={"authorization": key})


@pytest.mark.parametrize("text", ["20", "20 Minuten", "٢٠", "۲۰ دقیقه", "Запізнюся на 20"])
def test_minutes_answered_by_message_are_noted(
    text: str, visit: Visit, settings: LazySettings
) -> None:
    settings.SMS_ANSWERS_KEY = KEY
    with at(visit, -30):
        status = answer(text).status_code

    assert status == 204
    assert legs_of(visit)[0].arrival.delay_minutes == 20


@pytest.mark.parametrize("text", ["", "Nein", "10 oder 20", "600", "0"])
def test_any_other_answer_gets_the_slip_once_and_changes_nothing(
    text: str, visit: Visit, settings: LazySettings
) -> None:
    settings.SMS_ANSWERS_KEY = KEY
    before = starts(visit)
    with at(visit, -30):
        answer(text)
        answer(text)

    message = OutboxMessage.objects.get(purpose="day.answer")
    assert f"/v/{visit.code}/" in message.body
    assert (starts(visit), visit.appointments.filter(status="booked").count()) == (before, 4)


def test_a_telephone_of_two_persons_delays_neither(visit: Visit, settings: LazySettings) -> None:
    settings.SMS_ANSWERS_KEY = KEY
    book(newcomer(), given_name="Sister", contact="0151 23456789")
    with at(visit, -30):
        answer("20")

    assert not Appointment.objects.filter(arrival__delay_minutes__gt=0).exists()


@pytest.mark.parametrize(("configured", "shown"), [(KEY, "wrong"), (KEY, ""), ("", "")])
def test_without_the_key_there_is_no_such_page(
    configured: str, shown: str, visit: Visit, settings: LazySettings
) -> None:
    settings.SMS_ANSWERS_KEY = configured
    with at(visit, -30):
        status = answer("20", key=shown).status_code

    assert status == 404
    assert not Appointment.objects.filter(arrival__delay_minutes__gt=0).exists()


def test_a_stranger_s_number_is_answered_alike(visit: Visit, settings: LazySettings) -> None:
    settings.SMS_ANSWERS_KEY = KEY
    with at(visit, -30):
        known, unknown = answer("20"), answer("20", sender="+49 151 99999999")

    assert (known.status_code, known.content) == (unknown.status_code, unknown.content)
    assert OutboxMessage.objects.filter(recipient="+4915199999999").count() == 0


@pytest.mark.parametrize("body", ["[]", "x", '{"from": 1}', "null"])
def test_a_broken_answer_changes_nothing(body: str, visit: Visit, settings: LazySettings) -> None:
    settings.SMS_ANSWERS_KEY = KEY
    sent = Client().post(
        "/sms/", body, content_type="application/json", headers={"authorization": KEY}
    )

    assert sent.status_code == 204
    assert not OutboxMessage.objects.filter(purpose="day.answer").exists()


def test_json_is_read_as_well(visit: Visit, settings: LazySettings) -> None:
    settings.SMS_ANSWERS_KEY = KEY
    body = json.dumps({"from": "+4915123456789", "text": "10"})
    with at(visit, -30):
        Client().post(
            "/sms/", body, content_type="application/json", headers={"authorization": KEY}
        )

    assert legs_of(visit)[0].arrival.delay_minutes == 10


@pytest.mark.parametrize(("key", "can_answer"), [("", False), (KEY, True)])
def test_the_morning_asks_for_minutes_only_where_answers_arrive(
    key: str, can_answer: bool, visit: Visit, settings: LazySettings
) -> None:
    settings.SMS_ANSWERS_KEY = key
    with at(visit, -60):
        queue_reminders()

    body = OutboxMessage.objects.get(purpose__startswith="reminder.morning").body
    assert ("10, 20, 30" in body) == can_answer
