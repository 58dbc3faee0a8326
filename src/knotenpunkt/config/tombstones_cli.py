"""`knotenpunkt tombstones`: whoever was deleted stays deleted after a restore."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any

import typer

app = typer.Typer(help="Keys of deleted files: write them out, apply them after a restore.")


def _keeping() -> Any:
    """Return the actions and the scope, which can be imported only when Django is set up."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "knotenpunkt.config.settings")
    import django  # noqa: PLC0415 - only these commands need Django, and need it set up first

    django.setup()
    from knotenpunkt.foundation.scope import system_scope  # noqa: PLC0415 - after the set-up
    from knotenpunkt.people.actions import keeping  # noqa: PLC0415 - after the set-up

    return keeping, system_scope


@app.command("export")
def export(file: Annotated[Path, typer.Argument(help="Where to write them.")]) -> None:
    """Write all tombstones, one a line. Keep the file beside the backups, not inside."""
    keeping, system_scope = _keeping()
    with system_scope("write tombstones out"):
        lines = keeping.tombstone_lines()
    file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    typer.echo(f"{len(lines)} tombstones are written.")


@app.command("apply")
def apply(file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)]) -> None:
    """Delete again, after a restore, whoever was deleted since the backup. Twice is harmless."""
    keeping, system_scope = _keeping()
    with system_scope("delete again after a restore"):
        count = keeping.apply_tombstones(file.read_text(encoding="utf-8").splitlines())
    typer.echo(f"{count} files had come back and are gone again.")
