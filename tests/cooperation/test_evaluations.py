"""The yearly evaluation: frozen once, compared, decided upon, adopted, unchangeable."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from knotenpunkt.cooperation.actions.commitments import add_evidence, make_commitment
from knotenpunkt.cooperation.actions.meetings import Decided, decide, finish_point
from knotenpunkt.cooperation.models import Commitment, CooperationAgreement
from knotenpunkt.cooperation.queries.agreements import with_state
from knotenpunkt.evaluation.actions import adopt_evaluation, correct_evaluation, freeze_year
from knotenpunkt.evaluation.annual import OUTCOMES, report_of
from knotenpunkt.evaluation.errors import YearNotOver
from knotenpunkt.evaluation.models import AnnualEvaluation, EvaluatedFigure
from knotenpunkt.network.models import Account, Organization
from tests.cooperation.test_agreements import promise
from tests.web.machine import Machine

AsStaff = Callable[[str], Client]


@pytest.fixture
def commitment(agreement: CooperationAgreement, manager: Account) -> Commitment:
    early = promise(None, text="Sprachcafé", first_on=dt.date(2025, 1, 1))
    made = make_commitment(agreement=agreement, promise=early, target=Decimal(40), by=manager)
    for year, value in ((2025, 30), (2026, 44)):
        enter(made, year, value, manager)
    return made


def enter(commitment: Commitment, year: int, value: int, by: Account) -> None:
    add_evidence(commitment=commitment, year=year, value=Decimal(value), text="x", link="", by=by)


def freeze(agreement: CooperationAgreement, year: int, by: Account) -> AnnualEvaluation:
    whole = with_state(CooperationAgreement.objects.filter(pk=agreement.pk)).get()
    return freeze_year(agreement=whole, year=year, by=by)


def test_frozen_figures_do_not_follow_what_is_entered_later(
    agreement: CooperationAgreement, commitment: Commitment, manager: Account
) -> None:
    frozen = freeze(agreement, 2026, manager)
    enter(commitment, 2026, 99, manager)
    commitment.text = "anders"
    commitment.save()

    again = freeze(agreement, 2026, manager)

    figure = again.figures.get(key=str(commitment.pk))
    assert again == frozen
    assert (figure.title, figure.target, figure.value) == ("Sprachcafé", 40, 44)
    assert [it.key for it in again.figures.filter(is_outcome=True)] == list(OUTCOMES)


def test_a_year_that_runs_is_not_frozen(agreement: CooperationAgreement, manager: Account) -> None:
    with pytest.raises(YearNotOver):
        freeze(agreement, 2027, manager)


def test_few_people_are_not_even_kept(agreement: CooperationAgreement, manager: Account) -> None:
    people = make_commitment(
        agreement=agreement, promise=promise(None, counts_people=True), target=Decimal(9),
        by=manager,
    )  # fmt: skip
    enter(people, 2026, 4, manager)

    frozen = freeze(agreement, 2026, manager)

    hidden = frozen.figures.get(key=str(people.pk))
    assert (hidden.value, hidden.is_hidden) == (None, True)
    with pytest.raises(IntegrityError), transaction.atomic():
        EvaluatedFigure.objects.create(
            evaluation=frozen, position=9, key="x", is_outcome=False, title="x", how_counted="x",
            unit="count", direction="at_least", value=4, is_hidden=True, light="grey",
        )  # fmt: skip


def test_the_report_compares_and_says_what_came_of_the_decisions(
    agreement: CooperationAgreement, commitment: Commitment, manager: Account
) -> None:
    freeze(agreement, 2025, manager)
    agency = Organization.objects.get(code="org-aa")
    decided = Decided("Räume suchen", agency, dt.date(2026, 5, 1))
    earlier = decide(agreement=agreement, decided=decided, year=2025, by=manager)
    finish_point(point=earlier, outcome="gefunden", by=manager)

    report = report_of(freeze(agreement, 2026, manager))

    (line,) = report.promises
    assert line.before is not None
    assert (line.figure.value, line.before.value) == (44, 30)
    assert [it.outcome for it in report.earlier_decisions] == ["gefunden"]
    assert report.decisions == []
    assert report.evaluation.due_on == dt.date(2027, 3, 31)


def test_what_is_adopted_cannot_be_changed_even_by_the_database(
    agreement: CooperationAgreement, commitment: Commitment, manager: Account
) -> None:
    frozen = freeze(agreement, 2026, manager)
    AnnualEvaluation.objects.filter(pk=frozen.pk).update(frozen_on=dt.date(2027, 1, 5))  # control
    adopt_evaluation(evaluation=frozen, adopted_by="Runde", by=manager)
    adopt_evaluation(evaluation=frozen, adopted_by="Andere", by=manager)
    correct_evaluation(evaluation=frozen, text="Eine Liste fehlte", by=manager)

    for change in (
        lambda: AnnualEvaluation.objects.filter(pk=frozen.pk).update(adopted_by="x"),
        lambda: AnnualEvaluation.objects.filter(pk=frozen.pk).delete(),
        lambda: frozen.figures.update(value=1),
        lambda: frozen.figures.all().delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    frozen.refresh_from_db()
    assert (frozen.adopted_by, frozen.adopted_on) == ("Runde", dt.date(2027, 2, 22))
    assert frozen.corrections.count() == 1


def test_the_pages_from_freeze_to_adoption(
    agreement: CooperationAgreement, commitment: Commitment, as_staff: AsStaff
) -> None:
    client = as_staff("st-jc01")
    listed = client.get(reverse("desk:agreement_evaluations", args=[agreement.pk]))
    year = [agreement.pk, 2026]
    report = reverse("desk:agreement_evaluation", args=year)
    assert "The figures of 2026 are not frozen yet" in listed.content.decode()
    assert client.get(report).status_code == 404

    assert client.post(reverse("desk:agreement_freeze", args=year)).status_code == 302
    agency = Organization.objects.get(code="org-aa")
    client.post(
        reverse("desk:agreement_evaluation_decide", args=year),
        {"text": "Mehr Räume", "organization": agency.pk, "due_on": "2027-05-01"},
    )
    kept = client.post(reverse("desk:agreement_adopt", args=year), {"adopted_by": ""})
    client.post(reverse("desk:agreement_adopt", args=year), {"adopted_by": "Runde"})
    client.post(reverse("desk:agreement_correct", args=year), {"text": "Liste fehlte"})
    page = as_staff("st-mb02").get(report).content.decode()

    assert kept.status_code == 422
    for expected in (
        "Sprachcafé",
        "Mehr Räume",
        "Runde",
        "Liste fehlte",
        "<svg",
        "fewer than five",
    ):
        assert expected in page, expected
    assert client.get(reverse("desk:agreement_evaluation_decide", args=year)).status_code == 404
    running = reverse("desk:agreement_freeze", args=[agreement.pk, 2027])
    assert client.post(running).status_code == 404


@pytest.mark.parametrize(
    ("who", "read", "write"),
    [("st-jc01", 200, 200), ("st-mb02", 200, 403), ("st-abh01", 404, 404), ("st-ki03", 404, 403)],
)
def test_who_opens_what(
    agreement: CooperationAgreement, commitment: Commitment, manager: Account, as_staff: AsStaff,
    who: str, read: int, write: int,
) -> None:  # fmt: skip
    freeze(agreement, 2026, manager)
    client, year = as_staff(who), [agreement.pk, 2026]

    def status(name: str, args: list[object]) -> int:
        return client.get(reverse(f"desk:{name}", args=args)).status_code

    assert status("agreement_evaluations", year[:1]) == read
    assert status("agreement_evaluation", year) == read
    for name in ("freeze", "adopt", "correct", "evaluation_decide"):
        assert status(f"agreement_{name}", year) == write


def test_a_machine_reads_the_frozen_figures(
    agreement: CooperationAgreement, commitment: Commitment, manager: Account, stranger: Account
) -> None:
    freeze(agreement, 2026, manager)
    path = f"/agreements/{agreement.pk}/evaluations/2026"

    shown = Machine(manager).get(path)

    assert (shown["year"], shown["adopted_on"]) == (2026, None)
    assert [it["value"] for it in shown["figures"] if not it["is_outcome"]] == [44.0]
    assert Machine(stranger).client.get(f"/api/v1{path}").status_code == 404


def test_three_figures_need_no_more_queries_than_one(
    agreement: CooperationAgreement, commitment: Commitment, manager: Account, as_staff: AsStaff
) -> None:
    client = as_staff("st-jc01")

    def queries(year: int) -> int:
        page = reverse("desk:agreement_evaluation", args=[agreement.pk, year])
        client.get(page)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(page).status_code == 200
        return len(captured)

    freeze(agreement, 2025, manager)
    one = queries(2025)
    for _number in range(2):
        make_commitment(agreement=agreement, promise=promise(None), target=Decimal(1), by=manager)
    freeze(agreement, 2026, manager)

    assert queries(2026) == one
