"""Agreements: parties, texts, signatures, stages, who does what, and whose they are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from knotenpunkt.cooperation.actions.agreements import (
    Signature,
    add_party,
    add_version,
    begin_agreement,
    let_party_leave,
    reach_stage,
    share_task,
    sign_version,
    terminate_agreement,
)
from knotenpunkt.cooperation.actions.commitments import (
    Promise,
    add_evidence,
    end_commitment,
    make_commitment,
)
from knotenpunkt.cooperation.enums import AgreementState, Direction, LegalForm, Stage, Unit
from knotenpunkt.cooperation.errors import (
    AlreadyParty,
    StageOutOfOrder,
    StillPromises,
    VersionOutOfOrder,
)
from knotenpunkt.cooperation.models import AgreementParty, Commitment, CooperationAgreement
from knotenpunkt.cooperation.queries.agreements import (
    agreements_visible_to,
    agreements_written_by,
    houses_of,
    stage_steps,
    task_lines,
)
from knotenpunkt.directory.actions.places import affected_by_succession, succeed_organization
from knotenpunkt.network.models import Account, Network, Organization
from tests.cooperation.conftest import BEGINS, new_version, text

TODAY = dt.date(2027, 2, 22)


def house(code: str) -> Organization:
    return Organization.objects.get(code=code)


def promise(organization: Organization | None = None, **change: object) -> Promise:
    fields = {
        "organization": organization, "text": "Wir helfen", "indicator": "",
        "how_counted": "gezählt", "unit": Unit.COUNT, "direction": Direction.AT_LEAST,
        "counts_people": False, "baseline": None, "first_on": BEGINS,
    }  # fmt: skip
    return Promise(**(fields | change))  # type: ignore[arg-type]


def test_five_parties_of_four_legal_forms_have_signed(agreement: CooperationAgreement) -> None:
    forms = list(agreement.parties.values_list("legal_form", flat=True))
    version = agreement.versions.get()

    assert (len(forms), len(set(forms))) == (5, 4)
    assert version.signatories.count() == 5
    assert agreement.state_on(TODAY) == AgreementState.IN_FORCE
    assert agreement.project_starts_on != version.signatories.all()[0].signed_on


def test_ten_municipalities_can_be_parties(
    agreement: CooperationAgreement, manager: Account
) -> None:
    for number in range(10):
        add_party(
            agreement=agreement, organization=f"Gemeinde {number}",
            legal_form=LegalForm.REGIONAL_AUTHORITY, joined_on=BEGINS, by=manager,
        )  # fmt: skip

    assert agreement.parties.filter(legal_form=LegalForm.REGIONAL_AUTHORITY).count() == 10


@pytest.mark.parametrize(
    ("day", "state"),
    [
        (dt.date(2025, 12, 31), AgreementState.SIGNED),
        (BEGINS, AgreementState.IN_FORCE),
        (dt.date(2026, 6, 30), AgreementState.IN_FORCE),
        (dt.date(2026, 7, 1), AgreementState.EXPIRED),
    ],
)
def test_the_state_follows_from_the_dates(
    agreement: CooperationAgreement, day: dt.date, state: AgreementState
) -> None:
    agreement.versions.update(valid_to=dt.date(2026, 6, 30))

    assert agreement.state_on(day) == state


def test_an_agreement_nobody_has_signed_is_negotiated(manager: Account) -> None:
    made = begin_agreement(text=text(), legal_form=LegalForm.OTHER, by=manager)
    add_version(agreement=made, version=new_version(), by=manager)

    assert made.state_on(TODAY) == AgreementState.NEGOTIATING


def test_a_terminated_agreement_holds_on_its_last_day(
    agreement: CooperationAgreement, manager: Account
) -> None:
    terminate_agreement(agreement=agreement, last_on=TODAY, reason="Neufassung", by=manager)

    assert agreement.state_on(TODAY) == AgreementState.IN_FORCE
    assert agreement.state_on(TODAY + dt.timedelta(days=1)) == AgreementState.TERMINATED


def test_a_new_text_ends_the_one_before_and_keeps_its_signatures(
    agreement: CooperationAgreement, manager: Account
) -> None:
    add_version(agreement=agreement, version=new_version(dt.date(2027, 1, 1)), by=manager)

    newer, older = agreement.versions.all()
    assert (newer.number, newer.valid_to) == (2, None)
    assert (older.valid_to, older.signatories.count()) == (dt.date(2026, 12, 31), 5)
    with pytest.raises(VersionOutOfOrder):
        add_version(agreement=agreement, version=new_version(dt.date(2027, 1, 1)), by=manager)


def test_somebody_signs_a_text_once(agreement: CooperationAgreement, manager: Account) -> None:
    version = agreement.versions.get()
    again = Signature(house("org-aa"), "Leitung org-aa", "Abteilung", "Rathaus", TODAY)

    row = sign_version(version=version, signature=again, by=manager)

    assert (version.signatories.count(), row.function) == (5, "Leitung")


@pytest.mark.parametrize("missing", ["council_body", "council_number", "council_decided_on"])
def test_half_a_council_decision_is_refused(manager: Account, missing: str) -> None:
    half = text(**{missing: None if missing.endswith("_on") else ""})

    with pytest.raises(IntegrityError), transaction.atomic():
        begin_agreement(text=half, legal_form=LegalForm.OTHER, by=manager)


def test_stages_grow_in_order(agreement: CooperationAgreement, manager: Account) -> None:
    def reach(stage: Stage, day: dt.date) -> None:
        reach_stage(agreement=agreement, stage=stage, reached_on=day, note="", by=manager)

    reach(Stage.AGREEMENT, BEGINS)
    reach(Stage.SHARED_PLACE, TODAY)

    assert [(it.stage, it.is_current) for it in stage_steps(agreement)] == [
        (Stage.LOOSE, False), (Stage.AGREEMENT, False), (Stage.SHARED_PLACE, True),
        (Stage.ONE_STOP, False),
    ]  # fmt: skip
    with pytest.raises(StageOutOfOrder):
        reach(Stage.LOOSE, TODAY)
    with pytest.raises(StageOutOfOrder):
        reach(Stage.ONE_STOP, BEGINS)


def test_doubled_and_orphaned_tasks_are_flagged(
    agreement: CooperationAgreement, manager: Account
) -> None:
    jobcenter, agency = house("org-jobcenter"), house("org-aa")
    for title, leading, helping in (
        ("clear", [jobcenter], [agency]), ("doubled", [jobcenter, agency], []),
        ("orphan", [], [agency]),
    ):  # fmt: skip
        share_task(agreement=agreement, title=title, leading=leading, helping=helping, by=manager)

    assert [(it.task.title, it.is_doubled, it.is_orphan) for it in task_lines(agreement)] == [
        ("clear", False, False), ("doubled", True, False), ("orphan", False, True),
    ]  # fmt: skip

    share_task(agreement=agreement, title="doubled", leading=[agency], helping=[], by=manager)
    assert [it.is_doubled for it in task_lines(agreement)] == [False, False, False]


def test_only_parties_see_it_and_only_their_heads_write(
    agreement: CooperationAgreement, account: Callable[[str], Account], stranger: Account
) -> None:
    coordinator = account("st-ki02")  # of a house that is no party

    seen = [code for code in ("st-jc05", "st-mb02", "st-abh01", "st-ki02")
            if agreement in agreements_visible_to(account(code))]  # fmt: skip

    assert seen == ["st-jc05", "st-mb02"]
    assert agreement in agreements_written_by(account("st-aa01"))
    for one in (account("st-jc05"), stranger, coordinator):
        assert agreement not in agreements_written_by(one)


def test_a_party_that_promises_cannot_leave_and_then_sees_nothing(
    agreement: CooperationAgreement, manager: Account, account: Callable[[str], Account]
) -> None:
    party = agreement.parties.get(organization__code="org-aa")
    made = make_commitment(
        agreement=agreement, promise=promise(party.organization), target=Decimal(4), by=manager
    )

    with pytest.raises(StillPromises) as refused:
        let_party_leave(party=party, left_on=TODAY, by=manager)
    end_commitment(commitment=made, last_on=TODAY - dt.timedelta(days=1), by=manager)
    let_party_leave(party=party, left_on=TODAY, by=manager)

    assert refused.value.count == 1
    assert agreement not in agreements_visible_to(account("st-aa01"))
    add_party(
        agreement=agreement, organization=party.organization, legal_form="other",
        joined_on=TODAY, by=manager,
    )  # fmt: skip
    assert agreement in agreements_visible_to(account("st-aa01"))
    with pytest.raises(AlreadyParty):
        add_party(
            agreement=agreement, organization=party.organization, legal_form="other",
            joined_on=TODAY, by=manager,
        )  # fmt: skip


def test_the_successor_keeps_the_promises_and_the_old_signature_stays(
    agreement: CooperationAgreement, network: Network, manager: Account,
    account: Callable[[str], Account],
) -> None:  # fmt: skip
    old, heir = house("org-jmd"), house("org-vz")
    made = make_commitment(agreement=agreement, promise=promise(old), target=Decimal(4), by=manager)
    add_evidence(commitment=made, year=2026, value=Decimal(5), text="Liste", link="", by=manager)
    share_task(agreement=agreement, title="Jugend", leading=[old], helping=[heir], by=manager)
    kinds = {it.kind: it.moves for it in affected_by_succession(old)}

    succeed_organization(old=old, successor=heir, on=TODAY, by=account("st-ki02"))

    made.refresh_from_db()
    assert made.organization == heir
    assert made.evidence.count() == 1
    assert {"commitments", "parties of agreements", "shares in tasks"} <= {
        kind for kind, moves in kinds.items() if moves
    }
    assert agreement.parties.get(organization=old).left_on == TODAY
    joined = AgreementParty.objects.get(agreement=agreement, organization=heir)
    assert (joined.legal_form, joined.joined_on) == (LegalForm.ASSOCIATION, TODAY)
    assert agreement.versions.get().signatories.filter(organization=old).count() == 1
    assert [it.leading for it in task_lines(agreement)] == [[heir]]
    # What the old house has done counts for its successor; what others did does not.
    assert houses_of(CooperationAgreement.objects.get(pk=agreement.pk))[heir.pk] == {
        heir.pk, old.pk
    }  # fmt: skip
    assert not Commitment.objects.filter(organization=old).exists()
