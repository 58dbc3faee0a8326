"""Coordination meetings: series and exceptions, agenda, minutes, decisions, calendar."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from icalendar import Calendar

from knotenpunkt.cooperation.actions.commitments import make_commitment
from knotenpunkt.cooperation.actions.meetings import (
    Decided,
    Held,
    SeriesPlan,
    cancel_meeting,
    decide,
    end_series,
    finish_point,
    hold_meeting,
    move_meeting,
    plan_series,
    raise_point,
)
from knotenpunkt.cooperation.enums import MeetingStatus
from knotenpunkt.cooperation.errors import MeetingIsOver
from knotenpunkt.cooperation.meeting_calendar import calendar_of
from knotenpunkt.cooperation.models import CooperationAgreement, MeetingSeries, OpenPoint
from knotenpunkt.cooperation.queries.agreements import with_state
from knotenpunkt.cooperation.queries.meetings import (
    days_of,
    monthly_rule,
    occurrences,
    open_decisions,
    waiting_topics,
)
from knotenpunkt.directory.actions.places import succeed_organization
from knotenpunkt.evaluation.standing import standings_of
from knotenpunkt.network.models import Account, Organization
from tests.cooperation.test_agreements import promise

AsStaff = Callable[[str], Client]
FIRST = dt.date(2027, 1, 13)  # the second Wednesday
SECOND = dt.date(2027, 4, 14)
YEAR = (dt.date(2027, 1, 1), dt.date(2027, 12, 31))


@pytest.fixture
def series(agreement: CooperationAgreement, manager: Account) -> MeetingSeries:
    plan = SeriesPlan(
        "Abstimmung", monthly_rule(FIRST, 3), FIRST, dt.time(14), dt.time(16),
        agreement.network.locations.first(),
    )  # fmt: skip
    return plan_series(agreement=agreement, plan=plan, by=manager)


def held(*codes: str, day: dt.date = FIRST) -> Held:
    houses = list(Organization.objects.filter(code__in=codes))
    return Held(day, houses, "Volkshochschule", "Wir haben gesprochen.")


@pytest.mark.parametrize(
    ("first", "months", "days"),
    [
        (FIRST, 3, ["01-13", "04-14", "07-14", "10-13"]),
        (dt.date(2027, 1, 29), 6, ["01-29", "07-30"]),  # the fifth Friday: the last one
        (dt.date(2027, 1, 1), 6, ["01-01", "07-02"]),
    ],
)
def test_four_a_year_on_the_same_weekday(
    series: MeetingSeries, first: dt.date, months: int, days: list[str]
) -> None:
    series.first_on, series.rrule = first, monthly_rule(first, months)

    assert [f"{it:%m-%d}" for it in days_of(series, *YEAR)] == days


def test_exceptions_never_change_the_series(
    agreement: CooperationAgreement, series: MeetingSeries, manager: Account
) -> None:
    hold_meeting(series=series, planned_on=FIRST, held=held("org-aa"), by=manager)
    moved_to = dt.date(2027, 4, 21)
    move_meeting(series=series, planned_on=SECOND, day=moved_to, reason="Ostern", by=manager)
    third = dt.date(2027, 7, 14)
    cancel_meeting(series=series, planned_on=third, reason="Ferien", by=manager)

    found = [(it.planned_on, it.day, it.status) for it in occurrences(agreement, *YEAR)]

    assert found == [
        (FIRST, FIRST, MeetingStatus.HELD),
        (SECOND, moved_to, MeetingStatus.PLANNED),
        (third, third, MeetingStatus.CANCELLED),
        (dt.date(2027, 10, 13), dt.date(2027, 10, 13), MeetingStatus.PLANNED),
    ]
    for planned_on in (FIRST, third):
        with pytest.raises(MeetingIsOver):
            move_meeting(series=series, planned_on=planned_on, day=moved_to, reason="x", by=manager)
    with pytest.raises(MeetingIsOver):
        cancel_meeting(series=series, planned_on=FIRST, reason="x", by=manager)
    with pytest.raises(MeetingIsOver):
        hold_meeting(series=series, planned_on=third, held=held(), by=manager)


def test_held_meetings_are_counted_for_their_agreement_alone(
    agreement: CooperationAgreement, series: MeetingSeries, manager: Account
) -> None:
    make_commitment(
        agreement=agreement, promise=promise(None, indicator="meetings_held"),
        target=Decimal(4), by=manager,
    )  # fmt: skip

    def value() -> float | None:
        found = with_state(CooperationAgreement.objects.filter(pk=agreement.pk))
        return standings_of(found, 2027)[agreement.pk][0].value

    assert value() == 0  # the demo's own agreement has met, too
    hold_meeting(series=series, planned_on=FIRST, held=held("org-aa"), by=manager)
    assert value() == 1
    hold_meeting(series=series, planned_on=FIRST, held=held("org-aa", "org-mbe"), by=manager)
    assert value() == 1
    assert series.meetings.get().attended.count() == 2


def test_a_meeting_settles_the_topics_and_leaves_decisions_open(
    agreement: CooperationAgreement, series: MeetingSeries, manager: Account
) -> None:
    raise_point(agreement=agreement, text="Räume", by=manager)
    late = raise_point(agreement=agreement, text="Später", by=manager)
    OpenPoint.objects.filter(text="Räume").update(raised_on=FIRST)
    meeting = hold_meeting(series=series, planned_on=FIRST, held=held("org-aa"), by=manager)
    agency = Organization.objects.get(code="org-aa")
    decision = decide(
        agreement=agreement, decided=Decided("Räume suchen", agency, SECOND), meeting=meeting,
        by=manager,
    )  # fmt: skip

    assert list(waiting_topics(agreement)) == [late]
    assert list(open_decisions(agreement)) == [decision]
    assert {it.text for it in meeting.decisions.all()} == {"Räume", "Räume suchen"}

    finish_point(point=decision, outcome="gefunden", by=manager)
    finish_point(point=decision, outcome="anders", by=manager)
    decision.refresh_from_db()
    assert decision.outcome == "gefunden"
    assert list(open_decisions(agreement)) == []


def test_open_decisions_go_to_the_successor(
    agreement: CooperationAgreement, manager: Account, account: Callable[[str], Account]
) -> None:
    old, heir = (Organization.objects.get(code=it) for it in ("org-jmd", "org-vz"))
    decision = decide(agreement=agreement, decided=Decided("x", old, SECOND), by=manager)

    succeed_organization(old=old, successor=heir, on=FIRST, by=account("st-ki02"))

    decision.refresh_from_db()
    assert decision.organization == heir


def test_the_calendar_has_rule_and_exceptions_and_names_nobody(
    series: MeetingSeries, manager: Account
) -> None:
    hold_meeting(series=series, planned_on=FIRST, held=held("org-aa"), by=manager)
    move_meeting(series=series, planned_on=SECOND, day=dt.date(2027, 4, 21), reason="x", by=manager)
    cancel_meeting(series=series, planned_on=dt.date(2027, 7, 14), reason="x", by=manager)
    series.refresh_from_db()
    end_series(series=series, last_on=dt.date(2027, 10, 31), by=manager)
    series.refresh_from_db()

    text = calendar_of(series)

    whole, moved = Calendar.from_ical(text).walk("VEVENT")
    assert whole["rrule"]["BYDAY"] == ["2WE"]
    assert whole["exdate"].dts[0].dt.date() == dt.date(2027, 7, 14)
    assert moved["uid"] == whole["uid"]
    assert moved["recurrence-id"].dt.date() == SECOND
    assert moved["dtstart"].dt.date() == dt.date(2027, 4, 21)
    assert whole["sequence"] == 3
    assert b"BEGIN:VTIMEZONE" in text
    for name in (b"ATTENDEE", b"ORGANIZER", b"gesprochen", b"@musterkreis"):
        assert name not in text


def pages_of(agreement: CooperationAgreement, series: MeetingSeries) -> dict[str, list[str]]:
    one, of_series = [agreement.pk], [agreement.pk, series.pk]
    day = [*of_series, FIRST.isoformat()]
    return {
        "read": [
            reverse("desk:agreement_meetings", args=one),
            reverse("desk:agreement_meeting", args=day),
            reverse("desk:agreement_series_calendar", args=of_series),
        ],
        "write": [
            reverse("desk:agreement_series_new", args=one),
            reverse("desk:agreement_point_new", args=one),
            reverse("desk:agreement_series_end", args=of_series),
            reverse("desk:agreement_meeting_hold", args=day),
            reverse("desk:agreement_meeting_move", args=day),
            reverse("desk:agreement_meeting_cancel", args=day),
        ],
    }


@pytest.mark.parametrize(
    ("who", "read", "write"),
    [("st-jc01", 200, 200), ("st-mb02", 200, 403), ("st-abh01", 404, 404), ("st-ki03", 404, 403)],
)
def test_who_opens_what(
    agreement: CooperationAgreement, series: MeetingSeries, as_staff: AsStaff, who: str,
    read: int, write: int,
) -> None:  # fmt: skip
    client, found = as_staff(who), pages_of(agreement, series)

    assert {client.get(it).status_code for it in found["read"]} == {read}
    assert {client.get(it).status_code for it in found["write"]} == {write}


def test_a_day_without_meeting_is_not_there(
    agreement: CooperationAgreement, series: MeetingSeries, as_staff: AsStaff
) -> None:
    client = as_staff("st-jc01")

    for day in ("2027-01-14", "2026-10-14", "x", "2027-13-01"):
        address = reverse("desk:agreement_meeting", args=[agreement.pk, series.pk, day])
        assert client.get(address).status_code == 404, day


def test_from_the_series_to_the_decision_by_the_pages(
    agreement: CooperationAgreement, as_staff: AsStaff
) -> None:
    client = as_staff("st-jc01")
    client.post(
        reverse("desk:agreement_series_new", args=[agreement.pk]),
        {"title": "Runde", "first_on": "2027-02-10", "rhythm": "3", "starts_at": "14:00",
         "ends_at": "16:00"},
    )  # fmt: skip
    series = agreement.meeting_series.get()
    client.post(reverse("desk:agreement_point_new", args=[agreement.pk]), {"text": "Räume"})
    day = [agreement.pk, series.pk, "2027-02-10"]
    agenda = client.get(reverse("desk:agreement_meeting", args=day)).content.decode()
    agency = Organization.objects.get(code="org-aa")
    kept = client.post(
        reverse("desk:agreement_meeting_hold", args=day),
        {"day": "2027-02-10", "attended": [agency.pk], "minutes": ""},
    )
    client.post(
        reverse("desk:agreement_meeting_hold", args=day),
        {"day": "2027-02-10", "attended": [agency.pk], "minutes": "Alles gut"},
    )
    client.post(
        reverse("desk:agreement_meeting_decide", args=day),
        {"text": "Haus suchen", "organization": agency.pk, "due_on": "2027-02-20"},
    )
    shown = client.get(reverse("desk:agreement_meeting", args=day)).content.decode()
    listed = client.get(reverse("desk:agreement_meetings", args=[agreement.pk])).content.decode()

    assert "Räume" in agenda
    assert kept.status_code == 422
    assert "Alles gut" in shown
    assert "Haus suchen" in shown
    assert "1 meeting held in 2027" in listed
    assert "overdue" in listed


def test_three_meetings_need_no_more_queries_than_one(
    agreement: CooperationAgreement, series: MeetingSeries, as_staff: AsStaff, manager: Account
) -> None:
    client = as_staff("st-jc01")
    agency = Organization.objects.get(code="org-aa")

    def add(planned_on: dt.date) -> None:
        one = hold_meeting(series=series, planned_on=planned_on, held=held("org-aa"), by=manager)
        decide(agreement=agreement, decided=Decided("x", agency, SECOND), meeting=one, by=manager)

    def queries() -> list[int]:
        found = []
        for page in pages_of(agreement, series)["read"]:
            client.get(page)
            with CaptureQueriesContext(connection) as captured:
                assert client.get(page).status_code == 200
            found.append(len(captured))
        return found

    add(FIRST)
    before = queries()
    for day in (SECOND, dt.date(2027, 7, 14)):
        add(day)

    assert queries() == before
