"""Whether the read log is whole: recomputed here, independent of the trigger that seals it."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from knotenpunkt.people.models import ReadEntry, ReadSeal


@dataclass(frozen=True)
class ChainFault:
    """`kind`: changed, missing, relinked or unsealed."""

    kind: str
    entry_id: int


def content_of(entry: ReadEntry) -> str:
    """Return what is sealed of an entry; the trigger builds the same text."""
    parts = (
        entry.pk,
        entry.at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%f"),
        entry.person_id,
        entry.account_id,
        entry.organization_id,
        entry.what,
        entry.basis,
        entry.item_id,
        entry.grant_id,
        entry.purpose,
    )
    return "|".join("" if part is None else str(part) for part in parts)


def faults_of(seals: Iterable[ReadSeal], entries: Mapping[int, ReadEntry]) -> list[ChainFault]:
    """Return every break: seals in order of their chains, entries by id."""
    faults: list[ChainFault] = []
    before, month, sealed = "", None, set()
    for seal in seals:
        if seal.month != month:
            before, month = "", seal.month
        if seal.hash != _sha256(before + seal.content_hash):
            faults.append(ChainFault("relinked", seal.entry_id))
        before = seal.hash
        sealed.add(seal.entry_id)
        faults += _faults_of_entry(seal, entries.get(seal.entry_id))
    return [*faults, *(ChainFault("unsealed", pk) for pk in entries if pk not in sealed)]


def _faults_of_entry(seal: ReadSeal, entry: ReadEntry | None) -> list[ChainFault]:
    if entry is None:
        return [] if seal.erased_at else [ChainFault("missing", seal.entry_id)]
    is_same = _sha256(content_of(entry)) == seal.content_hash
    return [] if is_same else [ChainFault("changed", seal.entry_id)]


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def check_read_log() -> list[ChainFault]:
    """Check all chains there are; an entry of a transaction still open is not seen yet."""
    return faults_of(ReadSeal.objects.order_by("month", "position"), ReadEntry.objects.in_bulk())


def heads() -> dict[str, str]:
    """Return the last hash of each month: what is kept elsewhere as an anchor."""
    last = ReadSeal.objects.order_by("month", "-position").distinct("month")
    return {_place(seal): seal.hash for seal in last}


def differs_from_anchor(anchor: Mapping[str, str]) -> list[str]:
    """Return the places where the log no longer holds what an anchor says it held."""
    kept = {_place(seal): seal.hash for seal in ReadSeal.objects.all()}
    return sorted(place for place, known in anchor.items() if kept.get(place) != known)


def _place(seal: ReadSeal) -> str:
    return f"{seal.month:%Y-%m}/{seal.position}"
