"""Releases and scans at the desk: given by one person to one person, seen by them alone."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from knotenpunkt.network.actions import deactivate_colleague, hand_over_work
from knotenpunkt.network.leaving import open_work_of
from knotenpunkt.network.models import Account, StaffMember
from knotenpunkt.people.actions import add_scan, release_confidentiality, write_item
from knotenpunkt.people.enums import HowGiven, Layer
from knotenpunkt.people.errors import MayNotShare
from knotenpunkt.people.models import ConfidentialityRelease, Consent, Person, ReadEntry
from knotenpunkt.people.models.scans import MOST_BYTES
from knotenpunkt.people.rules import Signature
from knotenpunkt.visits.models import Visit
from tests.consent.conftest import SAID, terms
from tests.consent.test_pages import sheet_data
from tests.consent.test_rules import signed_in

AsAccount = Callable[[str], Account]
PDF = b"%PDF-1.7 signed by Olena"
PAPER = Signature(how=HowGiven.PAPER, place_of_original="folder 3")


@pytest.fixture
def desk(counsellor: Account) -> Client:
    return signed_in(counsellor)


@pytest.fixture
def administrator(counsellor: Account) -> Account:
    made = Account.objects.create_user("admin@ki.example")
    StaffMember.objects.create(
        organization=counsellor.staff_member.organization, account=made, name="A. Admin",
        job="IT", role="administrator",
    )  # fmt: skip
    return made


@pytest.fixture
def entrusted(person: Person, counsellor: Account) -> str:
    body = "told me alone"
    write_item(subject=person, category="school", body=body, by=counsellor, layer=Layer.ENTRUSTED)
    return body


def form(colleague: Account, **more: Any) -> dict[str, Any]:
    return {
        "recipients": [str(colleague.staff_member.pk)],
        "categories": ["school"],
        "purposes": ["counselling"],
        "until": "2027-08-01",
        "giver": "person",
        "how": "oral",
        "note": "she said so",
        **more,
    }


def address(person: Person) -> str:
    return reverse("desk:release_new", args=[person.pk])


def released(person: Person, by: Account, to: Account, **more: Any) -> ConfidentialityRelease:
    return release_confidentiality(
        subject=person,
        terms=terms(to.staff_member, categories=["school"]),
        signature=more.get("signature", SAID),
        by=by,
    )[0]


def test_given_seen_and_taken_back(
    desk: Client, entrusted: str, person: Person, colleague: Account
) -> None:
    sharing = reverse("desk:person_sharing", args=[person.pk])
    theirs = signed_in(colleague)
    before = theirs.get(sharing).content.decode()

    sheet = desk.post(address(person), form(colleague))
    stored_before_the_yes = ConfidentialityRelease.objects.count()
    desk.post(address(person), form(colleague, yes="1"))
    release = ConfidentialityRelease.objects.get()
    during = theirs.get(sharing).content.decode()
    desk.post(reverse("desk:release_withdraw", args=[person.pk, release.pk]))
    after = theirs.get(sharing).content.decode()

    assert [it.body for it in sheet.context["handed_over"]] == [entrusted]
    assert stored_before_the_yes == 0
    assert [entrusted in it for it in (before, during, after)] == [False, True, False]


def test_a_partner_reads_it_with_the_log_saying_why(
    entrusted: str,
    person: Person,
    counsellor: Account,
    other_authority: Account,
    share: Callable[..., Consent],
) -> None:
    share(other_authority.staff_member, categories=["contact"])
    released(person, counsellor, other_authority)

    page = signed_in(other_authority).get(reverse("desk:shared_person", args=[person.pk]))

    read = ReadEntry.objects.filter(person=person, what="shared item").latest("id")
    assert entrusted in page.content.decode()
    assert (read.basis, read.grant_id) == ("release", None)


@pytest.mark.parametrize("code", ["st-ki02", "st-ki05"])
def test_lead_and_colleagues_do_not_know_of_a_release(
    code: str, person: Person, counsellor: Account, other_authority: Account, account: AsAccount
) -> None:
    release = released(person, counsellor, other_authority)
    theirs = signed_in(account(code))

    page = theirs.get(reverse("desk:person_sharing", args=[person.pk]))
    answer = theirs.post(reverse("desk:release_withdraw", args=[person.pk, release.pk]))

    assert list(page.context["releases"]) == []
    assert answer.status_code == 404


def test_teams_are_not_offered_and_not_taken(desk: Client, person: Person, team: Any) -> None:
    offered = desk.get(address(person)).content.decode()
    data = form(Account.objects.exclude(staff_member=None)[0], recipients=[str(team.pk)], yes="1")

    answer = desk.post(address(person), data)

    assert str(team.pk) not in offered
    assert answer.status_code == 422
    assert not ConfidentialityRelease.objects.exists()


def test_it_ends_for_good_when_the_colleague_leaves(
    person: Person, counsellor: Account, colleague: Account, administrator: Account
) -> None:
    release, leaver = released(person, counsellor, colleague), colleague.staff_member
    hand_over_work(
        member=leaver,
        successors={
            it.kind: counsellor.staff_member for it in open_work_of(colleague.staff_member)
        },
        by=administrator,
    )

    deactivate_colleague(member=leaver, by=administrator)

    release.refresh_from_db()
    assert release.withdrawn_at is not None


def upload(content: bytes, name: str = "sheet.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_a_scan_comes_with_the_yes_and_is_given_back(
    desk: Client, person: Person, other_authority: Account
) -> None:
    data = sheet_data(other_authority, how="paper", yes="1", scan=upload(PDF))
    given = desk.post(reverse("desk:consent_new", args=[person.pk]), data)
    consent = Consent.objects.get()

    answer = desk.get(reverse("desk:consent_scan", args=[person.pk, consent.pk]))

    assert given.status_code == 302
    assert answer.content == PDF
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("attachment")
    assert consent.scan_hash == hashlib.sha256(PDF).hexdigest()


BAD = {
    "page.pdf": b"<script>alert(1)</script>",
    "large.pdf": PDF + b"x" * MOST_BYTES,
    "empty.pdf": b"",
}


@pytest.mark.parametrize("name", BAD)
def test_other_files_are_refused(
    name: str, desk: Client, person: Person, other_authority: Account
) -> None:
    data = sheet_data(other_authority, how="paper", yes="1", scan=upload(BAD[name], name))

    answer = desk.post(reverse("desk:consent_new", args=[person.pk]), data)

    assert answer.status_code == 422
    assert not Consent.objects.exists()


def test_the_action_refuses_them_too(
    person: Person, counsellor: Account, colleague: Account
) -> None:
    release = released(person, counsellor, colleague, signature=PAPER)

    with pytest.raises(MayNotShare) as refused:
        add_scan(of=release, scan=b"MZ\x90", by=counsellor)

    assert refused.value.faults == ("bad_scan",)


def test_a_scan_is_added_later_once(
    desk: Client, person: Person, counsellor: Account, colleague: Account
) -> None:
    release = released(person, counsellor, colleague, signature=PAPER)
    place = reverse("desk:release_scan", args=[person.pk, release.pk])

    nothing_yet = desk.get(place).status_code
    desk.post(place, {"scan": upload(PDF)})
    desk.post(place, {"scan": upload(PDF + b" forged")})

    assert nothing_yet == 404
    assert desk.get(place).content == PDF


@pytest.mark.parametrize("code", ["st-ki05", "st-ki02", "st-jc05", "st-mb02"])
def test_nobody_else_gets_the_scan_of_a_release(
    code: str, person: Person, counsellor: Account, other_authority: Account, account: AsAccount
) -> None:
    release = released(person, counsellor, other_authority, signature=PAPER)
    add_scan(of=release, scan=PDF, by=counsellor)

    answer = signed_in(account(code)).get(
        reverse("desk:release_scan", args=[person.pk, release.pk])
    )

    assert answer.status_code == 404


def test_the_scan_goes_with_the_file(
    person: Person, counsellor: Account, colleague: Account
) -> None:
    add_scan(of=released(person, counsellor, colleague, signature=PAPER), scan=PDF, by=counsellor)

    person.releases.all().delete()

    assert not ConfidentialityRelease.objects.exclude(scan=None).exists()


def test_she_takes_it_back_on_her_phone(
    visit: Visit, person: Person, counsellor: Account, colleague: Account, entrusted: str
) -> None:
    Person.objects.filter(pk=person.pk).update(phone="+4915166666666")
    release = released(person, counsellor, colleague)
    place = reverse("public:take_back_release", args=[visit.code, release.pk])
    phone = Client(headers={"accept-language": "uk"})

    phone.post(place)
    still_there = ConfidentialityRelease.objects.get(pk=release.pk).withdrawn_at is None
    phone.post(reverse("public:mine", args=[visit.code]), {"secret": "+4915166666666"})
    shown = phone.get(reverse("public:mine", args=[visit.code])).content.decode()
    phone.post(place)

    assert still_there
    assert colleague.staff_member.name in shown
    assert (
        entrusted
        not in signed_in(colleague)
        .get(reverse("desk:person_sharing", args=[person.pk]))
        .content.decode()
    )
