"""The product on a free port, on the day the demo's visits are booked. Prints its address."""

from __future__ import annotations

import datetime as dt
from wsgiref.simple_server import WSGIRequestHandler

import time_machine
from django.core.servers.basehttp import ThreadedWSGIServer

from knotenpunkt.config.wsgi import application


class Quiet(WSGIRequestHandler):
    def log_message(self, *_args: object) -> None:
        """Say nothing."""


if __name__ == "__main__":
    with time_machine.travel(dt.datetime(2027, 2, 22, 8, tzinfo=dt.UTC), tick=True):
        server = ThreadedWSGIServer(("127.0.0.1", 0), Quiet)
        server.set_app(application)
        print(f"http://127.0.0.1:{server.server_port}", flush=True)
        server.serve_forever()
