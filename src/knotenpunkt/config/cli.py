"""The command `knotenpunkt`."""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from knotenpunkt.config.capacity_cli import capacity
from knotenpunkt.config.cohort_cli import cohort_group
from knotenpunkt.config.directory_cli import directory
from knotenpunkt.config.doctor import examine
from knotenpunkt.config.region.check import BadRegion, check_region, read_region
from knotenpunkt.config.region.responsibility import rule_faults
from knotenpunkt.config.run import run as run_everything
from knotenpunkt.config.scans_cli import app as scans
from knotenpunkt.config.tombstones_cli import app as tombstones
from knotenpunkt.planner.cohort.command import cohort_file
from knotenpunkt.planner.cohort.generator import cohort_document
from knotenpunkt.planner.command import plan_file
from knotenpunkt.planner.generator import generate

DEMO_REGION = Path(__file__).parent / "region" / "data" / "musterkreis.yaml"

app = typer.Typer(help="One visit instead of six mornings.", no_args_is_help=True)
region = typer.Typer(help="Files that describe a whole Kreis.", no_args_is_help=True)
app.add_typer(region, name="region")
rules = typer.Typer(help="Who is responsible for whom.", no_args_is_help=True)
app.add_typer(rules, name="rules")
app.add_typer(directory, name="directory")
app.add_typer(tombstones, name="tombstones")
app.add_typer(scans, name="scans")
app.add_typer(capacity, name="capacity")


@app.command()
def run(
    port: Annotated[int, typer.Option(help="Port on this machine.", min=1, max=65535)] = 8000,
    home: Annotated[Path, typer.Option(help="Folder for database, secret, static files.")] = Path(
        ".run"
    ),
) -> None:
    """Start database, worker and server with the invented demo region. Ctrl-C stops all."""
    raise typer.Exit(run_everything(home=home.resolve(), port=port))


