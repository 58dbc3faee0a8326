"""Messages leave after the commit, once, and stop when they are cancelled."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

import pytest
import time_machine
from django.core import mail

from knotenpunkt.foundation import channels, clock
from knotenpunkt.foundation.actions import (
    RETRY_AFTER_MINUTES,
    Message,
    cancel_messages,
    queue_message,
    send_due_messages,
)
from knotenpunkt.foundation.enums import Channel
from knotenpunkt.foundation.models import OutboxMessage

pytestmark = pytest.mark.django_db
ABOUT = uuid4()
MAIL = Message(
    channel=Channel.EMAIL,
    recipient="olena@example.org",
    language="uk",
    subject="Knotenpunkt",
    body="Ваш запис",
    purpose="visit.receipt",
    about=ABOUT,
)


def test_a_message_leaves_once() -> None:
    queue_message(MAIL, once_key="receipt/1")
    queue_message(MAIL, once_key="receipt/1")

    assert [send_due_messages(), send_due_messages()] == [1, 0]

    assert [it.body for it in mail.outbox] == ["Ваш запис"]


def test_a_cancelled_message_stays() -> None:
    queue_message(MAIL)

    assert cancel_messages(about=ABOUT) == 1
    assert send_due_messages() == 0
    assert mail.outbox == []


def test_neither_early_nor_too_late() -> None:
    now = clock.now()
    hour = dt.timedelta(hours=1)
    queue_message(Message(**{**vars(MAIL), "not_before": now + hour}))
    queue_message(Message(**{**vars(MAIL), "expires_at": now - hour}))

    assert send_due_messages() == 0


def test_a_carrier_that_fails_is_asked_again_and_in_the_end_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(message: OutboxMessage) -> None:
        raise ConnectionError("with olena@example.org")

    monkeypatch.setitem(channels.SMS_PORTS, "console", broken)
    row = queue_message(Message(**{**vars(MAIL), "channel": Channel.SMS}))

    with time_machine.travel(clock.now(), tick=False) as time:
        for minutes in (*RETRY_AFTER_MINUTES, 0):
            assert send_due_messages() == 0
            time.shift(dt.timedelta(minutes=minutes, seconds=1))
        assert send_due_messages() == 0

    row.refresh_from_db()
    assert row.attempts == len(RETRY_AFTER_MINUTES) + 1
    assert row.failed_at is not None
    assert row.fault == "ConnectionError"
