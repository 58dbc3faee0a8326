"""Conditions and test cases as they stand in a region file and in the table (JSON)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from knotenpunkt.routing.enums import CourseAccess, Regime, Title
from knotenpunkt.routing.facts import Facts
from knotenpunkt.routing.law import When

Age = int | None


class Conditions(BaseModel):
    """All that is given must hold."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    title: tuple[Title, ...] = ()
    first_title_before: dt.date | None = None
    first_title_on_or_after: dt.date | None = None
    age_from: Age = Field(None, ge=0, le=120)
    age_below: Age = Field(None, ge=1, le=120)
    regime: tuple[Regime, ...] = ()
    unaccompanied_minor_in_youth_welfare: bool | None = None
    over_retirement_age_or_not_employable: bool | None = None
    course_access: tuple[CourseAccess, ...] = ()

    @model_validator(mode="after")
    def can_be_met(self) -> Conditions:
        if self.age_below is not None and (self.age_from or 0) >= self.age_below:
            raise ValueError("nobody is of such an age")
        end, begin = self.first_title_before, self.first_title_on_or_after
        if end and begin and end <= begin:
            raise ValueError("no day is before the one and not before the other")
        return self

    @property
    def when(self) -> When:
        """These conditions as the evaluation wants them."""
        return When(
            titles=tuple(title.value for title in self.title),
            first_title_before=self.first_title_before,
            first_title_on_or_after=self.first_title_on_or_after,
            age_from=self.age_from,
            age_below=self.age_below,
            regimes=tuple(regime.value for regime in self.regime),
            is_alone_in_youth_welfare=self.unaccompanied_minor_in_youth_welfare,
            is_not_employable=self.over_retirement_age_or_not_employable,
            course_access=tuple(door.value for door in self.course_access),
        )


class CaseFacts(BaseModel):
    """Facts of a test case; the words are those of `Facts`."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    title: Title | None = None
    first_title_on: dt.date | None = None
    arrived_on: dt.date | None = None
    age: Age = Field(None, ge=0, le=120)
    is_alone_in_youth_welfare: bool | None = None
    is_not_employable: bool | None = None
    course_access: CourseAccess | None = None

    @property
    def facts(self) -> Facts:
        return Facts(**dict(self))


class RuleCase(BaseModel):
    """On this day someone with these facts belongs there; `if_draft` supposes that drafts pass."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    facts: CaseFacts
    on: dt.date
    target: str
    regime: Regime = Regime.NOT_CONCERNED
    if_draft: bool = False


def when_of(stored: dict[str, Any]) -> When:
    """Return the conditions of a stored row."""
    return Conditions.model_validate(stored).when
