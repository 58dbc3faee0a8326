"""The rights matrix: every endpoint and the roles that may open it, complete by construction.

A view says who may open it by its decorator (`web/access.py`), an operation of the API by its
authentication. An endpoint without such a row keeps the product from starting.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.core.checks import CheckMessage, Error
from django.urls import URLPattern, URLResolver, get_resolver

ANYONE = frozenset({"anyone"})
# Signing in and out, second factors and languages belong to their libraries.
FOREIGN = ("account/", "language/")


def endpoints(patterns: list[Any] | None = None, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield (address pattern, view) of everything the product answers."""
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(entry, URLResolver):
            yield from endpoints(entry.url_patterns, prefix + str(entry.pattern))
        elif isinstance(entry, URLPattern):
            yield prefix + str(entry.pattern), entry.callback


def rights_matrix() -> Mapping[str, frozenset[str] | None]:
    """Return who may open each endpoint: roles, `anyone`, `token`; None if nobody has said.

    Operations of the API that share an address may open it to different roles: then all of them.
    """
    return {
        address: _may_open(view) for address, view in endpoints() if not address.startswith(FOREIGN)
    }


def _may_open(view: Any) -> frozenset[str] | None:
    said = getattr(view, "may_open", None)
    if said is not None:
        return ANYONE if said == "anyone" else frozenset(said)
    operations = _operations_of(view)
    if operations is None:
        return None
    if not all(operation.auth_callbacks for operation in operations):
        return _said_of(operations)
    roles = [
        getattr(guard, "roles", ())
        for operation in operations
        for guard in operation.auth_callbacks
    ]
    return frozenset({"token"}).union(*roles)


def _operations_of(view: Any) -> list[Any] | None:
    """Return the operations behind an address of the API, or None if it is none."""
    path_view = getattr(view, "__self__", None)
    found = getattr(path_view, "operations", None)
    if found is not None:
        return list(found)
    module = getattr(view, "__module__", "")
    return [] if module.startswith(("ninja", "functools")) else None


def _said_of(operations: list[Any]) -> frozenset[str] | None:
    """An open operation says so itself: `operation.may_open = "anyone"` by its function."""
    is_open = all(
        it.auth_callbacks or getattr(it.view_func, "may_open", None) == "anyone"
        for it in operations
    )
    return ANYONE if is_open else None


def every_endpoint_has_its_row(app_configs: object, **_more: object) -> list[CheckMessage]:
    """Refuse to start while an endpoint does not say who may open it (a system check)."""
    return [
        Error(
            f"{address} does not say who may open it.",
            hint="Put @staff(roles=...) or @anyone above the view.",
            id="knotenpunkt.E001",
        )
        for address, roles in rights_matrix().items()
        if roles is None
    ]
