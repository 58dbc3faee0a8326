"""Reading and checking a region file. Every fault names entity, field and line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from knotenpunkt.config.region.schema import Region

MAX_BYTES = 20_000_000


@dataclass(frozen=True)
class RegionFault:
    """One fault: where (`line` counts from 1), in which entity and field, and what is wrong."""

    line: int
    entity: str
    field: str
    message: str

    def __str__(self) -> str:
        where = f"{self.entity}: {self.field}" if self.field else self.entity
        return f"line {self.line}: {where}: {self.message}"


class BadRegion(ValueError):
    """The file cannot be loaded; `faults` says all that is wrong with it."""

    def __init__(self, faults: list[RegionFault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults


def read_region(path: Path) -> Region:
    """Return the checked region of this file, or raise `BadRegion` with every fault found."""
    if path.stat().st_size > MAX_BYTES:
        message = f"the file is larger than {MAX_BYTES // 1_000_000} MB"
        raise BadRegion([RegionFault(1, "file", "", message)])
    document = _parse(path)
    try:
        region = Region.model_validate(document)
    except ValidationError as error:
        raise BadRegion(
            [_located(document, fault["loc"], fault["msg"]) for fault in error.errors()]
        ) from error
    faults = [_located(document, loc, message) for loc, message in _dangling(region)]
    if faults:
        raise BadRegion(sorted(faults, key=lambda fault: fault.line))
    return region


def check_region(path: Path) -> list[RegionFault]:
    """Return all faults of the file, in order of lines; an empty list when it can be loaded."""
    try:
        read_region(path)
    except BadRegion as error:
        return error.faults
    return []


def _parse(path: Path) -> Any:
    try:
        document = YAML(typ="rt", pure=True).load(path.read_text(encoding="utf-8"))
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise BadRegion([RegionFault(line, "file", "", str(error.problem))]) from error
    except (YAMLError, UnicodeDecodeError) as error:
        raise BadRegion([RegionFault(1, "file", "", str(error))]) from error
    if not isinstance(document, dict):
        raise BadRegion([RegionFault(1, "file", "", "a region file is a mapping of parts")])
    return document


def _located(document: Any, loc: tuple[int | str, ...], message: str) -> RegionFault:
    """Follow `loc` into the document as far as it goes, keeping the last known line."""
    node, line, entity = document, 1, str(loc[0]) if loc else "file"
    field: list[str] = []
    for key in loc:
        position = _line_of(node, key)
        line = position if position is not None else line
        try:
            node = node[key]
        except (KeyError, IndexError, TypeError):
            field.append(str(key))
            continue
        if isinstance(node, dict) and "id" in node:
            entity, field = str(node["id"]), []
        elif isinstance(key, str) and key != loc[0]:
            field.append(key)
    return RegionFault(line, entity, ".".join(field), message.removeprefix("Value error, "))


def _line_of(node: Any, key: int | str) -> int | None:
    marks = getattr(node, "lc", None)
    if marks is None:
        return None
    try:
        position = marks.item(key) if isinstance(key, int) else marks.key(key)
    except (KeyError, TypeError, IndexError):
        return None
    return int(position[0]) + 1


Reference = tuple[tuple[int | str, ...], str]


def _dangling(region: Region) -> Iterator[Reference]:
    """Yield every reference to something the file does not define, and every doubled id."""
    known = {
        name: {entity.id for entity in getattr(region, name)}
        for name in ("topics", "documents", "tokens", "sites", "organisations", "offers", "staff")
    }
    known["clients"] = {client.id for client in region.clients}
    known["patterns"] = set(region.bookable_patterns)
    known["languages"] = {language.code for language in region.languages}
    known["rules"] = {rule.id for rule in region.responsibility_rules}
    known["municipalities"] = {place.id for place in region.kreis.municipalities}
    for part in (
        *known,
        "interpreters",
        "outreach_hours",
        "responsibility_rules",
        "questions",
        "agreements",
        "programmes",
    ):
        yield from _doubled(part, getattr(region, part, ()))
    for part, references in _REFERENCES.items():
        for index, entity in enumerate(getattr(region, part)):
            for field, target, values in references(entity):
                for value in values:
                    if value not in known[target]:
                        yield (part, index, field), f"{value!r} is not among the {target}"
    yield from _wrong_ways(region, known["sites"])
    yield from _wrong_rooms(region)
    yield from _wrong_matters(region, known["offers"])
    yield from _strange_parties(region, known["organisations"], known["staff"])


def _strange_parties(
    region: Region, organisations: set[str], staff: set[str]
) -> Iterator[Reference]:
    """Whoever signs, promises or does a task is a party; a party stands in the file."""
    for index, it in enumerate(region.agreements):
        for code in it.parties:
            if code not in organisations | set(it.houses):
                yield ("agreements", index, "parties"), f"{code!r} is not among the organisations"
        named = [one.org for version in it.versions for one in version.signatories]
        named += [one.org for one in it.commitments if one.org]
        named += [code for parts in it.tasks.values() for code in parts]
        for one in it.meetings.held if it.meetings else ():
            named += [*one.attended, *(decision.org for decision in one.decisions)]
        named += [decision.org for decision in it.last_year.decisions] if it.last_year else []
        for code in sorted(set(named) - set(it.parties)):
            yield ("agreements", index), f"{code!r} is no party"
        for promise in it.commitments:
            for row in promise.evidence:
                if row.staff not in staff:
                    yield (
                        ("agreements", index, "commitments"),
                        f"{row.staff!r} is not among the staff",
                    )


def _doubled(part: str, entities: Iterable[Any]) -> Iterator[Reference]:
    seen: set[str] = set()
    for index, entity in enumerate(entities):
        name = getattr(entity, "id", None) or getattr(entity, "code", None)
        if name in seen:
            yield (part, index), f"{name!r} is defined twice"
        seen.add(str(name))


def _wrong_ways(region: Region, sites: set[str]) -> Iterator[Reference]:
    travel = region.travel_minutes_public_transport
    for origin in sorted(sites):
        missing = sites - set(travel.get(origin, {})) - {origin}
        if missing:
            message = f"no way from {origin} to {', '.join(sorted(missing))}"
            yield ("travel_minutes_public_transport", origin), message
    for origin, ways in travel.items():
        for destination in [origin, *ways]:
            if destination not in sites:
                message = f"{destination!r} is not among the sites"
                yield ("travel_minutes_public_transport", origin, destination), message


def _wrong_rooms(region: Region) -> Iterator[Reference]:
    rooms = {site.id: set(site.rooms) for site in region.sites}
    for index, outreach in enumerate(region.outreach_hours):
        if outreach.site in rooms and outreach.room not in rooms[outreach.site]:
            message = f"{outreach.site} has no room {outreach.room!r}"
            yield ("outreach_hours", index, "room"), message


def _wrong_matters(region: Region, offers: set[str]) -> Iterator[Reference]:
    for matter, named in region.offer_matters.items():
        for offer in named:
            if offer not in offers:
                yield ("offer_matters", matter), f"{offer!r} is not among the offers"


Fields = Iterable[tuple[str, str, Iterable[str]]]

_REFERENCES: dict[str, Callable[[Any], Fields]] = {
    "organisations": lambda it: [("sites", "sites", it.sites)],
    "tokens": lambda it: [("produced_by", "offers", it.produced_by)],
    "offers": lambda it: [
        ("org", "organisations", [it.org]),
        ("topic", "topics", [it.topic]),
        ("sites", "sites", it.sites),
        ("areas", "sites", list(it.areas)),
        ("areas", "municipalities", [place for area in it.areas.values() for place in area]),
        ("bring", "documents", it.bring),
        ("requires", "tokens", it.requires),
        ("produces", "tokens", it.produces),
    ],
    "group_sessions": lambda it: [
        ("offer", "offers", [it.offer]),
        ("site", "sites", [it.site]),
        ("staff", "staff", [it.staff]),
    ],
    "staff": lambda it: [
        ("org", "organisations", [it.org]),
        ("offers", "offers", it.offers),
        ("languages", "languages", it.languages),
        ("presence", "sites", [at.site for at in it.presence]),
        ("presence", "patterns", [at.pattern for at in it.presence]),
    ],
    "questions": lambda it: [
        ("topic", "topics", [it.topic]),
        ("offer", "offers", [it.offer] if it.offer else []),
        ("org", "organisations", [it.org] if it.org else []),
        ("by", "staff", [it.by, *(given.by for given in it.answers)]),
    ],
    "outreach_hours": lambda it: [
        ("org", "organisations", [it.org]),
        ("staff", "staff", [it.staff]),
        ("site", "sites", [it.site]),
    ],
    "clients": lambda it: [
        ("municipality", "municipalities", [it.municipality]),
        ("lead", "staff", [it.lead]),
        ("needs", "offers", it.needs),
    ],
    "responsibility_rules": lambda it: [
        ("responsible", "organisations", it.organizations),
        ("beats", "rules", it.beats),
    ],
    "capacity_baseline": lambda it: [("org", "organisations", [it.org])],
    "regular_waits": lambda it: [("org", "organisations", [it.org])],
    "programmes": lambda it: [
        ("org", "organisations", [it.org]),
        ("offers", "offers", it.offers),
        ("alternatives", "offers", it.alternatives),
    ],
    "programme_facts": lambda it: [("client", "clients", [it.client])],
    "volunteers": lambda it: [("languages", "languages", it.languages)],
    "walk_ins": lambda it: [
        ("site", "sites", [it.site]),
        ("org", "organisations", [it.org]),
        ("language", "languages", [it.language]),
    ],
    "visit_bundles": lambda it: [
        ("offers", "offers", it.offers),
        ("tokens_already_held", "tokens", it.tokens_already_held),
    ],
}