@app.command("plan")
def plan(
    instance: Annotated[Path, typer.Argument(help="A coordplan-1 file (JSON).")],
    top: Annotated[int, typer.Option(help="How many plans at most.", min=1, max=100)] = 5,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Find the best visit of an instance. Exit code 0 when solved, 2 on a bad instance."""
    raise typer.Exit(plan_file(instance, top=top, as_json=as_json))


@app.command("cohort")
def cohort(
    file: Annotated[
        Path | None, typer.Argument(help="A coordplan-cohort-1 file (JSON).", show_default=False)
    ] = None,
    group: Annotated[
        UUID | None,
        typer.Option(help="Instead of a file: the key of a group that the desk asked for."),
    ] = None,
    out: Annotated[Path, typer.Option(help="Where to write the answer.")] = Path("cohort.json"),
    seconds: Annotated[float, typer.Option(help="Time in all.", min=1, max=86_400)] = 120,
    workers: Annotated[int, typer.Option(help="Threads that share the work.", min=1)] = 1,
    resume: Annotated[bool, typer.Option(help="Go on where a stopped run was.")] = False,
) -> None:
    """Plan many persons at once before the same desks. Exit code 2 on a bad file.

    Of a group of the desk the answer is also shown there, as proposals to book.
    """
    if (file is None) == (group is None):
        raise typer.BadParameter("give either a file or --group")
    how = {"seconds": seconds, "out": out, "workers": workers, "resume": resume}
    if file is not None:
        raise typer.Exit(cohort_file(file, **how))  # type: ignore[arg-type]
    if group is not None:
        raise typer.Exit(cohort_group(group, **how))  # type: ignore[arg-type]


@region.command("check")
def region_check(
    file: Annotated[
        Path, typer.Argument(help="A region file (YAML).", exists=True, dir_okay=False)
    ],
) -> None:
    """Check a region file without touching any database."""
    faults = check_region(file)
    for fault in faults:
        typer.echo(str(fault))
    typer.echo(f"{len(faults)} faults" if faults else "The file is in order.")
    raise typer.Exit(1 if faults else 0)


@region.command("load")
def region_load(
    file: Annotated[
        Path, typer.Argument(help="A region file (YAML).", exists=True, dir_okay=False)
    ],
    anchor: Annotated[
        dt.datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Move the anchor Monday to this day."),
    ] = None,
    move: Annotated[
        bool, typer.Option(help="Move all dates by whole weeks so that the anchor lies ahead.")
    ] = False,
) -> None:
    """Load a region file into the database of DATABASE_URL: all of it or nothing."""
    load = _loader()
    try:
        network = load(file, anchor_monday=anchor.date() if anchor else None, move=move)
    except BadRegion as error:
        typer.echo(str(error))
        raise typer.Exit(1) from error
    typer.echo(f"{network} is loaded.")


@rules.command("check")
def rules_check(
    file: Annotated[
        Path, typer.Argument(help="A region file (YAML).", exists=True, dir_okay=False)
    ] = DEMO_REGION,
    on: Annotated[
        dt.datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The day whose rules are looked at; today."),
    ] = None,
) -> None:
    """Look for gaps, conflicts, rules that never win, rules past their date, wrong test cases.

    Exit code 1 if an answer could be wrong; what only asks for a review is a warning.
    """
    try:
        found = read_region(file)
    except BadRegion as error:
        typer.echo(str(error))
        raise typer.Exit(1) from error
    day = on.date() if on else dt.date.today()
    faults = rule_faults(found.responsibility_rules, found.responsibility_gaps, day)
    for fault in faults:
        typer.echo(("warning: " if fault.is_warning else "") + str(fault))
    errors = sum(not fault.is_warning for fault in faults)
    typer.echo(f"{errors} faults, {len(faults) - errors} warnings")
    raise typer.Exit(1 if errors else 0)


def _loader() -> Callable[..., object]:
    """Return `load_region`, which can be imported only when Django is set up."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "knotenpunkt.config.settings")
    import django  # noqa: PLC0415 - only this command needs Django, and needs it set up first

    django.setup()
    from knotenpunkt.config.region.actions import load_region  # noqa: PLC0415 - after the set-up

    return load_region


@app.command("test-data")
def test_data(
    file: Annotated[Path, typer.Argument(help="Where to write the instance.")],
    seed: Annotated[int, typer.Option(min=0)] = 1,
    needs: Annotated[int, typer.Option(min=1, max=10)] = 5,
    days: Annotated[int, typer.Option(min=1, max=60)] = 60,
    desks: Annotated[int, typer.Option(min=1, max=1000)] = 60,
    use: Annotated[
        float, typer.Option(min=0, max=0.99, help="Share of time already booked.")
    ] = 0.7,
) -> None:
    """Write an invented planning instance (coordplan-1), the same for the same seed."""
    file.write_text(json.dumps(generate(seed, needs=needs, days=days, desks=desks, use=use)))
    typer.echo(f"{file} is written.")


@app.command("test-cohort")
def test_cohort(
    file: Annotated[Path, typer.Argument(help="Where to write the cohort.")],
    seed: Annotated[int, typer.Option(min=0)] = 1,
    persons: Annotated[int, typer.Option(min=1, max=20_000)] = 200,
    needs: Annotated[int, typer.Option(min=1, max=10)] = 3,
    days: Annotated[int, typer.Option(min=1, max=60)] = 30,
    use: Annotated[float, typer.Option(min=0, max=0.99)] = 0.5,
) -> None:
    """Write an invented cohort (coordplan-cohort-1), the same for the same seed."""
    document = cohort_document(seed, persons=persons, needs=needs, days=days, use=use)
    file.write_text(json.dumps(document))
    typer.echo(f"{file} is written.")


@app.command()
def doctor() -> None:
    """Say what is wrong with this installation, and how to mend it."""
    findings = examine()
    for finding in findings:
        mark = "ok  " if finding.is_well else "BAD "
        typer.echo(f"{mark} {finding.what}" + (f"\n     -> {finding.cure}" if finding.cure else ""))
    raise typer.Exit(0 if all(finding.is_well for finding in findings) else 1)
