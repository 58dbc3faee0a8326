"""Who covers which need in which language, and where: gaps and overlaps of the offers."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from knotenpunkt.directory.enums import ServiceStatus
from knotenpunkt.directory.models import Service, Topic
from knotenpunkt.network.models import Location, Network

OVERLAP_FROM = 3  # as many organizations or more: worth a talk about who does what


@dataclass(frozen=True)
class Cell:
    """Organizations that cover one topic in one language."""

    organizations: tuple[str, ...]

    @property
    def count(self) -> int:
        return len(self.organizations)

    @property
    def kind(self) -> str:
        """`gap`, `one`, `some` or `overlap`: a word, so that colour is never alone."""
        if self.count == 0:
            return "gap"
        if self.count == 1:
            return "one"
        return "overlap" if self.count >= OVERLAP_FROM else "some"


@dataclass(frozen=True)
class GapMap:
    """Rows are topics, columns are language codes, most spoken first."""

    languages: tuple[str, ...]
    rows: tuple[tuple[Topic, tuple[Cell, ...]], ...]

    @property
    def gaps(self) -> int:
        return sum(cell.kind == "gap" for _topic, cells in self.rows for cell in cells)


def gap_map_of(network: Network, place: Location | None = None) -> GapMap:
    """Return the map of the network, or of one place, in four queries.

    A language counts where staff of the service speak it or the service names it; interpreters
    are not counted: they are asked for talk by talk.
    """
    services = (
        Service.objects.filter(organization__network=network)
        .exclude(status__in=(ServiceStatus.DRAFT, ServiceStatus.ENDED))
        .select_related("organization")
        .prefetch_related("staff")
    )
    if place is not None:
        services = services.filter(locations=place)
    covered: dict[tuple[object, str], set[str]] = defaultdict(set)
    spoken: dict[str, int] = defaultdict(int)
    for service in services:
        languages = set(service.languages)
        languages |= {code for member in service.staff.all() for code in member.languages}
        for code in languages:
            covered[service.topic_id, code].add(service.organization.name)
            spoken[code] += 1
    columns = tuple(sorted(spoken, key=lambda code: (-spoken[code], code)))
    rows = tuple(
        (topic, tuple(Cell(tuple(sorted(covered[topic.pk, code]))) for code in columns))
        for topic in Topic.objects.filter(network=network)
    )
    return GapMap(columns, rows)
