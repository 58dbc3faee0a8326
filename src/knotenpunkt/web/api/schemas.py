"""What machines send and get. Ids are UUIDs; moments are ISO 8601 with offset."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any
from uuid import UUID

from ninja import Schema
from pydantic import AfterValidator, ConfigDict, Field

from knotenpunkt.people.enums import GenderWish
from knotenpunkt.visits.models import Appointment, Visit
from knotenpunkt.visits.plan import BookingPlan
from knotenpunkt.web.desk.days import OUR_FIRST, OUR_LAST


def _storable(text: str) -> str:
    """Refuse the one sign that the database cannot keep."""
    if "\x00" in text:
        raise ValueError("a text has no NUL in it")
    return text


Text = Annotated[str, AfterValidator(_storable)]


def _in_our_time(day: dt.date) -> dt.date:
    """Refuse days so far away that the day before or after could not be written down."""
    if not OUR_FIRST <= day <= OUR_LAST:
        raise ValueError(f"a day lies between {OUR_FIRST} and {OUR_LAST}")
    return day


Day = Annotated[dt.date, AfterValidator(_in_our_time)]


class Strict(Schema):
    """A body with a key we do not know is refused, not half understood."""

    model_config = ConfigDict(extra="forbid")


class PlanRequest(Strict):
    """Needs, days and conditions of a visit."""

    services: Annotated[list[UUID], Field(min_length=1, max_length=10)]
    first_day: dt.date
    last_day: dt.date
    person: UUID | None = Field(None, description="her constraints and appointments count")
    languages: list[Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]] = Field(
        default=["de"], min_length=1, max_length=10
    )
    max_days: Annotated[int, Field(ge=1, le=2)] = 2
    interpreter_gender: GenderWish | None = None
    with_interpreters: bool = True
    needs_step_free: bool = False


class PlanOut(Schema):
    """One proposal: `plan` is what `POST /visits` takes back, unchanged."""

    kind: str
    days: int
    locations: int
    minutes: int
    plan: BookingPlan


class MissingOut(Schema):
    """A service that waits for a state which nothing in the request produces."""

    service: UUID
    token: str
    produced_by: list[UUID]


class ConflictOut(Schema):
    wish: str
    service: UUID | None


class ReliefOut(Schema):
    """What giving up one wish would buy."""

    wish: str
    service: UUID | None
    days: int


class RefusalOut(Schema):
    missing: list[MissingOut]
    conflict: list[ConflictOut]
    reliefs: list[ReliefOut]


class PlansOut(Schema):
    """`status` is "optimal", "infeasible" (then `refusal` says why) or "time_limit"."""

    status: str
    plans: list[PlanOut]
    refusal: RefusalOut | None


class VisitRequest(Strict):
    """A plan to be held for a person."""

    person: UUID
    plan: BookingPlan
    interpreter_gender: GenderWish | None = None


class SeenRequest(Strict):
    """The version of the visit that was seen; if it has changed since, nothing is done (409)."""

    version: Annotated[int, Field(ge=1)] | None = None


class AppointmentOut(Schema):
    id: UUID
    service: UUID
    organization: UUID
    location: UUID
    starts_at: dt.datetime
    ends_at: dt.datetime
    language: str
    status: str

    @classmethod
    def of(cls, it: Appointment) -> AppointmentOut:
        return cls(
            id=it.id,
            service=it.service_id,
            organization=it.organization_id,
            location=it.location_id,
            starts_at=it.starts_at,
            ends_at=it.ends_at,
            language=it.language,
            status=it.status,
        )


class VisitOut(Schema):
    """`version` belongs into the next change or cancellation."""

    id: UUID
    code: str
    version: int
    status: str
    hold_expires_at: dt.datetime | None
    appointments: list[AppointmentOut]


class ChangedOut(Schema):
    """The visit after the step; `version` belongs into the next change."""

    id: UUID
    code: str
    status: str
    version: int

    @classmethod
    def of(cls, visit: Visit) -> ChangedOut:
        visit.refresh_from_db()
        return cls(id=visit.id, code=visit.code, status=visit.status, version=visit.version)


class OptionsOut(Schema):
    """Plans for all that is ahead of a visit, the nearest first; one leg of each is new.

    `plan` goes unchanged into `POST /visits/{id}/changes`.
    """

    version: int
    options: list[OptionOut]


class OptionOut(Schema):
    plan: BookingPlan
    new_leg: int
    is_same_day: bool
    is_same_staff: bool


class PreviewOut(Schema):
    """A held change: what ends with it, what begins, and for which staff members that is news."""

    visit: UUID
    changes: UUID
    ends: list[AppointmentOut]
    begins: list[AppointmentOut]
    stays: list[AppointmentOut]
    free_again: list[UUID]
    have_a_talk: list[UUID]


class ServiceOut(Schema):
    id: UUID
    code: str
    name: dict[str, str]
    topic: str
    organization: UUID
    minutes: int
    mode: str
    locations: list[UUID]
    requires: list[str]
    produces: list[str]
    documents: list[str]


class LocationOut(Schema):
    id: UUID
    code: str
    name: str
    address: str
    latitude: float | None
    longitude: float | None
    is_step_free: bool


class Page(Schema):
    page: int
    pages: int
    total: int


class ServicesOut(Page):
    contents: list[ServiceOut]


class LocationsOut(Page):
    contents: list[LocationOut]


class Problem(Schema):
    """RFC 9457. `detail` is for people, `type` for machines; more keys may say what is gone."""

    model_config = ConfigDict(extra="allow")
    type: str
    title: str
    status: int
    detail: str = ""
    errors: list[dict[str, Any]] = []
