"""Who is looking, told to the database: the second wall behind the queries.

Tables about persons are under row-level security, and the role that runs the product owns none
of them. Policies read the settings `knotenpunkt.*` of the current transaction. A scope here makes
sure that every transaction begins by setting them, with `set_config(..., true)`: they end with the
transaction, so no other client of a connection pool ever inherits them. A statement outside a
transaction gets one of its own. Without a scope nobody is looking, and nothing is seen.

A request runs under its viewer (`web/scope.py`). All other code that touches persons says why:

    with system_scope("send reminders"):
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

import psycopg
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg.pq import ConnStatus, Escaping, ExecStatus, TransactionStatus

from knotenpunkt.foundation import clock

P = ParamSpec("P")
R = TypeVar("R")
ALIAS = "default"


@dataclass(frozen=True)
class Viewer:
    """Whoever looks: nobody, a staff member, the person herself, or the system for a reason."""

    kind: str = "nobody"
    staff_member: UUID | None = None
    organization: UUID | None = None
    role: str = ""
    person: UUID | None = None
    reason: str = ""

    def settings(self) -> dict[str, str]:
        """Return the settings that policies read."""
        return {
            "knotenpunkt.kind": self.kind,
            "knotenpunkt.staff_member": str(self.staff_member or ""),
            "knotenpunkt.organization": str(self.organization or ""),
            "knotenpunkt.role": self.role,
            "knotenpunkt.person": str(self.person or ""),
            "knotenpunkt.now": clock.now().isoformat(),
        }


NOBODY = Viewer()
_current: ContextVar[Viewer | None] = ContextVar("viewer", default=None)


def current_viewer() -> Viewer:
    """Return who is looking now."""
    return _current.get() or NOBODY


@contextlib.contextmanager
def viewer_scope(viewer: Viewer) -> Iterator[None]:
    """Let this viewer look until the block ends; then whoever looked before."""
    before = _current.get()
    _look_as(viewer)
    try:
        yield
    finally:
        _look_as(before)


def system_scope(reason: str) -> contextlib.AbstractContextManager[None]:
    """See every row: for jobs, commands and whatever no single viewer asks for. Say why."""
    return viewer_scope(Viewer(kind="system", reason=reason))


def person_scope(person: UUID) -> contextlib.AbstractContextManager[None]:
    """See what belongs to one person: for her own pages, opened by a code."""
    return viewer_scope(Viewer(kind="person", person=person))


def look_as_person(person: UUID) -> None:
    """Look as this person for the rest of a request: a code or a link has named her."""
    look_as(Viewer(kind="person", person=person))


def in_system_scope(reason: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Run the whole function, such as a job, in a system scope."""

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        @wraps(function)
        def scoped(*args: P.args, **kwargs: P.kwargs) -> R:
            with system_scope(reason):
                return function(*args, **kwargs)

        scoped.system_scope = reason  # type: ignore[attr-defined]
        return scoped

    return decorate


def look_as(viewer: Viewer) -> None:
    """Change who looks for the rest of the scope one is in: a key is read inside the view."""
    _look_as(viewer)


def _look_as(viewer: Viewer | None) -> None:
    if viewer and viewer.kind == current_viewer().kind == "system":
        _current.set(viewer)
        return  # the database knows it already, and asks no system for the time
    _current.set(viewer)
    connection = connections[ALIAS]
    if connection.connection is not None and connection.in_atomic_block:
        status = connection.connection.info.transaction_status
        if status == TransactionStatus.INTRANS:
            _tell(connection, viewer or NOBODY)


def _tell(connection: BaseDatabaseWrapper, viewer: Viewer) -> None:
    """Set the settings for this transaction, past Django so that no query count changes."""
    settings = viewer.settings()
    calls = ", ".join("set_config(%s, %s, true)" for _ in settings)
    values = [part for pair in settings.items() for part in pair]
    with psycopg.Cursor(connection.connection) as cursor:  # binds on the server: prepared once
        cursor.execute(f"SELECT {calls}", values)


def begin_with_viewer(
    execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
) -> Any:
    """Let every transaction begin with who is looking (a wrapper of Django's `execute`)."""
    viewer, connection = _current.get(), context["connection"]
    if viewer is None or connection.alias != ALIAS:
        return execute(sql, params, many, context)
    if not connection.in_atomic_block:
        with transaction.atomic(using=ALIAS):
            _begin(connection, viewer)
            return execute(sql, params, many, context)
    if connection.connection.info.transaction_status == TransactionStatus.IDLE:
        _begin(connection, viewer)
    return execute(sql, params, many, context)


def _begin(connection: BaseDatabaseWrapper, viewer: Viewer) -> None:
    """Begin a transaction and say who is looking, in one round trip; the driver would take two."""
    wire = connection.connection.pgconn
    quote = Escaping(wire).escape_literal
    settings = b"; ".join(
        b"SET LOCAL %s = %s" % (name.encode(), quote(value.encode()))
        for name, value in viewer.settings().items()
    )
    with connection.wrap_database_errors:
        answer = wire.exec_(b"BEGIN; " + settings)
        if wire.status != ConnStatus.OK:
            raise psycopg.OperationalError(wire.get_error_message())
        if answer.status != ExecStatus.COMMAND_OK:
            raise psycopg.errors.error_from_result(answer)


def watch_connection(connection: BaseDatabaseWrapper, **_more: Any) -> None:
    """Install the wrapper on a new connection (receiver of `connection_created`)."""
    if begin_with_viewer not in connection.execute_wrappers:
        connection.execute_wrappers.append(begin_with_viewer)
