"""Whatever nonsense pages and machines are sent: a clear refusal, and not one row is different."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.core import signing
from django.test import Client

from knotenpunkt.availability.models import CapacityPool
from knotenpunkt.network.enums import Role
from knotenpunkt.network.models import Account, StaffMember
from knotenpunkt.people.models import Person
from knotenpunkt.visits.actions import confirm_visit, hold_visit
from knotenpunkt.visits.links import CANCEL_SALT, OFFER_SALT
from knotenpunkt.visits.models import Appointment, Visit
from knotenpunkt.visits.planning.options import options_to_move
from knotenpunkt.visits.planning.proposals import propose_visits
from knotenpunkt.visits.planning.wish import VisitWish
from tests.web.nonsense import Case, Told, desk_of, machine_of

NOBODY = str(uuid4())


@pytest.fixture
def visit(person: Person, wish: Callable[..., VisitWish], counsellor: Account) -> Visit:
    needs = wish("cl-01", "of-bb-anmeldung", "of-vz-konto")
    plan = propose_visits(needs).proposals[0].plan
    held = hold_visit(person=person, plan=plan, wish=needs, by=counsellor)
    return confirm_visit(visit=held, by=counsellor)


@pytest.fixture
def leg(visit: Visit) -> Appointment:
    return visit.appointments.get(service__code="of-vz-konto")


@pytest.fixture
def pool(counsellor: Account) -> CapacityPool:
    return CapacityPool.objects.create(
        organization=counsellor.staff_member.organization, code="nonsense", programme="KIM",
        funder="Land", first_on="2027-01-01",
    )  # fmt: skip


@pytest.fixture
def ids(visit: Visit, leg: Appointment, pool: CapacityPool, counsellor: Account) -> dict[str, str]:
    return {
        "person": str(visit.person_id),
        "visit": str(visit.pk),
        "code": visit.code,
        "leg": str(leg.pk),
        "service": str(leg.service_id),
        "pool": str(pool.pk),
        "place": str(leg.location_id),
        "colleague": str(counsellor.staff_member.pk),
        "nobody": NOBODY,
        "key": str(uuid4()),
    }


def owner_of(leg: Appointment) -> Account:
    member = leg.staff.exclude(account=None).get()
    return Account.objects.select_related("staff_member__organization").get(staff_member=member)


def as_lead(account: Account) -> Account:
    StaffMember.objects.filter(account=account).update(role=Role.LEAD)
    return Account.objects.select_related("staff_member__organization").get(pk=account.pk)


def plan_with(leg: Appointment, **change: Any) -> dict[str, Any]:
    """Return a plan of one leg that was valid once, with something else in it."""
    one = {
        "service": str(leg.service_id), "location": str(leg.location_id), "language": "de",
        "staff": [str(leg.staff.get().pk)], "starts_at": leg.starts_at.isoformat(),
        "ends_at": leg.ends_at.isoformat(),
    }  # fmt: skip
    return {"legs": [one | change]}


# Moments at both ends of what can be written down: in UTC they lie outside of it.
FIRST_MOMENT = {"starts_at": "0001-01-01T00:00:00+14:00", "ends_at": "0001-01-01T01:00:00+14:00"}
LAST_MOMENT = {"starts_at": "9999-12-31T22:00:00-12:00", "ends_at": "9999-12-31T23:00:00-12:00"}
PAST = {"starts_at": "2026-03-03T09:00:00+01:00", "ends_at": "2026-03-03T09:30:00+01:00"}
SKIPPED = {"starts_at": "2027-03-28T02:30:00", "ends_at": "2027-03-28T03:30:00"}
AHEAD = {"starts_at": "2027-03-03T09:00:00+01:00", "ends_at": "2027-03-03T09:30:00+01:00"}
BLOCK = {"authority": "Gericht", **AHEAD}
DAYS = {"first_on": "2027-03-01", "last_on": "2027-03-01"}
ABSENT = {"kind": "staff_absent", "staff_member": "{colleague}", **DAYS}

# Each would be refused with 422, but for a room: it may have been closed since.
FORGED: list[tuple[str, dict[str, Any]]] = [
    ("a service nobody knows", {"service": NOBODY}),
    ("a place nobody knows", {"location": NOBODY}),
    ("a colleague nobody knows", {"staff": [NOBODY]}),
    ("a room nobody knows", {"room": NOBODY}),
    ("an interpreter nobody knows", {"interpreter": NOBODY}),
    ("a session nobody knows", {"group_session": NOBODY}),
    ("nobody at all", {"staff": []}),
    ("a time that has passed", PAST),
    ("a time that the clocks skip", SKIPPED),
    ("a time before all others", FIRST_MOMENT),
    ("a time after all others", LAST_MOMENT),
    ("a time that runs backwards", {"starts_at": AHEAD["ends_at"], "ends_at": AHEAD["starts_at"]}),
    ("a language that is none", {"language": "Deutsch!"}),
    ("seats below zero", {"seats": -1}),
]

MACHINE: list[Case] = [
    ("no JSON", 400, "/visits", "{"),
    ("a thousand brackets", 400, "/visits", "[" * 100_000),
    ("another thing than an object", 422, "/visits", []),
    ("a visit for nobody known", 422, "/visits", {"person": NOBODY, "plan": {"legs": []}}),
    ("needs nobody offers", 422, "/plans",
     {"services": [NOBODY], "first_day": "2027-03-01", "last_day": "2027-03-05"}),
    ("no needs", 422, "/plans",
     {"services": [], "first_day": "2027-03-01", "last_day": "2027-03-05"}),
    ("days that have passed", 422, "/plans",
     {"services": ["{service}"], "first_day": "0001-01-01", "last_day": "0001-01-02"}),
    ("days after all others", 422, "/plans",
     {"services": ["{service}"], "first_day": "9999-12-31", "last_day": "9999-12-31"}),
    ("days that run backwards", 422, "/plans",
     {"services": ["{service}"], "first_day": "2027-03-05", "last_day": "2027-03-01"}),
    ("to confirm nothing", 404, "/visits/{nobody}/confirm", {}),
    ("to cancel nothing", 404, "/visits/{nobody}/cancel", {}),
    ("to extend nothing", 404, "/visits/{nobody}/extend", {}),
    ("to extend what is booked", 409, "/visits/{visit}/extend", {}),
    ("to cancel what was not seen", 409, "/visits/{visit}/cancel", {"version": 10**30}),
    ("to cancel with a version below one", 422, "/visits/{visit}/cancel", {"version": 0}),
    ("to cancel an appointment of no visit", 404,
     "/visits/{visit}/appointments/{nobody}/cancel", {"version": 1}),
    ("to cancel one that was not seen", 409,
     "/visits/{visit}/appointments/{leg}/cancel", {"version": 77}),
    ("to repair nothing", 404, "/repairs/{nobody}/propose", {}),
    ("to drop nothing", 404, "/repairs/{nobody}/drop", {}),
    ("to leave no line", 404, "/waiting/{nobody}/leave", {}),
    ("to take no offer", 404, "/offers/{nobody}/take", {}),
    ("a line for nobody known", 404, "/waiting",
     {"person": NOBODY, "services": [NOBODY], "last_on": "2027-03-12"}),
    ("a line for no matter", 422, "/waiting",
     {"person": "{person}", "services": [NOBODY], "last_on": "2027-03-12"}),
    ("a line until a day that has passed", 422, "/waiting",
     {"person": "{person}", "visit": "{visit}", "last_on": "0001-01-01"}),
    ("a line until the last of all days", 422, "/waiting",
     {"person": "{person}", "visit": "{visit}", "last_on": "9999-12-31"}),
    ("a line for a visit nobody knows", 422, "/waiting",
     {"person": "{person}", "visit": NOBODY, "last_on": "2027-03-12"}),
    ("a block for nobody known", 404, "/persons/{nobody}/fixed-blocks", BLOCK),
    ("a block that has passed", 422, "/persons/{person}/fixed-blocks", {**BLOCK, **PAST}),
    ("a block in the skipped hour", 422, "/persons/{person}/fixed-blocks", {**BLOCK, **SKIPPED}),
    ("a block before all days", 422, "/persons/{person}/fixed-blocks", {**BLOCK, **FIRST_MOMENT}),
    ("a block after all days", 422, "/persons/{person}/fixed-blocks", {**BLOCK, **LAST_MOMENT}),
    ("a block on the last day", 422, "/persons/{person}/fixed-blocks",
     {**BLOCK, "starts_at": "9999-12-31T23:00:00Z", "ends_at": "9999-12-31T23:59:00Z"}),
    ("a block of a nameless office", 422, "/persons/{person}/fixed-blocks",
     {**BLOCK, "authority": ""}),
    ("a sign no text can have", 422, "/persons/{person}/fixed-blocks",
     {**BLOCK, "authority": "A\x00B"}),
    ("a place with such a sign", 422, "/persons/{person}/fixed-blocks", {**BLOCK, "place": "\x00"}),
    ("a way below zero", 422, "/persons/{person}/fixed-blocks", {**BLOCK, "way_minutes": -1}),
    ("to move no block", 404, "/fixed-blocks/{nobody}/change", BLOCK),
    ("to take out no block", 404, "/fixed-blocks/{nobody}/remove", {}),
    ("an absence of nobody known", 422, "/incidents", {**ABSENT, "staff_member": NOBODY}),
    ("an absence nobody explains", 422, "/incidents", {**ABSENT, "kind": "holiday"}),
    ("an absence that has passed", 422, "/incidents",
     {**ABSENT, "first_on": "0001-01-01", "last_on": "0001-01-01"}),
    ("an absence on the last of all days", 422, "/incidents",
     {**ABSENT, "first_on": "9999-12-31", "last_on": "9999-12-31"}),
    ("an absence that runs backwards", 422, "/incidents", {**ABSENT, "last_on": "2027-02-28"}),
    ("an absence with such a sign", 422, "/incidents", {**ABSENT, "note": "\x00"}),
    ("an absence that hurts someone unseen", 409, "/incidents", {**ABSENT, "seen": [NOBODY]}),
    ("a place that moves into itself", 422, "/incidents",
     {"kind": "location_moves", "first_on": "2027-03-01", "location": "{place}",
      "successor": "{place}"}),
    ("a programme nobody runs", 404, "/pools/{nobody}/members", {"person": "{person}"}),
    ("a member nobody knows", 404, "/pools/{pool}/members", {"person": NOBODY}),
    ("a member who has left already", 422, "/pools/{pool}/members",
     {"person": "{person}", "last_on": "2026-01-01"}),
    ("to release nobody's time", 404, "/pools/{nobody}/release",
     {"first": "2027-03-01", "last": "2027-03-02", "note": "why"}),
    ("to release what has passed", 422, "/pools/{pool}/release",
     {"first": "2026-03-01", "last": "2027-03-02", "note": "why"}),
    ("to release backwards", 422, "/pools/{pool}/release",
     {"first": "2027-03-02", "last": "2027-03-01", "note": "why"}),
    ("to release the last of all days", 422, "/pools/{pool}/release",
     {"first": "9999-12-31", "last": "9999-12-31", "note": "why"}),
    ("to release without saying why", 422, "/pools/{pool}/release",
     {"first": "2027-03-01", "last": "2027-03-02", "note": ""}),
    ("nobody is here", 404, "/appointments/{nobody}/check-in", {}),
    ("nobody is late", 404, "/appointments/{nobody}/delay", {"minutes": 5}),
    ("nobody is called", 404, "/appointments/{nobody}/call", {}),
    ("a code of nobody", 404, "/check-in", {"code": "XXXX-XXXX"}),
    ("a code that is none", 422, "/check-in", {"code": "?"}),
    ("a number at no place", 404, "/locations/{nobody}/tickets", {"language": "de"}),
    ("a talk of minus five minutes", 422, "/locations/{place}/tickets",
     {"language": "de", "minutes": -5}),
    ("nobody to be called", 409, "/locations/{place}/tickets/next", {}),
    ("to end no number", 404, "/tickets/{nobody}/end", {"how": "left"}),
    ("to repair several that are none", 404, "/repairs/propose", {"tasks": [NOBODY]}),
    ("to have told nobody", 404, "/notices/{nobody}/told", {}),
    ("a month that lies ahead", 422, "/capacity/waits",
     {"month": "9999-12-01", "appointments": 5, "median_wait_workdays": 1}),
]  # fmt: skip


def test_nonsense_by_machine_is_refused_and_changes_nothing(
    ids: dict[str, str], leg: Appointment, counsellor: Account
) -> None:
    machine = machine_of(as_lead(counsellor), ids)
    long = {"legs": plan_with(leg)["legs"] * 10_000}
    forged: list[Case] = [
        (f"a plan with {name}", 409 if "room" in change else 422, "/visits",
         {"person": "{person}", "plan": plan_with(leg, **change)})
        for name, change in FORGED
    ]  # fmt: skip
    others: list[Case] = [
        ("the same twice", 422, "/visits",
         {"person": "{person}", "plan": {"legs": plan_with(leg)["legs"] * 2}}),
        ("a hold for nobody known", 404, "/visits",
         {"person": NOBODY, "plan": plan_with(leg)}),
        ("ten thousand legs", 413, "/visits", {"person": "{person}", "plan": long}),
        ("a change of nothing", 404, "/visits/{nobody}/changes",
         {"version": 1, "plan": plan_with(leg)}),
        ("a change that drops the rest", 422, "/visits/{visit}/changes",
         {"version": leg.visit.version, "plan": plan_with(leg)}),
        ("a change into the past", 422, "/visits/{visit}/changes",
         {"version": leg.visit.version, "plan": plan_with(leg, **PAST)}),
        ("a change beyond all days", 422, "/visits/{visit}/changes",
         {"version": leg.visit.version, "plan": plan_with(leg, **LAST_MOMENT)}),
    ]  # fmt: skip

    assert machine.by_machine([*MACHINE, *forged, *others]) == []


def test_nonsense_about_the_own_day_by_machine_is_refused_and_changes_nothing(
    ids: dict[str, str], leg: Appointment
) -> None:
    machine = machine_of(owner_of(leg), ids)

    found = machine.by_machine([
        ("a delay below zero", 422, "/appointments/{leg}/delay", {"minutes": -1}),
        ("a delay of a year", 422, "/appointments/{leg}/delay", {"minutes": 525_600}),
        ("a delay that is no number", 422, "/appointments/{leg}/delay", {"minutes": "some"}),
        ("an outcome nobody knows", 422, "/appointments/{leg}/outcome", {"outcome": "lost"}),
    ])  # fmt: skip

    assert found == []


FIXED = {"authority": "Jobcenter", "day": "2027-03-03", "starts": "09:00", "ends": "09:30",
         "way_minutes": "30"}  # fmt: skip
WISH = {"services": "{service}", "first_day": "2027-03-01", "last_day": "2027-03-05",
        "max_days": "2", "interpreter_gender": "none"}  # fmt: skip
HOLD = {"key": "{key}", "interpreter_gender": "none"}
P, V = "/desk/persons/{person}", "/desk/visits/{visit}"

DESK: list[Case] = [
    ("a visit of nobody", 404, "/desk/persons/{nobody}/visit/", WISH),
    ("a need nobody meets", 422, f"{P}/visit/", {**WISH, "services": NOBODY}),
    ("done before the day begins", 422, f"{P}/visit/", {**WISH, "latest": "00:00"}),
    ("from when the day is over", 422, f"{P}/visit/", {**WISH, "earliest": "23:59"}),
    ("hours that run backwards", 422, f"{P}/visit/",
     {**WISH, "earliest": "12:00", "latest": "11:00"}),
    ("days that have passed", 422, f"{P}/visit/",
     {**WISH, "first_day": "0001-01-01", "last_day": "0001-01-02"}),
    ("the last of all days", 422, f"{P}/visit/",
     {**WISH, "first_day": "9999-12-31", "last_day": "9999-12-31"}),
    ("a plan that is none", 422, f"{P}/visit/hold/", {**HOLD, "plan": "x"}),
    ("a plan as long as a book", 422, f"{P}/visit/hold/", {**HOLD, "plan": "x" * 30_000}),
    ("no plan", 422, f"{P}/visit/hold/", HOLD),
    ("to confirm nothing", 404, "/desk/visits/{nobody}/confirm/", {}),
    ("to extend nothing", 404, "/desk/visits/{nobody}/extend/", {}),
    ("to cancel nothing", 404, "/desk/visits/{nobody}/cancel/", {}),
    ("a version below one", 422, f"{V}/cancel/", {"version": "0"}),
    ("a version no number can be", 422, f"{V}/cancel/", {"version": "9" * 40}),
    ("a version that was overtaken", 409, f"{V}/cancel/", {"version": "77"}),
    ("one of a version that was overtaken", 409,
     f"{V}/appointments/{{leg}}/cancel/", {"version": "77"}),
    ("a block that has passed", 422, f"{P}/fixed/", {**FIXED, "day": "2026-03-03"}),
    ("a block in the skipped hour", 422, f"{P}/fixed/",
     {**FIXED, "day": "2027-03-28", "starts": "02:15", "ends": "02:45"}),
    ("a block that ends in it", 422, f"{P}/fixed/",
     {**FIXED, "day": "2027-03-28", "starts": "01:30", "ends": "02:30"}),
    ("a block on the last of all days", 422, f"{P}/fixed/", {**FIXED, "day": "9999-12-31"}),
    ("a block on a day that is none", 422, f"{P}/fixed/", {**FIXED, "day": "2027-02-30"}),
    ("a sign no text can have", 422, f"{P}/fixed/", {**FIXED, "authority": "A\x00B"}),
    ("to take out no block", 404, "/desk/fixed/{nobody}/remove/", {}),
    ("a line for nothing", 422, f"{P}/waiting/", {"last_on": "2027-03-12"}),
    ("a line that has ended", 422, f"{P}/waiting/", {"visit": "{visit}", "last_on": "0001-01-01"}),
    ("a line until the last day", 422, f"{P}/waiting/",
     {"visit": "{visit}", "last_on": "9999-12-31"}),
    ("to leave no line", 404, "/desk/waiting/{nobody}/leave/", {}),
    ("to answer no offer", 404, "/desk/waiting/offers/{nobody}/", {"answer": "take"}),
    ("a programme nobody runs", 422, f"{P}/pools/", {"pool": NOBODY}),
    ("a programme she has left", 422, f"{P}/pools/", {"pool": "{pool}", "last_on": "0001-01-01"}),
    ("to release the last of all days", 422, "/desk/capacity/pools/{pool}/release/",
     {"first": "9999-12-31", "last": "9999-12-31", "note": "why"}),
    ("to release what has passed", 422, "/desk/capacity/pools/{pool}/release/",
     {"first": "0001-01-01", "last": "0001-01-01", "note": "why"}),
    ("an absence on the last of all days", 422, "/desk/repair/incident/",
     {**ABSENT, "first_on": "9999-12-31", "last_on": "9999-12-31"}),
    ("an absence of nobody known", 422, "/desk/repair/incident/",
     {**ABSENT, "staff_member": NOBODY}),
    ("to decide about nothing", 404, "/desk/repair/{nobody}/decide/", {"decision": "drop"}),
    ("nobody is here", 404, "/desk/day/appointments/{nobody}/here/", {}),
    ("a step nobody knows", 404, "/desk/day/appointments/{leg}/fly/", {}),
    ("a code that is none", 422, "/desk/day/check-in/", {"code": "?"}),
    ("a talk of minus five minutes", 422, "/desk/day/queue/{place}/ticket/",
     {"language": "de", "minutes": "-5"}),
    ("a language that is none", 422, "/desk/day/queue/{place}/ticket/",
     {"language": "xx", "minutes": "15"}),
    ("a number at no place", 404, "/desk/day/queue/{nobody}/ticket/",
     {"language": "de", "minutes": "15"}),
    ("to end no number", 404, "/desk/day/tickets/{nobody}/end/", {"how": "served"}),
]  # fmt: skip

LOOKS: list[Case] = [
    ("the first of all days", 200, "/desk/day/", {"day": "0001-01-01"}),
    ("the last of all days", 200, "/desk/day/", {"day": "9999-12-31"}),
    ("a day that is none", 200, "/desk/day/", {"day": "2027-02-30"}),
    ("the load of the first day", 200, "/desk/day/load/", {"day": "0001-01-01"}),
    ("the load of the last day", 200, "/desk/day/load/", {"day": "9999-12-31"}),
    ("the load of no place", 200, "/desk/day/load/", {"location": NOBODY}),
    ("a page that is none", 200, "/desk/waiting/", {"page": "-1"}),
    ("a change into nothing", 422, f"{V}/appointments/{{leg}}/options/", {"how": "fly"}),
    ("a screen of a forged address", 404, "/desk/day/screen/x:y:z/", {}),
]


def test_nonsense_at_the_desk_is_refused_and_changes_nothing(
    ids: dict[str, str], leg: Appointment, counsellor: Account
) -> None:
    desk = desk_of(as_lead(counsellor), ids)
    forged: list[Case] = [
        (f"a plan with {name}", 409 if "room" in change else 422, f"{P}/visit/hold/",
         {**HOLD, "plan": json.dumps(plan_with(leg, **change))})
        for name, change in FORGED
    ]  # fmt: skip
    stale = [it.plan.model_dump_json() for it in options_to_move(leg.visit, leg)[:1]]
    long = json.dumps({"legs": plan_with(leg)["legs"] * 10_000})
    changes: list[Case] = [
        ("ten thousand legs", 400, f"{P}/visit/hold/", {**HOLD, "plan": long}),
        ("a change to ten thousand legs", 400, f"{V}/change/hold/", {"plan": long, "version": "1"}),
        ("a change of what was overtaken", 409, f"{V}/change/hold/",
         {"plan": stale[0], "version": "77"}),
        ("a change that is no plan", 422, f"{V}/change/hold/", {"plan": "x", "version": "1"}),
        ("a change beyond all days", 422, f"{V}/change/hold/",
         {"plan": json.dumps(plan_with(leg, **LAST_MOMENT)), "version": str(leg.visit.version)}),
    ]  # fmt: skip

    assert desk.by_form([*DESK, *forged, *changes]) == []
    assert desk.by_look(LOOKS) == []


def test_nonsense_of_anyone_is_refused_and_changes_nothing(
    ids: dict[str, str], leg: Appointment
) -> None:
    links = {
        "unknown": signing.dumps({"v": uuid4().hex}, salt=CANCEL_SALT),
        "forged": signing.dumps({"v": leg.visit_id.hex}, salt=OFFER_SALT),
        "offer": signing.dumps({"o": uuid4().hex}, salt=OFFER_SALT),
    }
    newcomer = Told(Client(), ids | links)

    found = newcomer.by_form([
        ("a link to nothing", 404, "/c/{unknown}/", {}),
        ("a link for something else", 404, "/c/{forged}/", {}),
        ("a link that was typed", 404, "/c/x:y:z/", {}),
        ("an offer that is none", 404, "/o/{offer}/", {"answer": "take"}),
        ("a code of nobody", 404, "/v/ZZZZZZZZ/change/", {"everything": "on"}),
        ("an appointment of another", 302, "/v/{code}/change/", {"appointment": NOBODY}),
        ("an appointment that is none", 200, "/v/{code}/change/", {"appointment": "x"}),
        ("a check-in from home", 302, "/v/{code}/house/", {}),
        ("late on another day", 200, "/v/{code}/late/", {"minutes": "-5"}),
    ])  # fmt: skip

    assert found == []


def test_a_row_that_changed_would_be_noticed(ids: dict[str, str], counsellor: Account) -> None:
    machine = machine_of(counsellor, ids)

    found = machine.by_machine([("a block that can be", 422, "/persons/{person}/fixed-blocks",
                                 BLOCK)])  # fmt: skip

    assert "a block that can be: 201 instead of 422" in found
    assert "a block that can be: visits_externalappointment has changed" in found
