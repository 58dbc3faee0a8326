"""The rules of the house as functions from source text to faults, so that tests can plant some."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

LONGEST_FILE, LONGEST_FUNCTION, MOST_PARAMETERS = 400, 40, 6
WRITES = frozenset(
    {
        "save",
        "create",
        "update",
        "delete",
        "bulk_create",
        "bulk_update",
        "get_or_create",
        "update_or_create",
    }
)
Fault = tuple[str, int, str]


def writes_outside_actions(path: Path, text: str) -> Iterator[Fault]:
    """Only actions write rows."""
    if "actions" in path.parts or path.stem == "actions" or "migrations" in path.parts:
        return
    tree = ast.parse(text)
    managers = [it for it in tree.body if isinstance(it, ast.ClassDef) and "Manager" in it.name]
    for node in managers:  # Django's own commands make accounts through their manager
        tree.body.remove(node)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        name, owner = node.func.attr, ast.unparse(node.func.value)
        is_of_rows = "objects" in owner or "_default_manager" in owner or "filter(" in owner
        if name in WRITES and (is_of_rows or name == "save"):
            yield path.name, node.lineno, f"{owner}.{name}"


def imports_inside_functions(path: Path, text: str) -> Iterator[Fault]:
    """An import inside a function means that the code is in the wrong place."""
    lines = text.splitlines()
    for function in ast.walk(ast.parse(text)):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for node in ast.walk(function):
                is_import = isinstance(node, ast.Import | ast.ImportFrom)
                if is_import and "noqa: PLC0415 - " not in lines[node.lineno - 1]:
                    yield path.name, node.lineno, "import inside a function"


def too_long(path: Path, text: str) -> Iterator[Fault]:
    """Files of 400 lines, functions of 40 lines or 6 parameters at most.

    Compiled loops over arrays may be longer: one long loop costs less than calls with many arrays.
    """
    if len(text.splitlines()) > LONGEST_FILE:
        yield path.name, LONGEST_FILE, "file too long"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not is_compiled(node):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > LONGEST_FUNCTION:
                yield path.name, node.lineno, f"{node.name} has {length} lines"
            own = [
                it
                for it in (*node.args.args, *node.args.kwonlyargs)
                if it.arg not in {"self", "cls"}
            ]
            if len(own) > MOST_PARAMETERS:
                yield path.name, node.lineno, f"{node.name} has {len(own)} parameters"


def is_compiled(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Return whether numba compiles it: by itself, or as an inner part of another."""
    decorators = [ast.unparse(it) for it in function.decorator_list]
    return any(it in {"inner", "part"} or it.startswith("njit(") for it in decorators)


PHYSICAL = re.compile(
    r"(?<![\w-])((margin|padding|border)-(left|right)|left|right|float|text-align)\s*:\s*([^;}]*)"
)


def physical_rules(path: Path, text: str) -> Iterator[Fault]:
    """A rule that says left or right is wrong in Arabic and Persian."""
    for match in PHYSICAL.finditer(re.sub(r"/\*.*?\*/", "", text, flags=re.S)):
        name, value = match.group(1), match.group(4)
        needs_side = name in {"float", "text-align"}
        if not needs_side or re.search(r"\b(left|right)\b", value):
            yield path.name, text[: match.start()].count("\n") + 1, match.group(0).strip()


INLINE = re.compile(
    r"<style|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|<script(?![^>]*\ssrc=)|javascript:", re.I
)


def inline_code(path: Path, text: str) -> Iterator[Fault]:
    """The policy forbids inline style and script; a page that has some would be broken."""
    for match in INLINE.finditer(text):
        yield path.name, text[: match.start()].count("\n") + 1, match.group(0)


def unclassified_fields(model: type) -> list[str]:
    """Return the fields that a model about people does not classify."""
    classified = set(model.Privacy.fields)  # type: ignore[attr-defined]
    return sorted({field.name for field in model._meta.concrete_fields} ^ classified)  # type: ignore[attr-defined]
