"""Every address that names something of a person, pages and API: for others, as if not there.

The addresses come from the URL conf, the routers of the API included. A parameter without
a real row in `rows` fails, unless it stands in `OF_NOBODY`: it names nobody who seeks help.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from knotenpunkt.casework.actions.assignments import assess_needs, open_assignment
from knotenpunkt.casework.actions.conferences import ConferenceRequest, request_conference
from knotenpunkt.casework.actions.diary import note_follow_up
from knotenpunkt.casework.actions.plans import add_goal, add_step, write_strengths
from knotenpunkt.casework.actions.referrals import ReferralDraft, draft_referral
from knotenpunkt.casework.models import FollowUp
from knotenpunkt.cohorts.enums import PlaceStatus
from knotenpunkt.cohorts.models import Cohort, CohortPlace
from knotenpunkt.foundation import clock
from knotenpunkt.network.enums import Role
from knotenpunkt.network.models import Account, StaffMember
from knotenpunkt.people.actions import (
    WrittenRequest,
    create_person,
    give_consent,
    prepare_disclosure,
    release_confidentiality,
    write_item,
)
from knotenpunkt.people.models import ConfidentialityRelease, EmergencyAccess, Person
from knotenpunkt.visits.actions import confirm_visit, hold_visit
from knotenpunkt.visits.models import (
    ExternalAppointment,
    HandNotice,
    Incident,
    QueueTicket,
    RepairTask,
    Visit,
    WaitingEntry,
    WaitingOffer,
)
from knotenpunkt.visits.planning.proposals import Proposals
from knotenpunkt.visits.planning.wish import VisitWish
from knotenpunkt.web import rights
from tests.consent.conftest import EXPLAINED, SIGNED, terms
from tests.web.machine import Machine

DAY = dt.timedelta(days=1)
PART = re.compile(r"<(?:(\w+):)?(\w+)>")
PUBLIC = (
    "account/",
    "language/",
    "hsds/",
    "v/",
    "o/",
    "c/",
    "i/",
    "invited/",
    "confirm/",
    "newsletter/",
)
# They name a house, a service or a figure, or a word of the address: nobody who seeks help.
OF_NOBODY = frozenset(
    {
        "service_id", "organization_id", "fair_id", "location_id", "thing_id", "suggestion_id",
        "topic_id", "post_id", "issue_id", "staff_id", "card_id", "hit_id", "override_id",
        "rule_id",
        "pool_id", "session_id", "import_id", "code", "token", "kind", "word", "step", "place",
        "language", "channel", "agreement_id", "series_id", "point_id", "day", "party_id",
        "version_id", "task_id", "commitment_id", "year",
        "programme_id", "phase_id", "path_id",
    }
)  # fmt: skip
WORDS = {"kind": "organization", "word": "close", "step": "arrived", "place": "x", "language": "en"}
Rows = Mapping[str, UUID]


@pytest.fixture
def rows(
    person: Person, counsellor: Account, account: Callable[[str], Account],
    proposals: Proposals, olenas_wish: VisitWish,
) -> Rows:  # fmt: skip
    """One real row for each parameter, all of Olena's, all written by her counsellor's house."""
    agency, today = account("st-aa06").staff_member, clock.today()
    plan = write_strengths(person=person, words="cooks", german="", by=counsellor)
    goal = add_goal(plan=plan, area="work", words="a job", german="", by=counsellor)
    add_step(goal=goal, text="writes", due_on=today, owner=None, by=counsellor)
    note_follow_up(person=person, due_on=today, text="look", by=counsellor)
    assess_needs(person=person, words="a flat", needs={"housing": 2}, by=counsellor)
    draft = ReferralDraft(
        to_organization=agency.organization, recipients=(agency,), question="Job?", message="",
        purpose="work",
    )  # fmt: skip
    asked = ConferenceRequest("Kurs oder Arbeit zuerst?", (agency,), person)
    held = hold_visit(
        person=person, plan=proposals.proposals[0].plan, wish=olenas_wish, by=counsellor
    )
    visit = confirm_visit(visit=held, by=counsellor)
    first = visit.appointments.order_by("position")[0]
    write_item(subject=person, category="school", body="nine years", by=counsellor)
    return _rows_by_hand(person, visit, counsellor) | {
        "person_id": person.pk,
        "other_id": create_person(by=counsellor, fields={"given_name": "Daryna"}).pk,
        "follow_up_id": FollowUp.objects.get(person=person).pk,
        "goal_id": goal.pk,
        "step_id": goal.steps.get().pk,
        "assignment_id": open_assignment(person=person, kind="intake", by=counsellor).pk,
        "referral_id": draft_referral(person=person, draft=draft, by=counsellor).pk,
        "conference_id": request_conference(request=asked, by=counsellor).pk,
        "visit_id": visit.pk,
        "appointment_id": first.pk,
    }


def _rows_by_hand(person: Person, visit: Visit, by: Account) -> dict[str, UUID]:
    """Write what takes long to bring about, straight into its table."""
    rows: dict[str, Any] = {
        **_shared_by_hand(person, by),
        **_waits_by_hand(person, visit, by),
        **_repairs_by_hand(person, visit, by),
    }
    return {name: row.pk for name, row in rows.items()}


def _shared_by_hand(person: Person, by: Account) -> dict[str, Any]:
    consent = give_consent(
        subject=person, terms=terms(by.staff_member), explanation=EXPLAINED, signature=SIGNED, by=by
    )
    asked = WrittenRequest("Court", "1", "§ 73 SGB X", "trial", fields=["given_name"])
    disclosure = prepare_disclosure(subject=person, by=by, request=asked)
    release_confidentiality(
        subject=person, terms=terms(StaffMember.objects.get(code="st-ja02"), categories=["school"]),
        signature=SIGNED, by=by,
    )  # fmt: skip
    return {
        "consent_id": consent,
        "row_id": consent,
        "grant_id": consent.grants.get(),
        "release_id": ConfidentialityRelease.objects.get(subject=person),
        "disclosure_id": disclosure,
        "emergency_id": EmergencyAccess.objects.create(
            subject=person, requested_by=by.staff_member, reason="danger", asked_at=clock.now()
        ),
    }


def _waits_by_hand(person: Person, visit: Visit, by: Account) -> dict[str, Any]:
    now, today, house = clock.now(), clock.today(), by.staff_member.organization
    own, hour = {"person": person, "organization": house}, dt.timedelta(hours=1)
    entry = WaitingEntry.objects.create(
        **own, network=person.network, last_on=today + 99 * DAY, since=now
    )
    cohort = Cohort.objects.create(
        network=person.network, organization=house, name="walk", first_on=today, last_on=today,
        asked_at=now,
    )  # fmt: skip
    return {
        "entry_id": entry,
        "offer_id": WaitingOffer.objects.create(
            entry=entry, visit=visit, offered_at=now, expires_at=now + hour
        ),
        "cohort_id": cohort,
        "place_id": CohortPlace.objects.create(
            **own, cohort=cohort, services=[], status=PlaceStatus.WAITING, decided_at=now
        ),
        "block_id": ExternalAppointment.objects.create(
            **own, authority="Court", starts_at=now, ends_at=now + hour, entered_at=now
        ),
        "ticket_id": QueueTicket.objects.create(
            organization=house, location=visit.appointments.all()[0].location, day=today,
            number=7, language="uk", minutes=15, visit=visit, issued_at=now,
        ),
    }  # fmt: skip


def _repairs_by_hand(person: Person, visit: Visit, by: Account) -> dict[str, Any]:
    now, today, house = clock.now(), clock.today(), by.staff_member.organization
    incident = Incident.objects.create(
        network=person.network, organization=house, kind="organization_cancels", first_on=today,
        reported_at=now,
    )  # fmt: skip
    return {
        "task_id": RepairTask.objects.create(
            incident=incident, visit=visit, organization=house, due_on=today, opened_at=now
        ),
        "notice_id": HandNotice.objects.create(
            person=person, organization=house, visit=visit, once_key="walk", language="uk",
            text="call", created_at=now,
        ),
    }  # fmt: skip


def walked() -> list[tuple[str, set[str]]]:
    """Return (address pattern, its parameters) of all that is not public."""
    found = {it for it, _view in rights.endpoints() if not it.startswith(PUBLIC)}
    return [(it, {name for _kind, name in PART.findall(it)}) for it in sorted(found)]


def unknown_parameters(rows: Rows) -> set[str]:
    every = {name for _address, names in walked() for name in names}
    return every - set(rows) - OF_NOBODY


def address_of(pattern: str, rows: Rows) -> str:
    def fill(part: re.Match[str]) -> str:
        kind, name = part.groups()
        if kind in {"uuid", "uuidstr"}:
            return str(rows.get(name, uuid4()))
        return WORDS.get(name, "nowhere")

    return "/" + PART.sub(fill, pattern)


class Caller:
    """Asks as one account or as a guest: pages by session, the API by the account's token."""

    def __init__(self, account: Account | None) -> None:
        self.page = Client(headers={"accept-language": "en"})
        self.machine = self.page
        if account is not None:
            self.page.force_login(account)
            self.machine = Machine(account).client

    def said(self, address: str) -> tuple[int, bytes]:
        """Return status and body, with where it leads and what it will say there.

        What takes no GET is sent an empty form.
        """
        of_api = address.startswith("/api/")
        client = self.machine if of_api else self.page
        client.cookies.pop("messages", None)
        found = client.get(address)
        if found.status_code == 405 and of_api:
            key = {"idempotency-key": str(uuid4())}
            found = client.post(address, {}, content_type="application/json", headers=key)
        elif found.status_code == 405:
            found = client.post(address)
        return whole(found)

    def filled(self, address: str, form: Mapping[str, Any]) -> tuple[int, bytes]:
        """Return what the address says to a filled form; to a machine's, if it is of the API."""
        self.page.cookies.pop("messages", None)
        if not address.startswith("/api/"):
            return without_keys(*whole(self.page.post(address, form)))
        key = {"idempotency-key": str(uuid4())}
        sent = self.machine.post(address, form, content_type="application/json", headers=key)
        return without_keys(*whole(sent))

    def answer(self, address: str) -> tuple[int, bytes]:
        """Return what the address says, without keys."""
        return without_keys(*self.said(address))


