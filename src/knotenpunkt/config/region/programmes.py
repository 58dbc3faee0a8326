"""Programmes in a region file: what they open, in which phases, for whom."""

from __future__ import annotations

import datetime as dt

from pydantic import BaseModel, ConfigDict, Field

from knotenpunkt.programmes.enums import AskedFact
from knotenpunkt.routing.conditions import Conditions


class CriterionEntry(BaseModel):
    """Of one `choice` any fact is enough; all choices must be met."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    fact: AskedFact
    choice: int = Field(0, ge=0)
    must_be_checked: bool = False


class PhaseEntry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    id: str
    name: dict[str, str] = Field(min_length=1)
    first_on: dt.date | None = None
    last_on: dt.date | None = None
    has_childcare: bool = False
    has_female_interpreter: bool = False
    conditions: Conditions = Conditions()
    criteria: list[CriterionEntry]


class ProgrammeEntry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    id: str
    org: str
    name: dict[str, str] = Field(min_length=1)
    offers: list[str]
    alternatives: list[str] = Field(min_length=1)
    phases: list[PhaseEntry]


class FactEntry(BaseModel):
    """What an invented person says of herself, and what somebody has checked."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    client: str
    fact: AskedFact
    declared: bool | None = None
    checked: bool | None = None
    paper: str = ""
