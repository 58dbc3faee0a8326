"""Pages of the desk: who may open them, what they say, and how many queries they need."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from knotenpunkt.network.models import Account
from knotenpunkt.people.models import Need, Person, ReadEntry
from knotenpunkt.visits.actions import confirm_visit, hold_visit
from knotenpunkt.visits.models import Visit
from knotenpunkt.visits.planning.proposals import Proposals, propose_visits
from knotenpunkt.visits.planning.wish import VisitWish

PersonPage = Callable[[Person], str]


@pytest.fixture
def desk(as_staff: Callable[[str], Client]) -> Client:
    return as_staff("st-ki03")


@pytest.fixture
def visit(
    person: Person, olenas_wish: VisitWish, proposals: Proposals, counsellor: Account
) -> Visit:
    held = hold_visit(
        person=person, plan=proposals.proposals[0].plan, wish=olenas_wish, by=counsellor
    )
    return confirm_visit(visit=held, by=counsellor)


def wish_data(person: Person, *codes: str, **more: object) -> dict[str, object]:
    from knotenpunkt.directory.models import Service

    services = [str(row.id) for row in Service.objects.filter(code__in=codes)]
    data = {
        "services": services, "first_day": "2027-03-01", "last_day": "2027-03-12", "max_days": 2,
        "interpreter_gender": "none", "with_interpreters": "on",
    }  # fmt: skip
    return data | more


NEEDS = ("of-bb-anmeldung", "of-kim-erst", "of-gk-orient")


def test_from_needs_to_a_booked_visit(desk: Client, person: Person) -> None:
    page = desk.post(reverse("desk:visit_new", args=[person.id]), wish_data(person, *NEEDS))
    shown = page.context["proposals"][0]
    held = desk.post(
        reverse("desk:visit_hold", args=[person.id]),
        {"plan": shown.plan_text, "key": page.context["key"], "interpreter_gender": "none"},
    )
    visit = Visit.objects.get(person=person)
    booked = desk.post(reverse("desk:visit_confirm", args=[visit.id]), follow=True)

    assert held.url == reverse("desk:visit", args=[visit.id])
    assert "Booked. All appointments are fixed." in booked.content.decode()
    visit.refresh_from_db()
    assert visit.status == "booked"
    assert set(Need.objects.filter(person=person).values_list("service__code", flat=True)) >= set(
        NEEDS
    )


def test_sending_a_proposal_twice_books_once(desk: Client, person: Person) -> None:
    page = desk.post(reverse("desk:visit_new", args=[person.id]), wish_data(person, *NEEDS))
    data = {
        "plan": page.context["proposals"][0].plan_text,
        "key": page.context["key"],
        "interpreter_gender": "none",
    }

    answers = [desk.post(reverse("desk:visit_hold", args=[person.id]), data) for _ in range(2)]

    assert answers[0].url == answers[1].url
    assert Visit.objects.filter(person=person).count() == 1


def test_when_someone_was_faster_the_page_says_what_is_gone(
    desk: Client, person: Person, visit: Visit, proposals: Proposals
) -> None:
    plan = proposals.proposals[0].plan.model_dump_json()
    other = Person.objects.get(code="cl-15")
    Person.objects.filter(pk=other.pk).update(
        organization=person.organization_id, languages=["uk", "ru"]
    )

    answer = desk.post(
        reverse("desk:visit_hold", args=[other.id]),
        {"plan": plan, "key": str(uuid4()), "interpreter_gender": "none"},
    )

    assert answer.status_code == 409
    assert "was just taken" in answer.content.decode()
    assert answer.context["proposals"]
    assert not Visit.objects.filter(person=other).exists()


BAD_WISHES = [
    {"services": []},
    {"services": ["not-a-service"]},
    {"services": [str(uuid4())]},
    {"first_day": "2020-01-01", "last_day": "2020-01-05"},
    {"last_day": "2037-03-12"},
    {"last_day": "yesterday"},
    {"max_days": 9},
    {"earliest": "14:00", "latest": "09:00"},
]


@pytest.mark.parametrize("bad", BAD_WISHES)
def test_bad_input_is_refused_and_nothing_is_lost(
    bad: dict[str, object], desk: Client, person: Person
) -> None:
    data = wish_data(person, *NEEDS) | bad

    page = desk.post(reverse("desk:visit_new", args=[person.id]), data)

    html = page.content.decode()
    assert page.status_code == 422
    assert "Please look again" in html
    if "services" not in bad:
        assert html.count("checked") >= len(NEEDS)


def test_eleven_needs_are_refused(desk: Client, person: Person) -> None:
    from knotenpunkt.directory.models import Service

    codes = Service.objects.values_list("code", flat=True)[:11]

    page = desk.post(reverse("desk:visit_new", args=[person.id]), wish_data(person, *codes))

    assert page.status_code == 422


def test_what_must_come_first_is_offered(desk: Client, person: Person) -> None:
    page = desk.post(
        reverse("desk:visit_new", args=[person.id]), wish_data(person, "of-ki-seiteneinstieg")
    )

    html = page.content.decode()
    assert "Something must come first" in html
    assert "registered address" in html
    assert "Registering your address" in html


def test_saying_that_it_is_there_already_is_enough(desk: Client, person: Person) -> None:
    from knotenpunkt.directory.models import Token

    token = Token.objects.get(code="registered_address")
    data = wish_data(person, "of-ki-seiteneinstieg", held_tokens=[str(token.id)])

    page = desk.post(reverse("desk:visit_new", args=[person.id]), data)

    assert page.context["proposals"]


PAGES: list[tuple[str, PersonPage]] = [
    ("person", lambda it: reverse("desk:person", args=[it.id])),
    ("change", lambda it: reverse("desk:person_change", args=[it.id])),
    ("new visit", lambda it: reverse("desk:visit_new", args=[it.id])),
    ("visit", lambda it: reverse("desk:visit", args=[it.visits.get().id])),
    ("cancel", lambda it: reverse("desk:visit_cancel", args=[it.visits.get().id])),
    ("slip", lambda it: reverse("desk:slip", args=[it.visits.get().id])),
    ("slip.pdf", lambda it: reverse("desk:slip_pdf", args=[it.visits.get().id])),
]
STRANGERS = {
    "other authority": "st-jc05",
    "immigration office": "st-abh02",
    "another carrier": "st-mb02",
}


@pytest.mark.parametrize("stranger", STRANGERS)
@pytest.mark.parametrize(("name", "address"), PAGES, ids=[name for name, _ in PAGES])
def test_others_learn_nothing_not_even_that_it_exists(
    stranger: str,
    name: str,
    address: PersonPage,
    as_staff: Callable[[str], Client],
    person: Person,
    visit: Visit,
) -> None:
    client = as_staff(STRANGERS[stranger])
    nowhere = (
        address(person).replace(str(person.id), str(uuid4())).replace(str(visit.id), str(uuid4()))
    )

    answer, nothing = client.get(address(person)), client.get(nowhere)

    assert answer.status_code == 404
    assert strip_tokens(answer.content) == strip_tokens(nothing.content)


def strip_tokens(content: bytes) -> bytes:
    """Take out what differs in every answer: the token of the form, and the address of the page."""
    import re

    without = re.sub(rb'name="csrfmiddlewaretoken" value="[^"]+"', b"", content)
    return re.sub(rb'name="next" value="[^"]+"', b"", without)


@pytest.mark.parametrize("code", ["st-jc01", "st-ki01"])
@pytest.mark.parametrize(("name", "address"), PAGES, ids=[name for name, _ in PAGES])
def test_managers_see_no_person(
    code: str,
    name: str,
    address: PersonPage,
    as_staff: Callable[[str], Client],
    person: Person,
    visit: Visit,
) -> None:
    assert as_staff(code).get(address(person)).status_code == 403


@pytest.mark.parametrize(("name", "address"), PAGES, ids=[name for name, _ in PAGES])
def test_whoever_is_not_signed_in_is_asked_to(
    name: str, address: PersonPage, person: Person, visit: Visit
) -> None:
    answer = Client().get(address(person))

    assert answer.status_code == 302
    assert answer.url.startswith(reverse("account_login"))


def test_an_authority_sees_its_own_leg_alone(
    as_staff: Callable[[str], Client], visit: Visit
) -> None:
    own = visit.appointments.get(organization__code="org-gesundheit")
    day = own.starts_at.date().isoformat()

    html = as_staff("st-gk01").get(reverse("desk:day"), {"day": day}).content.decode()

    assert own.visit.code in html
    assert "Olena" in html
    assert "Hrytsenko" not in html
    for other in visit.appointments.exclude(pk=own.pk):
        assert other.service.name["en"] not in html
        assert other.service.name["de"] not in html


def test_the_own_day_of_whoever_booked_shows_no_foreign_need(desk: Client, visit: Visit) -> None:
    foreign = visit.appointments.exclude(organization__code="org-ki").first()
    assert foreign is not None

    html = desk.get(
        reverse("desk:day"), {"day": foreign.starts_at.date().isoformat()}
    ).content.decode()

    assert foreign.service.name["en"] not in html


def test_every_look_at_a_person_is_logged_before_the_answer(desk: Client, person: Person) -> None:
    ReadEntry.objects.all().delete()

    desk.get(reverse("desk:person", args=[person.id]))

    entry = ReadEntry.objects.get()
    assert (entry.person, entry.what) == (person, "page")


def test_without_the_log_there_is_no_answer(
    desk: Client, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("the log is full")

    monkeypatch.setattr(ReadEntry.objects, "bulk_create", fail)

    with pytest.raises(RuntimeError, match="the log is full"):
        desk.get(reverse("desk:person", args=[person.id]))


def test_search_finds_any_script_and_small_errors(desk: Client, person: Person) -> None:
    Person.objects.filter(pk=person.pk).update(native_name="Олена Гриценко")

    found = [
        desk.post(reverse("desk:persons"), {"q": text}).content.decode()
        for text in ("olena", "Hrycenko", "Гриц")
    ]

    assert all("Hrytsenko" in html for html in found)


def test_confidential_counsellors_see_the_persons_they_lead(
    as_staff: Callable[[str], Client],
) -> None:
    page = as_staff("st-mb02").get(reverse("desk:persons"))

    leads = {
        row.case_lead.code for row in page.context["page"].paginator.object_list if row.case_lead
    }
    assert leads == {"st-mb02"}


def queries_of(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def test_lists_need_as_many_queries_for_three_rows_as_for_one(
    desk: Client, network: object, counsellor: Account, olenas_wish: VisitWish, person: Person
) -> None:
    persons = Person.objects.filter(organization__code="org-ki")
    Person.objects.exclude(pk__in=persons.values_list("pk")[:1]).update(organization=None)
    one = queries_of(desk, reverse("desk:persons"))
    Person.objects.filter(organization=None, pk__in=Person.objects.values("pk")[:5]).update(
        organization=counsellor.staff_member.organization_id
    )

    assert queries_of(desk, reverse("desk:persons")) == one


def test_the_day_needs_as_many_queries_for_three_appointments_as_for_one(
    desk: Client, person: Person, counsellor: Account, wish: Callable[..., VisitWish]
) -> None:
    counts = []
    for _ in range(3):
        needs = wish("cl-01", "of-kim-erst")
        plan = propose_visits(needs).proposals[0].plan
        held = hold_visit(person=person, plan=plan, wish=needs, by=counsellor)
        day = plan.legs[0].starts_at.date().isoformat()
        counts.append(queries_of(desk, reverse("desk:day") + f"?day={day}"))
        confirm_visit(visit=held, by=counsellor)

    assert len(set(counts)) == 1


def test_pages_forbid_inline_script_and_foreign_sources(desk: Client) -> None:
    policy = desk.get(reverse("desk:day")).headers["Content-Security-Policy"]

    assert "default-src 'self'" in policy
    assert "unsafe" not in policy


def test_nobody_signs_up_by_herself(network: object) -> None:
    page = Client().get(reverse("account_signup"))

    assert "form" not in [tag for tag in ("password1",) if tag in page.content.decode()]
    assert "password1" not in page.content.decode()
