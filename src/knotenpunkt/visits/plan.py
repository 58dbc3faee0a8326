"""A plan as it is proposed, carried through a page or the API, and checked again when held."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, ValidationError


def _in_our_time(moment: dt.datetime) -> dt.datetime:
    """Refuse what lies at the ends of the calendar: in another zone it would lie outside."""
    if not 1990 <= moment.year < 2200:
        raise ValueError("nobody can come at such a time")
    return moment


Moment = Annotated[AwareDatetime, AfterValidator(_in_our_time)]


class PlannedLeg(BaseModel):
    """One appointment to be. Times are moments, half-open; ids are those of the directory."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    service: UUID
    location: UUID
    room: UUID | None = None
    staff: tuple[UUID, ...] = Field(min_length=1, max_length=6)
    group_session: UUID | None = None
    interpreter: UUID | None = None
    language: str = Field(pattern=r"^[a-z]{2,3}$")
    starts_at: Moment
    ends_at: Moment


class BookingPlan(BaseModel):
    """All appointments of a visit, in order of time. Nothing in it says whose visit it is."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    legs: tuple[PlannedLeg, ...] = Field(min_length=1, max_length=10)


@dataclass(frozen=True)
class Malformed(Exception):
    """The text is no plan at all."""

    message: str


def read_plan(text: str) -> BookingPlan:
    """Return the plan of this JSON, or raise `Malformed`."""
    try:
        return BookingPlan.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise Malformed(f"{place}: {first['msg']}") from error


def utc(moment: dt.datetime) -> dt.datetime:
    """Return the moment in UTC."""
    return moment.astimezone(dt.UTC)
