"""Statements that the server prepares once a connection and then only runs.

Django binds parameters on the client, so that each statement is parsed and planned anew. The few
long statements of a booking are worth more. They are prepared from the second time on, unless
`DATABASE_PREPARES=false` says that a connection pooler cannot keep them.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, TypeVar, cast
from uuid import UUID

import psycopg
from django.db import connection, connections
from django.db.backends.utils import CursorWrapper
from django.db.models import Model

Row = TypeVar("Row", bound=Model)


class LoggedCursor(psycopg.Cursor[Any]):
    """Tells Django's query log what it ran, which psycopg forgets of a prepared statement."""

    def execute(self, query: Any, params: Any = None, **more: Any) -> LoggedCursor:
        super().execute(query, params, **more)
        self._query = cast("Any", SimpleNamespace(query=str(query).encode()))
        return self


def prepared_cursor() -> CursorWrapper:
    """Return a cursor of the default connection that binds on the server; queries are counted."""
    database = connections["default"]
    database.ensure_connection()
    database.validate_thread_sharing()
    if database.queries_logged:
        logged: Any = LoggedCursor(database.connection)
        return database.make_debug_cursor(logged)
    plain: Any = psycopg.Cursor(database.connection)
    return database.make_cursor(plain)


def lock_row(model: type[Row], key: UUID) -> Row:
    """Lock one row until the transaction ends, and read it. Raises the model's `DoesNotExist`."""
    statement, names, converters = _lock_of(model)
    with prepared_cursor() as cursor:
        cursor.execute(statement, [key])
        row = cursor.fetchone()
    if row is None:
        raise model.DoesNotExist(f"{model.__name__} {key}")  # type: ignore[attr-defined]
    values = list(row)
    for place, field, convert in converters:
        values[place] = convert(values[place], field.cached_col, connection)
    return model.from_db("default", names, values)


Converter = tuple[int, Any, Callable[..., Any]]  # place, field, what Django's field asks for


@functools.cache
def _lock_of(model: type[Model]) -> tuple[str, list[str], list[Converter]]:
    """Return the statement, the fields it reads and how their values are converted, by place.

    Its names are those of the model, never input.
    """
    fields = list(model._meta.concrete_fields)
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    table, key = quote(model._meta.db_table), quote(str(model._meta.pk.column))
    statement = f"SELECT {columns} FROM {table} WHERE {key} = %s FOR UPDATE"  # noqa: S608
    converters = [
        (place, field, convert)
        for place, field in enumerate(fields)
        for convert in field.get_db_converters(connection)
    ]
    return statement, [field.attname for field in fields], converters
