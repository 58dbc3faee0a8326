"""Pages of agreements: parties read, their heads write, others find nothing there."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from knotenpunkt.cooperation.actions.agreements import begin_agreement
from knotenpunkt.cooperation.actions.commitments import add_evidence, make_commitment
from knotenpunkt.cooperation.models import AgreementParty, Commitment, CooperationAgreement
from knotenpunkt.network.models import Account
from tests.cooperation.conftest import text
from tests.cooperation.test_agreements import promise

AsStaff = Callable[[str], Client]


@pytest.fixture
def commitment(agreement: CooperationAgreement, manager: Account) -> Commitment:
    made = make_commitment(
        agreement=agreement, promise=promise(None, text="Sprachcafé"), target=Decimal(40),
        by=manager,
    )  # fmt: skip
    add_evidence(
        commitment=made, year=2027, value=Decimal(40), text="Kalender", link="", by=manager
    )
    return made


def addresses(agreement: CooperationAgreement, commitment: Commitment) -> dict[str, list[str]]:
    one, party, version = agreement.pk, agreement.parties.all()[0].pk, agreement.versions.get().pk
    promise_of = [one, commitment.pk]
    return {
        "read": [
            reverse("desk:agreement", args=[one]),
            reverse("desk:agreement_commitment", args=promise_of),
        ],
        "write": [
            reverse("desk:agreement_change", args=[one]),
            reverse("desk:agreement_end", args=[one]),
            reverse("desk:agreement_party_new", args=[one]),
            reverse("desk:agreement_party_leave", args=[one, party]),
            reverse("desk:agreement_version_new", args=[one]),
            reverse("desk:agreement_sign", args=[one, version]),
            reverse("desk:agreement_stage", args=[one]),
            reverse("desk:agreement_task", args=[one]),
            reverse("desk:agreement_commitment_new", args=[one]),
            reverse("desk:agreement_target", args=promise_of),
            reverse("desk:agreement_evidence", args=promise_of),
            reverse("desk:agreement_commitment_end", args=promise_of),
        ],
    }


@pytest.mark.parametrize(
    ("who", "read", "write"),
    [
        ("st-jc01", 200, 200),  # manages a party
        ("st-jc05", 200, 403),  # works for one
        ("st-mb02", 200, 403),
        ("st-ki02", 404, 404),  # coordinates another house
        ("st-abh01", 404, 404),  # manages another house
        ("st-abh07", 404, 403),
    ],
)
def test_who_opens_what(
    agreement: CooperationAgreement, commitment: Commitment, as_staff: AsStaff, who: str,
    read: int, write: int,
) -> None:  # fmt: skip
    client, found = as_staff(who), addresses(agreement, commitment)

    assert {client.get(it).status_code for it in found["read"]} == {read}
    assert {client.get(it).status_code for it in found["write"]} == {write}


def test_the_page_lists_parties_texts_and_promises(
    agreement: CooperationAgreement, commitment: Commitment, as_staff: AsStaff
) -> None:
    page = as_staff("st-mb02").get(reverse("desk:agreement", args=[agreement.pk])).content.decode()

    for expected in (
        "Pfarrei St. Marien", "parish or religious community", "KT 7", "Sprachcafé", "reached",
        "Leitung org-aa", "at least <bdi>40</bdi>", "in force",
    ):  # fmt: skip
        assert expected in " ".join(page.split()), expected
    assert "Add a promise" not in page


def test_the_list_shows_own_agreements_alone(
    agreement: CooperationAgreement, commitment: Commitment, as_staff: AsStaff
) -> None:
    AgreementParty.objects.exclude(agreement=agreement).delete()

    own = as_staff("st-jc05").get(reverse("desk:agreements")).content.decode()
    other = as_staff("st-ki03").get(reverse("desk:agreements")).content.decode()

    assert "Sozialer Zusammenhalt" in own
    assert "Kalender" in own
    assert "Sozialer Zusammenhalt" not in other
    assert "party of no agreement" in other


def test_a_manager_begins_an_agreement_and_fills_it(
    agreement: CooperationAgreement, as_staff: AsStaff
) -> None:
    client = as_staff("st-aa01")
    head = {"title": "Neu", "purpose": "Gemeinsam", "legal_form": "federal_agency"}
    begun = client.post(reverse("desk:agreement_new"), head)
    made = CooperationAgreement.objects.get(title="Neu")
    assert begun["location"] == reverse("desk:agreement", args=[made.pk])

    client.post(
        reverse("desk:agreement_party_new", args=[made.pk]),
        {"name": "Gemeinde Fiktau", "legal_form": "regional_authority", "joined_on": "2027-02-01"},
    )
    paper = SimpleUploadedFile("a.pdf", b"%PDF-1.7 text", content_type="application/pdf")
    client.post(
        reverse("desk:agreement_version_new", args=[made.pk]),
        {"valid_from": "2027-02-01", "document": paper},
    )
    client.post(
        reverse("desk:agreement_commitment_new", args=[made.pk]),
        {"text": "Viel", "indicator": "referrals_answered", "direction": "at_least",
         "target": "85", "first_on": "2027-02-01"},
    )  # fmt: skip

    assert made.parties.count() == 2
    assert made.commitments.get().unit == "percent"
    version = made.versions.get()
    answer = client.get(reverse("desk:agreement_document", args=[made.pk, version.pk]))
    assert answer.content == b"%PDF-1.7 text"
    assert answer["content-type"] == "application/pdf"
    foreign = reverse("desk:agreement_document", args=[agreement.pk, version.pk])
    assert client.get(foreign).status_code == 404


@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        ("agreement_party_new", {"legal_form": "other", "joined_on": "2027-02-01"}, "one of both"),
        ("agreement_version_new", {"valid_from": "2027-02-01", "valid_to": "2027-01-01"},
         "lies before the beginning"),
        ("agreement_commitment_new", {"text": "x", "direction": "at_least", "target": "1",
                                      "first_on": "2027-02-01"}, "say how it is counted"),
        ("agreement_change", {"title": "x", "purpose": "x", "council_number": "7"},
         "a committee, a number and a day"),
        ("agreement_stage", {"stage": "loose", "reached_on": "2027-02-23"}, "lies ahead"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_said_and_kept(
    agreement: CooperationAgreement, as_staff: AsStaff, name: str, given: dict[str, str],
    said: str,
) -> None:  # fmt: skip
    answer = as_staff("st-jc01").post(reverse(f"desk:{name}", args=[agreement.pk]), given)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert all(f'value="{it}"' in page or f">\n{it}<" in page for it in given.values())


def test_a_paper_that_is_no_pdf_is_refused(
    agreement: CooperationAgreement, as_staff: AsStaff
) -> None:
    paper = SimpleUploadedFile("a.pdf", b"<script>", content_type="application/pdf")

    answer = as_staff("st-jc01").post(
        reverse("desk:agreement_version_new", args=[agreement.pk]),
        {"valid_from": "2027-02-01", "document": paper},
    )

    assert answer.status_code == 422
    assert agreement.versions.count() == 1


def test_losing_an_order_is_a_conflict(agreement: CooperationAgreement, as_staff: AsStaff) -> None:
    client = as_staff("st-jc01")
    version = reverse("desk:agreement_version_new", args=[agreement.pk])
    party = agreement.parties.get(organization__code="org-aa")
    leave = reverse("desk:agreement_party_leave", args=[agreement.pk, party.pk])

    assert client.post(version, {"valid_from": "2025-01-01"}).status_code == 409
    make_commitment(
        agreement=agreement, promise=promise(party.organization), target=Decimal(1),
        by=Account.objects.get(staff_member__code="st-jc01"),
    )  # fmt: skip
    refused = client.post(leave, {"left_on": "2027-02-22"})
    assert refused.status_code == 409
    assert "1 promise of this house runs on" in refused.content.decode()


def test_three_rows_of_everything_need_no_more_queries_than_one(
    agreement: CooperationAgreement, commitment: Commitment, as_staff: AsStaff, manager: Account
) -> None:
    AgreementParty.objects.exclude(agreement=agreement).delete()
    client = as_staff("st-jc01")
    pages = [reverse("desk:agreements"), *addresses(agreement, commitment)["read"]]

    def queries() -> list[int]:
        found = []
        for page in pages:
            client.get(page)
            with CaptureQueriesContext(connection) as captured:
                assert client.get(page).status_code == 200
            found.append(len(captured))
        return found

    before = queries()
    for number in range(2):
        made = make_commitment(
            agreement=agreement, promise=promise(None), target=Decimal(1), by=manager
        )
        for one in (made, commitment):
            add_evidence(commitment=one, year=2027, value=Decimal(1), text="x", link="", by=manager)
        other = begin_agreement(text=text(title=f"Noch {number}"), legal_form="other", by=manager)
        make_commitment(agreement=other, promise=promise(None), target=Decimal(1), by=manager)

    assert queries() == before


def test_dates_stay_in_our_time(agreement: CooperationAgreement, as_staff: AsStaff) -> None:
    answer = as_staff("st-jc01").post(
        reverse("desk:agreement_stage", args=[agreement.pk]),
        {"stage": "loose", "reached_on": "0001-01-01"},
    )

    assert answer.status_code == 422
    assert agreement.stages.count() == 0
