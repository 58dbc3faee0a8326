"""The product behind one socket, in workers that may be killed; prints its port.

    python -m campaigns.web WORKERS

The parent loads everything once, forks the workers and forks a new one for each that dies, as a
server with preloading does. With CAMPAIGN_KEY_APART in the environment the idempotency key is kept
in a transaction of its own, which is the control.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from django.core.servers.basehttp import ThreadedWSGIServer
from django.urls import get_resolver

from knotenpunkt.config.wsgi import application
from knotenpunkt.foundation import idempotency
from knotenpunkt.foundation.actions import keep_answer
from knotenpunkt.foundation.models import IdempotencyRecord
from knotenpunkt.web.api import keyed

# How long the control lets pass between its two transactions: whoever sends again finds no key.
WINDOW = 0.3


class Quiet(WSGIRequestHandler):
    def log_message(self, *_args: object) -> None:
        """Say nothing."""


class Inherited(ThreadedWSGIServer):
    """Serves on a socket that the parent has opened."""

    def __init__(self, listening: socket.socket) -> None:
        super().__init__(listening.getsockname(), Quiet, bind_and_activate=False)
        self.socket.close()
        self.socket = listening
        self.server_name, self.server_port = listening.getsockname()
        WSGIServer.setup_environ(self)
        self.set_app(application)

    def handle_error(self, *_args: object) -> None:
        """Clients of a campaign hang up; that is no error."""


def once_apart(*, scope: str, key: str, request: str, do: Any) -> idempotency.Answer:
    """Keep the key after the booking, in a transaction of its own: the fault to be found."""
    known = IdempotencyRecord.objects.filter(scope=scope, key=key).first()
    if known is not None:
        return idempotency.Answer(known.status_code, idempotency.json.loads(known.answer))
    answer = do()
    time.sleep(WINDOW)
    keep_answer(
        scope=scope, key=key, request=request, status_code=answer.status_code, body=answer.body
    )
    return answer


def work(listening: socket.socket) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    Inherited(listening).serve_forever()


def main(workers: int) -> None:
    if os.environ.get("CAMPAIGN_KEY_APART"):
        keyed.once = once_apart
    get_resolver()._populate()  # what the first request would load, once for all workers
    listening = socket.create_server(("127.0.0.1", 0), backlog=256)
    alive: set[int] = set()
    print(listening.getsockname()[1], flush=True)
    while True:
        while len(alive) < workers:
            child = os.fork()
            if child == 0:
                work(listening)
                os._exit(0)
            alive.add(child)
        alive.discard(os.wait()[0])


if __name__ == "__main__":
    main(int(sys.argv[1]))
