"""The waiting list is a queue: held for the first, then the next, told once, never twice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import pytest
import time_machine

from knotenpunkt.availability.models import Occupancy
from knotenpunkt.directory.models import Service
from knotenpunkt.foundation.models import OutboxMessage
from knotenpunkt.network.models import Account, StaffMember
from knotenpunkt.people.models import Person
from knotenpunkt.visits.actions import (
    cancel_visit,
    confirm_visit,
    extend_hold,
    hold_visit,
)
from knotenpunkt.visits.actions.waiting import (
    ask_line,
    decline_offer,
    join_line,
    leave_line,
    pass_on_offers,
    take_offer,
)
from knotenpunkt.visits.enums import OfferStatus, VisitStatus, WaitingStatus
from knotenpunkt.visits.errors import IllegalStep, OfferGone
from knotenpunkt.visits.models import Visit, WaitingEntry, WaitingOffer
from knotenpunkt.visits.planning.proposals import propose_visits
from knotenpunkt.visits.planning.wish import VisitWish

CODE = "of-bb-anmeldung"
LAST = dt.date(2027, 3, 5)
NOW = dt.datetime(2027, 2, 22, 8, tzinfo=dt.UTC)


@dataclass
class Line:
    """One visit has the last time there is before the day after which nobody wants one."""

    visit: Visit
    first: WaitingEntry
    second: WaitingEntry


@pytest.fixture
def line(
    person: Person,
    wish: Callable[..., VisitWish],
    counsellor: Account,
    service: Callable[[str], Service],
) -> Line:
    """Two people wait for a service whose only times before `LAST` one visit has taken."""
    needs = wish("cl-01", CODE)
    plan = propose_visits(needs).proposals[0].plan
    held = hold_visit(person=person, plan=plan, wish=needs, by=counsellor)
    visit = confirm_visit(visit=held, by=counsellor)
    leave_only(plan.legs[0].staff[0], plan.legs[0].starts_at, plan.legs[0].ends_at)
    entries = []
    for code in ("cl-07", "cl-15"):
        other = Person.objects.select_related("network").get(code=code)
        other.unavailable_windows.all().delete()
        Person.objects.filter(pk=other.pk).update(
            languages=["uk", "ru", "en", "de"], phone=f"+49151123456{len(entries)}8"
        )
        other.refresh_from_db()
        entry = join_line(person=other, services=[service(CODE)], last_on=LAST, by=counsellor)
        WaitingEntry.objects.filter(pk=entry.pk).update(
            since=NOW - dt.timedelta(days=3 - len(entries))
        )
        entries.append(entry)
    return Line(visit, *entries)


def leave_only(staff: object, start: dt.datetime, end: dt.datetime) -> None:
    """Let nobody but this colleague, and her at this time alone, give the service."""
    from knotenpunkt.availability.models import OpenInterval

    StaffMember.objects.filter(services__code=CODE).exclude(pk=staff).update(
        left_on=dt.date(2027, 2, 1)
    )
    row = OpenInterval.objects.filter(resource=staff, during__contains=(start, end))[0]
    OpenInterval.objects.filter(resource=staff).exclude(pk=row.pk).delete()
    OpenInterval.objects.filter(pk=row.pk).update(during=(start, end))


def offers() -> list[tuple[str, str]]:
    rows = WaitingOffer.objects.order_by("offered_at", "pk")
    return list(rows.values_list("entry__person__code", "status"))


def told(purpose: str = "waiting.offer") -> int:
    return OutboxMessage.objects.filter(purpose=purpose).count()


def test_a_freed_time_is_held_for_the_first_in_line(line: Line, counsellor: Account) -> None:
    start = line.visit.appointments.get().starts_at

    cancel_visit(visit=line.visit, by=counsellor)

    offer = WaitingOffer.objects.get()
    assert offers() == [("cl-07", "open")]
    assert offer.visit.status == VisitStatus.HELD
    assert offer.visit.appointments.get().starts_at == start
    assert offer.expires_at - offer.offered_at == dt.timedelta(hours=4)
    assert told() == 1


def test_whoever_does_not_answer_keeps_her_place_and_the_next_is_asked(
    line: Line, counsellor: Account
) -> None:
    cancel_visit(visit=line.visit, by=counsellor)

    with time_machine.travel(NOW + dt.timedelta(hours=4, minutes=1)):
        assert pass_on_offers() == 1
        assert pass_on_offers() == 0

    line.first.refresh_from_db()
    assert offers() == [("cl-07", "passed"), ("cl-15", "open")]
    assert line.first.status == WaitingStatus.WAITING
    assert told() == 2


def test_a_no_gives_it_to_the_next_and_a_yes_books(line: Line, counsellor: Account) -> None:
    cancel_visit(visit=line.visit, by=counsellor)
    decline_offer(offer=WaitingOffer.objects.get(), by=None)
    second = WaitingOffer.objects.get(status=OfferStatus.OPEN)

    visits = [take_offer(offer=second, by=None) for _ in range(2)]

    line.second.refresh_from_db()
    assert offers() == [("cl-07", "declined"), ("cl-15", "taken")]
    assert visits[0] == visits[1]
    assert (visits[0].status, line.second.status) == (VisitStatus.BOOKED, WaitingStatus.SERVED)
    assert (told(), told("waiting.booked")) == (2, 1)


def test_an_answer_that_comes_too_late_books_nothing(line: Line, counsellor: Account) -> None:
    cancel_visit(visit=line.visit, by=counsellor)
    offer = WaitingOffer.objects.get()

    with time_machine.travel(NOW + dt.timedelta(hours=5)), pytest.raises(OfferGone):
        take_offer(offer=offer, by=None)

    offer.visit.refresh_from_db()
    assert offer.visit.status == VisitStatus.HELD  # ended; its time is free without any job


def test_without_a_job_an_ended_offer_blocks_nobody(
    line: Line, counsellor: Account, wish: Callable[..., VisitWish], person: Person
) -> None:
    cancel_visit(visit=line.visit, by=counsellor)

    with time_machine.travel(NOW + dt.timedelta(hours=5)):
        needs = wish("cl-01", CODE)
        plan = propose_visits(needs).proposals[0].plan
        assert hold_visit(person=person, plan=plan, wish=needs, by=counsellor).pk


def test_who_leaves_gives_her_offer_to_the_next(line: Line, counsellor: Account) -> None:
    cancel_visit(visit=line.visit, by=counsellor)

    for _ in range(2):
        leave_line(entry=line.first, by=counsellor)

    assert offers() == [("cl-07", "declined"), ("cl-15", "open")]


def test_a_time_after_which_she_has_no_use_is_not_offered(line: Line, counsellor: Account) -> None:
    day = line.visit.appointments.get().starts_at.date()
    WaitingEntry.objects.filter(pk=line.first.pk).update(last_on=day - dt.timedelta(days=1))

    cancel_visit(visit=line.visit, by=counsellor)

    assert offers() == [("cl-15", "open")]


def test_waiting_twice_for_the_same_is_one_place(
    line: Line, counsellor: Account, service: Callable[[str], Service]
) -> None:
    again = join_line(
        person=line.first.person, services=[service(CODE)], last_on=LAST, by=counsellor
    )

    assert again == line.first


def test_who_has_a_time_can_get_an_earlier_one(
    person: Person,
    wish: Callable[..., VisitWish],
    counsellor: Account,
    service: Callable[[str], Service],
) -> None:
    other = Person.objects.select_related("network").get(code="cl-07")
    other.unavailable_windows.all().delete()
    Person.objects.filter(pk=other.pk).update(languages=["uk", "ru"], phone="+4915112345678")
    first_wish = wish("cl-01", CODE)
    plan = propose_visits(first_wish).proposals[0].plan
    early = confirm_visit(
        visit=hold_visit(person=person, plan=plan, wish=first_wish, by=counsellor), by=counsellor
    )
    late_wish = VisitWish(
        **{
            **vars(wish("cl-07", CODE)),
            "first_day": plan.legs[0].starts_at.date() + dt.timedelta(days=2),
        }
    )
    late_plan = propose_visits(late_wish).proposals[0].plan
    late = confirm_visit(
        visit=hold_visit(person=other, plan=late_plan, wish=late_wish, by=counsellor),
        by=counsellor,
    )
    join_line(
        person=other,
        services=[service(CODE)],
        last_on=dt.date(2027, 3, 12),
        by=counsellor,
        visit=late,
    )

    cancel_visit(visit=early, by=counsellor)
    visit = take_offer(offer=WaitingOffer.objects.get(), by=None)

    late.refresh_from_db()
    assert (late.status, late.replaced_by) == (VisitStatus.REPLACED, visit)
    assert visit.appointments.get().starts_at < late_plan.legs[0].starts_at


def test_an_offer_confirmed_from_another_page_is_taken(line: Line, counsellor: Account) -> None:
    cancel_visit(visit=line.visit, by=counsellor)

    confirm_visit(visit=WaitingOffer.objects.get().visit, by=counsellor)

    line.first.refresh_from_db()
    assert (offers(), line.first.status) == ([("cl-07", "taken")], "served")
    assert told("waiting.booked") == 1


def test_an_offer_cancelled_as_a_visit_goes_to_the_next(line: Line, counsellor: Account) -> None:
    cancel_visit(visit=line.visit, by=counsellor)

    cancel_visit(visit=WaitingOffer.objects.get().visit, by=counsellor)

    line.first.refresh_from_db()
    assert (offers(), line.first.status) == (
        [("cl-07", "declined"), ("cl-15", "open")],
        "waiting",
    )


def test_an_offer_has_its_own_time_and_is_not_extended(line: Line, counsellor: Account) -> None:
    cancel_visit(visit=line.visit, by=counsellor)
    held = WaitingOffer.objects.get().visit

    with pytest.raises(IllegalStep):
        extend_hold(visit=held, by=counsellor)

    held.refresh_from_db()
    assert held.hold_expires_at == WaitingOffer.objects.get().expires_at


def test_what_she_did_not_want_is_not_offered_to_her_again(line: Line, counsellor: Account) -> None:
    cancel_visit(visit=line.visit, by=counsellor)
    for _ in range(2):
        decline_offer(offer=WaitingOffer.objects.get(status=OfferStatus.OPEN), by=None)

    again = ask_line(network=line.visit.network)

    assert again == []
    assert offers() == [("cl-07", "declined"), ("cl-15", "declined")]


def test_a_time_that_nobody_gave_back_reaches_the_first_in_line_by_the_sweep(
    line: Line, counsellor: Account
) -> None:
    """The hold of the time ends by itself: no signal, no job has to run for it to be free."""
    Visit.objects.filter(pk=line.visit.pk).update(
        status=VisitStatus.HELD, hold_expires_at=NOW - dt.timedelta(minutes=1)
    )
    Occupancy.objects.filter(holder=line.visit.pk).update(expires_at=NOW - dt.timedelta(minutes=1))

    made = [len(ask_line(network=line.visit.network)) for _ in range(2)]

    assert made == [1, 0]
    assert offers() == [("cl-07", "open")]
