"""The part of a region file that says who is responsible for whom, and its check."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from knotenpunkt.routing.checks import Gap, RuleFault, faults_of, wrong_cases
from knotenpunkt.routing.conditions import Conditions, RuleCase
from knotenpunkt.routing.enums import Matter, Outcome, Regime, RuleStatus, Strength
from knotenpunkt.routing.law import RuleRow

Code = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_\-]{0,49}$")]


class RuleEntry(BaseModel):
    """One rule of the file: a row for each of its matters and organizations."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    id: Code
    matters: list[Matter] = Field(min_length=1)
    when: Conditions
    regime: Regime = Regime.NOT_CONCERNED
    responsible: Code | None = None
    also_helps: list[Code] = []
    outcome: Outcome = Outcome.ORGANIZATION
    beats: list[Code] = []
    valid_from: dt.date
    valid_to: dt.date | None = None
    status: RuleStatus
    legal_basis: str = Field(min_length=1)
    source: str = Field(min_length=1)
    reviewer: str = Field(min_length=1)
    reviewed_on: dt.date
    note: str = ""
    transition: str = ""
    cases: list[RuleCase] = []

    @model_validator(mode="after")
    def leads_somewhere(self) -> RuleEntry:
        targets = [self.responsible, *self.also_helps, self.outcome or None]
        if not any(targets):
            raise ValueError("names neither an organization nor an outcome")
        if self.valid_to and self.valid_to <= self.valid_from:
            raise ValueError("ends before it begins")
        return self

    @property
    def organizations(self) -> list[str]:
        return [*([self.responsible] if self.responsible else []), *self.also_helps]

    @property
    def rows(self) -> Iterator[RuleRow]:
        """The rows this stands for."""
        for matter in self.matters:
            if self.responsible or self.outcome:
                yield self._row(matter, self.responsible, Strength.RESPONSIBLE)
            for organization in self.also_helps:
                yield self._row(matter, organization, Strength.ALSO_HELPS)

    def _row(self, matter: str, organization: str | None, strength: str) -> RuleRow:
        return RuleRow(
            code=self.id,
            matter=str(matter),
            when=self.when.when,
            valid_from=self.valid_from,
            valid_to=self.valid_to,
            organization=organization,
            outcome="" if organization else self.outcome.value,
            regime=self.regime.value,
            strength=str(strength),
            beats=tuple(self.beats),
            status=self.status.value,
            legal_basis=self.legal_basis,
            source=self.source,
            reviewer=self.reviewer,
            reviewed_on=self.reviewed_on,
            note=self.note,
            transition=self.transition,
        )


class GapEntry(BaseModel):
    """A gap that is there on purpose, with the sentence people read instead of an answer."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    id: Code
    matter: Matter
    when: Conditions
    reason: str = Field(min_length=1)


def rule_faults(
    rules: Sequence[RuleEntry], gaps: Sequence[GapEntry], on: dt.date
) -> list[RuleFault]:
    """Return what is wrong with the rules of a file on this day, test cases included."""
    rows = [row for entry in rules for row in entry.rows]
    wanted = [Gap(gap.matter.value, gap.when.when, gap.reason) for gap in gaps]
    cases = [
        (entry.id, matter.value, case)
        for entry in rules
        for matter in entry.matters
        for case in entry.cases
    ]
    return [*faults_of(rows, wanted, on), *wrong_cases(rows, cases)]
