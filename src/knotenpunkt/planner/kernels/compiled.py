"""How the functions of this folder are compiled.

Only the one call from Python gets a wrapper and is kept on disk; the others exist inside it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

F = TypeVar("F", bound=Callable[..., Any])


OPTIONS: dict[str, Any] = {
    "no_cpython_wrapper": True,
    "no_cfunc_wrapper": True,
    "error_model": "numpy",
}


def part(function: F) -> F:
    """Make a function a part of the one that calls it: a name for its lines, without a call.

    For parts of the innermost loops: a call with a dozen arrays costs more than what they do.
    """
    return cast("F", njit(inline="always", **OPTIONS)(function))


def inner(function: F) -> F:
    """Compile a function that only compiled functions call."""
    return cast("F", njit(**OPTIONS)(function))
