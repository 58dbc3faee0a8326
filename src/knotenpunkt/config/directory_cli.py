"""The command `knotenpunkt directory`: check, import and export HSDS; test a running API."""

from __future__ import annotations

import importlib
import json
import os
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer

directory = typer.Typer(help="The directory of services (HSDS 3.0).", no_args_is_help=True)
MAX_BYTES = 50_000_000
SHOWN = 50
HsdsFile = Annotated[
    Path, typer.Argument(help="HSDS as .json or .zip (CSV).", exists=True, dir_okay=False)
]


def _module(name: str) -> Any:
    """Return a module of the directory; Django has to be set up before it is imported."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "knotenpunkt.config.settings")
    importlib.import_module("django").setup()
    return importlib.import_module(f"knotenpunkt.directory.{name}")


def _bundle(file: Path) -> Any:
    if file.stat().st_size > MAX_BYTES:
        typer.echo("The file is larger than 50 MB.")
        raise typer.Exit(1)
    reading = _module("hsds.reading")
    try:
        return reading.read_bundle(file.name, file.read_bytes())
    except ValueError as error:
        typer.echo(f"The file cannot be read: {error}")
        raise typer.Exit(1) from error


def _print(findings: list[Any]) -> None:
    for finding in findings[:SHOWN]:
        typer.echo(str(finding))
    if len(findings) > SHOWN:
        typer.echo(f"... and {len(findings) - SHOWN} more")


@directory.command()
def check(file: HsdsFile) -> None:
    """Say what is wrong with HSDS data, also what no schema sees. Exit code 1 on errors."""
    bundle, lint = _bundle(file), _module("hsds.lint")
    findings = lint.findings_of(bundle)
    _print(findings)
    errors = sum(it.severity == lint.Severity.ERROR for it in findings)
    typer.echo(f"{errors} errors, {len(findings) - errors} warnings")
    raise typer.Exit(1 if errors else 0)


@directory.command("import")
def import_(
    file: HsdsFile,
    network: Annotated[str, typer.Option(help="Code of the network.")],
    source: Annotated[str, typer.Option(help="Where the data come from.")] = "",
    licence: Annotated[str, typer.Option(help="Their licence (SPDX).")] = "",
    language: Annotated[str, typer.Option(help="The language of their texts.")] = "de",
) -> None:
    """Write HSDS data into the database: all of it or nothing."""
    bundle, importing = _bundle(file), _module("actions.importing")
    into = _module("queries").network_of_code(network)
    if into is None:
        typer.echo(f"There is no network {network!r}.")
        raise typer.Exit(1)
    origin = importing.Origin(source=source, licence=licence, language=language)
    try:
        report = importing.import_bundle(network=into, bundle=bundle, by=None, origin=origin)
    except importing.BadImport as error:
        _print(error.findings)
        typer.echo("Nothing was written.")
        raise typer.Exit(1) from error
    _print(report.warnings)
    typer.echo(f"new: {dict(report.created)}; updated: {dict(report.updated)}")


@directory.command()
def export(
    file: Annotated[Path, typer.Argument(help="Where to write, .json or .zip (CSV).")],
    network: Annotated[str, typer.Option(help="Code of the network.")],
) -> None:
    """Write what is public as HSDS 3.0."""
    outgoing = _module("hsds.outgoing")
    bundle = outgoing.public_bundle(network)
    if file.suffix == ".zip":
        file.write_bytes(_module("hsds.package").write_package(bundle))
    else:
        nest = _module("hsds.nesting").Nest(bundle)
        documents = [nest.service(row["id"]) for row in bundle["services"]]
        file.write_text(json.dumps({"services": documents}, ensure_ascii=False, indent=1))
    typer.echo(f"{len(bundle['services'])} services are written.")


@directory.command()
def conformance(
    url: Annotated[str, typer.Option(help="Root of the API, such as http://host/hsds/.")],
) -> None:
    """Run the test profile of Open Referral UK (HSDS-UK-3.0) against a running API."""
    runner = _module("hsds.conformance")

    def fetch(address: str) -> tuple[int, Any]:
        answer = httpx.get(url.rstrip("/") + address, timeout=30, follow_redirects=True)
        is_json = "json" in answer.headers.get("content-type", "")
        return answer.status_code, answer.json() if is_json else None

    try:
        outcomes = runner.run_profile(fetch)
    except httpx.HTTPError as error:
        typer.echo(f"{url} does not answer: {type(error).__name__}")
        raise typer.Exit(2) from error
    for outcome in outcomes:
        typer.echo(f"{'BAD ' if outcome.faults else 'ok  '} {outcome.name} ({outcome.endpoint})")
        for fault in outcome.faults[:5]:
            typer.echo(f"     {fault}")
    faults = sum(len(it.faults) for it in outcomes)
    typer.echo(f"{faults} errors in {len(outcomes)} tests")
    raise typer.Exit(1 if faults else 0)
