"""The gateway for short messages, against a carrier on this machine that can also fail."""

from __future__ import annotations

import datetime as dt
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
import time_machine
from django.conf import LazySettings

from knotenpunkt.foundation.actions import Message, queue_message, send_due_messages
from knotenpunkt.foundation.enums import Channel
from knotenpunkt.foundation.models import OutboxMessage
from knotenpunkt.network.models import Network
from tests.conftest import BOOKING_DAY


class Carrier:
    """A carrier that answers with `status` and keeps what it was told."""

    def __init__(self) -> None:
        self.status = 202
        self.told: list[tuple[dict[str, str], Any]] = []
        carrier = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                carrier.told.append((dict(self.headers), json.loads(body)))
                self.send_response(carrier.status)
                self.send_header("Location", "/elsewhere")
                self.end_headers()

            def log_message(self, *_args: object) -> None:
                """Say nothing."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}/sms"


@pytest.fixture
def carrier(settings: LazySettings) -> Iterator[Carrier]:
    one = Carrier()
    thread = threading.Thread(target=one.server.serve_forever, args=[0.05])
    thread.start()
    settings.SMS_BACKEND, settings.SMS_GATEWAY_URL = "gateway", one.address
    settings.SMS_GATEWAY_KEY = "Bearer secret"
    yield one
    one.server.shutdown()
    thread.join()
    one.server.server_close()


def queued() -> OutboxMessage:
    message = Message(Channel.SMS, "+4915123456789", "uk", "Завтра о 8:30", "reminder.eve")
    return queue_message(message)


def test_a_message_reaches_the_carrier_once(network: Network, carrier: Carrier) -> None:
    message = queued()

    assert (send_due_messages(), send_due_messages()) == (1, 0)

    headers, body = carrier.told[0]
    assert len(carrier.told) == 1
    assert body == {"id": str(message.id), "to": "+4915123456789", "text": "Завтра о 8:30"}
    assert headers["Authorization"] == "Bearer secret"
    assert headers["Idempotency-Key"] == str(message.id)


@pytest.mark.parametrize("status", [302, 401, 429, 500, 503])
def test_what_the_carrier_refuses_is_tried_again(
    status: int, network: Network, carrier: Carrier
) -> None:
    carrier.status = status
    message = queued()

    assert send_due_messages() == 0

    message.refresh_from_db()
    assert (message.sent_at, message.attempts, message.fault) == (None, 1, "HTTPStatusError")
    carrier.status = 202
    with time_machine.travel(BOOKING_DAY + dt.timedelta(minutes=2)):
        assert send_due_messages() == 1
    assert [body["id"] for _headers, body in carrier.told] == [str(message.id)] * 2


def test_a_carrier_that_is_not_there_is_a_fault_to_try_again(
    network: Network, settings: LazySettings
) -> None:
    settings.SMS_BACKEND, settings.SMS_GATEWAY_URL = "gateway", "http://127.0.0.1:9/sms"
    message = queued()

    assert send_due_messages() == 0

    message.refresh_from_db()
    assert (message.attempts, message.fault) == (1, "ConnectError")
