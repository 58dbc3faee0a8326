"""Referrals of a demo region, and a day full of talks for whoever tries the page Today."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from knotenpunkt.availability.enums import ResourceKind
from knotenpunkt.availability.models import Occupancy
from knotenpunkt.casework.enums import ReferralOutcome, ReferralStatus, TalkOutcome
from knotenpunkt.casework.models import FollowUp, Referral, TalkRecord
from knotenpunkt.config.region.actions.rows import put, put_links, row_id
from knotenpunkt.config.region.schema import Region
from knotenpunkt.directory.models import Service
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.workdays import after_workdays
from knotenpunkt.network.models import Network, StaffMember
from knotenpunkt.people.consent_texts import CURRENT_VERSION, text_of
from knotenpunkt.people.enums import Basis, Giver, HowGiven, Layer
from knotenpunkt.people.models import Consent, Grant, Person
from knotenpunkt.visits.enums import AppointmentStatus, VisitStatus
from knotenpunkt.visits.models import Appointment, Visit

STATUS = {"overdue": ReferralStatus.SENT}
PURPOSES = {
    "org-ihk": "recognition",
    "org-hwk": "work",
    "org-aa": "work",
    "org-vhs": "language_course",
    "org-gesundheit": "health_care",
    "org-jobcenter": "benefits",
}
# Who tries the day: her talks of today, with what was agreed last time in the person's words.
TALKS = (
    ("cl-33", "of-mbe-aufenthalt", "09:00", "أريد أن أعمل طباخاً. سأحضر أوراقي."),
    ("cl-22", "of-mbe-aufenthalt", "10:00", "Je cherche d'abord un endroit calme pour dormir."),
    ("cl-23", "of-mbe-unterlagen", "11:00", "J'apporte la lettre du propriétaire."),
    ("cl-10", "of-mbe-erst", "13:30", ""),
    ("cl-20", "of-mbe-erst", "14:30", ""),
)
REMINDERS = (("cl-33", "Zeugnis der Kochschule nachfragen"), ("cl-23", "Antwort der Bank?"))
TALK_MINUTES = 45
# The file speaks English; the people of the demo write German.
GERMAN = {
    "regime change after recognition": "Rechtskreiswechsel nach der Anerkennung",
    "transition school to training": "Übergang von der Schule in die Ausbildung",
    "recognition of IT specialist certificate": "Anerkennung als Fachinformatiker",
    "careers guidance": "Berufsberatung",
    "health orientation in own language": "Gesundheitssystem in der eigenen Sprache",
    "internship as joiner": "Praktikum als Tischler",
    "course place with childcare": "Kursplatz mit Kinderbetreuung",
    "residence questions, confidential": "Fragen zum Aufenthalt, vertraulich",
    "placement, permission to work": "Vermittlung, Beschäftigungserlaubnis",
    "further training": "Weiterbildung",
    "health insurance gap": "Lücke in der Krankenversicherung",
    "claim after job loss": "Leistungen nach Verlust der Arbeit",
    "labour market advice": "Beratung zum Arbeitsmarkt",
    "study guidance": "Studienberatung",
    "change of school type": "Wechsel der Schulform",
    "hearing aid, finding a doctor": "Hörgerät, Arztsuche",
    "training or school certificate first?": "Ausbildung oder Schulabschluss zuerst?",
    "bridge until permission to work": "Brücke bis zur Beschäftigungserlaubnis",
    "mother without course access, two small children": "Mutter ohne Kurs, zwei kleine Kinder",
    "literacy course or health first?": "Alphabetisierung oder Gesundheit zuerst?",
    "JMD prepares application": "JMD bereitet den Antrag vor",
    "AA names three firms": "Agentur nennt drei Betriebe",
    "collect five similar cases for the steering group": "Fünf ähnliche Fälle sammeln",
}


def load_casework(network: Network, region: Region) -> None:
    """Write the referrals of the file; in an invented region also a day of talks."""
    services = {it.code: it for it in Service.objects.filter(organization__network=network)}
    staff = list(
        StaffMember.objects.filter(organization__network=network).select_related("organization")
    )
    persons = {it.code: it for it in Person.objects.filter(network=network)}
    rows = (region.model_extra or {}).get("referrals", [])
    found = [(row, _sender(row, staff, persons)) for row in rows]
    put(Referral, (_referral(network, row, sender, staff, persons) for row, sender in found))
    put_links(
        Referral.recipients.through,
        (
            {
                "referral_id": row_id(network, "referral", row["id"]),
                "staffmember_id": _recipient(row, staff, persons).pk,
            }
            for row in rows
        ),
    )
    _load_consents(
        network, [(row, sender, _recipient(row, staff, persons)) for row, sender in found]
    )
    if network.is_invented:
        _load_day(network, services, staff, persons)


def _of(organization: str, staff: list[StaffMember]) -> list[StaffMember]:
    working = ("worker", "confidential_worker", "lead")
    return [it for it in staff if it.organization.code == organization and it.role in working] or [
        it for it in staff if it.organization.code == organization
    ]


def _sender(
    row: dict[str, Any], staff: list[StaffMember], persons: dict[str, Person]
) -> StaffMember:
    members = _of(row["from_org"], staff)
    lead = persons[row["client"]].case_lead_id
    return next((it for it in members if it.pk == lead), members[0])


def _recipient(
    row: dict[str, Any], staff: list[StaffMember], persons: dict[str, Person]
) -> StaffMember:
    members = _of(row["to_org"], staff)
    lead = persons[row["client"]].case_lead_id
    return next((it for it in members if it.pk == lead), members[0])


def _referral(
    network: Network,
    row: dict[str, Any],
    sender: StaffMember,
    staff: list[StaffMember],
    persons: dict[str, Person],
) -> Referral:
    status = STATUS.get(row["status"]) or ReferralStatus(row["status"])
    sent_on = dt.date.fromisoformat(str(row["sent_on"]))
    sent_at = clock.local_moment(sent_on, dt.time(10))
    recipient = _recipient(row, staff, persons)
    is_taken = status in (ReferralStatus.ACCEPTED, ReferralStatus.COMPLETED)
    is_answered = is_taken or status == ReferralStatus.DECLINED
    return Referral(
        id=row_id(network, "referral", row["id"]),
        network=network,
        person=persons[row["client"]],
        from_organization=sender.organization,
        to_organization=recipient.organization,
        sender=sender,
        responsible=recipient if is_taken else sender,
        contact_name=recipient.name if is_taken else "",
        question=GERMAN.get(row["reason"], row["reason"]),
        purpose=_purpose(row),
        status=status,
        created_at=sent_at,
        sent_at=None if status == ReferralStatus.DRAFT else sent_at,
        answer_due_on=after_workdays(sent_on, row["answer_due_workdays"], network.land),
        answered_at=sent_at + dt.timedelta(days=2) if is_answered else None,
        alternative="Integration Point" if status == ReferralStatus.DECLINED else "",
        outcome=ReferralOutcome.HELPED if status == ReferralStatus.COMPLETED else "",
        closed_at=sent_at + dt.timedelta(days=9) if status == ReferralStatus.COMPLETED else None,
    )


def _load_consents(
    network: Network, found: list[tuple[dict[str, Any], StaffMember, StaffMember]]
) -> None:
    """Write the yes on which each referral of the file that left the house rests."""
    shared = [it for it in found if it[0]["status"] != "draft"]
    consents = {row["id"]: _consent(network, row, sender, to) for row, sender, to in shared}
    put(Consent, consents.values())
    put(
        Grant,
        (
            Grant(
                id=row_id(network, "referral_grant", row["id"]),
                subject_id=row_id(network, "person", row["client"]),
                owner=sender.organization,
                recipient_staff=to,
                categories=["contact"],
                purposes=[_purpose(row)],
                layer=Layer.MATTER,
                basis=Basis.CONSENT,
                consent=consents[row["id"]],
                valid_from=consents[row["id"]].given_at,
                valid_until=consents[row["id"]].valid_until,
            )
            for row, sender, to in shared
        ),
    )


def _consent(
    network: Network, row: dict[str, Any], sender: StaffMember, recipient: StaffMember
) -> Consent:
    given_at = clock.local_moment(dt.date.fromisoformat(str(row["sent_on"])), dt.time(9))
    return Consent(
        id=row_id(network, "referral_consent", row["id"]),
        subject_id=row_id(network, "person", row["client"]),
        organization=sender.organization,
        recipients=[f"{recipient.name}, {recipient.organization.name}"],
        categories=["contact"],
        purposes=[_purpose(row)],
        layer=Layer.MATTER,
        valid_until=given_at + dt.timedelta(days=180),
        text_version=CURRENT_VERSION,
        text_hash=text_of(CURRENT_VERSION, "de").hash,
        explained_in="de",
        language_reason="invented",
        giver=Giver.PERSON,
        how_given=HowGiven.TABLET,
        given_at=given_at,
        recorded_by=sender,
    )


def _purpose(row: dict[str, Any]) -> str:
    return PURPOSES.get(row["to_org"], "counselling")


def _load_day(
    network: Network,
    services: dict[str, Service],
    staff: list[StaffMember],
    persons: dict[str, Person],
) -> None:
    """Put talks into today for the counsellor of the walk-through, if she works there."""
    member = next((it for it in staff if it.code == "st-mb02"), None)
    if member is None or any(code not in persons for code, *_ in TALKS):
        return
    legs = list(_legs(network, member, services, persons))
    put(Visit, [leg.visit for leg in legs])
    put(Appointment, legs)
    put_links(
        Appointment.staff.through,
        ({"appointment_id": leg.pk, "staffmember_id": member.pk} for leg in legs),
    )
    put(Occupancy, (row for leg in legs for row in _taken(network, leg, member)))
    put(TalkRecord, _records(network, member, persons))
    put(
        FollowUp,
        (
            FollowUp(
                id=row_id(network, "follow_up", code),
                person=persons[code],
                staff_member=member,
                due_on=clock.today(),
                text=text,
                created_at=clock.now(),
            )
            for code, text in REMINDERS
        ),
    )


def _legs(
    network: Network,
    member: StaffMember,
    services: dict[str, Service],
    persons: dict[str, Person],
) -> Iterator[Appointment]:
    location = member.organization.locations.order_by("position").first()
    for position, (code, service, time, _words) in enumerate(TALKS):
        person, now = persons[code], clock.now()
        starts_at = clock.local_moment(clock.today(), dt.time.fromisoformat(time))
        visit = Visit(
            id=row_id(network, "today_visit", code),
            network=network,
            person=person,
            organization_id=person.organization_id,
            code=f"DEMX-AAA{'ABCDE'[position]}",
            status=VisitStatus.BOOKED,
            language=person.languages[0],
            created_at=now,
            confirmed_at=now,
        )
        yield Appointment(
            id=row_id(network, "today_appointment", code),
            visit=visit,
            position=0,
            service=services[service],
            organization=member.organization,
            location=location,
            starts_at=starts_at,
            ends_at=starts_at + dt.timedelta(minutes=TALK_MINUTES),
            language=next((it for it in person.languages if it in member.languages), "de"),
            status=AppointmentStatus.BOOKED,
        )


def _taken(network: Network, leg: Appointment, member: StaffMember) -> Iterator[Occupancy]:
    resources: tuple[tuple[UUID, ResourceKind], ...] = (
        (member.pk, ResourceKind.STAFF),
        (leg.visit.person_id, ResourceKind.PERSON),
    )
    for resource, kind in resources:
        yield Occupancy(
            id=row_id(network, "today_occupancy", f"{leg.pk}/{kind}"),
            resource=resource,
            kind=kind,
            during=(leg.starts_at, leg.ends_at),
            holder=leg.visit_id,
            part=leg.pk,
            location=leg.location,
        )


def _records(
    network: Network, member: StaffMember, persons: dict[str, Person]
) -> Iterator[TalkRecord]:
    for code, _service, _time, words in TALKS:
        if words:
            yield TalkRecord(
                id=row_id(network, "talk", code),
                person=persons[code],
                organization=member.organization,
                author=member,
                at=clock.now() - dt.timedelta(days=14),
                outcome=TalkOutcome.CONTINUES,
                agreed=words,
            )
