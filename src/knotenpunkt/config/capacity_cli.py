"""The command `knotenpunkt capacity`: does anyone stand back for a programme?"""

from __future__ import annotations

import datetime as dt
import importlib
import os
from typing import Annotated, Any

import typer

capacity = typer.Typer(help="Capacity that programmes pay for.", no_args_is_help=True)
LONGEST = 366


@capacity.callback()
def _group() -> None:
    """Keep `check` a command of its own while it is the only one."""


@capacity.command()
def check(
    network: Annotated[str, typer.Option(help="Code of the network; all if left out.")] = "",
    first: Annotated[
        dt.datetime | None, typer.Option(formats=["%Y-%m-%d"], help="First day; today.")
    ] = None,
    days: Annotated[int, typer.Option(min=1, max=LONGEST, help="How many days.")] = 28,
) -> None:
    """Compare regular capacity with and without programmes, per organization.

    Exit code 1 if one minute is missing, or paid for as extra although it was open to everyone.
    """
    ring_fence, networks = _set_up()
    start = first.date() if first else dt.datetime.now(tz=dt.UTC).astimezone().date()
    end = start + dt.timedelta(days=days - 1)
    found = [it for it in networks if network in ("", it.code)]
    if not found:
        typer.echo(f"There is no network {network!r}.")
        raise typer.Exit(2)
    bad = sum(_told(ring_fence, it, start, end) for it in found)
    typer.echo(f"{bad} differences" if bad else "Nobody stands back.")
    raise typer.Exit(1 if bad else 0)


def _set_up() -> tuple[Any, list[Any]]:
    """Return the check and all networks; Django has to be set up before they are imported."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "knotenpunkt.config.settings")
    importlib.import_module("django").setup()
    models = importlib.import_module("knotenpunkt.network.models")
    ring_fence = importlib.import_module("knotenpunkt.evaluation.ring_fence")
    return ring_fence, list(models.Network.objects.order_by("code"))


def _told(ring_fence: Any, network: Any, first: dt.date, last: dt.date) -> int:
    """Print one network, and return on how many days of somebody something differs."""
    typer.echo(f"{network.code}, {first} to {last}, minutes:")
    typer.echo(f"{'regular':>9} {'without':>9} {'extra':>7}  organization")
    for it in ring_fence.capacities(network, first, last):
        mark = "" if it.is_whole else "  <- differs"
        numbers = f"{it.regular_minutes:>9} {it.without_programmes_minutes:>9}"
        typer.echo(f"{numbers} {it.programme_minutes:>7}  {it.organization}{mark}")
    found = ring_fence.shortfalls(network, first, last)
    for fault in found:
        typer.echo(
            f"{fault.day} {fault.resource}: {fault.missing_minutes} minutes missing, "
            f"{fault.doubled_minutes} paid twice"
        )
    return len(found)
