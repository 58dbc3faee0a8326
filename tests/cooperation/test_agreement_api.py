"""Agreements by machine: what the pages show, to the parties alone."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from knotenpunkt.cooperation.actions.commitments import add_evidence, make_commitment
from knotenpunkt.cooperation.models import AgreementParty, CooperationAgreement
from knotenpunkt.network.models import Account
from tests.cooperation.test_agreements import promise
from tests.web.machine import Machine


def test_a_party_reads_its_agreements_and_promises(
    agreement: CooperationAgreement, manager: Account, account: Callable[[str], Account]
) -> None:
    AgreementParty.objects.exclude(agreement=agreement).delete()
    people = promise(None, counts_people=True)
    made = make_commitment(agreement=agreement, promise=people, target=Decimal(9), by=manager)
    add_evidence(commitment=made, year=2027, value=Decimal(3), text="x", link="", by=manager)
    machine = Machine(account("st-mb02"))

    (shown,) = machine.get("/agreements")
    (standing,) = machine.get(f"/agreements/{agreement.pk}/commitments")

    assert shown == machine.get(f"/agreements/{agreement.pk}")
    assert (shown["title"], shown["state"], shown["stage"]) == (agreement.title, "in_force", None)
    assert len({it["legal_form"] for it in shown["parties"]}) == 4
    assert (standing["target"], standing["value"], standing["is_hidden"]) == (9.0, None, True)
    assert machine.get(f"/agreements/{agreement.pk}/commitments?year=2025") == []


def test_to_others_it_is_not_there(agreement: CooperationAgreement, stranger: Account) -> None:
    machine = Machine(stranger)

    assert agreement.title not in [it["title"] for it in machine.get("/agreements")]
    for path in ("", "/commitments"):
        answer = machine.client.get(f"/api/v1/agreements/{agreement.pk}{path}")
        assert answer.status_code == 404
