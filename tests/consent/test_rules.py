"""The rules N01..N55 (`consent_rules.json`), each with what happens when its guard is gone."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from knotenpunkt.network.models import Account, Organization, StaffMember, Team
from knotenpunkt.people import rules
from knotenpunkt.people.actions import (
    Explanation,
    Signature,
    give_consent,
    grant_by_statute,
    release_confidentiality,
    suspend_grants_to,
    withdraw_consent,
    write_item,
)
from knotenpunkt.people.ages import Age, age_of
from knotenpunkt.people.consent_texts import CURRENT_VERSION, texts_of
from knotenpunkt.people.enums import Layer
from knotenpunkt.people.errors import MayNotShare
from knotenpunkt.people.models import Consent, Grant, Item, Person, ReadEntry
from knotenpunkt.people.queries import items_visible_to, persons_shared_with
from tests.consent.conftest import EXPLAINED, SAID, SIGNED, in_days, terms

HERE = Path(__file__).parent
Items = dict[str, Item]
Share = Callable[..., Consent]
AsAccount = Callable[[str], Account]


def bodies(account: Account) -> set[str]:
    return set(items_visible_to(account).values_list("body", flat=True))


def test_every_rule_has_a_test_or_says_what_it_waits_for() -> None:
    listed = json.loads((HERE / "consent_rules.json").read_text(encoding="utf-8"))["rules"]

    assert [it["id"] for it in listed] == [f"N{number:02}" for number in range(1, 56)]
    for rule in listed:
        assert "test" in rule or "waits_for" in rule, rule["id"]
        if "test" in rule:
            file, _, name = rule["test"].partition("::")
            assert f"def {name}(" in (HERE / file).read_text(encoding="utf-8"), rule["id"]


def signed_in(account: Account) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(account)
    return client


def same(answer: Any) -> tuple[int, bytes]:
    text = re.sub(rb"csrfmiddlewaretoken\" value=\"[^\"]*", b"", answer.content)
    return answer.status_code, re.sub(rb"[0-9a-f-]{36}", b"", text)


PAGES = ("person", "person_change", "person_sharing", "consent_new", "item_new", "shared_person")


@pytest.mark.parametrize("page", PAGES)
def test_n01_no_grant_no_existence(
    page: str, items: Items, person: Person, stranger: Account, immigration_office: Account
) -> None:
    for account in (stranger, immigration_office):
        client = signed_in(account)

        there = same(client.get(reverse(f"desk:{page}", args=[person.pk])))
        not_there = same(client.get(reverse(f"desk:{page}", args=[uuid4()])))

        assert there == not_there
        assert there[0] == 404


def test_n05_what_was_read_before_stays_in_the_log(
    items: Items, share: Share, other_authority: Account, person: Person
) -> None:
    consent = share(other_authority.staff_member)
    signed_in(other_authority).get(reverse("desk:shared_person", args=[person.pk]))
    before = ReadEntry.objects.filter(person=person, what="shared item").count()

    withdraw_consent(consent=consent, by=None)

    assert before == 3
    assert ReadEntry.objects.filter(person=person, what="shared item").count() == 3
    answer = signed_in(other_authority).get(reverse("desk:shared_person", args=[person.pk]))
    assert answer.status_code == 404


def test_n11_prior_only(share: Share, other_authority: Account) -> None:
    grant = share(other_authority.staff_member).grants.get()

    with pytest.raises(IntegrityError, match="after its consent"), transaction.atomic():
        Grant.objects.filter(pk=grant.pk).update(valid_from=in_days(-2))


def released(person: Person, by: Account, *recipients: Any) -> None:
    release_confidentiality(
        subject=person,
        terms=terms(*recipients, categories=["school"]),
        signature=SAID,
        by=by,
    )


def test_n13_a_release_names_people(person: Person, counsellor: Account, team: Team) -> None:
    with pytest.raises(MayNotShare) as refused:
        released(person, counsellor, team)

    assert refused.value.faults == ("needs_natural_person",)


@pytest.mark.parametrize("leaver", ["st-ja02", "st-ki03"])
def test_n14_a_release_ends_when_one_of_both_leaves(
    leaver: str, person: Person, counsellor: Account, account: AsAccount
) -> None:
    write_item(
        subject=person, category="school", body="told me", by=counsellor, layer=Layer.ENTRUSTED
    )
    released(person, counsellor, account("st-ja02").staff_member)
    assert bodies(account("st-ja02")) == {"told me"}

    StaffMember.objects.filter(code=leaver).update(left_on="2027-02-01")

    assert bodies(account("st-ja02")) == set()


def test_n15_entrusted_things_are_seen_by_their_author_alone(
    person: Person, counsellor: Account, account: AsAccount, share: Share, other_authority: Account
) -> None:
    write_item(
        subject=person, category="school", body="told me", by=counsellor, layer=Layer.ENTRUSTED
    )
    share(other_authority.staff_member)

    seen = {it: bodies(account(it)) for it in ("st-ki03", "st-ki05", "st-ki01", "st-jc05")}

    assert seen == {"st-ki03": {"told me"}, "st-ki05": set(), "st-ki01": set(), "st-jc05": set()}


def test_n16_nothing_is_passed_on(
    items: Items, share: Share, other_authority: Account, stranger: Account, person: Person
) -> None:
    share(other_authority.staff_member)

    with pytest.raises(MayNotShare) as refused:
        give_consent(
            subject=person, terms=terms(stranger.staff_member), explanation=EXPLAINED,
            signature=SIGNED, by=other_authority,
        )  # fmt: skip

    assert "not_yours" in refused.value.faults
    assert bodies(stranger) == set()


GUARDED = Signature(giver="guardian_and_child", guardian_name="G")
AGES: list[tuple[str, Signature, tuple[str, ...]]] = [
    ("1990-05-05", Signature(), ()),
    ("1990-05-05", GUARDED, ("own_consent_needed",)),
    ("2013-05-05", Signature(), ("guardian_needed",)),
    ("2013-05-05", Signature(giver="guardian_and_child"), ("guardian_needed",)),
    ("2013-05-05", Signature(giver="guardian_and_child", guardian_name="G"), ()),
    ("2010-05-05", Signature(), ("understanding_not_noted",)),
    ("2010-05-05", Signature(understanding_note="asked back twice"), ()),
    ("2010-05-05", GUARDED, ("own_consent_needed",)),
    ("2012-01-01", Signature(), ("age_unclear",)),
    ("2012-01-01", Signature(understanding_note="is fifteen, says the school"), ()),
]  # fmt: skip


@pytest.mark.parametrize(("born", "signature", "faults"), AGES)
def test_who_may_say_yes(
    born: str, signature: Signature, faults: tuple[str, ...], person: Person,
    counsellor: Account, other_authority: Account,
) -> None:  # fmt: skip
    Person.objects.filter(pk=person.pk).update(birth_date=born)
    person.refresh_from_db()

    found: tuple[str, ...] = ()
    try:
        give_consent(
            subject=person, terms=terms(other_authority.staff_member), explanation=EXPLAINED,
            signature=signature, by=counsellor,
        )  # fmt: skip
    except MayNotShare as refused:
        found = refused.faults

    assert found == faults


EXPLANATIONS: list[tuple[dict[str, Any], tuple[str, ...]]] = [
    ({"language": "uk"}, ()),
    ({"language": ""}, ("no_language",)),
    ({"language": "de"}, ("foreign_language",)),
    ({"language": "de", "language_reason": "she asked for German"}, ()),
    ({"language": "de", "interpreter_kind": "volunteer"}, ("interpreter_unnamed",)),
    ({"language": "de", "interpreter_kind": "volunteer", "interpreter_name": "H."}, ()),
    ({"language": "uk", "interpreter_kind": "family", "interpreter_name": "son"},
     ("relative_interprets",)),
    ({"text_version": "1999-01", "language": "uk"}, ("unknown_text",)),
]  # fmt: skip


@pytest.mark.parametrize(("more", "faults"), EXPLANATIONS)
def test_explained_so_that_she_understands(
    more: dict[str, Any], faults: tuple[str, ...], person: Person
) -> None:
    explanation = Explanation(**{"text_version": CURRENT_VERSION} | more)

    found = rules.faults_of_explanation(explanation, person, ["health"])

    assert tuple(found) == faults


def test_n25_an_interpreter_is_no_recipient(share: Share, account: AsAccount) -> None:
    with pytest.raises(MayNotShare) as refused:
        share(account("st-ki08").staff_member)

    assert refused.value.faults == ("recipient_reads_nothing",)


def test_n27_a_no_leaves_no_trace(person: Person, counsellor: Account) -> None:
    fields = {field.name for model in (Person, Consent, Grant) for field in model._meta.fields}

    answer = signed_in(counsellor).get(reverse("desk:visit_new", args=[person.pk]))

    assert not any("refus" in name or "declin" in name for name in fields)
    assert answer.status_code == 200


def test_n28_every_text_says_what_happens_after_a_no(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = texts_of(CURRENT_VERSION)

    assert set(texts) == {"de", "en", "uk", "ar", "fa", "tr", "ru", "fr"}
    assert all(text.refusal and text.withdrawal and text.never for text in texts.values())
    silent = {"uk": type(texts["uk"])(**{**vars(texts["uk"]), "refusal": ""})}
    monkeypatch.setattr(rules, "text_of", lambda version, language: silent[language])
    subject = Person(languages=["uk"])
    explanation = Explanation(text_version=CURRENT_VERSION, language="uk")
    assert list(rules.faults_of_explanation(explanation, subject, [])) == ["no_refusal_text"]


def test_n29_a_paper_can_be_found(person: Person, share: Share, other_authority: Account) -> None:
    consent = share(other_authority.staff_member)

    assert list(rules.faults_of_signature(Signature(how="paper"), person)) == ["not_findable"]
    assert list(rules.faults_of_signature(Signature(how="paper", scan=b"%PDF-1"), person)) == []
    with pytest.raises(IntegrityError, match="can_be_found"), transaction.atomic():
        Consent.objects.filter(pk=consent.pk).update(how_given="paper")


PINNED = {"2026-11": "c581099a91b89a9615dbc0d9a92b973e0849edf572647efae8979c750d6198fe"}


def test_n30_the_words_she_agreed_to_are_pinned(share: Share, other_authority: Account) -> None:
    consent = share(other_authority.staff_member)

    assert consent.text_hash == texts_of(consent.text_version)["uk"].hash
    assert {version: texts_of(version)["uk"].hash for version in PINNED} == PINNED


def test_n46_a_search_learns_nothing_of_others(
    items: Items, person: Person, stranger: Account
) -> None:
    client = signed_in(stranger)
    Person.objects.filter(pk=person.pk).update(phone="+4915112345678")

    known = client.post(reverse("desk:persons"), {"q": "Hrytsenko"})
    unknown = client.post(reverse("desk:persons"), {"q": "Nobodyatall"})

    assert same(known)[1].replace(b"Hrytsenko", b"") == same(unknown)[1].replace(
        b"Nobodyatall", b""
    )


def test_n50_a_partner_that_leaves_sees_nothing(
    items: Items, share: Share, other_authority: Account, account: AsAccount
) -> None:
    share(other_authority.staff_member)
    organization = other_authority.staff_member.organization

    assert suspend_grants_to(organization=organization, by=None) == 1
    assert bodies(other_authority) == set()
    Grant.objects.update(suspended_at=None)
    assert bodies(other_authority) != set()
    Organization.objects.filter(pk=organization.pk).update(valid_to="2027-02-01")
    assert bodies(account("st-jc05")) == set()


def test_n52_what_endangers_the_help_is_not_shared_by_law(
    account: AsAccount, other_authority: Account
) -> None:
    youth_office = account("st-ja02")
    subject = Person.objects.create(
        network=youth_office.staff_member.organization.network, given_name="X",
        organization=youth_office.staff_member.organization, created_at=in_days(0),
    )  # fmt: skip
    for body, is_risky in (("usual", False), ("risky", True)):
        write_item(
            subject=subject, category="school", body=body, by=youth_office,
            endangers_service=is_risky,
        )  # fmt: skip
    grant_by_statute(
        subject=subject, terms=terms(other_authority.staff_member), statute="§ 69 SGB X",
        necessity="same measure", by=youth_office,
    )  # fmt: skip

    assert bodies(other_authority) == {"usual"}


def test_by_law_only_among_benefit_carriers_and_with_a_reason(
    person: Person, counsellor: Account, stranger: Account
) -> None:
    with pytest.raises(MayNotShare) as refused:
        grant_by_statute(
            subject=person, terms=terms(stranger.staff_member), statute="", necessity="",
            by=counsellor,
        )  # fmt: skip

    assert refused.value.faults == ("no_necessity", "consent_only")


def test_n54_birthdays_widen_nothing(
    items: Items, share: Share, other_authority: Account, person: Person
) -> None:
    Person.objects.filter(pk=person.pk).update(birth_date="2009-03-01")
    person.refresh_from_db()
    give = Signature(understanding_note="asked back")
    give_consent(
        subject=person, terms=terms(other_authority.staff_member), explanation=EXPLAINED,
        signature=give, by=Account.objects.get(staff_member__code="st-ki03"),
    )  # fmt: skip
    before = bodies(other_authority)

    with time_machine.travel(in_days(30)):
        assert age_of(person, dt.date(2027, 3, 24)) == Age(18, 18)
        assert bodies(other_authority) == before
        assert persons_shared_with(other_authority).count() == 1


@pytest.mark.parametrize(
    ("born", "precision", "age"),
    [
        ("1979-05-06", "day", Age(47, 47)),
        ("1979-01-01", "day", Age(47, 48)),
        ("1979-07-09", "year", Age(47, 48)),
        ("1979-02-09", "month", Age(47, 48)),
        ("1979-05-09", "month", Age(47, 47)),
        (None, "unknown", Age(0, 130)),
    ],
)
def test_n55_a_birth_date_known_in_part_is_an_interval(
    born: str | None, precision: str, age: Age
) -> None:
    date = dt.date.fromisoformat(born) if born else None
    subject = Person(birth_date=date, birth_precision=precision)

    assert age_of(subject, dt.date(2027, 2, 22)) == age
