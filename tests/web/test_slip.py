"""The route slip: what is on it, what never is, and what loads it may do."""

from __future__ import annotations

import io
import re

import pypdf
import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from knotenpunkt.foundation.languages import NEWCOMER_LANGUAGES
from knotenpunkt.network.models import Account
from knotenpunkt.people.models import Person
from knotenpunkt.visits.actions import cancel_visit, confirm_visit, hold_visit
from knotenpunkt.visits.codes import ALPHABET, new_code, read_code
from knotenpunkt.visits.models import Visit
from knotenpunkt.visits.planning.proposals import propose_visits
from knotenpunkt.visits.planning.wish import VisitWish
from knotenpunkt.visits.queries import with_everything
from knotenpunkt.web.slip.pdf import OURS, Refused, slip_as_pdf, static_file
from knotenpunkt.web.slip.texts import TEXTS
from knotenpunkt.web.slip.view import Slip, slip_of
from tests.conftest import OLENAS_NEEDS


@pytest.fixture
def visit(person: Person, counsellor: Account, wish: object) -> Visit:
    needs: VisitWish = wish("cl-01", *OLENAS_NEEDS, "of-ki-seiteneinstieg", "of-abh-24")  # type: ignore[operator]
    plan = propose_visits(needs).proposals[0].plan
    held = hold_visit(person=person, plan=plan, wish=needs, by=counsellor)
    return confirm_visit(visit=held, by=counsellor)


def read(visit: Visit, language: str = "uk") -> Slip:
    Visit.objects.filter(pk=visit.pk).update(language=language)
    return slip_of(with_everything(Visit.objects.filter(pk=visit.pk)).get())


def printed(slip: Slip) -> str:
    return render_to_string("slip/print.html", {"slip": slip, "qr": ""})


def test_every_text_exists_in_every_language() -> None:
    assert {key: set(texts) for key, texts in TEXTS.items()} == {
        key: set(NEWCOMER_LANGUAGES) for key in TEXTS
    }


def test_texts_are_short() -> None:
    sentences = [
        sentence
        for texts in TEXTS.values()
        for text in texts.values()
        for sentence in re.split(r"(?<=[.؟?!])\s", text)
    ]

    assert max(len(sentence.split()) for sentence in sentences) <= 10


def test_one_page_for_each_day(visit: Visit) -> None:
    slip = read(visit)

    assert printed(slip).count('class="page"') == len(slip.days)
    assert sum(len(day.stops) for day in slip.days) == visit.appointments.count()


def test_each_paper_stands_once(visit: Visit) -> None:
    for day in read(visit).days:
        codes = [document.code for document in day.documents]
        assert len(codes) == len(set(codes))
        assert "passport" in codes


@pytest.mark.parametrize("language", NEWCOMER_LANGUAGES)
def test_what_is_never_on_a_slip(language: str, visit: Visit) -> None:
    person = visit.person
    facts = person.residence_facts
    page = Client().get(reverse("public:slip", args=[visit.code]))

    for html in (printed(read(visit, language)), page.content.decode()):
        text = re.sub(r"<[^>]+>", " ", html)
        assert person.family_name not in text
        assert facts.title not in text
        assert "€" not in text
        assert "EUR" not in text


def test_german_stands_beside_the_own_language(visit: Visit) -> None:
    html = printed(read(visit, "ar"))

    assert 'dir="rtl"' in html
    assert "تسجيل عنوان السكن" in html
    assert "Wohnsitz anmelden" in html


@pytest.mark.parametrize("language", NEWCOMER_LANGUAGES)
def test_pdf_is_tagged_and_has_a_page_a_day(language: str, visit: Visit) -> None:
    slip = read(visit, language)

    document = pypdf.PdfReader(io.BytesIO(slip_as_pdf(slip)))

    assert len(document.pages) == len(slip.days)
    assert document.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert str(document.trailer["/Root"]["/Lang"]).startswith(language)


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "https://example.org/x.css",
        f"{OURS}../settings.py",
        f"{OURS}nothing.css",
    ],
)
def test_a_slip_loads_nothing_but_our_own_files(url: str) -> None:
    with pytest.raises(Refused):
        static_file(url)


def test_a_slip_loads_our_own_files() -> None:
    assert b"@page" in static_file(f"{OURS}knotenpunkt/slip.css")


def test_a_cancelled_visit_says_so(visit: Visit, counsellor: Account) -> None:
    cancel_visit(visit=visit, by=counsellor)

    html = Client().get(reverse("public:slip", args=[visit.code])).content.decode()

    assert TEXTS["cancelled"]["uk"] in html


def test_a_wrong_code_is_nothing(network: object) -> None:
    assert Client().get(reverse("public:slip", args=["AAAA-AAAA"])).status_code == 404


@pytest.mark.parametrize("typed", ["k7qm2xrd", "K7QM-2XRD", " k7qm 2xrd "])
def test_a_code_is_understood_however_it_is_typed(typed: str) -> None:
    assert read_code(typed) == "K7QM-2XRD"


@pytest.mark.parametrize("typed", ["", "K7QM", "K7QM-2XR0", "K7QM-2XRDD", "'; DROP"])
def test_what_is_no_code(typed: str) -> None:
    assert read_code(typed) is None


def test_codes_use_the_whole_alphabet_and_no_look_alikes() -> None:
    signs = {sign for _ in range(500) for sign in new_code().replace("-", "")}

    assert signs == set(ALPHABET)
    assert not signs & set("0O1IBSZY5") - {"5"}
