"""Static checks: the demo's rules are clean, and every kind of fault is found when planted."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from knotenpunkt.config.cli import app
from knotenpunkt.config.region.responsibility import rule_faults
from knotenpunkt.config.region.schema import Region
from knotenpunkt.routing.checks import FaultKind, Gap, RuleFault, faults_of, wrong_cases
from knotenpunkt.routing.conditions import RuleCase
from knotenpunkt.routing.law import RuleRow, When

DAY = dt.date(2027, 3, 1)


@pytest.fixture(scope="session")
def rows(region: Region) -> list[RuleRow]:
    return [row for entry in region.responsibility_rules for row in entry.rows]


@pytest.fixture(scope="session")
def gaps(region: Region) -> list[Gap]:
    return [Gap(it.matter.value, it.when.when) for it in region.responsibility_gaps]


def kinds(faults: list[RuleFault]) -> set[tuple[FaultKind, tuple[str, ...]]]:
    return {(fault.kind, fault.codes) for fault in faults}


DRAFTS = {(FaultKind.EXPIRED, ("r-02",)), (FaultKind.EXPIRED, ("r-02-work",))}


def test_the_rules_of_the_demo_have_no_fault_and_every_rule_a_case(region: Region) -> None:
    faults = rule_faults(region.responsibility_rules, region.responsibility_gaps, DAY)

    assert kinds(faults) == DRAFTS
    assert all(fault.is_warning for fault in faults)
    assert sum(len(entry.cases) for entry in region.responsibility_rules) >= 20


def test_a_gap_is_found(rows: list[RuleRow], gaps: list[Gap]) -> None:
    without = [row for row in rows if row.code != "r-11"]

    found = faults_of(without, gaps, DAY)

    assert [str(fault) for fault in found if fault.kind == FaultKind.GAP] == [
        "gap: counselling: age=27",
        "gap: counselling: age=67",
    ]


def test_a_conflict_is_found(rows: list[RuleRow], gaps: list[Gap]) -> None:
    other = RuleRow(
        "r-99", "livelihood", When(titles=("sec25_2",)), DAY, "org-vhs", reviewed_on=DAY
    )

    assert (FaultKind.CONFLICT, ("r-04", "r-99")) in kinds(faults_of([*rows, other], gaps, DAY))


def test_a_row_that_can_never_win_is_found(rows: list[RuleRow], gaps: list[Gap]) -> None:
    hidden = [
        replace(row, beats=(*row.beats, "r-03")) if row.code == "r-03b" else row for row in rows
    ]
    stronger = RuleRow(
        "r-98", "livelihood", When(), DAY, "org-ki", beats=("r-03",), reviewed_on=DAY
    )

    assert (FaultKind.UNREACHABLE, ("r-03",)) in kinds(faults_of([*hidden, stronger], gaps, DAY))


def test_an_expired_row_and_an_old_review_are_found(rows: list[RuleRow], gaps: list[Gap]) -> None:
    over = [replace(row, valid_to=DAY) if row.code == "r-15" else row for row in rows]
    old = [replace(row, reviewed_on=dt.date(2025, 1, 1)) for row in rows if row.code == "r-11"]

    assert (FaultKind.EXPIRED, ("r-15",)) in kinds(faults_of(over, gaps, DAY))
    assert (FaultKind.OVERDUE, ("r-11",)) in kinds(faults_of(old, gaps, DAY))


def test_a_row_that_beats_nothing_known_is_found(rows: list[RuleRow], gaps: list[Gap]) -> None:
    odd = replace(rows[0], beats=("r-nowhere",))

    assert (FaultKind.UNKNOWN_ROW, ("r-01", "r-nowhere")) in kinds(faults_of([odd], gaps, DAY))


def test_a_wrong_case_is_found_with_what_was_said_instead(rows: list[RuleRow]) -> None:
    case = RuleCase.model_validate({"facts": {"age": 20}, "on": DAY, "target": "org-mbe"})

    assert [str(it) for it in wrong_cases(rows, [("r-10", "counselling", case)])] == [
        "wrong_case: counselling: r-10: 2027-03-01: org-mbe expected, org-jmd found"
    ]


def test_the_command_says_what_it_found() -> None:
    answer = CliRunner().invoke(app, ["rules", "check", "--on", "2027-03-01"])

    assert answer.exit_code == 0
    assert answer.output.splitlines()[-1] == "0 faults, 2 warnings"
