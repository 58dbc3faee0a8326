"""The demo: load the region if it is not there or its anchor week has passed, and show logins."""

from __future__ import annotations

import datetime as dt
import sys

import django
import typer

django.setup()

from knotenpunkt.config.demo_bookings import fill_bookings  # noqa: E402 - after setup
from knotenpunkt.config.region.actions import DEMO_REGION, load_region  # noqa: E402 - after setup
from knotenpunkt.config.region.actions.network_part import DEMO_PASSWORD  # noqa: E402
from knotenpunkt.foundation import clock  # noqa: E402
from knotenpunkt.network.actions import new_api_token  # noqa: E402
from knotenpunkt.network.models import Network, StaffMember  # noqa: E402

SHOWN = {
    "st-mb02": "migration counsellor (confidential)",
    "st-ki03": "case manager",
    "st-ki02": "coordinator",
    "st-jc05": "Jobcenter, benefits",
    "st-abh07": "front desk of the immigration office",
    "st-jc01": "manager (sees no person)",
    "st-ki09": "data protection officer (deletion, without names)",
}


def load_if_needed() -> None:
    """Load the demo region unless its anchor week still lies ahead."""
    network = Network.objects.filter(code="kreis-musterkreis").first()
    anchor = network.anchor_monday if network else None
    if anchor is None or anchor + dt.timedelta(days=7) <= clock.today():
        fill_bookings(load_region(DEMO_REGION))


def show() -> None:
    """Print logins by role, and an API token."""
    typer.echo("\n  Everything in this demo is invented: people, offices, places.")
    typer.echo(f"  Password for all: {DEMO_PASSWORD}\n")
    found = StaffMember.objects.select_related("account").filter(code__in=SHOWN)
    members = {member.code: member for member in found}
    for code, role in SHOWN.items():
        member = members[code]
        email = member.account.email if member.account else ""
        typer.echo(f"  {email:34} {member.name}, {role}")
    account = members["st-ki03"].account
    if account is not None:
        typer.echo(f"\n  API token (a day): {new_api_token(account=account, name='demo', days=1)}")
        typer.echo("  API document: /api/v1/openapi.json")


if __name__ == "__main__":
    show() if "--show" in sys.argv else load_if_needed()
