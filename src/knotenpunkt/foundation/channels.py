"""How a message leaves: e-mail by Django's backend, short messages by one of our ports.

A port takes a number and a text and returns when the carrier has it; any exception means that
it has not, and the outbox tries again.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import httpx
from django.conf import settings
from django.core.mail import EmailMessage

from knotenpunkt.foundation.enums import Channel
from knotenpunkt.foundation.models import OutboxMessage

# Seconds to connect and to answer: the outbox tries again later rather than wait here.
GATEWAY_TIMEOUT = httpx.Timeout(10, connect=5)


def deliver(message: OutboxMessage) -> None:
    """Hand the message to its carrier, or raise what the carrier raised."""
    if message.channel == Channel.EMAIL:
        _send_mail(message)
    else:
        SMS_PORTS[settings.SMS_BACKEND](message)


def _send_mail(message: OutboxMessage) -> None:
    # The same id at every attempt: a receiver can tell a repetition from a second message.
    headers = {"Message-ID": f"<{message.id}@knotenpunkt>", "Content-Language": message.language}
    if message.unsubscribe_url:
        headers["List-Unsubscribe"] = f"<{message.unsubscribe_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    EmailMessage(message.subject, message.body, to=[message.recipient], headers=headers).send()


def _sms_to_console(message: OutboxMessage) -> None:
    sys.stdout.write(f"SMS to {message.recipient}: {message.body}\n")


def _sms_to_file(message: OutboxMessage) -> None:
    folder = Path(settings.SMS_FOLDER)
    folder.mkdir(parents=True, exist_ok=True)
    text = f"To: {message.recipient}\n\n{message.body}\n"
    (folder / f"{message.id}.txt").write_text(text, encoding="utf-8")


def _sms_to_gateway(message: OutboxMessage) -> None:
    """Post the message to an HTTPS gateway as JSON; any answer but 2xx is an exception.

    The body is `{"id", "to", "text"}` and the id is also the `Idempotency-Key`, so that a gateway
    that keeps it can tell a repetition from a second message. Names of the fields and the header
    with the key are settings: most carriers differ in nothing else.
    """
    fields = settings.SMS_GATEWAY_FIELDS
    body = dict(zip(fields, (str(message.id), message.recipient, message.body), strict=True))
    headers = {"Authorization": settings.SMS_GATEWAY_KEY, "Idempotency-Key": str(message.id)}
    answer = httpx.post(
        settings.SMS_GATEWAY_URL,
        json=body,
        headers=headers,
        timeout=GATEWAY_TIMEOUT,
        follow_redirects=False,
    )
    answer.raise_for_status()


SMS_PORTS: dict[str, Callable[[OutboxMessage], None]] = {
    "console": _sms_to_console,
    "file": _sms_to_file,
    "gateway": _sms_to_gateway,
}
