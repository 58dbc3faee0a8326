"""What is wrong with an HSDS bundle: what its schema forbids, and what no schema can see.

The published schemas let most faults pass that send people to a closed door: they never compare
two values and never follow a reference. Each kind of fault has one line in `KINDS`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from knotenpunkt.directory.hsds.checks import ALL_CHECKS, Context, RowCheck
from knotenpunkt.directory.hsds.spec import Bundle, tables
from knotenpunkt.foundation import clock


class Severity(StrEnum):
    """An error refuses an import; a warning asks a human."""

    ERROR = "error"
    WARNING = "warning"


E, W = Severity.ERROR, Severity.WARNING
KINDS: dict[str, tuple[Severity, Promise | str]] = {
    "missing_value": (E, _("This is needed, but empty.")),
    "wrong_type": (E, _("This should be a number.")),
    "unknown_choice": (E, _("This is none of the allowed words.")),
    "bad_id": (E, _("This is not a UUID.")),
    "doubled_id": (E, _("This id appears twice.")),
    "bad_email": (E, _("This is not an e-mail address.")),
    "bad_address": (E, _("This is not a web address (http or https).")),
    "bad_date": (E, _("This is not a day (YYYY-MM-DD).")),
    "bad_time": (E, _("This is not a time (HH:MM).")),
    "blank_name": (E, _("A name needs at least one letter.")),
    "closes_before_opens": (E, _("It closes before it opens.")),
    "ends_before_it_starts": (E, _("The last day is before the first day.")),
    "impossible_rule": (E, _("This rule never holds on any day.")),
    "schedule_has_ended": (W, _("These hours ended in the past.")),
    "minimum_age_above_maximum": (E, _("The minimum age is above the maximum age.")),
    "impossible_age": (E, _("No person has this age.")),
    "impossible_coordinates": (E, _("This place is not on earth.")),
    "coordinates_at_zero": (W, _("This place lies in the Gulf of Guinea (0, 0).")),
    "half_coordinates": (W, _("Latitude and longitude go together.")),
    "dangling_reference": (E, _("This refers to something that is not there.")),
    "dangling_hint": (W, _("This refers to something that is not there; it is kept as text.")),
    "without_owner": (E, _("This belongs to nothing that is there.")),
    "circular_parent": (E, _("This is its own parent, directly or around.")),
    "unknown_language": (W, _("This is no language code (ISO 639).")),
    "unknown_country": (W, _("This is no country code (ISO 3166).")),
    "unknown_currency": (W, _("This is no currency code (ISO 4217).")),
    "unknown_time_zone": (W, _("No time zone is so far from UTC.")),
    "negative_amount": (E, _("A price is not negative.")),
    "unreachable_number": (W, _("Nobody can be reached at this number.")),
    "confirmed_in_future": (W, _("This was confirmed on a day that has not come yet.")),
    "nobody_can_come": (W, _("An active service without place, phone, mail or web address.")),
    "doubled_service": (W, _("This organization has another service of the same name.")),
}


@dataclass(frozen=True)
class Finding:
    """One fault: in which table, row (from 1) and field, of which kind."""

    kind: str
    table: str
    row: int
    row_id: str
    field: str
    value: str

    @property
    def severity(self) -> Severity:
        return KINDS[self.kind][0]

    @property
    def message(self) -> str:
        return str(KINDS[self.kind][1])

    def __str__(self) -> str:
        place = f"{self.table} {self.row}: {self.field}"
        return f"{self.severity}: {place} = {self.value!r}: {self.message} [{self.kind}]"


def findings_of(
    bundle: Bundle,
    *,
    known: Mapping[str, set[str]] | None = None,
    today: dt.date | None = None,
    checks: tuple[RowCheck, ...] | None = None,
) -> list[Finding]:
    """Return every fault of the bundle. `known` are ids by table that exist outside of it."""
    ids = {
        name: {str(row.get("id")) for row in bundle.get(name, ())} | (known or {}).get(name, set())
        for name in tables()
    }
    context = Context(bundle, ids, today or clock.today())
    found = []
    for table in tables():
        for number, row in enumerate(bundle.get(table, ()), start=1):
            for check in checks or ALL_CHECKS:
                for kind, name in check(table, row, context):
                    value = str(row.get(name, ""))[:120]
                    found.append(Finding(kind, table, number, str(row.get("id", "")), name, value))
    return found
