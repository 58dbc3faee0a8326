"""An answer in time, even if the database waits for somebody: late work is stopped, not left."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import OperationalError, connection


class TimeIsOver(OperationalError):
    """No statement begins any more; what was open is rolled back, and may be tried again."""


@contextmanager
def answer_within(seconds: float) -> Iterator[None]:
    """Stop the statement that still runs on this thread's connection after so many seconds.

    `lock_timeout` and `statement_timeout` bound one statement; this bounds all of them together.
    Whoever runs over gets an `OperationalError`, and the transaction leaves nothing behind.
    """
    watch = _Watch(connection)
    timer = threading.Timer(seconds, watch.stop)
    timer.daemon = True
    timer.start()
    try:
        with connection.execute_wrapper(watch.refuse_late):
            yield
    finally:
        timer.cancel()
        watch.end()


class _Watch:
    """One deadline of one connection. After `end` nothing is stopped: the next has begun."""

    def __init__(self, wire: Any) -> None:
        self.wire = wire.connection
        self.is_over = self.has_ended = False
        self.lock = threading.Lock()

    def stop(self) -> None:
        self.is_over = True
        with self.lock:
            if self.wire is not None and not self.has_ended:
                self.wire.cancel()

    def end(self) -> None:
        with self.lock:
            self.has_ended = True

    def refuse_late(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        if self.is_over and not sql.startswith("ROLLBACK TO SAVEPOINT"):
            raise TimeIsOver("the time for an answer is over")
        self.wire = context["connection"].connection  # it is opened by the first statement
        return execute(sql, params, many, context)
