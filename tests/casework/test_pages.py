"""Pages of shared work: who may open them, what they say, how many queries they need."""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from knotenpunkt.casework.actions.letters import address_of, write_letter
from knotenpunkt.casework.actions.referral_ends import withdraw_referral
from knotenpunkt.casework.actions.referrals import ReferralDraft, draft_referral, send_referral
from knotenpunkt.casework.models import FollowUp, Referral, ReferralLetter, TalkRecord
from knotenpunkt.network.models import Account
from knotenpunkt.people.consent_texts import CURRENT_VERSION, text_of
from knotenpunkt.people.models import Person, ReadEntry
from knotenpunkt.visits.models import Appointment
from tests.casework.conftest import consent_to

SignIn = Callable[[str], Client]


def url_of(sent: Referral) -> str:
    return reverse("desk:referral", args=[sent.pk])


def test_the_named_recipient_opens_and_accepts(sent: Referral, as_staff: SignIn) -> None:
    client = as_staff("st-jc05")

    page = client.get(url_of(sent))
    done = client.post(reverse("desk:referral_accept", args=[sent.pk]), {"note": "Thursday"})

    sent.refresh_from_db()
    assert "Hat noch keine Meldebescheinigung." in page.content.decode()
    assert done.status_code == 302
    assert (sent.status, sent.responsible.code) == ("accepted", "st-jc05")


STRANGERS = ["st-jc06", "st-jc02", "st-mb02", "st-abh02", "st-aa02"]


def bare(content: bytes) -> bytes:
    without = re.sub(rb'name="csrfmiddlewaretoken" value="[^"]+"', b"", content)
    return re.sub(rb'name="next" value="[^"]+"', b"", without)


@pytest.mark.parametrize("code", STRANGERS)
def test_for_all_others_it_does_not_exist(sent: Referral, code: str, as_staff: SignIn) -> None:
    client = as_staff(code)

    answer, nothing = client.get(url_of(sent)), client.get(reverse("desk:referral", args=[uuid4()]))

    assert answer.status_code == 404
    assert bare(answer.content) == bare(nothing.content)


@pytest.mark.parametrize("word", ["accept", "decline", "ask", "complete", "send", "withdraw"])
@pytest.mark.parametrize("code", STRANGERS)
def test_others_cannot_change_it(sent: Referral, word: str, code: str, as_staff: SignIn) -> None:
    answer = as_staff(code).post(reverse(f"desk:referral_{word}", args=[sent.pk]), {"outcome": "x"})

    sent.refresh_from_db()
    assert (answer.status_code, sent.status) == (404, "sent")


@pytest.mark.parametrize("code", ["st-jc01", "st-abh07"])
def test_managers_and_front_desk_have_no_page_of_referrals(as_staff: SignIn, code: str) -> None:
    assert as_staff(code).get(reverse("desk:referrals")).status_code == 403


def test_whoever_withdraws_ends_the_partners_view_at_once(
    sent: Referral, as_staff: SignIn, counsellor: Account
) -> None:
    partner = as_staff("st-jc05")
    before = partner.get(url_of(sent)).status_code

    withdraw_referral(referral=sent, by=counsellor)

    assert (before, partner.get(url_of(sent)).status_code) == (200, 404)


def test_bad_input_comes_back_with_what_was_typed(sent: Referral, as_staff: SignIn) -> None:
    answer = as_staff("st-jc05").post(
        reverse("desk:referral_decline", args=[sent.pk]), {"alternative": ""}
    )

    assert answer.status_code == 422
    assert "Please name an alternative." in answer.content.decode()


def test_someone_was_faster(sent: Referral, as_staff: SignIn, counsellor: Account) -> None:
    client = as_staff("st-ki03")
    withdraw_referral(referral=sent, by=counsellor)

    answer = client.post(reverse("desk:referral_inform", args=[sent.pk]), {"message": "Neu"})

    assert answer.status_code == 409


