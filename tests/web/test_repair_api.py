"""Several hurt visits in one go, and what has to be said by hand, by machine."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest

from knotenpunkt.network.models import Account
from knotenpunkt.people.models import Person
from knotenpunkt.visits.actions import cancel_visit, confirm_visit, hold_visit
from knotenpunkt.visits.actions.incidents import Report, report_incident
from knotenpunkt.visits.enums import IncidentKind
from knotenpunkt.visits.models import HandNotice, RepairTask, Visit
from knotenpunkt.visits.planning.proposals import propose_visits
from knotenpunkt.visits.planning.wish import VisitWish
from knotenpunkt.web.api import repairs
from tests.web.machine import Machine


@pytest.fixture
def hurt(wish: Callable[..., VisitWish], counsellor: Account) -> list[str]:
    """The tasks of two visits whose talks nobody can give that week."""
    visits = [book(code, wish, counsellor) for code in ("cl-01", "cl-07")]
    leg = visits[0].appointments.get()
    report = Report(
        network=visits[0].network,
        kind=IncidentKind.LOCATION_CLOSED,
        first_on=leg.starts_at.date(),
        last_on=leg.starts_at.date(),
        location=leg.location,
    )
    report_incident(report=report, by=counsellor)
    return [
        str(it) for it in RepairTask.objects.order_by("due_on", "pk").values_list("pk", flat=True)
    ]


def book(code: str, wish: Callable[..., VisitWish], by: Account) -> Visit:
    person = Person.objects.select_related("network").get(code=code)
    needs = wish(code, "of-vz-konto")
    plan = propose_visits(needs).proposals[0].plan
    return confirm_visit(visit=hold_visit(person=person, plan=plan, wish=needs, by=by), by=by)


def test_several_are_proposed_and_booked_once_for_a_key(
    hurt: list[str], counsellor: Account
) -> None:
    machine, body = Machine(counsellor), {"tasks": hurt}

    early = machine.post("/repairs/confirm", body, "confirm-all-0")
    proposed = [machine.post("/repairs/propose", body, "propose-all-1") for _ in range(2)]
    booked = [machine.post("/repairs/confirm", body, "confirm-all-1") for _ in range(2)]
    mismatch = machine.post("/repairs/confirm", {"tasks": hurt[:1]}, "confirm-all-1")

    assert early == (200, {"done": 0, "left": hurt, "waiting": []})
    assert proposed[0] == proposed[1] == (200, {"done": len(hurt), "left": [], "waiting": []})
    assert booked[0] == booked[1] == proposed[0]
    assert (mismatch[0], mismatch[1]["type"]) == (422, "urn:knotenpunkt:key-reused")
    assert {it.status for it in RepairTask.objects.all()} == {"repaired"}


def test_what_there_is_no_time_for_waits_and_is_repaired_when_asked_again(
    hurt: list[str], counsellor: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine, asked, done = Machine(counsellor), hurt, 0
    monkeypatch.setattr(repairs, "BEGINS_WITHIN", -1.0)  # always late: one task a call

    for number in range(len(hurt)):
        status, answer = machine.post("/repairs/propose", {"tasks": asked}, f"propose-{number}-key")
        assert (status, answer["waiting"]) == (200, asked[1:])
        asked, done = answer["waiting"], done + answer["done"]

    assert len(hurt) > 1
    assert done == len(hurt)
    assert {it.status for it in RepairTask.objects.all()} == {"proposed"}


def test_not_one_is_repaired_if_one_of_them_is_not_ones_own(
    hurt: list[str], counsellor: Account, account: Callable[[str], Account]
) -> None:
    with_unknown = Machine(counsellor).post("/repairs/propose", {"tasks": [*hurt, str(uuid4())]})
    foreign = Machine(account("st-hw01")).post("/repairs/propose", {"tasks": hurt})
    none = Machine(counsellor).post("/repairs/propose", {"tasks": []})
    many = Machine(counsellor).post("/repairs/propose", {"tasks": hurt * 20})

    assert (with_unknown[0], foreign[0], none[0], many[0]) == (404, 404, 422, 422)
    assert {it.status for it in RepairTask.objects.all()} == {"open"}


def test_who_cannot_be_written_to_is_told_by_hand_and_that_is_noted_once(
    wish: Callable[..., VisitWish], counsellor: Account, account: Callable[[str], Account]
) -> None:
    Person.objects.filter(code="cl-01").update(phone="", email="")
    visit = book("cl-01", wish, counsellor)
    HandNotice.objects.all().delete()
    cancel_visit(visit=visit, by=counsellor)
    machine, stranger = Machine(counsellor), Machine(account("st-hw01"))

    (notice,) = [it for it in machine.get("/notices")["contents"] if not it["interpreter"]]
    path = f"/notices/{notice['id']}/told"
    foreign = stranger.post(path)
    told = [machine.post(path, key="told-her-1") for _ in range(2)]

    assert (notice["visit"], notice["done_at"]) == (str(visit.pk), None)
    assert told[0] == told[1]
    assert (told[0][0], foreign[0]) == (200, 404)
    assert told[0][1]["done_at"] is not None
    assert notice["id"] not in {it["id"] for it in machine.get("/notices")["contents"]}
    assert stranger.get("/notices")["contents"] == []
