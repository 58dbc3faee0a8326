"""E-mail over SMTP, against a server on this machine that can also refuse."""

from __future__ import annotations

import email
import email.policy
import socketserver
import threading
from collections.abc import Iterator

import pytest
from django.conf import LazySettings

from knotenpunkt.foundation.actions import Message, queue_message, send_due_messages
from knotenpunkt.foundation.enums import Channel
from knotenpunkt.foundation.models import OutboxMessage

pytestmark = pytest.mark.django_db
BODY = "غداً في الساعة 8:30"
MAIL = Message(
    Channel.EMAIL, "olena@example.org", "ar", BODY, "reminder.eve", subject="Knotenpunkt"
)


class PostOffice(socketserver.ThreadingTCPServer):
    """As much of SMTP (RFC 5321) as one mail needs; `refuses` answers each recipient with 550."""

    allow_reuse_address = daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Counter)
        self.refuses = False
        self.letters: list[bytes] = []


class Counter(socketserver.StreamRequestHandler):
    server: PostOffice

    def handle(self) -> None:
        self._say("220 here")
        while line := self.rfile.readline():
            verb = line[:4].upper().decode()
            if verb == "DATA":
                self._say("354 go on")
                self.server.letters.append(b"".join(iter(self.rfile.readline, b".\r\n")))
            if verb == "RCPT" and self.server.refuses:
                self._say("550 nobody here")
            else:
                self._say("221 bye" if verb == "QUIT" else "250 yes")

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@pytest.fixture
def office(settings: LazySettings) -> Iterator[PostOffice]:
    with PostOffice() as one:
        thread = threading.Thread(target=one.serve_forever, args=[0.05])
        thread.start()
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", one.server_address[1]
        settings.EMAIL_HOST_USER, settings.EMAIL_USE_TLS = "", False
        yield one
        one.shutdown()
        thread.join()


def test_a_letter_arrives_once_with_its_arabic_text(office: PostOffice) -> None:
    queue_message(MAIL)

    assert [send_due_messages(), send_due_messages()] == [1, 0]

    letters = [email.message_from_bytes(it, policy=email.policy.default) for it in office.letters]
    assert [(it["To"], it["Subject"]) for it in letters] == [("olena@example.org", "Knotenpunkt")]
    assert letters[0].get_content().strip() == BODY


def test_an_address_that_is_refused_is_kept_as_a_fault(office: PostOffice) -> None:
    office.refuses = True
    queue_message(MAIL)

    send_due_messages()

    message = OutboxMessage.objects.get()
    assert (office.letters, message.sent_at, message.attempts) == ([], None, 1)
