"""Case conferences of a demo region with the consents they rest on, a plan, a queue."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from knotenpunkt.casework.models import (
    AgendaItem,
    AgreedStep,
    AssessedNeed,
    Assignment,
    CareerStage,
    CarePlan,
    CaseConference,
    ConferenceSeat,
    LanguageLevel,
    NeedsAssessment,
    PlanGoal,
    PlanStep,
    StatedFact,
)
from knotenpunkt.config.region.actions.casework_part import GERMAN
from knotenpunkt.config.region.actions.rows import put, row_id
from knotenpunkt.config.region.schema import Region
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.workdays import after_workdays
from knotenpunkt.network.models import Network, StaffMember
from knotenpunkt.people.consent_texts import CURRENT_VERSION, text_of
from knotenpunkt.people.enums import Basis, Giver, HowGiven, Layer, Purpose
from knotenpunkt.people.models import Consent, Grant, Person

CORRECTION_WORKDAYS = 3
HELD_RECORD = "Antwort: siehe Verabredungen. Offen: nichts. Andere Meinung: keine."
Rows = list[dict[str, Any]]


def load_conferences(network: Network, region: Region) -> None:
    """Write the conferences of the file; in an invented region also a plan and a queue."""
    staff = {
        it.code: it
        for it in StaffMember.objects.filter(organization__network=network).select_related(
            "organization"
        )
    }
    persons = {
        it.code: it for it in Person.objects.filter(network=network).select_related("case_lead")
    }
    rows: Rows = (region.model_extra or {}).get("case_conferences", [])
    put(CaseConference, (_conference(network, row, staff, persons) for row in rows))
    put(
        ConferenceSeat,
        (
            ConferenceSeat(
                id=row_id(network, "seat", f"{row['id']}/{code}"),
                conference_id=row_id(network, "conference", row["id"]),
                staff_member=staff[code],
            )
            for row in rows
            for code in row["parties"]
        ),
    )
    _load_agenda(network, rows, staff)
    for row in rows:
        if row["mode"] != "anonymous" and row["status"] in ("scheduled", "held"):
            _load_consent(network, row, persons[row["client"]], staff)
    if network.is_invented and "cl-37" in persons:
        _load_plan(network, persons["cl-37"])
        _load_queue(network, persons["cl-05"])


def _german(text: object) -> str:
    words = " ".join(str(text).split())
    return GERMAN.get(words, words)


def _house(person: Person) -> UUID:
    """Return the house of a person; the loader of persons gave one to each."""
    if person.organization_id is None:
        raise ValueError(person.code)
    return person.organization_id


def _conference(
    network: Network,
    row: dict[str, Any],
    staff: dict[str, StaffMember],
    persons: dict[str, Person],
) -> CaseConference:
    chair = staff[row["chair"]]
    is_named = row["mode"] != "anonymous" and row["status"] != "cancelled_no_consent"
    person = persons[row["client"]] if is_named else None
    lead = person.case_lead if person else None
    day = dt.date.fromisoformat(str(row["date"]))
    starts_at = clock.local_moment(day, dt.time.fromisoformat(str(row["start"])))
    is_held = row["status"] == "held"
    return CaseConference(
        id=row_id(network, "conference", row["id"]),
        network=network,
        organization_id=_house(person) if person else chair.organization_id,
        requested_by=lead or chair,
        chair=chair,
        person=person,
        mode="named" if is_named else "anonymous",
        status=row["status"],
        question=_german(row["question"]),
        location_id=row_id(network, "location", row["site"]),
        starts_at=starts_at,
        minutes=row["minutes"],
        record=HELD_RECORD if is_held else "",
        recorded_at=starts_at + dt.timedelta(hours=1) if is_held else None,
        corrections_until=after_workdays(day, CORRECTION_WORKDAYS, network.land)
        if is_held
        else None,
        created_at=starts_at - dt.timedelta(days=14),
    )


def _load_agenda(network: Network, rows: Rows, staff: dict[str, StaffMember]) -> None:
    put(
        AgendaItem,
        (
            AgendaItem(
                id=row_id(network, "agenda_item", row["id"]),
                conference_id=row_id(network, "conference", row["id"]),
                position=1,
                text=_german(row["question"])[:200],
                minutes=row["minutes"],
            )
            for row in rows
        ),
    )
    put(
        AgreedStep,
        (
            AgreedStep(
                id=row_id(network, "agreed_step", f"{row['id']}/{number}"),
                conference_id=row_id(network, "conference", row["id"]),
                text=_german(agreed["what"]),
                owner=staff[agreed["owner"]],
                due_on=dt.date.fromisoformat(str(agreed["due"])),
            )
            for row in rows
            for number, agreed in enumerate(row.get("agreed", []))
        ),
    )


def _load_consent(
    network: Network, row: dict[str, Any], person: Person, staff: dict[str, StaffMember]
) -> None:
    """Write the yes of the person to everybody of another house who takes part."""
    others = [
        staff[code]
        for code in row["parties"]
        if staff[code].organization_id != person.organization_id
    ]
    consent = _consent(network, row, person, others)
    put(Consent, [consent])
    put(
        Grant,
        (
            Grant(
                id=row_id(network, "conference_grant", f"{row['id']}/{it.code}"),
                subject=person,
                owner_id=_house(person),
                recipient_staff=it,
                categories=["contact", "plan_goals"],
                purposes=[Purpose.CASE_CONFERENCE],
                layer=Layer.MATTER,
                basis=Basis.CONSENT,
                consent=consent,
                valid_from=consent.given_at,
                valid_until=consent.valid_until,
            )
            for it in others
        ),
    )


def _consent(
    network: Network, row: dict[str, Any], person: Person, others: list[StaffMember]
) -> Consent:
    given_at = clock.now() - dt.timedelta(days=14)
    return Consent(
        id=row_id(network, "conference_consent", row["id"]),
        subject=person,
        organization_id=_house(person),
        recipients=[f"{it.name}, {it.organization.name}" for it in others],
        categories=["contact", "plan_goals"],
        purposes=[Purpose.CASE_CONFERENCE],
        layer=Layer.MATTER,
        valid_until=given_at + dt.timedelta(days=180),
        text_version=CURRENT_VERSION,
        text_hash=text_of(CURRENT_VERSION, "de").hash,
        explained_in="de",
        language_reason="invented",
        giver=Giver.PERSON,
        how_given=HowGiven.TABLET,
        given_at=given_at,
    )


def _load_plan(network: Network, person: Person) -> None:
    """Write a plan to look at: strengths, two goals, a path, a level, a disputed fact."""
    now, today = clock.now(), clock.today()
    plan = CarePlan(
        id=row_id(network, "plan", person.code),
        person=person,
        organization_id=_house(person),
        strengths="Я добре організовую і заспокоюю людей.",
        strengths_german="Ich organisiere gut und kann Menschen beruhigen.",
        created_at=now,
    )
    put(CarePlan, [plan])
    goals = _goals(network, plan)
    put(PlanGoal, goals)
    steps = (
        (0, "Zeugnisse übersetzen lassen", None, 14),
        (0, "Anerkennung beraten", person.case_lead, 21),
        (1, "Einstufungstest anmelden", person.case_lead, 7),
    )
    put(
        PlanStep,
        (
            PlanStep(
                id=row_id(network, "plan_step", text),
                goal=goals[place],
                text=text,
                owner=owner,
                is_hers=owner is None,
                due_on=today + dt.timedelta(days=days),
            )
            for place, text, owner, days in steps
        ),
    )
    _load_path(network, plan)
    _load_facts(network, person)


def _goals(network: Network, plan: CarePlan) -> list[PlanGoal]:
    wishes = (
        ("work", "Хочу знову працювати медсестрою.", "Ich will wieder pflegen."),
        ("german", "Хочу говорити з лікарем без перекладача.", "Allein zur Ärztin."),
    )
    return [
        PlanGoal(
            id=row_id(network, "goal", f"{plan.person.code}/{area}"),
            plan=plan,
            area=area,
            words=words,
            words_german=german,
            created_at=clock.now() + dt.timedelta(microseconds=place),
        )
        for place, (area, words, german) in enumerate(wishes)
    ]


def _load_path(network: Network, plan: CarePlan) -> None:
    now = clock.now()
    stages = (
        ("study", "Медичний коледж, Львів", "2006–2009", False),
        ("work", "Медсестра в дитячій лікарні", "2009–2026", False),
        ("work", "Station in Musterstadt", "", True),
    )
    put(
        CareerStage,
        (
            CareerStage(
                id=row_id(network, "stage", words),
                plan=plan,
                kind=kind,
                words=words,
                years=years,
                is_ahead=is_ahead,
                created_at=now + dt.timedelta(microseconds=place),
            )
            for place, (kind, words, years, is_ahead) in enumerate(stages)
        ),
    )


def _load_facts(network: Network, person: Person) -> None:
    put(
        LanguageLevel,
        [
            LanguageLevel(
                id=row_id(network, "level", person.code),
                person=person,
                level="A0",
                on=clock.today() - dt.timedelta(days=10),
                evidence="estimate",
                noted_by=person.case_lead,
            )
        ],
    )
    put(
        StatedFact,
        [
            StatedFact(
                id=row_id(network, "fact", person.code),
                person=person,
                organization_id=_house(person),
                stated_by=person.case_lead,
                kind="Kinder im Haushalt",
                value="2",
                stated_on=clock.today(),
            )
        ],
    )


def _load_queue(network: Network, person: Person) -> None:
    """Put one person into the queue of the central team, with her needs asked once."""
    if person.case_lead is None:
        return
    assessment = NeedsAssessment(
        id=row_id(network, "assessment", person.code),
        person=person,
        organization_id=_house(person),
        author=person.case_lead,
        words="Am nevoie de lucru și de bani pentru chirie.",
        at=clock.now(),
    )
    put(NeedsAssessment, [assessment])
    put(
        AssessedNeed,
        (
            AssessedNeed(
                id=row_id(network, "assessed_need", f"{person.code}/{area}"),
                assessment=assessment,
                area=area,
                urgency=urgency,
            )
            for area, urgency in (("work", 2), ("money", 2), ("german", 1))
        ),
    )
    put(
        Assignment,
        [
            Assignment(
                id=row_id(network, "assignment", person.code),
                person=person,
                organization_id=_house(person),
                kind="intake",
                opened_by=person.case_lead,
                opened_at=clock.now() - dt.timedelta(days=2),
            )
        ],
    )
