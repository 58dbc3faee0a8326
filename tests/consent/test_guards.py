"""Each guard of sharing taken away once: what somebody sees or may record has to change.

`pytest tests/consent/test_guards.py` is the figure: one test a guard, all must find the hole.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.db.models import Q

from knotenpunkt.foundation import clock
from knotenpunkt.network.models import Account, Organization, StaffMember
from knotenpunkt.people import rules
from knotenpunkt.people.actions import (
    Explanation,
    Signature,
    give_consent,
    grant_by_statute,
    release_confidentiality,
    withdraw_consent,
    write_item,
)
from knotenpunkt.people.actions import sharing as actions
from knotenpunkt.people.enums import Layer
from knotenpunkt.people.errors import MayNotShare
from knotenpunkt.people.models import Consent, Grant, Item, Person
from knotenpunkt.people.queries import items_visible_to
from knotenpunkt.people.queries import sharing as queries
from tests.consent.conftest import EXPLAINED, SAID, SIGNED, terms

Snapshot = dict[str, Any]
Given = Callable[[], Snapshot]
CAST = ("st-ki03", "st-ki05", "st-ki01", "st-jc05", "st-jc12", "st-aa06", "st-ja02", "st-hw01")


def nothing(*_args: object, **_kwargs: object) -> list[str]:
    return []


GUARDS: list[tuple[Any, str, Any]] = [
    (queries, "living", lambda _now: Q()),
    (queries, "_may_receive", lambda _member: True),
    (queries, "_reader", lambda account: account.staff_member),
    (queries, "_own_file", lambda me: Q(organization=me.organization_id)),
    (queries, "_entrusted_to", lambda _me: Q()),
    (queries, "READ_NOTHING", frozenset()),
    (actions, "faults_of_terms", nothing),
    (actions, "faults_of_explanation", nothing),
    (actions, "faults_of_signature", nothing),
    (actions, "faults_of_statute", nothing),
    (actions, "persons_visible_to", lambda _account: Person.objects.all()),
    (rules, "_faults_of_recipient", nothing),
    (rules, "_faults_of_contents", nothing),
    (rules, "faults_of_end", nothing),
    (rules, "_faults_of_giver", nothing),
    (rules, "_faults_of_text", nothing),
]


def faults(act: Callable[[], object]) -> tuple[str, ...]:
    try:
        act()
    except MayNotShare as refused:
        return tuple(refused.faults)
    except Exception as error:  # the database refuses what the rules let pass
        return (type(error).__name__,)
    return ()


@pytest.fixture
def shared(
    person: Person, items: dict[str, Item], share: Callable[..., Consent], counsellor: Account,
    account: Callable[[str], Account],
) -> tuple[Account, StaffMember]:  # fmt: skip
    """Build a world with every kind of sharing; return who reads and who is not named in it."""
    jobcentre, agency, youth = (account(it) for it in ("st-jc05", "st-aa06", "st-ja02"))
    share(jobcentre.staff_member)
    withdraw_consent(consent=share(agency.staff_member), by=None)
    write_item(
        subject=person, category="school", body="told me", by=counsellor, layer=Layer.ENTRUSTED
    )
    release_confidentiality(
        subject=person,
        terms=terms(youth.staff_member, categories=["school"]),
        signature=SAID,
        by=counsellor,
    )
    left = account("st-hw01").staff_member
    share(left)
    StaffMember.objects.filter(pk=left.pk).update(left_on=clock.today())
    office = account("st-jc12").staff_member
    Grant.objects.filter(recipient_staff=jobcentre.staff_member).update(
        valid_until=clock.now() + dt.timedelta(days=1)
    )
    return jobcentre, office


@pytest.fixture
def snapshot(
    person: Person, shared: tuple[Account, StaffMember], counsellor: Account,
    account: Callable[[str], Account],
) -> Given:  # fmt: skip
    """Return what everybody sees and may record in a world with every kind of sharing."""
    jobcentre, office = shared

    def consent(what: Any = None, how: Any = EXPLAINED, sign: Any = SIGNED, by: Any = None) -> Any:
        return faults(
            lambda: give_consent(
                subject=person, terms=what or terms(jobcentre.staff_member), explanation=how,
                signature=sign, by=by or counsellor,
            )
        )  # fmt: skip

    def now() -> Snapshot:
        seen = {
            it: set(items_visible_to(account(it)).values_list("body", flat=True)) for it in CAST
        }
        with time_machine.travel(clock.now() + dt.timedelta(days=2)):
            later = set(items_visible_to(account("st-jc05")).values_list("body", flat=True))
        Organization.objects.filter(pk=jobcentre.staff_member.organization_id).update(
            valid_to=clock.today()
        )
        gone = set(items_visible_to(account("st-jc05")).values_list("body", flat=True))
        return {
            "seen": seen,
            "later": later,
            "gone": gone,
            "recipient": consent(terms(office)),
            "contents": consent(terms(jobcentre.staff_member, categories=["health"])),
            "end": consent(terms(jobcentre.staff_member, valid_until=clock.now())),
            "text": consent(how=Explanation(text_version="1999-01", language="uk")),
            "giver": consent(sign=Signature(giver="guardian_and_child", guardian_name="G")),
            "foreign": consent(by=jobcentre),
            "statute": faults(
                lambda: grant_by_statute(
                    subject=person, terms=terms(jobcentre.staff_member), statute="", necessity="",
                    by=counsellor,
                )
            ),
        }  # fmt: skip

    return now


EXPECTED = {
    "recipient": ("recipient_reads_nothing",),
    "contents": ("category_outside_purpose", "special_category"),
    "end": ("ends_in_the_past",),
    "text": ("unknown_text",),
    "giver": ("own_consent_needed",),
    "foreign": ("not_yours",),
    "statute": ("no_necessity", "consent_only"),
}


def holes(found: Snapshot) -> list[str]:
    """Return what somebody sees or may record who should not."""
    seen = found["seen"]
    open_ones = [it for it in ("later", "gone") if found[it]]
    open_ones += [it for it in ("st-ki01", "st-jc12", "st-aa06", "st-hw01") if seen[it]]
    open_ones += [it for it in ("st-ki05", "st-jc05") if "told me" in seen[it]]
    return [*open_ones, *(it for it, refused in EXPECTED.items() if found[it] != refused)]


def test_with_all_guards_there_is_no_hole(snapshot: Given) -> None:
    found = snapshot()

    assert holes(found) == []
    assert found["seen"]["st-jc05"]
    assert found["seen"]["st-ja02"] == {"told me"}


@pytest.mark.parametrize(("where", "name", "hole"), GUARDS, ids=[it[1] for it in GUARDS])
def test_a_guard_taken_away_is_noticed(
    where: Any, name: str, hole: Any, snapshot: Given, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(where, name, hole)

    assert holes(snapshot()) != []
