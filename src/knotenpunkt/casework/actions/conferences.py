"""A case conference from the request to the last agreed step."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max

from knotenpunkt.casework import sharing
from knotenpunkt.casework.actions.notices import tell_staff
from knotenpunkt.casework.actions.steps import step
from knotenpunkt.casework.enums import (
    CONFERENCE_STEPS,
    IN_PREPARATION,
    ConferenceMode,
    ConferenceStatus,
)
from knotenpunkt.casework.errors import (
    Identifying,
    IllegalStep,
    Incomplete,
    NotShared,
    StillOpen,
    TooEarly,
)
from knotenpunkt.casework.models import (
    AgendaItem,
    AgreedStep,
    CaseConference,
    ConferenceSeat,
    MinutesCorrection,
)
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.actions import record
from knotenpunkt.foundation.workdays import after_workdays
from knotenpunkt.network.models import Account, Location, StaffMember
from knotenpunkt.people.anonymity import findings_in, masked
from knotenpunkt.people.enums import Purpose
from knotenpunkt.people.models import Grant, Person
from knotenpunkt.people.queries import known_names

CORRECTION_WORKDAYS = 3


@dataclass(frozen=True)
class ConferenceRequest:
    """One question and who should think about it; without a person it is anonymous."""

    question: str
    members: tuple[StaffMember, ...]
    person: Person | None = None


def require_anonymous(text: str, names: Iterable[str]) -> None:
    """Raise `Identifying` with everything in the text that may tell who is meant."""
    found = findings_in(text, names)
    if found:
        raise Identifying([(it.kind, it.words) for it in found])


def _locked(conference: CaseConference) -> CaseConference:
    return CaseConference.objects.select_for_update(of=("self",)).get(pk=conference.pk)


@transaction.atomic
def request_conference(*, request: ConferenceRequest, by: Account) -> CaseConference:
    """Ask for a conference. Raises `Incomplete`, and `Identifying` for an anonymous question."""
    if not request.question.strip() or not request.members:
        raise Incomplete("question" if request.members else "members")
    if request.person is None:
        require_anonymous(request.question, known_names(by))
    member = by.staff_member
    conference = CaseConference.objects.create(
        network=member.organization.network,
        organization=member.organization,
        requested_by=member,
        chair=member,
        person=request.person,
        mode=ConferenceMode.NAMED if request.person else ConferenceMode.ANONYMOUS,
        question=request.question.strip(),
        created_at=clock.now(),
    )
    members = {it.pk: it for it in (member, *request.members)}
    ConferenceSeat.objects.bulk_create(
        ConferenceSeat(conference=conference, staff_member=it) for it in members.values()
    )
    AgendaItem.objects.create(
        conference=conference, position=1, text=conference.question, minutes=conference.minutes
    )
    record("conference.requested", conference, by=by)
    return conference


def uncovered(conference: CaseConference) -> list[StaffMember]:
    """Return the members who may not know who it is about; none in an anonymous conference."""
    if conference.person is None:
        return []
    seats = conference.seats.select_related("staff_member__organization")
    others = [
        seat.staff_member
        for seat in seats
        if seat.staff_member.organization_id != conference.organization_id
    ]
    return sharing.missing(
        others, conference.person, Purpose.CASE_CONFERENCE, conference.organization
    )


@transaction.atomic
def schedule_conference(
    *,
    conference: CaseConference,
    starts_at: dt.datetime,
    minutes: int,
    location: Location | None,
    by: Account,
) -> CaseConference:
    """Fix the time. A named one needs a living grant for everybody: raises `NotShared`."""
    conference = _locked(conference)
    without = uncovered(conference)
    if without:
        raise NotShared([it.name for it in without])
    conference.starts_at, conference.minutes = starts_at, minutes
    conference.location = location
    changed = ("starts_at", "minutes", "location")
    if conference.person and conference.status == ConferenceStatus.REQUESTED:
        step(conference, CONFERENCE_STEPS, ConferenceStatus.CONSENT_CHECKED)
    if step(conference, CONFERENCE_STEPS, ConferenceStatus.SCHEDULED, *changed):
        record("conference.scheduled", conference, by=by)
        _tell_members(conference, "scheduled")
    return conference


def _tell_members(conference: CaseConference, what: str) -> None:
    seats = conference.seats.select_related("staff_member__account")
    tell_staff(
        [seat.staff_member for seat in seats],
        purpose=f"conference.{what}",
        about=conference.pk,
        once=f"conference.{what}/{conference.pk}",
    )


@transaction.atomic
def add_agenda_item(
    *, conference: CaseConference, text: str, minutes: int, by: Account
) -> AgendaItem:
    """Put a point at the end of the agenda. Raises `Identifying` in an anonymous conference."""
    conference = _locked(conference)
    if conference.person is None:
        require_anonymous(text, known_names(by))
    last = conference.agenda.aggregate(last=Max("position"))["last"] or 0
    item = AgendaItem.objects.create(
        conference=conference, position=last + 1, text=text.strip(), minutes=minutes
    )
    record("conference.item_added", conference, by=by)
    return item


@transaction.atomic
def invite_guest(*, item: AgendaItem, guest: StaffMember, by: Account) -> ConferenceSeat:
    """Let somebody in for one item; whoever has a seat already keeps it."""
    seat, is_new = ConferenceSeat.objects.get_or_create(
        conference=item.conference, staff_member=guest, defaults={"item": item}
    )
    if is_new:
        record("conference.guest_invited", item.conference, by=by)
    return seat


@transaction.atomic
def turn_anonymous(*, conference: CaseConference, by: Account | None) -> CaseConference:
    """Cut the link to the person and mask what names her; the question can still be discussed."""
    conference = _locked(conference)
    if conference.person is None:
        return conference
    person = conference.person
    names = [person.given_name, person.family_name, person.native_name]
    conference.question = masked(conference.question, names)
    conference.person, conference.mode = None, ConferenceMode.ANONYMOUS
    for item in conference.agenda.all():
        item.text = masked(item.text, names)
        item.save(update_fields=["text"])
    changed = ("question", "person", "mode")
    step(conference, CONFERENCE_STEPS, ConferenceStatus.TURNED_ANONYMOUS, *changed)
    record("conference.turned_anonymous", conference, by=by)
    _tell_members(conference, "turned_anonymous")
    return conference


@transaction.atomic
def drop_ended_grants(*, person: Person, grants: list[Grant], by: Account | None) -> int:
    """Turn each conference in preparation anonymous whose member just lost her grant."""
    lost = {it.recipient_staff_id for it in grants if Purpose.CASE_CONFERENCE in it.purposes} - {
        None
    }
    teams = [it.recipient_team_id for it in grants if it.recipient_team_id]
    rows = CaseConference.objects.filter(person=person, status__in=IN_PREPARATION)
    touched = rows.filter(seats__staff_member__in=lost) | rows.filter(
        seats__staff_member__teams__in=teams
    )
    found = list(touched.distinct().order_by("pk"))
    for conference in found:
        turn_anonymous(conference=conference, by=by)
    return len(found)


@transaction.atomic
def write_minutes(*, conference: CaseConference, text: str, by: Account) -> CaseConference:
    """Write the minutes; every party now has three working days to correct them.

    Raises `Identifying` if an anonymous conference would tell who it was about. Writing again
    before release starts the three days anew.
    """
    conference = _locked(conference)
    if conference.person is None:
        require_anonymous(text, known_names(by))
    conference.record, conference.recorded_at = text.strip(), clock.now()
    conference.corrections_until = after_workdays(
        clock.today(), CORRECTION_WORKDAYS, conference.network.land
    )
    changed = ("record", "recorded_at", "corrections_until")
    if not step(conference, CONFERENCE_STEPS, ConferenceStatus.HELD, *changed):
        conference.save(update_fields=list(changed))
    record("conference.minutes_written", conference, by=by)
    _tell_members(conference, f"minutes/{conference.recorded_at:%Y%m%d%H%M}")
    return conference


@transaction.atomic
def correct_minutes(*, conference: CaseConference, text: str, by: Account) -> MinutesCorrection:
    """Say what should be written differently, as long as the minutes are not released."""
    conference = _locked(conference)
    if conference.status != ConferenceStatus.HELD:
        raise IllegalStep("conference", conference.pk, conference.status, "corrected")
    if conference.person is None:
        require_anonymous(text, known_names(by))
    correction = MinutesCorrection.objects.create(
        conference=conference, author=by.staff_member, text=text.strip(), at=clock.now()
    )
    record("conference.corrected", conference, by=by)
    return correction


@transaction.atomic
def release_minutes(*, conference: CaseConference, by: Account) -> CaseConference:
    """Make the minutes final. Raises `TooEarly` before the three days are over."""
    conference = _locked(conference)
    until = conference.corrections_until
    if until is not None and clock.today() <= until:
        raise TooEarly(until)
    if step(conference, CONFERENCE_STEPS, ConferenceStatus.MINUTES_RELEASED):
        record("conference.minutes_released", conference, by=by)
    return conference


@transaction.atomic
def agree_step(
    *,
    conference: CaseConference,
    text: str,
    owner: StaffMember,
    due_on: dt.date,
    deputy: StaffMember | None,
    by: Account,
) -> AgreedStep:
    """Write down who does what until when: one owner, one day (invariant 28)."""
    conference = _locked(conference)
    if conference.person is None:
        require_anonymous(text, known_names(by))
    agreed = AgreedStep.objects.create(
        conference=conference, text=text.strip(), owner=owner, deputy=deputy, due_on=due_on
    )
    record("conference.step_agreed", conference, by=by)
    return agreed


@transaction.atomic
def finish_step(*, agreed: AgreedStep, evidence: str, by: Account) -> AgreedStep:
    """Say how one sees that it is done. Raises `Incomplete` without evidence."""
    agreed = AgreedStep.objects.select_for_update(of=("self",)).get(pk=agreed.pk)
    if not evidence.strip():
        raise Incomplete("evidence")
    if agreed.done_at is None:
        agreed.evidence, agreed.done_at = evidence.strip(), clock.now()
        agreed.save(update_fields=["evidence", "done_at"])
        record("conference.step_done", agreed, by=by)
    return agreed


@transaction.atomic
def close_conference(*, conference: CaseConference, by: Account) -> CaseConference:
    """End the follow-up. Raises `StillOpen` while an agreed step is not done."""
    conference = _locked(conference)
    still_open = conference.steps.filter(done_at=None).count()
    if still_open:
        raise StillOpen(still_open)
    if step(conference, CONFERENCE_STEPS, ConferenceStatus.CLOSED):
        record("conference.closed", conference, by=by)
    return conference


@transaction.atomic
def cancel_conference(*, conference: CaseConference, by: Account) -> CaseConference:
    """Give it up because there is no consent; the link to the person is cut too."""
    conference = _locked(conference)
    conference.person = None
    if step(conference, CONFERENCE_STEPS, ConferenceStatus.CANCELLED_NO_CONSENT, "person"):
        record("conference.cancelled", conference, by=by)
    return conference


def delete_conferences_about(person: Person) -> None:
    """Delete the conferences that name this person, inside the caller's transaction."""
    CaseConference.objects.filter(person=person).delete()
