"""An agreement of five parties, as S4-1 has it, and who may do what in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from knotenpunkt.cooperation.actions.agreements import (
    AgreementText,
    NewVersion,
    Signature,
    add_party,
    add_version,
    begin_agreement,
    sign_version,
)
from knotenpunkt.cooperation.enums import LegalForm
from knotenpunkt.cooperation.models import CooperationAgreement
from knotenpunkt.network.models import Account, Organization

BEGINS = dt.date(2026, 1, 1)


def text(**change: object) -> AgreementText:
    fields = {
        "title": "Sozialer Zusammenhalt", "purpose": "Gemeinsam helfen.",
        "project_starts_on": dt.date(2025, 11, 3), "council_body": "Kreistag",
        "council_number": "KT 7", "council_decided_on": dt.date(2025, 10, 1),
    }  # fmt: skip
    return AgreementText(**(fields | change))  # type: ignore[arg-type]


def new_version(valid_from: dt.date = BEGINS, valid_to: dt.date | None = None) -> NewVersion:
    return NewVersion(valid_from=valid_from, valid_to=valid_to, changes="", document_url="")


@pytest.fixture
def manager(account: Callable[[str], Account]) -> Account:
    return account("st-jc01")


@pytest.fixture
def stranger(account: Callable[[str], Account]) -> Account:
    """She manages a house that is no party."""
    return account("st-abh01")


@pytest.fixture
def agreement(manager: Account) -> CooperationAgreement:
    """In force; five parties of four legal forms, one of them a parish without any account."""
    made = begin_agreement(text=text(), legal_form=LegalForm.PUBLIC_INSTITUTION, by=manager)
    made.parties.update(joined_on=BEGINS)
    for house, form in (
        ("org-aa", LegalForm.FEDERAL_AGENCY), ("org-mbe", LegalForm.ASSOCIATION),
        ("org-jmd", LegalForm.ASSOCIATION), ("Pfarrei St. Marien", LegalForm.PARISH),
    ):  # fmt: skip
        known = Organization.objects.filter(code=house).first()
        add_party(
            agreement=made, organization=known or house, legal_form=form, joined_on=BEGINS,
            by=manager,
        )  # fmt: skip
    version = add_version(agreement=made, version=new_version(), by=manager)
    for party in made.parties.select_related("organization"):
        signature = Signature(
            party.organization, f"Leitung {party.organization.code}", "Leitung", "Kreishaus",
            dt.date(2025, 12, 10),
        )  # fmt: skip
        sign_version(version=version, signature=signature, by=manager)
    return made