def test_writing_a_referral_from_the_person(
    as_staff: SignIn, person: Person, recipient: Account
) -> None:
    client = as_staff("st-ki03")
    organization = recipient.staff_member.organization
    url = reverse("desk:referral_new", args=[person.pk]) + f"?organization={organization.pk}"

    choices = client.get(reverse("desk:referral_new", args=[person.pk])).content.decode()
    empty = client.post(url, {"question": "Antrag", "answer_workdays": 10, "purpose": "work"})
    saved = client.post(
        url,
        {
            "question": "Antrag",
            "recipients": [str(recipient.staff_member.pk)],
            "answer_workdays": 10,
            "purpose": "benefits",
        },
    )

    assert "Ausländerbehörde" not in choices
    assert empty.status_code == 422
    assert 'value="Antrag"' in empty.content.decode()
    assert Referral.objects.get(pk=saved.url.strip("/").split("/")[-1]).status == "draft"


def test_the_consent_sheet_speaks_her_language_and_records_a_yes(
    drafted: Referral, as_staff: SignIn
) -> None:
    client, url = as_staff("st-ki03"), reverse("desk:referral_consent", args=[drafted.pk])

    chosen = {"categories": ["contact"], "months": 3, "how": "tablet"}
    sheet = client.post(url, chosen).content.decode()
    shown_only = drafted.person.grants.exists()
    done = client.post(url, chosen | {"yes": "1"})
    client.post(reverse("desk:referral_send", args=[drafted.pk]))

    drafted.refresh_from_db()
    assert text_of(CURRENT_VERSION, "uk").title in sheet
    assert "Malte Grothusen" in sheet
    assert not shown_only
    assert done.status_code == 302
    assert drafted.status == "sent"
    assert list(drafted.person.grants.values_list("recipient_staff__code", flat=True)) == [
        "st-jc05"
    ]


def test_sending_without_a_yes_is_refused_on_the_page(drafted: Referral, as_staff: SignIn) -> None:
    answer = as_staff("st-ki03").post(reverse("desk:referral_send", args=[drafted.pk]))

    drafted.refresh_from_db()
    assert (answer.status_code, drafted.status) == (422, "draft")


@pytest.fixture
def letter(sent: Referral, counsellor: Account) -> tuple[str, str]:
    """The address of the mailed link, and the code told by telephone."""
    code = write_letter(referral=sent, address="partner@example.org", by=counsellor)
    address = address_of(ReferralLetter.objects.get(referral=sent))
    return address[address.index("/desk/") :], code


def test_a_partner_without_account_answers_by_link_and_code(
    sent: Referral, letter: tuple[str, str]
) -> None:
    address, code = letter
    client = Client(headers={"accept-language": "en"})

    first = client.get(address).content.decode()
    client.post(address, {"code": code})
    opened = client.get(address).content.decode()
    client.post(address, {"do": "accept", "contact_name": "Frau Beispiel", "note": ""})

    sent.refresh_from_db()
    assert "Antrag stellen" not in first
    assert "Antrag stellen" in opened
    assert (sent.status, sent.contact_name) == ("accepted", "Frau Beispiel")
    assert sent.responsible == sent.sender


def test_a_link_alone_or_a_scanner_changes_nothing(sent: Referral, letter: tuple[str, str]) -> None:
    client = Client()

    client.get(letter[0])
    client.post(letter[0], {"do": "accept", "contact_name": "Scanner"})

    sent.refresh_from_db()
    assert sent.status == "sent"


def test_five_wrong_codes_lock_the_letter(sent: Referral, letter: tuple[str, str]) -> None:
    address, code = letter
    client = Client(headers={"accept-language": "en"})
    wrong = "000000" if code != "000000" else "111111"

    answers = [client.post(address, {"code": wrong}).status_code for _ in range(5)]

    assert answers == [422] * 5
    assert client.post(address, {"code": code}).status_code == 404


def test_a_letter_is_gone_when_the_referral_is_withdrawn(
    sent: Referral, letter: tuple[str, str], counsellor: Account
) -> None:
    address, code = letter
    client = Client()
    client.post(address, {"code": code})
    withdraw_referral(referral=sent, by=counsellor)

    assert client.get(address).status_code == 404


