"""The shape of a region file. Words are those of the file; the loader maps them to models."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from knotenpunkt.config.region.agreements import AgreementEntry
from knotenpunkt.config.region.exchange import QuestionEntry
from knotenpunkt.config.region.offers import OfferParts
from knotenpunkt.config.region.responsibility import GapEntry, RuleEntry
from knotenpunkt.routing.enums import Matter

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Code = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_\-]{0,49}$")]
LanguageCode = Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]
Texts = Annotated[dict[LanguageCode, str], Field(min_length=1)]


class Window(BaseModel):
    """`HH:MM-HH:MM` in local wall time, half-open."""

    model_config = ConfigDict(frozen=True)
    start: dt.time
    end: dt.time

    @model_validator(mode="before")
    @classmethod
    def from_text(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        start, dash, end = value.partition("-")
        if not dash:
            raise ValueError("a window is written HH:MM-HH:MM")
        return {"start": start.strip(), "end": end.strip()}

    @model_validator(mode="after")
    def ends_after_it_starts(self) -> Window:
        if self.end <= self.start:
            raise ValueError(f"the window ends at {self.end:%H:%M}, before it starts")
        return self


Week = dict[Weekday, list[Window]]


def _orgs(value: Any) -> Any:
    return None if value == "all" else value


class Entity(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Municipality(Entity):
    id: Code
    name: str
    population: int | None = Field(None, ge=0)
    seat: bool = False


class Closure(Entity):
    date: dt.date
    reason: str
    orgs: Annotated[list[Code] | None, BeforeValidator(_orgs)]
    window: Window | None = None


class Kreis(Entity):
    id: Code
    name: str
    population: int | None = None
    foreign_nationals: int | None = None
    newcomers_per_year: int | None = None
    municipalities: list[Municipality]
    closures: list[Closure] = []


class Language(Entity):
    code: LanguageCode
    endonym: str
    rtl: bool = False


class Topic(Entity):
    id: Code
    position: int
    name: Texts


class Document(Entity):
    id: Code
    name: Texts
    help: Texts | dict[str, str] = {}


class Token(Entity):
    id: Code
    valid_after_days: int = Field(0, ge=0, le=3650)
    produced_by: list[Code] = []


class Site(Entity):
    id: Code
    name: str
    address: str
    lat: float | None = Field(None, ge=-90, le=90)
    lon: float | None = Field(None, ge=-180, le=180)
    step_free: bool = False
    care: Literal["central", "decentral"] = "decentral"
    rooms: list[str] = []
    opening_hours: Week


class Knowledge(Entity):
    tasks: str
    workflow: str
    legal_basis: str = ""
    reachability: str = ""
    how_to_refer: str = ""
    good_to_know: str = ""
    changed_on: dt.date | None = None
    verified_on: dt.date
    verify_every_days: int = Field(180, ge=1)


class Contact(Entity):
    mail: str = ""
    phone: str = ""
    partner_line: str = ""
    partner_line_hours: str = ""


class Organisation(Entity):
    id: Code
    name: str
    kind: Code
    legal_basis: list[str]
    sites: list[Code]
    social_benefit_carrier_35_sgb1: bool
    care_model: str = ""
    valid_from: dt.date
    knowledge: Knowledge | None = None
    contact: Contact = Contact()


class Offer(Entity):
    id: Code
    org: Code
    topic: Code
    name: Texts
    description: dict[str, str] = {}
    minutes: int = Field(ge=5, le=600)
    mode: Literal["in_person", "group", "phone", "video"]
    sites: list[Code]
    # Sites that are there for the people of these municipalities alone; the others are for all.
    areas: dict[Code, list[Code]] = {}
    min_notice_workdays: int = Field(0, ge=0, le=60)
    interpreter: Literal["none", "volunteer_ok", "qualified", "sworn_or_phone"]
    legal_effect: bool = False
    walk_in: bool = False
    bring: list[Code] = []
    requires: list[Code] = []
    produces: list[Code] = []
    for_whom: str = "anyone"
    bundle_slots_per_week: int = Field(0, ge=0)
    ring_fenced: bool = False

    @model_validator(mode="after")
    def no_volunteer_with_legal_effect(self) -> Offer:
        if self.legal_effect and self.interpreter == "volunteer_ok":
            raise ValueError("a talk with legal effect cannot have a volunteer interpreter")
        return self


class GroupSession(Entity):
    offer: Code
    weekday: Weekday
    start: dt.time
    end: dt.time
    site: Code
    staff: Code
    capacity: int = Field(ge=1, le=500)


class PresenceAt(Entity):
    site: Code
    pattern: Code


class Staff(Entity):
    id: Code
    name: str
    org: Code
    role: Code
    languages: list[LanguageCode]
    offers: list[Code]
    presence: list[PresenceAt]


class Outreach(Entity):
    id: Code
    org: Code
    staff: Code
    site: Code
    weekday: Weekday
    start: dt.time
    end: dt.time
    recurrence: Literal["weekly", "every_2_weeks", "first_of_month", "last_of_month"]
    walk_in: bool = False
    languages: list[LanguageCode] = []
    room: str
    title: str
    agreement: Code | None = None


class Interpreter(Entity):
    id: Code
    name: str
    gender: Literal["f", "m", "d", "-"]
    cls: Literal["volunteer", "qualified", "sworn_or_phone"]
    languages: list[LanguageCode]
    availability: Week
    note: str = ""


class InterpreterRules(BaseModel):
    model_config = ConfigDict(extra="allow", frozen=True)
    volunteer_min_notice_workdays: int = Field(5, ge=0, le=60)


class Residence(Entity):
    title: str
    first_title_on: dt.date | None = None
    work_permitted_until: dt.date | None = None


class Client(BaseModel):
    model_config = ConfigDict(extra="allow", frozen=True)
    id: Code
    name: str
    gender: Literal["f", "m", "d", "-"]
    born: dt.date
    nationality: str = ""
    languages: list[LanguageCode]
    german: str = ""
    residence: Residence
    arrived: dt.date | None = None
    municipality: Code
    household: Code
    lead: Code
    needs: list[Code] = []
    constraints: list[str] = []


class Bundle(BaseModel):
    model_config = ConfigDict(extra="allow", frozen=True)
    id: Code
    client: Code
    offers: list[Code]
    tokens_already_held: list[Code] = []
    female_interpreter_only: bool = False
    horizon: tuple[dt.date, dt.date]
    expected: dict[str, Any]


class BundleRules(Entity):
    buffer_minutes_same_site: int = Field(10, ge=0, le=120)
    buffer_minutes_after_travel: int = Field(10, ge=0, le=120)
    max_days: int = Field(2, ge=1, le=3)
    max_appointments_per_day: int = Field(6, ge=1, le=10)
    max_hours_without_break: float = Field(3.5, gt=0, le=12)
    break_minutes: int = Field(30, ge=5, le=180)
    soft_order: list[str] = []


class Event(BaseModel):
    """A fair or a meeting; the loader of each takes its own kind."""

    model_config = ConfigDict(extra="allow", frozen=True)
    id: Code
    kind: Code
    title: str = ""
    status: str = ""
    date: dt.date | None = None
    original_date: dt.date | None = None
    site: Code | None = None
    reason: str = ""
    new_event: Code | None = None
    online_edition: bool = False
    stalls: list[Code] = []
    registrations: int = Field(0, ge=0, le=100_000)
    capacity: int = Field(200, ge=1, le=100_000)


class Baseline(Entity):
    org: Code
    regular_slots_per_week: int = Field(ge=0)
    extra_funded_slots_per_week: int = Field(0, ge=0)
    baseline_median_wait_workdays: int = Field(ge=1)
    funding: str = ""


class Reported(Entity):
    org: Code
    appointments: int = Field(ge=0)
    median_wait_workdays: float = Field(ge=0, le=999)


class ReleaseRule(Entity):
    text: str = ""
    release_workdays_before: int = Field(3, ge=0, le=60)


class Meta(BaseModel):
    model_config = ConfigDict(extra="allow", frozen=True)
    anchor_monday: dt.date
    booking_made_on: dt.date
    land: str = Field(pattern=r"^[A-Z]{2}$")
    timezone: str = "Europe/Berlin"

    @model_validator(mode="after")
    def anchor_is_a_monday(self) -> Meta:
        if self.anchor_monday.weekday() != 0:
            raise ValueError("anchor_monday is not a Monday")
        return self


class DraftOffer(Entity):
    """A service that a partner under way has entered and not shown yet."""

    id: Code
    topic: Code
    name: Texts
    description: Texts
    minutes: int = Field(ge=5, le=600)
    languages: list[LanguageCode]


class UnderWay(Entity):
    """A partner that was invited and has not entered all it needs yet; nobody else sees it."""

    id: Code
    name: str
    kind: Code
    invited_on: dt.date
    description: Texts
    mail: str
    phone: str
    site: Code
    lead: Code
    lead_name: str
    lead_languages: list[LanguageCode]
    offers: list[DraftOffer]


class Region(OfferParts):
    """A whole region file. Parts that other packages load stay as they are (`extra`)."""

    model_config = ConfigDict(extra="allow", frozen=True)
    meta: Meta
    kreis: Kreis
    languages: list[Language]
    topics: list[Topic]
    documents: list[Document]
    tokens: list[Token]
    token_names: dict[Code, Texts] = {}
    offer_names: dict[Code, Texts] = {}
    sites: list[Site]
    travel_minutes_public_transport: dict[Code, dict[Code, Annotated[int, Field(ge=0, le=600)]]]
    organisations: list[Organisation]
    partners_under_way: list[UnderWay] = []
    offers: list[Offer]
    group_sessions: list[GroupSession] = []
    bookable_patterns: dict[Code, Week]
    staff: list[Staff]
    outreach_hours: list[Outreach] = []
    interpreters: list[Interpreter] = []
    interpreter_rules: InterpreterRules = InterpreterRules()
    clients: list[Client] = []
    constraint_windows: dict[str, Week] = {}
    visit_bundles: list[Bundle] = []
    bundle_rules: BundleRules = BundleRules()
    events: list[Event] = []
    agreements: list[AgreementEntry] = []
    capacity_baseline: list[Baseline] = []
    regular_waits: list[Reported] = []
    release_rule: ReleaseRule = ReleaseRule()
    responsibility_rules: list[RuleEntry] = []
    responsibility_gaps: list[GapEntry] = []
    offer_matters: dict[Matter, list[Code]] = {}
    questions: list[QuestionEntry] = []
