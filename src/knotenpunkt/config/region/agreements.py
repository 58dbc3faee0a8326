"""Agreements in a region file. Years are counted from the one in which visits are booked: 0, -1."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from pydantic import BaseModel, ConfigDict, Field

from knotenpunkt.cooperation.enums import Direction, LegalForm, Part, Stage, Unit


class Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Decision(Entry):
    body: str
    number: str
    decided_on: dt.date


class SignatoryEntry(Entry):
    org: str
    name: str
    function: str
    place: str
    on: dt.date


class VersionEntry(Entry):
    valid_from: dt.date
    valid_to: dt.date | None = None
    changes: str = ""
    url: str = ""
    signatories: list[SignatoryEntry] = []


class EvidenceEntry(Entry):
    year: int = Field(le=0)
    value: Decimal
    text: str
    on: dt.date
    staff: str


class CommitmentEntry(Entry):
    """Without `org` all parties together; without `indicator` counted by hand."""

    id: str
    text: str
    org: str | None = None
    indicator: str = ""
    how: str = ""
    unit: Unit = Unit.COUNT
    direction: Direction = Direction.AT_LEAST
    people: bool = False
    baseline: Decimal | None = None
    targets: dict[int, Decimal] = Field(min_length=1)
    evidence: list[EvidenceEntry] = []


class DecisionEntry(Entry):
    text: str
    org: str
    due_on: dt.date
    done_on: dt.date | None = None
    outcome: str = ""


class MeetingEntry(Entry):
    """One that was held; the first stands for the first day of the rule, and so on."""

    attended: list[str]
    guests: str = ""
    minutes: str
    decisions: list[DecisionEntry] = []


class MeetingsEntry(Entry):
    """On the same weekday of every so many months."""

    title: str
    first_on: dt.date
    months: int = Field(ge=1, le=12)
    start: dt.time
    end: dt.time
    site: str
    held: list[MeetingEntry] = []
    topics: dict[str, str] = {}


class YearEntry(Entry):
    """Figures of the last year, by promise and by indicator; null: fewer than five."""

    adopted_by: str
    promises: dict[str, Decimal | None]
    outcomes: dict[str, Decimal | None]
    decisions: list[DecisionEntry] = []


class AgreementEntry(Entry):
    """`houses` are parties that stand in no other part of the file, by id with their names."""

    id: str
    title: str
    purpose: str
    project_starts_on: dt.date | None = None
    council: Decision | None = None
    parties: dict[str, LegalForm] = Field(min_length=2)
    houses: dict[str, str] = {}
    stages: dict[Stage, dt.date] = {}
    versions: list[VersionEntry] = []
    commitments: list[CommitmentEntry] = []
    tasks: dict[str, dict[str, Part]] = {}
    meetings: MeetingsEntry | None = None
    last_year: YearEntry | None = None
