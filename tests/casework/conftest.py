"""A referral of Olena from the integration centre to the Jobcenter, and those around it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from knotenpunkt.casework.actions.referrals import ReferralDraft, draft_referral, send_referral
from knotenpunkt.casework.models import Referral
from knotenpunkt.foundation import clock
from knotenpunkt.network.models import Account, StaffMember
from knotenpunkt.people.actions import Explanation, Signature, Terms, give_consent
from knotenpunkt.people.consent_texts import CURRENT_VERSION
from knotenpunkt.people.models import Consent, Person
from knotenpunkt.planner.warm import warm


@pytest.fixture
def recipient(account: Callable[[str], Account]) -> Account:
    """The one named person at the Jobcenter."""
    return account("st-jc05")


@pytest.fixture
def draft(recipient: Account) -> ReferralDraft:
    return ReferralDraft(
        to_organization=recipient.staff_member.organization,
        recipients=(recipient.staff_member,),
        question="Antrag stellen",
        message="Hat noch keine Meldebescheinigung.",
        purpose="benefits",
    )


@pytest.fixture
def drafted(person: Person, draft: ReferralDraft, counsellor: Account) -> Referral:
    return draft_referral(person=person, draft=draft, by=counsellor)


def consent_to(
    person: Person, recipients: tuple[StaffMember, ...], purpose: str, by: Account
) -> Consent:
    """Let the person say yes on a tablet, in Ukrainian."""
    terms = Terms(
        recipients=recipients,
        categories=["contact", "appointments"],
        purposes=[purpose],
        valid_until=clock.now() + dt.timedelta(days=90),
    )
    explanation = Explanation(
        text_version=CURRENT_VERSION, language="uk", language_reason="read out"
    )
    return give_consent(
        subject=person, terms=terms, explanation=explanation, signature=Signature(), by=by
    )


@pytest.fixture
def consent(person: Person, draft: ReferralDraft, counsellor: Account) -> Consent:
    return consent_to(person, draft.recipients, draft.purpose, counsellor)


@pytest.fixture
def sent(drafted: Referral, consent: Consent, counsellor: Account) -> Referral:
    return send_referral(referral=drafted, by=counsellor)


@pytest.fixture(scope="session", autouse=True)
def _planner_is_warm() -> None:
    """Compile before the first search, so that its time limit is not spent on that."""
    warm()
