"""The checks of the linter: each looks at one row and yields (kind of fault, field)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any
from uuid import UUID

import phonenumbers
from babel import Locale
from babel.numbers import list_currencies
from dateutil.rrule import rrulestr

from knotenpunkt.directory.hsds import rules
from knotenpunkt.directory.hsds.spec import ENTITIES, OWNERS, Bundle, Row, links_of, tables

Fault = tuple[str, str]
RowCheck = Callable[[str, Row, "Context"], Iterator[Fault]]
EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
ADDRESS = re.compile(r"https?://[^\s/]+\S*", re.I)
DAYS = frozenset({"valid_from", "valid_to", "dtstart", "until", "assured_date", "last_action_date"})
OLDEST = 130
# References without which a row cannot stand; all others are kept as text (dangling_hint).
NEEDED = frozenset(
    {
        ("services", "organization_id"),
        ("programs", "organization_id"),
        ("service_at_location", "service_id"),
        ("service_at_location", "location_id"),
        ("services", "program_id"),
        ("taxonomy_terms", "taxonomy_id"),
    }
)


@dataclass
class Context:
    """What a check of one row may know of the rest."""

    bundle: Bundle
    ids: Mapping[str, set[str]]
    today: dt.date
    seen: dict[Any, Any] = field(default_factory=dict)

    @cached_property
    def all_ids(self) -> set[str]:
        return set().union(*self.ids.values())


def shape(table: str, row: Row, context: Context) -> Iterator[Fault]:
    """What the schema itself asks for: needed values, numbers, allowed words, formats."""
    for name, it in tables()[table].fields.items():
        value = row.get(name)
        if value is None or value == "":
            if it.is_required and value is None:
                yield "missing_value", name
            continue
        if it.kind == "number" and (isinstance(value, bool) or not isinstance(value, int | float)):
            yield "wrong_type", name
        if it.choices and value not in it.choices:
            yield "unknown_choice", name
        yield from _format(it.format, name, value)


def _format(kind: str, name: str, value: Any) -> Iterator[Fault]:
    if kind == "uuid":
        try:
            UUID(str(value))
        except ValueError:
            yield "bad_id", name
    elif kind == "email" and not EMAIL.fullmatch(str(value)):
        yield "bad_email", name
    elif (kind == "uri" or name == "logo") and not ADDRESS.fullmatch(str(value)):
        yield "bad_address", name
    elif kind == "date-time" and rules.moment_of(value) is None:
        yield "bad_date", name


def names(table: str, row: Row, context: Context) -> Iterator[Fault]:
    """A name is more than blanks and dots."""
    if "name" in tables()[table].fields and row.get("name") is not None:
        is_named = any(sign.isalnum() for sign in str(row["name"]))
        if not is_named and (table in ENTITIES or row["name"]):
            yield "blank_name", "name"


def doubled(table: str, row: Row, context: Context) -> Iterator[Fault]:
    """An id stands once; so does the name of a service in its organization."""
    key = ("id", table, str(row.get("id")))
    context.seen[key] = context.seen.get(key, 0) + 1
    if context.seen[key] == 2:
        yield "doubled_id", "id"
    if table == "services":
        name = ("name", row.get("organization_id"), str(row.get("name")).casefold().strip())
        context.seen[name] = context.seen.get(name, 0) + 1
        if context.seen[name] == 2 and context.seen[key] == 1:
            yield "doubled_service", "name"


def days(table: str, row: Row, context: Context) -> Iterator[Fault]:
    """Days can be read, and a span ends after it starts."""
    for name in DAYS & row.keys():
        if row[name] and rules.day_of(row[name]) is None:
            yield "bad_date", name
    for first, last in (("valid_from", "valid_to"), ("dtstart", "until")):
        start, end = rules.day_of(row.get(first)), rules.day_of(row.get(last))
        if start and end and end < start:
            yield "ends_before_it_starts", last
    confirmed = rules.day_of(row.get("assured_date"))
    if confirmed and confirmed > context.today:
        yield "confirmed_in_future", "assured_date"


def hours(table: str, row: Row, context: Context) -> Iterator[Fault]:
    """Opening hours open before they close, on days that exist, and not only in the past."""
    if table != "schedules":
        return
    for name in ("opens_at", "closes_at"):
        if row.get(name) and rules.time_of(row[name]) is None:
            yield "bad_time", name
    opens, closes = rules.time_of(row.get("opens_at")), rules.time_of(row.get("closes_at"))
    if opens and closes and closes <= opens:
        yield "closes_before_opens", "closes_at"
    if row.get("freq") and not _can_hold(row):
        yield "impossible_rule", "freq"
    last = rules.day_of(row.get("valid_to")) or rules.day_of(row.get("until"))
    if last and last < context.today:
        yield "schedule_has_ended", "valid_to" if row.get("valid_to") else "until"
    zone = row.get("timezone")
    if isinstance(zone, int | float) and not -12 <= zone <= 14:
        yield "unknown_time_zone", "timezone"


def _can_hold(row: Row) -> bool:
    """Return whether the rule names at least one day in four years from its start."""
    start = rules.day_of(row.get("dtstart")) or rules.day_of(row.get("valid_from"))
    begin = dt.datetime.combine(start or dt.date(2024, 1, 1), dt.time())
    without_end = {key: value for key, value in row.items() if key not in {"until", "count"}}
    interval = row.get("interval")
    if interval is not None and (not isinstance(interval, int) or interval < 1):
        return False
    if isinstance(row.get("count"), int) and row["count"] < 1:
        return False
    try:
        rule = rrulestr(rules.rule_of(without_end), dtstart=begin)
        return rule.after(begin - dt.timedelta(days=1)) is not None
    except (ValueError, TypeError, IndexError):
        return False


def ages(table: str, row: Row, context: Context) -> Iterator[Fault]:
    """Ages are those of people, and the youngest is not older than the oldest."""
    if table != "services":
        return
    low, high = row.get("minimum_age"), row.get("maximum_age")
    for name, age in (("minimum_age", low), ("maximum_age", high)):
        if isinstance(age, int | float) and not 0 <= age <= OLDEST:
            yield "impossible_age", name
    if isinstance(low, int | float) and isinstance(high, int | float) and low > high:
        yield "minimum_age_above_maximum", "minimum_age"


def places(table: str, row: Row, context: Context) -> Iterator[Fault]:
    """A location is somewhere on earth, and not where a program puts the missing value."""
    if table != "locations":
        return
    latitude, longitude = row.get("latitude"), row.get("longitude")
    for name, value, most in (("latitude", latitude, 90), ("longitude", longitude, 180)):
        if isinstance(value, int | float) and not -most <= value <= most:
            yield "impossible_coordinates", name
    if (latitude is None) != (longitude is None):
        yield "half_coordinates", "latitude" if latitude is None else "longitude"
    elif latitude == 0 and longitude == 0:
        yield "coordinates_at_zero", "latitude"


def references(table: str, row: Row, context: Context) -> Iterator[Fault]:
    """What a row points at is there; a part belongs to something."""
    for column, target in links_of(tables()[table]):
        value = row.get(column)
        if value and str(value) not in context.ids[target]:
            is_needed = (table, column) in NEEDED
            yield ("dangling_reference" if is_needed else "dangling_hint"), column
    if table not in ENTITIES and table != "meta_table_descriptions":
        columns = [column for column, _ in OWNERS if row.get(column)]
        present = context.all_ids
        if not any(str(row[column]) in present for column in columns):
            yield "without_owner", columns[0] if columns else "id"


def circles(table: str, row: Row, context: Context) -> Iterator[Fault]:
    """Nothing is above itself."""
    column = {"taxonomy_terms": "parent_id", "organizations": "parent_organization_id"}.get(table)
    if column is None:
        return
    above = {str(it.get("id")): str(it.get(column) or "") for it in context.bundle[table]}
    node, steps = str(row.get("id")), 0
    while node and steps <= len(above):
        node, steps = above.get(node, ""), steps + 1
        if node == str(row.get("id")):
            yield "circular_parent", column
            return


@cache
def _codes() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Return language, country and currency codes that exist (CLDR)."""
    english = Locale("en")
    languages = {code for code in map(str, english.languages) if "_" not in code}
    languages |= {"kmr", "prs"}  # Kurmanji and Dari: ISO 639-3, which CLDR files under ku and fa
    countries = {code for code in map(str, english.territories) if len(code) == 2}
    return frozenset(languages), frozenset(countries), frozenset(list_currencies())


