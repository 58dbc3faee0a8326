"""Clients of the API: they send until they have an answer, and remember what they were told."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import random
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID

from campaigns.stage import Stage
from campaigns.world import SLOTS_A_DAY, WORLD
from knotenpunkt.foundation import clock
from knotenpunkt.visits.plan import BookingPlan

LONGEST_ANSWER = 20.0  # seconds a client waits before it sends again


@contextlib.contextmanager
def web(house: Stage, *, workers: int, key_apart: bool = False) -> Iterator[tuple[int, int]]:
    """Serve the product; yield (port, process id of the parent of the workers)."""
    environment = {**house.environment, "CAMPAIGN_KEY_APART": "1" if key_apart else ""}
    environment["DATABASE_CONNECTION_SECONDS"] = "0"
    command = [sys.executable, "-m", "campaigns.web", str(workers)]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        start_new_session=True,
    ) as parent:  # fmt: skip
        assert parent.stdout is not None
        try:
            yield int(parent.stdout.readline()), parent.pid
        finally:
            os.killpg(parent.pid, signal.SIGKILL)


def workers_of(parent: int) -> list[int]:
    with open(f"/proc/{parent}/task/{parent}/children") as file:
        return [int(number) for number in file.read().split()]


@dataclass
class Told:
    """What clients were told, and how often they had to ask."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    booked: dict[UUID, int] = field(default_factory=dict)
    sent_again: int = 0
    refused: int = 0
    cuts: int = 0

    def note(self, visit: UUID, legs: int) -> None:
        with self.lock:
            self.booked[visit] = legs


@dataclass
class Client:
    """One desk: sends a request as often as it takes, and may hang up before it has the answer."""

    port: int
    token: str
    told: Told
    chance: random.Random

    def post(self, path: str, body: dict[str, object], key: str, cuts: int = 0) -> tuple[int, dict]:  # type: ignore[type-arg]
        """Return status and body of the first answer that says anything; hang up `cuts` times."""
        content = json.dumps(body).encode()
        head = (
            f"POST /api/v1{path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n"
            f"Authorization: Bearer {self.token}\r\nContent-Type: application/json\r\n"
            f"Idempotency-Key: {key}\r\nContent-Length: {len(content)}\r\nConnection: close\r\n\r\n"
        )
        request = head.encode() + content
        for _ in range(cuts):
            self._cut(request)
            self.told.cuts += 1
        until = time.monotonic() + 120
        while time.monotonic() < until:
            with contextlib.suppress(OSError, ValueError):
                status, answer = self._whole(request)
                if status < 500:
                    return status, answer
            self.told.sent_again += 1
            time.sleep(0.02)
        raise TimeoutError(path)

    def _whole(self, request: bytes) -> tuple[int, dict]:  # type: ignore[type-arg]
        with socket.create_connection(("127.0.0.1", self.port), LONGEST_ANSWER) as wire:
            wire.sendall(request)
            answer = b""
            while piece := wire.recv(65536):
                answer += piece
        head, _, body = answer.partition(b"\r\n\r\n")
        if not body:
            raise ConnectionError("the answer is cut")
        return int(head.split(b" ", 2)[1]), json.loads(body)

    def _cut(self, request: bytes) -> None:
        """Send, and hang up: in the middle of the request, at once, or within the answer."""
        with contextlib.suppress(OSError):
            with socket.create_connection(("127.0.0.1", self.port), LONGEST_ANSWER) as wire:
                # A reset instead of a farewell: what the other side still sends is lost.
                wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                moment = self.chance.randrange(10)
                wire.sendall(request[: len(request) - 40] if moment == 0 else request)
                if moment > 5:
                    wire.recv(self.chance.randrange(1, 60))


def body_of(plan: BookingPlan, person: UUID) -> dict[str, object]:
    return {"person": str(person), "plan": plan.model_dump(mode="json")}


def book_through(client: Client, *, turns: int, number: int) -> None:
    """Hold and confirm visits until told to stop; retry through every failure with the same key."""
    first = clock.today() + dt.timedelta(days=1)
    for _ in range(turns):
        day, slot = client.chance.randrange(WORLD.days), client.chance.randrange(SLOTS_A_DAY - 2)
        legs = 3 if client.chance.randrange(4) == 0 else 1
        desks = [(it, number % WORLD.staff) for it in range(legs)]
        plan = WORLD.plan(first, day, slot, desks)
        person = WORLD.person(client.chance.randrange(WORLD.persons))
        status, held = client.post("/visits", body_of(plan, person), str(uuid.uuid4()))
        if status != 201:
            client.told.refused += 1
            continue
        status, _answer = client.post(f"/visits/{held['id']}/confirm", {}, str(uuid.uuid4()))
        if status == 200:
            client.told.note(UUID(held["id"]), legs)