def test_forged_links_open_nothing(letter: tuple[str, str]) -> None:
    address, _code = letter

    assert Client().get(address[:-3] + "xx/").status_code == 404


def test_today_shows_talks_words_answers_and_reminders(as_staff: SignIn) -> None:
    html = as_staff("st-mb02").get(reverse("desk:home")).content.decode()

    assert "5 talks" in html
    assert "أريد أن أعمل طباخاً" in html
    assert "Zeugnis der Kochschule nachfragen" in html


def test_today_of_a_colleague_shows_none_of_it(as_staff: SignIn) -> None:
    html = as_staff("st-mb03").get(reverse("desk:home")).content.decode()

    assert "أريد" not in html
    assert "Ibrahim" not in html


def test_who_has_no_cases_goes_to_the_day_of_the_house(as_staff: SignIn) -> None:
    answer = as_staff("st-jc01").get(reverse("desk:home"))

    assert (answer.status_code, answer.url) == (302, reverse("desk:day"))


def my_talk(code: str) -> Appointment:
    return Appointment.objects.get(visit__person__code=code, visit__code__startswith="DEMX")


def test_a_talk_is_closed_with_two_taps_and_leaves_a_text(as_staff: SignIn) -> None:
    client, talk = as_staff("st-mb02"), my_talk("cl-33")

    page = client.post(
        reverse("desk:talk", args=[talk.pk]),
        {"outcome": "continues", "follow_up": "14"},
        follow=True,
    )

    record = TalkRecord.objects.get(appointment=talk)
    assert (record.outcome, record.author.code) == ("continues", "st-mb02")
    assert FollowUp.objects.filter(person__code="cl-33", due_on="2027-03-08").exists()
    assert "Outcome: continues" in page.content.decode()


def test_a_talk_without_outcome_comes_back(as_staff: SignIn) -> None:
    answer = as_staff("st-mb02").post(
        reverse("desk:talk", args=[my_talk("cl-33").pk]), {"agreed": "Morgen", "follow_up": ""}
    )

    assert answer.status_code == 422
    assert 'value="Morgen"' in answer.content.decode()


@pytest.mark.parametrize("code", ["st-mb03", "st-ki03", "st-abh02", "st-jc05"])
def test_a_talk_is_nobody_elses(as_staff: SignIn, code: str) -> None:
    assert as_staff(code).get(reverse("desk:talk", args=[my_talk("cl-33").pk])).status_code == 404


def test_reminders_are_ticked_and_taken_back(as_staff: SignIn) -> None:
    client = as_staff("st-mb02")
    reminder = FollowUp.objects.get(person__code="cl-33")
    url = reverse("desk:follow_up_settle", args=[reminder.pk])

    client.post(url)
    reminder.refresh_from_db()
    was_done = reminder.done_at is not None
    client.post(url, {"reopen": "1"})
    reminder.refresh_from_db()

    assert was_done
    assert reminder.done_at is None
    assert as_staff("st-mb03").post(url).status_code == 404


def test_looking_at_a_referral_is_logged(sent: Referral, as_staff: SignIn) -> None:
    ReadEntry.objects.all().delete()

    as_staff("st-jc05").get(url_of(sent))

    assert [(it.person_id, it.what) for it in ReadEntry.objects.all()] == [
        (sent.person_id, "referral")
    ]


def queries_of(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


@pytest.mark.parametrize("name", ["desk:referrals", "desk:home"])
def test_lists_need_as_many_queries_for_three_as_for_one(
    name: str, sent: Referral, draft: ReferralDraft, counsellor: Account, as_staff: SignIn
) -> None:
    Referral.objects.exclude(pk=sent.pk).delete()
    client = as_staff("st-jc05")
    one = queries_of(client, reverse(name))
    for other in Person.objects.filter(organization__code="org-ki", birth_date__year__lt=2000)[:2]:
        consent_to(other, draft.recipients, draft.purpose, counsellor)
        send_referral(
            referral=draft_referral(person=other, draft=draft, by=counsellor), by=counsellor
        )

    assert queries_of(client, reverse(name)) == one