def codes(table: str, row: Row, context: Context) -> Iterator[Fault]:
    """Languages, countries and currencies exist."""
    languages, countries, currencies = _codes()
    if table == "languages" and row.get("code"):
        base = str(row["code"]).replace("_", "-").split("-")[0]
        if base not in languages:
            yield "unknown_language", "code"
    if table == "addresses" and row.get("country") and row["country"] not in countries:
        yield "unknown_country", "country"
    if table == "cost_options":
        currency = row.get("currency")
        if currency and str(currency).upper() not in currencies:
            yield "unknown_currency", "currency"
        if isinstance(row.get("amount"), int | float) and row["amount"] < 0:
            yield "negative_amount", "amount"


def numbers(table: str, row: Row, context: Context) -> Iterator[Fault]:
    """A phone number has as many digits as numbers there have."""
    if table != "phones" or not row.get("number"):
        return
    try:
        parsed = phonenumbers.parse(str(row["number"]).strip('"'), "DE")
        reason = phonenumbers.is_possible_number_with_reason(parsed)
        is_possible = reason == phonenumbers.ValidationResult.IS_POSSIBLE
    except phonenumbers.NumberParseException:
        is_possible = False
    if not is_possible:
        yield "unreachable_number", "number"


def reachability(table: str, row: Row, context: Context) -> Iterator[Fault]:
    """An active service can be reached somehow."""
    if table != "services" or row.get("status") != "active":
        return
    key = "reachable services"
    if key not in context.seen:
        reachable = {
            str(it.get("service_id"))
            for name in ("service_at_location", "phones", "contacts")
            for it in context.bundle.get(name, ())
        }
        context.seen[key] = reachable
    if str(row.get("id")) not in context.seen[key] and not (row.get("url") or row.get("email")):
        yield "nobody_can_come", "status"


ALL_CHECKS: tuple[RowCheck, ...] = (
    shape,
    names,
    doubled,
    days,
    hours,
    ages,
    places,
    references,
    circles,
    codes,
    numbers,
    reachability,
)
