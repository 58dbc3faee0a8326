"""Freshness from evidence: signs, marks, digests, links, silence passed on."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from knotenpunkt.directory.actions.freshness import (
    ask_owner,
    check_links,
    escalate,
    note_sign,
    tell_who_cannot_be_asked,
)
from knotenpunkt.directory.enums import FieldPart, SignKind
from knotenpunkt.directory.freshness import (
    CRITERIA,
    confidence,
    is_hidden,
    is_stale,
    score_of,
)
from knotenpunkt.directory.links import confirmation_path, is_public_address
from knotenpunkt.directory.models import ConfirmationRequest, FreshnessSign, Service
from knotenpunkt.directory.queries import services_public
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.models import OutboxMessage
from knotenpunkt.network.models import Account, Network, Organization

NOW = dt.datetime(2027, 2, 22, 8, tzinfo=dt.UTC)


def sign(kind: str, days_ago: int, part: str = "hours") -> FreshnessSign:
    return FreshnessSign(part=part, kind=kind, at=NOW - dt.timedelta(days=days_ago))


@pytest.mark.parametrize(
    ("signs", "verified_days_ago", "percent"),
    [
        ([], None, 0),
        ([], 0, 100),
        ([], 365, 0),
        ([sign("confirmed", 73)], None, 80),
        ([sign("appointment_held", 0)], 400, 70),
        ([sign("confirmed", 0), sign("nobody_there", 0)], None, 20),
        ([sign("nobody_there", 10), sign("confirmed", 0)], None, 100),
        ([sign("link_broken", 300), sign("link_works", 0)], None, 0),
        ([sign("confirmed", 0, part="contact")], None, 0),
    ],
)
def test_confidence_fades_and_what_speaks_against_stays(
    signs: list[FreshnessSign], verified_days_ago: int | None, percent: int
) -> None:
    verified = (
        None if verified_days_ago is None else NOW.date() - dt.timedelta(days=verified_days_ago)
    )

    assert confidence("hours", signs, verified, NOW).percent == percent


@pytest.mark.parametrize(
    ("days", "stale", "hidden"), [(180, False, False), (181, True, False), (366, True, True)]
)
def test_marked_after_180_days_hidden_after_365(days: int, stale: bool, hidden: bool) -> None:
    service = Service(verified_on=NOW.date() - dt.timedelta(days=days))

    assert (is_stale(service, NOW.date()), is_hidden(service, NOW.date())) == (stale, hidden)


@pytest.mark.parametrize(
    ("days", "is_marked", "is_public"), [(180, False, True), (181, True, True), (366, True, False)]
)
def test_the_year_of_what_nobody_ever_confirmed_begins_when_it_was_entered(
    days: int, is_marked: bool, is_public: bool, network: Network
) -> None:
    service = Service.objects.get(code="of-vz-konto")
    entered = clock.today() - dt.timedelta(days=days)
    Service.objects.filter(pk=service.pk).update(verified_on=None, created_on=entered)
    service.refresh_from_db()
    page = Client().get(f"/services/{service.pk}/")

    assert is_stale(service, clock.today()) == is_marked
    assert services_public(network).filter(pk=service.pk).exists() == is_public
    assert page.status_code == (200 if is_public else 404)


def test_coordinators_hear_once_a_month_of_owners_who_cannot_be_asked(network: Network) -> None:
    house = Organization.objects.get(code="org-vz")
    Organization.objects.filter(pk=house.pk).update(email="")
    Service.objects.filter(organization=house).update(verified_on=None)

    told = [tell_who_cannot_be_asked(network=network) for _ in range(2)]
    Organization.objects.filter(pk=house.pk).update(email="vz@musterkreis.example")

    mails = OutboxMessage.objects.filter(purpose="directory.escalated")
    assert told == [1, 1]
    assert {it.recipient for it in mails} == {"st-ki02@musterkreis.example"}
    assert mails.count() == 1
    assert house.name in mails.get().body
    assert tell_who_cannot_be_asked(network=network) == 0


def test_the_score_is_the_sum_of_its_criteria(network: Network) -> None:
    score = score_of(Service.objects.get(code="of-vz-konto"), clock.today())

    assert sum(criterion.weight for criterion in CRITERIA) == 100
    assert score.points == sum(it.weight for it, is_met in score.parts if is_met)
    assert all(criterion.cure for criterion in CRITERIA)


@pytest.fixture
def owner(network: Network) -> Organization:
    """An owner whose entries nobody has confirmed for long."""
    organization = Organization.objects.get(code="org-vz")
    Service.objects.filter(organization=organization).update(verified_on=dt.date(2026, 7, 1))
    return organization


def test_an_owner_gets_one_digest_until_she_has_answered(owner: Organization) -> None:
    asked = [ask_owner(organization=owner) for _ in range(3)]

    mails = OutboxMessage.objects.filter(purpose="directory.confirm")
    assert len({it.pk for it in asked if it}) == 1
    assert mails.count() == 1
    assert confirmation_path(asked[0]).split("/")[1] == "confirm"
    assert mails.get().body.count("\n- ") == owner.services.count()


def test_nothing_is_asked_while_all_is_fresh(network: Network) -> None:
    assert ask_owner(organization=Organization.objects.get(code="org-ki")) is None


def test_looking_at_the_link_changes_nothing_a_button_does(owner: Organization) -> None:
    asked = ask_owner(organization=owner)
    client, url = Client(headers={"accept-language": "en"}), confirmation_path(asked)
    service = owner.services.first()

    assert client.get(url).status_code == 200
    assert client.head(url).status_code == 200
    assert not FreshnessSign.objects.exists()
    answer = {"service": service.pk, "part": "hours", "kind": "confirmed"}
    assert client.post(url, answer).status_code == 302
    assert FreshnessSign.objects.get().kind == "confirmed"
    service.refresh_from_db()
    assert service.verified_on == dt.date(2026, 7, 1)  # one part does not vouch for the rest


def test_all_parts_of_all_entries_close_the_digest(owner: Organization) -> None:
    asked = ask_owner(organization=owner)
    client = Client()
    for service in owner.services.all():
        for part in ("content", "hours", "contact", "papers"):
            client.post(
                confirmation_path(asked), {"service": service.pk, "part": part, "kind": "confirmed"}
            )

    asked.refresh_from_db()
    assert asked.answered_at is not None
    assert set(owner.services.values_list("verified_on", flat=True)) == {clock.today()}


def test_a_link_of_one_owner_does_not_answer_for_another(owner: Organization) -> None:
    asked = ask_owner(organization=owner)
    foreign, link = Service.objects.get(code="of-bb-anmeldung"), confirmation_path(asked)
    data = {"service": foreign.pk, "part": "hours", "kind": "confirmed"}

    assert Client().post(confirmation_path(asked), data).status_code == 422
    assert Client().post("/confirm/forged/", data).status_code == 404
    with time_machine.travel(NOW + dt.timedelta(days=61)):
        assert Client().get(link).status_code == 404
    assert not FreshnessSign.objects.exists()


def test_a_colleague_of_the_same_house_can_be_asked(owner: Organization) -> None:
    asked = ask_owner(organization=owner)
    own, other = owner.staff.first(), Organization.objects.get(code="org-ki").staff.first()

    answers = [
        Client().post(confirmation_path(asked), {"colleague": it.pk}).status_code
        for it in (own, own, other)
    ]

    assert answers == [302, 302, 422]
    sent = OutboxMessage.objects.filter(purpose="directory.confirm")
    assert sorted(sent.values_list("recipient", flat=True)) == sorted(
        [owner.email, own.account.email]
    )


def test_silence_reaches_the_coordinators_once(owner: Organization, network: Network) -> None:
    ask_owner(organization=owner)
    early = escalate(network=network)
    with time_machine.travel(NOW + dt.timedelta(days=15)):
        late = [escalate(network=network) for _ in range(2)]

    assert (early, late) == (0, [1, 0])
    mails = OutboxMessage.objects.filter(purpose="directory.escalated")
    assert mails.count() >= 1
    assert {owner.name in mail.body for mail in mails} == {True}


class Pages(BaseHTTPRequestHandler):
    """/good answers, /gone does not, /round sends around in a circle."""

    def do_GET(self) -> None:
        code = {"/good": 200, "/gone": 404, "/moved": 302}.get(self.path, 302)
        self.send_response(code)
        if code == 302:
            self.send_header("Location", "/good" if self.path == "/moved" else "/round")
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@pytest.fixture
def pages() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_links_are_looked_at_bounded_and_the_longest_unseen_first(
    network: Network, pages: str
) -> None:
    codes = {"/good": "of-vz-konto", "/moved": "of-vz-schulden", "/gone": "of-gk-kv",
             "/round": "of-gk-impf"}  # fmt: skip
    for path, code in codes.items():
        Service.objects.filter(code=code).update(url=pages + path)
    with httpx.Client(timeout=5) as client:
        looked = [
            check_links(client=client, may_fetch=lambda url: True, limit=limit) for limit in (3, 1)
        ]

    assert looked == [3, 1]
    found = dict(FreshnessSign.objects.values_list("service__code", "kind"))
    assert {path: found[code] for path, code in codes.items()} == {
        "/good": "link_works", "/moved": "link_works", "/gone": "link_broken",
        "/round": "link_broken",
    }  # fmt: skip


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1/", "http://10.0.0.1/", "http://[::1]/", "http://169.254.169.254/",
     "file:///etc/passwd", "ftp://example.org/", "http:///nothing", "gopher://x"],
)  # fmt: skip
def test_our_own_network_is_never_looked_at(url: str) -> None:
    assert not is_public_address(url)


def test_the_desk_shows_marks_and_lets_anyone_say_that_nobody_was_there(
    owner: Organization, as_staff: Callable[[str], Client]
) -> None:
    desk, service = as_staff("st-ki03"), owner.services.first()
    page = desk.get(reverse("desk:freshness")).content.decode()
    url = reverse("desk:freshness_entry", args=[service.pk])

    assert "not confirmed for 180 days" in page
    assert desk.post(url, {"part": "hours", "kind": "confirmed"}).status_code == 422
    assert desk.post(url, {"part": "hours", "kind": "nobody_there"}).status_code == 302
    assert "nobody was there" in desk.get(url).content.decode()


def test_only_the_coordinator_asks_an_owner_now(
    owner: Organization, as_staff: Callable[[str], Client]
) -> None:
    url = reverse("desk:freshness_ask", args=[owner.pk])

    assert as_staff("st-ki03").post(url).status_code == 403
    assert as_staff("st-ki02").post(url).status_code == 302
    assert ConfirmationRequest.objects.filter(organization=owner).count() == 1


def test_the_list_needs_the_same_queries_for_three_rows_and_for_many(
    owner: Organization,
    as_staff: Callable[[str], Client],
    django_assert_max_num_queries: Callable[..., object],
) -> None:
    desk = as_staff("st-ki03")
    with django_assert_max_num_queries(16):
        desk.get(reverse("desk:freshness"))


def test_the_opening_page_says_why(as_staff: Callable[[str], Client]) -> None:
    page = as_staff("st-ki03").get(reverse("desk:opening"), {"day": "2027-05-27"})

    assert "Fronleichnam" in page.content.decode()
    assert as_staff("st-ki03").get(reverse("desk:opening"), {"day": "x"}).status_code == 422


def test_a_sign_of_a_part_is_noted(network: Network, counsellor: Account) -> None:
    service = Service.objects.get(code="of-kim-erst")

    note_sign(service=service, part=FieldPart.CONTACT, kind=SignKind.MAIL_BOUNCED, by=counsellor)

    assert (
        confidence("contact", service.freshness_signs.all(), service.verified_on, clock.now()).value
        < 0.2
    )
