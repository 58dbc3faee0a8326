"""`knotenpunkt scans`: after a new key, seal again what the old one has sealed."""

from __future__ import annotations

import os

import typer

app = typer.Typer(help="Scans of signed sheets, which lie encrypted in the database.")


@app.callback()
def scans() -> None:
    """Scans of signed sheets, which lie encrypted in the database."""


@app.command("seal")
def seal() -> None:
    """Seal every scan anew with the first of SCAN_KEYS; then the old keys can go."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "knotenpunkt.config.settings")
    import django  # noqa: PLC0415 - only this command needs Django, and needs it set up first

    django.setup()
    from knotenpunkt.foundation.scope import system_scope  # noqa: PLC0415 - after the set-up
    from knotenpunkt.people.actions import seal_scans  # noqa: PLC0415 - after the set-up

    with system_scope("seal every scan with the new key"):
        count = seal_scans()
    typer.echo(f"{count} scans are sealed with the first key.")
