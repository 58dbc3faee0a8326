"""You see what your organization wrote, or what a living grant hands exactly to you."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction

from knotenpunkt.foundation.actions import Message, queue_message
from knotenpunkt.foundation.enums import Channel
from knotenpunkt.foundation.models import OutboxMessage
from knotenpunkt.network.models import Account, StaffMember, Team
from knotenpunkt.people.actions import give_consent, withdraw_consent
from knotenpunkt.people.errors import MayNotShare
from knotenpunkt.people.models import Consent, Grant, Item, Person
from knotenpunkt.people.queries import (
    has_living_grant,
    items_visible_to,
    persons_shared_with,
    staff_with_living_grant,
)
from knotenpunkt.people.signals import grants_ended
from tests.consent.conftest import EXPLAINED, SIGNED, in_days, terms

Share = Callable[..., Consent]
Items = dict[str, Item]


def categories_of(account: Account, **more: Any) -> set[str]:
    return set(items_visible_to(account, **more).values_list("category", flat=True))


def test_a_grant_hands_exactly_these_categories_to_exactly_this_person(
    items: Items, share: Share, counsellor: Account, colleague: Account, other_authority: Account,
    stranger: Account, immigration_office: Account, account: Callable[[str], Account],
) -> None:  # fmt: skip
    share(other_authority.staff_member)

    assert categories_of(counsellor) == set(items)
    assert categories_of(colleague) == set(items)
    assert categories_of(other_authority) == {"contact", "school", "qualification"}
    assert categories_of(account("st-jc03")) == set()
    assert categories_of(account("st-jc01")) == set()
    assert categories_of(stranger) == set()
    assert categories_of(immigration_office) == set()


def test_a_team_is_its_members(
    items: Items, share: Share, team: Team, other_authority: Account,
    account: Callable[[str], Account],
) -> None:  # fmt: skip
    share(team)

    assert categories_of(other_authority) == {"contact", "school", "qualification"}
    assert categories_of(account("st-jc03")) == set()
    team.members.clear()
    assert categories_of(other_authority) == set()


def test_a_grant_is_for_its_purpose(
    items: Items, share: Share, other_authority: Account, person: Person
) -> None:
    share(other_authority.staff_member)

    assert categories_of(other_authority, purpose="work") == {"contact", "school", "qualification"}
    assert categories_of(other_authority, purpose="benefits") == set()
    assert has_living_grant(other_authority, person=person, category="school", purpose="work")
    assert not has_living_grant(other_authority, person=person, category="debts")
    assert list(staff_with_living_grant(person, purpose="work")) == [other_authority.staff_member]
    assert list(staff_with_living_grant(person, purpose="benefits")) == []


def test_a_grant_ends_by_itself(items: Items, share: Share, other_authority: Account) -> None:
    share(other_authority.staff_member)

    with time_machine.travel(in_days(181)):
        assert categories_of(other_authority) == set()
        assert list(persons_shared_with(other_authority)) == []


def test_a_withdrawal_ends_all_at_once_and_tells_the_recipients(
    items: Items, share: Share, other_authority: Account, counsellor: Account, person: Person
) -> None:
    consent = share(other_authority.staff_member)
    grant = consent.grants.get()
    waiting = queue_message(
        Message(Channel.EMAIL, "x@example.org", "de", "body", "referral.sent", about=grant.pk)
    )
    heard: list[Any] = []

    def hear(**kwargs: Any) -> None:
        heard.append((kwargs["person"], [it.pk for it in kwargs["grants"]], kwargs["reason"]))

    grants_ended.connect(hear)
    withdraw_consent(consent=consent, by=None, how="phone")
    withdraw_consent(consent=consent, by=counsellor)
    grants_ended.disconnect(hear)

    assert categories_of(other_authority) == set()
    assert list(persons_shared_with(other_authority)) == []
    assert heard == [(person, [grant.pk], "withdrawn")]
    waiting.refresh_from_db()
    assert waiting.cancelled_at is not None
    told = OutboxMessage.objects.filter(purpose="grant.ended")
    assert [it.recipient for it in told] == [other_authority.email]
    assert str(person.given_name) not in told[0].body + told[0].subject


def test_no_listener_can_stop_a_withdrawal(
    items: Items, share: Share, other_authority: Account, caplog: pytest.LogCaptureFixture
) -> None:
    consent = share(other_authority.staff_member)

    def break_it(**kwargs: Any) -> None:
        Grant.objects.create()

    grants_ended.connect(break_it)
    try:
        withdraw_consent(consent=consent, by=None)
    finally:
        grants_ended.disconnect(break_it)

    assert categories_of(other_authority) == set()
    assert "A listener failed" in caplog.text


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"categories": []}, "no_category"),
    ({"categories": ["all"]}, "unknown_category"),
    ({"purposes": []}, "no_purpose"),
    ({"purposes": ["sanction"]}, "unknown_purpose"),
    ({"valid_until": None}, "no_end"),
    ({"layer": 4}, "entrusted"),
    ({"categories": ["debts"], "purposes": ["apprenticeship"]}, "category_outside_purpose"),
    ({"categories": ["health"], "purposes": ["health_care"]}, "special_category"),
]


@pytest.mark.parametrize(("more", "fault"), REFUSED)
def test_vague_terms_are_refused(
    more: dict[str, Any], fault: str, share: Share, other_authority: Account
) -> None:
    with pytest.raises(MayNotShare) as refused:
        share(other_authority.staff_member, **more)

    assert fault in refused.value.faults
    assert not Grant.objects.exists()


def test_a_consent_needs_a_recipient_and_an_end_within_a_year(
    share: Share, other_authority: Account
) -> None:
    with pytest.raises(MayNotShare) as refused:
        share(valid_until=in_days(400))

    assert refused.value.faults == ("no_recipient", "too_long")


def test_the_immigration_office_receives_nothing_even_from_the_database(
    share: Share, immigration_office: Account, other_authority: Account
) -> None:
    wall = immigration_office.staff_member
    with pytest.raises(MayNotShare) as refused:
        share(wall)
    grant = share(other_authority.staff_member).grants.get()

    assert refused.value.faults == ("immigration_office",)
    with pytest.raises(IntegrityError, match="immigration office"), transaction.atomic():
        Grant.objects.filter(pk=grant.pk).update(recipient_staff=wall)


RAW: list[tuple[dict[str, Any], str]] = [
    ({"categories": []}, "a_grant_names_categories"),
    ({"categories": ["all"]}, "a_grant_names_categories"),
    ({"purposes": []}, "a_grant_names_purposes"),
    ({"purposes": ["sanction"]}, "a_grant_names_purposes"),
    ({"layer": 4}, "a_grant_never_reaches_entrusted_things"),
    ({"recipient_staff": None}, "a_grant_has_exactly_one_recipient"),
    ({"consent": None}, "a_grant_rests_on_consent_or_on_a_statute_with_reason"),
]


@pytest.mark.parametrize(("change", "constraint"), RAW)
def test_the_database_refuses_what_the_action_refuses(
    change: dict[str, Any], constraint: str, share: Share, other_authority: Account
) -> None:
    grant = share(other_authority.staff_member).grants.get()

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Grant.objects.filter(pk=grant.pk).update(**change)


def test_nobody_shares_a_person_of_another_organization(
    person: Person, other_authority: Account, account: Callable[[str], Account]
) -> None:
    with pytest.raises(MayNotShare) as refused:
        give_consent(
            subject=person,
            terms=terms(account("st-aa02").staff_member),
            explanation=EXPLAINED,
            signature=SIGNED,
            by=other_authority,
        )

    assert "not_yours" in refused.value.faults


def test_who_has_left_sees_nothing(items: Items, share: Share, other_authority: Account) -> None:
    share(other_authority.staff_member)
    StaffMember.objects.filter(account=other_authority).update(left_on="2027-02-01")

    left = Account.objects.get(pk=other_authority.pk)

    assert categories_of(left) == set()
