"""The scan of a signed sheet, added when the paper is at hand. It is kept in the row it proves."""

from __future__ import annotations

import hashlib

from django.db import transaction

from knotenpunkt.foundation.actions import record
from knotenpunkt.network.models import Account
from knotenpunkt.people.errors import Fault, MayNotShare
from knotenpunkt.people.models import ConfidentialityRelease, Consent
from knotenpunkt.people.models.scans import is_scan


def hash_of_scan(scan: bytes | None) -> str:
    """Return what proves later that the scan is the one of then; empty without one."""
    return hashlib.sha256(scan).hexdigest() if scan else ""


@transaction.atomic
def add_scan(*, of: Consent | ConfidentialityRelease, scan: bytes, by: Account) -> None:
    """Keep the scan of a paper; what is kept already is never replaced.

    Raises `MayNotShare` for a file that is too large or no scan.
    """
    if not is_scan(scan):
        raise MayNotShare([Fault.BAD_SCAN])
    row = type(of).objects.select_for_update(of=("self",)).get(pk=of.pk)
    if row.scan_hash:
        return
    row.scan, row.scan_hash = scan, hash_of_scan(scan)
    row.save(update_fields=["scan", "scan_hash"])
    kind = "consent" if isinstance(row, Consent) else "release"
    record(f"{kind}.scan_added", row, by=by)


def seal_scans() -> int:
    """Seal every scan anew with the first key, one at a time; return how many. Twice is harmless.

    Run it in a system scope: it reads the scans of every house, and shows none.
    """
    count = 0
    for model in (Consent, ConfidentialityRelease):
        for key in model.objects.exclude(scan=None).values_list("pk", flat=True):
            with transaction.atomic():
                row = model.objects.select_for_update(of=("self",)).get(pk=key)
                row.save(update_fields=["scan"])
                count += 1
    return count
