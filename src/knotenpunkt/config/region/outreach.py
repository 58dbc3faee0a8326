"""Who came to hours at other houses without an appointment (counts), and who wants to interpret."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class WalkIns(BaseModel):
    """So many a week came to this organization at this site on this weekday, in this language."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    site: str
    org: str
    weekday: Literal["mon", "tue", "wed", "thu", "fri"]
    language: str
    each_week: int = Field(ge=1, le=20)
    left: int = Field(0, ge=0, description="of them, so many left before their turn")


class VolunteerEntry(BaseModel):
    """Somebody invented on her way into the interpreter pool."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    id: str
    name: str
    languages: list[str]
    begun_on: dt.date
    talk_on: dt.date | None = None
    training_on: dt.date | None = None
