"""Pages of the exchange: reading, asking, answering; what the five of our cast may."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from knotenpunkt.directory.models import Topic
from knotenpunkt.exchange.actions.posts import About, Words, answer, ask
from knotenpunkt.exchange.models import Post
from knotenpunkt.network.models import Account, StaffMember
from knotenpunkt.people.models import Person

SignIn = Callable[[str], Client]
CODES = ("st-ki03", "st-jc05", "st-ki02")


@pytest.fixture
def asker(as_staff: SignIn) -> Client:
    return as_staff("st-ki03")


@pytest.fixture
def answerer(as_staff: SignIn) -> Client:
    return as_staff("st-jc05")


def page(name: str, *args: Any) -> str:
    return reverse(f"desk:exchange{name}", args=args)


def test_a_guest_is_sent_to_the_door(question: Post) -> None:
    for address in (page(""), page("_new"), page("_question", question.pk), page("_figures")):
        assert Client().get(address).status_code == 302


def test_asked_found_answered_and_marked(topic: Topic, asker: Client, answerer: Client) -> None:
    form = {"topic": str(topic.pk), "title": "Kurs am Abend", "body": "Wo gibt es Abendkurse?"}
    asked = asker.post(page("_new"), form)
    listed = answerer.get(page(""), {"topic": topic.pk, "state": "open", "q": "Abendkurs"})
    assert [it.title for it in listed.context["page"]] == ["Kurs am Abend"]
    answered = answerer.post(asked.url, {"body": "An der VHS, dienstags."}, follow=True)
    post = Post.objects.get(body="An der VHS, dienstags.")
    assert "This answer helped" not in answered.content.decode()
    asker.post(page("_accept", post.pk))

    shown = answerer.get(asked.url).content.decode()
    assert "this answer helped" in shown
    assert "Kurs am Abend" not in [
        it.title for it in asker.get(page(""), {"state": "open"}).context["page"]
    ]
    assert answerer.post(page("_accept", post.pk)).status_code == 403
    asker.post(page("_accept", post.pk), {"off": "1"})
    post.refresh_from_db()
    assert not post.is_accepted


def test_client_data_comes_back_with_the_words_kept_and_a_choice(
    topic: Topic, asker: Client, person: Person
) -> None:
    form = {"topic": str(topic.pk), "title": "Kurs", "body": f"{person.given_name} sucht etwas"}
    assert "cleared_because" not in asker.get(page("_new")).content.decode()

    refused = asker.post(page("_new"), form)
    text = refused.content.decode()

    assert refused.status_code == 422
    assert f"a name: {person.given_name}" in text
    assert "sucht etwas" in text
    assert 'name="cleared_because"' in text
    assert not Post.objects.filter(body=form["body"]).exists()
    cleared = asker.post(page("_new"), {**form, "cleared_because": "of_nobody"})
    assert cleared.status_code == 302
    wrong = asker.post(page("_new"), {**form, "cleared_because": person.given_name})
    assert wrong.status_code == 422


@pytest.mark.parametrize(
    "bad", [{"topic": "x"}, {"title": ""}, {"body": ""}, {"title": "x" * 161}, {"service": "x"}]
)
def test_bad_input_is_refused(bad: dict[str, str], topic: Topic, asker: Client) -> None:
    form = {"topic": str(topic.pk), "title": "a", "body": "b"} | bad

    assert asker.post(page("_new"), form).status_code == 422
    assert asker.get(page(""), {"topic": "x"}).status_code == 422


def test_changed_withdrawn_and_removed_by_whom_it_is_allowed(
    given: Post, asker: Client, answerer: Client, as_staff: SignIn
) -> None:
    keeper, address = as_staff("st-ki02"), page("_question", given.question_id)
    assert asker.get(page("_change", given.pk)).status_code == 403
    assert asker.post(page("_withdraw", given.pk)).status_code == 403
    assert asker.get(page("_remove", given.pk)).status_code == 403

    answerer.post(page("_change", given.pk), {"body": "Die Liste ist jetzt online."})
    shown = asker.get(address).content.decode()
    assert "Die Liste ist jetzt online." in shown
    assert "Die Liste hängt aus." in shown
    assert keeper.post(page("_remove", given.pk), {"note": ""}).status_code == 422
    asked = keeper.get(page("_remove", given.pk)).content.decode()
    assert "Die Liste ist jetzt online." in asked
    keeper.post(page("_remove", given.pk), {"note": "Veraltet"})

    left = asker.get(address).content.decode()
    assert "removed by the coordination" in left
    assert "Veraltet" in left
    assert "Die Liste" not in left
    assert keeper.get(page("_change", given.pk)).status_code == 404


def test_the_name_of_a_colleague_who_left_is_not_shown(
    given: Post, asker: Client, other_authority: Account
) -> None:
    address, name = page("_question", given.question_id), other_authority.staff_member.name
    assert name in asker.get(address).content.decode()

    StaffMember.objects.filter(account=other_authority).update(left_on="2027-02-01")

    shown = asker.get(address).content.decode()
    assert name not in shown
    assert other_authority.staff_member.organization.name in shown


def test_only_the_coordinator_sees_why_it_was_cleared(
    topic: Topic, counsellor: Account, asker: Client, as_staff: SignIn
) -> None:
    words = Words("Anruf: 0171 1234567", title="x", cleared_because="colleague")
    post = ask(words=words, about=About(topic), by=counsellor)
    address = page("_question", post.pk)

    assert "looked like client data" not in asker.get(address).content.decode()
    assert "it is a colleague" in as_staff("st-ki02").get(address).content.decode()


def test_a_page_asks_as_often_for_one_row_as_for_three(
    topic: Topic, counsellor: Account, account: Callable[[str], Account], asker: Client
) -> None:
    def asked(address: str) -> int:
        asker.get(address)
        with CaptureQueriesContext(connection) as captured:
            assert asker.get(address).status_code == 200
        return len(captured)

    Post.objects.filter(question__isnull=False).delete()
    Post.objects.all().delete()
    first = ask(words=Words("a", title="a"), about=About(topic), by=counsellor)
    answer(question=first, words=Words("b"), by=account("st-jc05"))
    addresses = (page(""), page("_question", first.pk), page("_figures"))
    one = [asked(it) for it in addresses]
    for code in CODES:
        ask(words=Words("a", title="a"), about=About(topic), by=account(code))
        answer(question=first, words=Words("b"), by=account(code))

    assert [asked(it) for it in addresses] == one
    assert max(one) <= 9


def test_an_empty_exchange_says_what_to_do(asker: Client, counsellor: Account) -> None:
    Post.objects.filter(question__isnull=False).delete()
    Post.objects.all().delete()

    assert "Yours can be the first question" in asker.get(page("")).content.decode()
    assert "No question fits" in asker.get(page(""), {"q": "nichts"}).content.decode()
