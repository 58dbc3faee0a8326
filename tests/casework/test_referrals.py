"""The life of a referral: it has an answer date, one responsible person, and an end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
import time_machine
from django.db import IntegrityError, transaction

from knotenpunkt.casework.actions.referral_ends import nudge_referral, withdraw_referral
from knotenpunkt.casework.actions.referrals import (
    ReferralDraft,
    accept_referral,
    accept_with_time,
    add_information,
    ask_about_referral,
    complete_referral,
    decline_referral,
    draft_referral,
    open_referral,
    send_referral,
)
from knotenpunkt.casework.enums import REFERRAL_STEPS, ReferralStatus
from knotenpunkt.casework.errors import IllegalStep, Incomplete, NotShared
from knotenpunkt.casework.models import Referral
from knotenpunkt.casework.queries.free_times import free_times
from knotenpunkt.casework.queries.referrals import late_answers, referrals_visible_to
from knotenpunkt.directory.models import FreshnessSign, Service
from knotenpunkt.foundation.models import AuditEntry, OutboxMessage
from knotenpunkt.foundation.scope import person_scope
from knotenpunkt.network.models import Account
from knotenpunkt.people.actions import withdraw_consent
from knotenpunkt.people.models import Consent, HeldToken, Person
from knotenpunkt.visits.actions import cancel_appointment, check_in, note_attended
from knotenpunkt.visits.models import Appointment
from knotenpunkt.visits.signals import appointment_cancelled
from tests.casework.conftest import consent_to


def test_a_sent_referral_has_an_answer_date_ten_working_days_ahead(sent: Referral) -> None:
    assert (sent.status, sent.answer_due_on) == ("sent", dt.date(2027, 3, 8))


def test_the_sender_is_responsible_until_somebody_accepts(
    sent: Referral, counsellor: Account, recipient: Account
) -> None:
    before = sent.responsible

    accepted = accept_referral(referral=sent, by=recipient)

    assert before == counsellor.staff_member
    assert accepted.responsible == recipient.staff_member


def test_an_answer_says_that_the_service_can_be_reached(sent: Referral, recipient: Account) -> None:
    service = sent.to_organization.services.first()
    Referral.objects.filter(pk=sent.pk).update(service=service)

    accept_referral(referral=sent, by=recipient)
    complete_referral(referral=sent, outcome="helped", by=recipient)

    signs = FreshnessSign.objects.filter(service=service)
    assert list(signs.values_list("part", "kind", "by")) == [("contact", "referral_answered", None)]


def test_from_draft_to_outcome(sent: Referral, recipient: Account, counsellor: Account) -> None:
    open_referral(referral=sent, by=recipient)
    ask_about_referral(referral=sent, asked="Seit wann?", by=recipient)
    add_information(referral=sent, message="Seit Januar.", by=counsellor)
    accept_referral(referral=sent, by=recipient)

    done = complete_referral(referral=sent, outcome="helped", by=recipient)

    steps = AuditEntry.objects.filter(subject_id=str(sent.pk)).order_by("at")
    assert done.status == "completed"
    assert list(steps.values_list("action", flat=True)) == [
        "referral.drafted", "referral.sent", "referral.opened", "referral.question_asked",
        "referral.information_added", "referral.accepted", "referral.completed",
    ]  # fmt: skip


@pytest.mark.parametrize("outcome", ["", "nonsense"])
def test_no_end_without_an_outcome(sent: Referral, recipient: Account, outcome: str) -> None:
    accept_referral(referral=sent, by=recipient)

    with pytest.raises(Incomplete):
        complete_referral(referral=sent, outcome=outcome, by=recipient)


def test_no_refusal_without_an_alternative(sent: Referral, recipient: Account) -> None:
    with pytest.raises(Incomplete):
        decline_referral(referral=sent, alternative="  ", by=recipient)


def test_doing_it_twice_changes_nothing(sent: Referral, recipient: Account) -> None:
    first = accept_referral(referral=sent, by=recipient)
    second = accept_referral(referral=sent, by=recipient)

    assert first.status == second.status == "accepted"
    assert AuditEntry.objects.filter(action="referral.accepted").count() == 1


FALSE_ROWS = {
    "a_sent_referral_has_an_answer_date": {"answer_due_on": None},
    "a_completed_referral_has_an_outcome": {
        "status": "completed",
        "answered_at": dt.datetime(2027, 2, 22, tzinfo=dt.UTC),
    },
    "a_declined_referral_names_an_alternative": {"status": "declined_with_alternative"},
    "a_withdrawn_referral_says_why": {"status": "withdrawn"},
    "an_accepted_referral_was_answered": {"status": "accepted"},
    "whoever_overrides_a_rule_gives_a_reason": {"override_rule": "r-01"},
}


@pytest.mark.parametrize("name", FALSE_ROWS)
def test_the_database_refuses_what_must_never_be(sent: Referral, name: str) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Referral.objects.filter(pk=sent.pk).update(**FALSE_ROWS[name])


@pytest.mark.parametrize("old", ReferralStatus.values)
@pytest.mark.parametrize("new", ["accepted", "completed", "withdrawn"])
def test_only_the_steps_of_the_table_exist(
    sent: Referral, recipient: Account, old: str, new: str
) -> None:
    Referral.objects.filter(pk=sent.pk).update(
        status=old, outcome="helped", alternative="x", withdrawal="sender",
        answered_at=dt.datetime(2027, 2, 22, tzinfo=dt.UTC),
    )  # fmt: skip
    act = {
        "accepted": lambda: accept_referral(referral=sent, by=recipient),
        "completed": lambda: complete_referral(referral=sent, outcome="helped", by=recipient),
        "withdrawn": lambda: withdraw_referral(referral=sent, by=recipient),
    }[new]

    try:
        act()
        went = True
    except IllegalStep:
        went = False

    assert went is (old == new or new in REFERRAL_STEPS.get(old, frozenset()))


def test_nothing_goes_to_the_immigration_office(
    person: Person, account: Callable[[str], Account], counsellor: Account
) -> None:
    clerk = account("st-abh02").staff_member
    draft = ReferralDraft(clerk.organization, (clerk,), "Titel")
    referral = draft_referral(person=person, draft=draft, by=counsellor)

    with pytest.raises(NotShared):
        send_referral(referral=referral, by=counsellor)


def test_recipients_belong_to_the_organization_asked(
    person: Person, account: Callable[[str], Account], counsellor: Account, recipient: Account
) -> None:
    elsewhere = account("st-aa02").staff_member
    draft = ReferralDraft(recipient.staff_member.organization, (elsewhere,), "Antrag")

    with pytest.raises(Incomplete):
        draft_referral(person=person, draft=draft, by=counsellor)


VIEWERS = {
    "counsellor": ("st-ki03", True),
    "colleague": ("st-ki04", True),
    "recipient": ("st-jc05", True),
    "colleague of the recipient": ("st-jc06", False),
    "lead of the recipient": ("st-jc02", False),
    "manager of the recipient": ("st-jc01", False),
    "stranger": ("st-mb02", False),
    "immigration office": ("st-abh02", False),
}


@pytest.mark.parametrize("who", VIEWERS)
def test_who_sees_a_referral(sent: Referral, who: str, account: Callable[[str], Account]) -> None:
    code, sees = VIEWERS[who]

    found = referrals_visible_to(account(code)).filter(pk=sent.pk).exists()

    assert found is sees


def test_a_draft_and_a_withdrawn_one_stay_in_the_house(
    drafted: Referral, consent: Consent, recipient: Account, counsellor: Account
) -> None:
    def seen() -> bool:
        return referrals_visible_to(recipient).filter(pk=drafted.pk).exists()

    as_draft = seen()
    send_referral(referral=drafted, by=counsellor)
    as_sent = seen()
    withdraw_referral(referral=drafted, by=counsellor)

    assert (as_draft, as_sent, seen()) == (False, True, False)


def test_nothing_is_sent_without_a_living_consent(drafted: Referral, counsellor: Account) -> None:
    with pytest.raises(NotShared) as error:
        send_referral(referral=drafted, by=counsellor)

    assert error.value.names == ["Malte Grothusen"]


@pytest.mark.parametrize("status", ["sent", "opened", "more_info", "accepted", "in_progress"])
def test_withdrawing_the_consent_ends_the_referral_in_any_state(
    sent: Referral, consent: Consent, recipient: Account, status: str
) -> None:
    Referral.objects.filter(pk=sent.pk).update(status=status, answered_at=sent.created_at)

    withdraw_consent(consent=consent, by=None, how="phone")

    sent.refresh_from_db()
    assert (sent.status, sent.withdrawal) == ("withdrawn", "consent")
    assert not referrals_visible_to(recipient).filter(pk=sent.pk).exists()


def test_from_her_own_page_she_ends_it_too(
    sent: Referral, consent: Consent, person: Person, recipient: Account
) -> None:
    with person_scope(person.pk):
        withdraw_consent(consent=consent, by=None, how="phone")

    sent.refresh_from_db()
    assert (sent.status, sent.withdrawal) == ("withdrawn", "consent")
    assert not referrals_visible_to(recipient).filter(pk=sent.pk).exists()


def test_when_the_grant_runs_out_it_is_gone_without_any_job(
    sent: Referral, recipient: Account
) -> None:
    with time_machine.travel(dt.datetime(2027, 6, 1, tzinfo=dt.UTC)):
        assert not referrals_visible_to(recipient).filter(pk=sent.pk).exists()


def test_another_consent_does_not_carry_it(
    sent: Referral, consent: Consent, person: Person, draft: ReferralDraft, counsellor: Account
) -> None:
    consent_to(person, draft.recipients, "debts", counsellor)

    withdraw_consent(consent=consent, by=None)

    sent.refresh_from_db()
    assert sent.status == "withdrawn"


def test_withdrawing_stops_waiting_mail(sent: Referral, counsellor: Account) -> None:
    waiting = OutboxMessage.objects.filter(about=sent.pk)
    before = waiting.filter(cancelled_at=None).count()

    withdraw_referral(referral=sent, by=counsellor)

    assert (before, waiting.filter(cancelled_at=None).count()) == (1, 0)


def test_no_mail_says_who_it_is_about(sent: Referral, person: Person) -> None:
    mail = OutboxMessage.objects.get(about=sent.pk)

    assert person.given_name not in mail.subject + mail.body
    assert str(person.pk) not in mail.body


def test_late_answers_show_on_both_sides_without_the_person(
    sent: Referral, account: Callable[[str], Account], counsellor: Account
) -> None:
    Referral.objects.exclude(pk=sent.pk).delete()
    with time_machine.travel(dt.datetime(2027, 3, 10, 8, tzinfo=dt.UTC)):
        sent.refresh_from_db()
        rows = {code: late_answers(account(code)) for code in ("st-jc02", "st-ki02", "st-aa02")}

        assert sent.is_overdue
        assert [row.days_late for row in rows["st-jc02"]] == [2]
        assert rows["st-ki02"] == rows["st-jc02"]
        assert rows["st-aa02"] == []
        assert "Olena" not in repr(rows)


def test_a_late_answer_is_nudged_once_a_day(
    sent: Referral, account: Callable[[str], Account]
) -> None:
    lead = account("st-jc02")

    nudge_referral(referral=sent, by=lead)
    nudge_referral(referral=sent, by=lead)

    assert OutboxMessage.objects.filter(purpose="referral.nudge").count() == 1


@pytest.fixture
def timed(sent: Referral, recipient: Account) -> Referral:
    Referral.objects.filter(pk=sent.pk).update(service=Service.objects.get(code="of-jc-antrag"))
    sent = Referral.objects.select_related("person__network", "service").get(pk=sent.pk)
    assert sent.service is not None
    HeldToken.objects.bulk_create(
        [
            HeldToken(person=sent.person, token=token, since=dt.date(2027, 2, 1))
            for token in sent.service.requires.all()
        ],
        ignore_conflicts=True,
    )
    return sent


def test_accepting_with_a_time_books_it(timed: Referral, recipient: Account) -> None:
    plan = free_times(timed)[0]

    accepted = accept_with_time(referral=timed, plan=plan, by=recipient)

    assert accepted.status == "accepted"
    assert accepted.appointment is not None
    assert accepted.appointment.status == "booked"


def test_attending_closes_the_loop(timed: Referral, recipient: Account) -> None:
    accepted = accept_with_time(referral=timed, plan=free_times(timed)[0], by=recipient)
    appointment = accepted.appointment
    assert appointment is not None

    with time_machine.travel(appointment.starts_at):
        check_in(appointment=appointment, by=recipient)
        note_attended(appointment=appointment, by=recipient)

    timed.refresh_from_db()
    assert timed.status == "in_progress"


def test_when_its_appointment_is_cancelled_it_waits_again(
    timed: Referral, recipient: Account
) -> None:
    accepted = accept_with_time(referral=timed, plan=free_times(timed)[0], by=recipient)
    assert accepted.appointment is not None

    cancel_appointment(appointment=accepted.appointment, by=recipient)
    appointment_cancelled.send(
        Appointment, appointment=accepted.appointment, for_person=False, by=recipient
    )

    timed.refresh_from_db()
    assert (timed.status, timed.appointment, timed.answered_at) == ("opened", None, None)
