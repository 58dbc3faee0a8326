"""The columns of the template, and what each row of a partner's table says."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from knotenpunkt.directory.enums import ServiceMode, TargetGroup
from knotenpunkt.directory.hsds.checks import ADDRESS, EMAIL
from knotenpunkt.directory.search.folding import fold
from knotenpunkt.directory.spreadsheet.reading import Table

DAYS = {
    "mo": "MO", "di": "TU", "mi": "WE", "do": "TH", "fr": "FR", "sa": "SA", "so": "SU",
    "mon": "MO", "tue": "TU", "wed": "WE", "thu": "TH", "fri": "FR", "sat": "SA", "sun": "SU",
}  # fmt: skip
HOURS = re.compile(
    r"(?P<day>[a-z]{2,3})\.?\s+(?P<opens>\d{1,2}:\d{2})\s*-\s*(?P<closes>\d{1,2}:\d{2})"
)
MODES = {
    "": ServiceMode.IN_PERSON, "vor ort": ServiceMode.IN_PERSON, "in person": ServiceMode.IN_PERSON,
    "gruppe": ServiceMode.GROUP, "group": ServiceMode.GROUP, "telefon": ServiceMode.PHONE,
    "phone": ServiceMode.PHONE, "video": ServiceMode.VIDEO,
}  # fmt: skip
WORD_OF_GROUP = {
    "neu angekommen": TargetGroup.NEWLY_ARRIVED, "ukraine": TargetGroup.UKRAINE,
    "asylverfahren": TargetGroup.ASYLUM_PROCEDURE, "anerkannt": TargetGroup.RECOGNIZED,
    "fachkrafte": TargetGroup.SKILLED_WORKERS, "familien": TargetGroup.FAMILIES,
    "kinder": TargetGroup.CHILDREN, "junge menschen": TargetGroup.YOUNG_PEOPLE,
    "frauen": TargetGroup.WOMEN, "arbeitsuchende": TargetGroup.JOBSEEKERS,
    "krank oder behindert": TargetGroup.ILL_OR_DISABLED,
}  # fmt: skip


@dataclass(frozen=True)
class RowFault:
    """What is wrong in one cell: `row` is the number in the file, `column` the German header."""

    row: int
    column: str
    value: str
    message: Promise | str


@dataclass(frozen=True)
class Hours:
    day: str
    opens: dt.time
    closes: dt.time


class BadCell(ValueError):
    """A cell cannot be understood; carries what to tell the partner."""

    def __init__(self, message: Promise | str) -> None:
        super().__init__(message)
        self.message = message


def _text(value: str) -> str:
    return value


def _needed(value: str) -> str:
    if not any(sign.isalnum() for sign in value):
        raise BadCell(_("This is needed, but empty."))
    return value[:200]


def _number(least: int, most: int) -> Callable[[str], int | None]:
    def parse(value: str) -> int | None:
        if not value:
            return None
        if not value.isdigit() or not least <= int(value) <= most:
            raise BadCell(_("This should be a whole number from %d to %d.") % (least, most))
        return int(value)

    return parse


def _choice(choices: Mapping[str, Any]) -> Callable[[str], Any]:
    def parse(value: str) -> Any:
        if fold(value) not in choices:
            raise BadCell(_("This is none of: %s.") % ", ".join(filter(None, choices)))
        return choices[fold(value)]

    return parse


def _list(parse_one: Callable[[str], Any]) -> Callable[[str], list[Any]]:
    def parse(value: str) -> list[Any]:
        return [parse_one(it.strip()) for it in re.split(r"[,;|]", value) if it.strip()]

    return parse


def _language(value: str) -> str:
    if not re.fullmatch(r"[a-z]{2,3}", value.lower()):
        raise BadCell(_("This is no language code (ISO 639)."))
    return value.lower()


def _hours(value: str) -> list[Hours]:
    found = []
    for part in filter(None, (it.strip() for it in value.split(";"))):
        match = HOURS.fullmatch(part.lower().replace("–", "-"))
        if not match or match["day"] not in DAYS:
            raise BadCell(_("Write hours like: Mo 08:00-12:00; Do 14:00-18:00"))
        try:
            opens = dt.time.fromisoformat(match["opens"].zfill(5))
            closes = dt.time.fromisoformat(match["closes"].zfill(5))
        except ValueError as error:
            raise BadCell(_("This is not a time (HH:MM).")) from error
        if closes <= opens:
            raise BadCell(_("It closes before it opens."))
        found.append(Hours(DAYS[match["day"]], opens, closes))
    return found


def _matching(pattern: re.Pattern[str], message: Promise) -> Callable[[str], str]:
    def parse(value: str) -> str:
        if value and not pattern.fullmatch(value):
            raise BadCell(message)
        return value

    return parse


@dataclass(frozen=True)
class Column:
    """A column: its key, its German header, an example for the template, how to read a cell."""

    key: str
    header: str
    example: str
    parse: Callable[[str], Any]


COLUMNS = (
    Column("name", "Angebot", "Erstberatung für Familien", _needed),
    Column("topic", "Thema (1-9)", "3", _number(1, 9)),
    Column("description", "Beschreibung", "Wir beraten zu Kita und Schule.", _text),
    Column("minutes", "Dauer in Minuten", "30", _number(5, 600)),
    Column("mode", "Art", "vor Ort", _choice(MODES)),
    Column("location", "Ort", "Familienbüro", _needed),
    Column("address", "Adresse", "Hauptstraße 1, 50000 Musterstadt", _needed),
    Column("hours", "Öffnungszeiten", "Mo 08:00-12:00; Do 14:00-18:00", _hours),
    Column("languages", "Sprachen", "de, uk, ar", _list(_language)),
    Column("groups", "Zielgruppen", "Familien", _list(_choice(WORD_OF_GROUP))),
    Column("minimum_age", "Mindestalter", "", _number(0, 130)),
    Column("maximum_age", "Höchstalter", "", _number(0, 130)),
    Column("documents", "Mitbringen", "Ausweis; Meldebescheinigung", _list(_text)),
    Column(
        "email",
        "E-Mail",
        "familie@example.org",
        _matching(EMAIL, _("This is not an e-mail address.")),
    ),
    Column(
        "url",
        "Webadresse",
        "https://example.org/familie",
        _matching(ADDRESS, _("This is not a web address (http or https).")),
    ),
)


def template_csv() -> str:
    """Return the template: headers and one example, as Excel opens it in Germany."""
    lines = [[it.header for it in COLUMNS], [it.example for it in COLUMNS]]
    return "\ufeff" + "\r\n".join(";".join(f'"{cell}"' for cell in line) for line in lines) + "\r\n"


def parsed(table: Table) -> tuple[list[dict[str, Any]], list[RowFault]]:
    """Return the rows that can be read (with `row`, their number) and every fault of the others."""
    places = {fold(header): place for place, header in enumerate(table.header)}
    missing = [it.header for it in COLUMNS[:1] if fold(it.header) not in places]
    if missing:
        return [], [RowFault(1, header, "", _("This column is missing.")) for header in missing]
    rows, faults = [], []
    for number, line in table.rows:
        values, bad = _row(number, line, places)
        faults += bad
        if not bad:
            rows.append(values)
    return rows, [*faults, *_doubled(rows)]


def _row(
    number: int, line: list[str], places: Mapping[str, int]
) -> tuple[dict[str, Any], list[RowFault]]:
    values: dict[str, Any] = {"row": number}
    faults = []
    for column in COLUMNS:
        place = places.get(fold(column.header))
        cell = line[place] if place is not None and place < len(line) else ""
        try:
            values[column.key] = column.parse(cell)
        except BadCell as error:
            faults.append(RowFault(number, column.header, cell[:80], error.message))
    low, high = values.get("minimum_age"), values.get("maximum_age")
    if low is not None and high is not None and low > high:
        message = _("The minimum age is above the maximum age.")
        faults.append(RowFault(number, "Mindestalter", str(low), message))
    return values, faults


def _doubled(rows: list[dict[str, Any]]) -> Iterator[RowFault]:
    seen: set[str] = set()
    for row in rows:
        name = fold(row["name"])
        if name in seen:
            yield RowFault(row["row"], "Angebot", row["name"], _("This name stands here twice."))
        seen.add(name)