def whole(found: Any) -> tuple[int, bytes]:
    """Return status and body, with where it leads and what it will say there."""
    signed = found.cookies["messages"].value if "messages" in found.cookies else ""
    words = signed.partition(":")[0]  # without the second of the signature
    more = f"{found.headers.get('location', '')}{words}"
    return found.status_code, found.content + more.encode()


def without_keys(status: int, content: bytes) -> tuple[int, bytes]:
    """Return the answer without ids and tokens, which differ from row to row."""
    text = re.sub(rb"[0-9a-f]{8}-[0-9a-f-]{27}", b"", content)
    return status, re.sub(rb"value=\"[A-Za-z0-9]{64}\"", b"", text)


def leaks(account: Account | None, rows: Rows) -> list[str]:
    caller, not_there = Caller(account), {name: uuid4() for name in rows}
    return [
        pattern
        for pattern, names in walked()
        if names & set(rows)
        and caller.answer(address_of(pattern, rows))
        != caller.answer(address_of(pattern, not_there))
    ]


def test_every_parameter_has_a_row_or_names_nobody(
    rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert unknown_parameters(rows) == set()
    assert sum(bool(names & set(rows)) for _address, names in walked()) >= 85

    found = [*rights.endpoints(), ("desk/new/<uuid:secret_id>/", None)]
    monkeypatch.setattr(rights, "endpoints", lambda: iter(found))
    assert unknown_parameters(rows) == {"secret_id"}


def test_the_immigration_office_learns_nothing(
    rows: Rows, account: Callable[[str], Account]
) -> None:
    assert leaks(account("st-abh04"), rows) == []


# Left out are those whose rights another has too: workers (leads), managers (administrators),
# coordinators of interpreters (interpreters).
ROLES = sorted(set(Role) - {Role.WORKER, Role.MANAGER, Role.INTERPRETER_COORDINATOR})


@pytest.mark.parametrize("role", ROLES)
def test_no_role_of_another_house_learns_more(
    role: str, rows: Rows, other_authority: Account
) -> None:
    StaffMember.objects.filter(account=other_authority).update(role=role)

    assert leaks(Account.objects.get(pk=other_authority.pk), rows) == []


# A manager sees the figures of a group, never who is in it.
FIGURES = "desk/cohorts/<uuid:cohort_id>/"
BLIND = {Role.MANAGER: [FIGURES], Role.ADMINISTRATOR: [], Role.INTERPRETER: []}


@pytest.mark.parametrize("role", sorted(BLIND))
def test_who_looks_after_the_own_house_learns_nothing_of_persons(
    role: Role, rows: Rows, account: Callable[[str], Account]
) -> None:
    StaffMember.objects.filter(code="st-ki05").update(role=role)
    blind = account("st-ki05")

    assert leaks(blind, rows) == BLIND[role]
    _status, figures = Caller(blind).said(address_of(FIGURES, rows))
    person = Person.objects.get(pk=rows["person_id"])
    assert str(person.pk).encode() not in figures
    assert person.family_name.encode() not in figures


def test_a_guest_learns_nothing(rows: Rows) -> None:
    assert leaks(None, rows) == []


PUBLIC_OF_ONE = ("v/", "o/", "c/", "i/", "invited/", "confirm/")


def test_public_addresses_of_one_person_take_a_code_or_a_signed_link_alone(rows: Rows) -> None:
    public = {it for it, _view in rights.endpoints() if it.startswith(PUBLIC_OF_ONE)}
    found = {it for it in public if PART.search(it)}
    keys = {kind: name for it in found for kind, name in PART.findall(it)}
    by_id = {it for it in found if PART.findall(it)[0][0].startswith("uuid")}

    assert len(found) >= 15
    assert by_id == set()
    assert set(keys) <= {"str", "", "path", "uuid"}
    guest = Caller(None)
    for pattern in sorted(found):  # the key of a row opens nothing
        address = "/" + PART.sub(str(rows["visit_id"]), pattern, count=1)
        status, content = guest.said(PART.sub(str(rows["consent_id"]), address))
        assert status < 500, address
        assert str(rows["person_id"]).encode() not in content
        assert Person.objects.get(pk=rows["person_id"]).family_name.encode() not in content


def test_a_leak_would_be_seen(rows: Rows, counsellor: Account) -> None:
    assert len(leaks(counsellor, rows)) >= 30
