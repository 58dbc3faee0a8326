"""A referral to somebody not responsible today warns with the rule; a reason lets it go on."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from knotenpunkt.casework.actions.referrals import ReferralDraft, draft_referral, send_referral
from knotenpunkt.casework.errors import NotResponsibleToday
from knotenpunkt.casework.models import Referral
from knotenpunkt.casework.responsibility import warning_for
from knotenpunkt.directory.models import Service
from knotenpunkt.network.models import Account
from knotenpunkt.people.models import Person, ResidenceFacts
from knotenpunkt.routing.models import ResponsibilityOverride
from tests.casework.conftest import consent_to


@pytest.fixture
def azad(network: object) -> Person:
    """An asylum seeker: the social office pays, not the Jobcenter."""
    return Person.objects.select_related("network").get(code="cl-06")


@pytest.fixture
def wrong(azad: Person, account: Callable[[str], Account], recipient: Account) -> Referral:
    lead = account("st-ki04")
    service = Service.objects.get(code="of-jc-antrag")
    draft = ReferralDraft(
        recipient.staff_member.organization,
        (recipient.staff_member,),
        "Antrag stellen",
        service=service,
        purpose="benefits",
    )
    consent_to(azad, draft.recipients, "benefits", lead)
    return draft_referral(person=azad, draft=draft, by=lead)


def test_it_warns_with_the_rule(wrong: Referral, account: Callable[[str], Account]) -> None:
    with pytest.raises(NotResponsibleToday) as error:
        send_referral(referral=wrong, by=account("st-ki04"))

    assert error.value.rule.startswith("r-")
    assert "Sozialamt" in error.value.responsible


def test_an_expert_goes_on_with_a_reason_that_feeds_the_review(
    wrong: Referral, account: Callable[[str], Account]
) -> None:
    sent = send_referral(
        referral=wrong, by=account("st-ki04"), override_reason="Bescheid kommt diese Woche."
    )

    assert (sent.status, sent.override_reason) == ("sent", "Bescheid kommt diese Woche.")
    assert ResponsibilityOverride.objects.get().reason == "Bescheid kommt diese Woche."


def test_unknown_facts_never_warn(azad: Person, recipient: Account) -> None:
    ResidenceFacts.objects.filter(person=azad).delete()
    service = Service.objects.get(code="of-jc-antrag")

    assert warning_for(azad, recipient.staff_member.organization, service) is None


def test_a_service_no_rule_speaks_of_never_warns(
    azad: Person, account: Callable[[str], Account]
) -> None:
    health = account("st-gk01").staff_member.organization
    service = Service.objects.get(code="of-gk-orient")

    assert warning_for(azad, health, service) is None
