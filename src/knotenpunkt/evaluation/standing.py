"""Where the promises of agreements stand in a year: counted, hidden when small, with a light."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db.models import Prefetch

from knotenpunkt.cooperation.enums import Direction, Unit
from knotenpunkt.cooperation.models import Commitment, CooperationAgreement, Evidence
from knotenpunkt.cooperation.queries.agreements import houses_of
from knotenpunkt.evaluation.indicators.kinds import Asked, Counted, Indicator
from knotenpunkt.evaluation.indicators.registry import INDICATORS
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.scope import system_scope
from knotenpunkt.network.models import Network

SILENT = dt.timedelta(days=365)  # domain.md, invariant 51


class Light(StrEnum):
    """Green: reached or in time. Yellow: behind. Red: missed, or nothing shown for a year."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    GREY = "grey"  # too few to say, or nothing entered yet


@dataclass(frozen=True)
class Standing:
    """A promise in a year. `value` is None when nothing is known or too few stand behind it."""

    commitment: Commitment
    year: int
    target: float | None
    value: float | None
    is_hidden: bool
    newest: Evidence | None
    is_silent: bool
    is_summed: bool
    asked: Asked

    @property
    def indicator(self) -> Indicator | None:
        return INDICATORS.get(self.commitment.indicator)

    @property
    def is_reached(self) -> bool:
        """Return whether the target of the whole year is reached; of nothing known, no."""
        return self.value is not None and self.target is not None and self._meets(self.target)

    @property
    def light(self) -> Light:
        if self.is_silent:
            return Light.RED
        if self.value is None or self.target is None:
            return Light.GREY
        if self.is_reached:
            return Light.GREEN
        if self.asked.last >= _last_day(self.commitment, self.year):
            return Light.RED
        return Light.GREEN if self._is_in_time() else Light.YELLOW

    def _meets(self, target: float) -> bool:
        assert self.value is not None
        if self.commitment.direction == Direction.AT_MOST:
            return self.value <= target
        return self.value >= target

    def _is_in_time(self) -> bool:
        """Return whether a figure that grows has come as far as the year has."""
        if not self.is_summed or self.commitment.direction == Direction.AT_MOST:
            return False
        assert self.target is not None
        first = max(self.commitment.first_on, dt.date(self.year, 1, 1))
        whole = (_last_day(self.commitment, self.year) - first).days + 1
        gone = (self.asked.last - first).days + 1
        return self._meets(self.target * gone / whole)


def _last_day(commitment: Commitment, year: int) -> dt.date:
    """Return the last day of the year on which the promise holds; none is after 31 December."""
    end = dt.date(year, 12, 31)
    return min(end, commitment.last_on) if commitment.last_on else end


def standings_of(
    agreements: Iterable[CooperationAgreement], year: int
) -> dict[UUID, list[Standing]]:
    """Return the promises that hold in this year, by agreement, in their order.

    The agreements are read by `with_state`. Four queries and one or two for each indicator that
    is used, however many agreements and promises there are.
    """
    agreements = list(agreements)
    rows = (
        Commitment.objects.filter(agreement__in=agreements, first_on__year__lte=year)
        .select_related("organization")
        .prefetch_related(
            "targets", Prefetch("evidence", Evidence.objects.select_related("entered_by"))
        )
    )
    running = [it for it in rows if it.last_on is None or it.last_on.year >= year]
    counter = _Counter(agreements[0].network if agreements else None, year)
    houses = {it.pk: houses_of(it) for it in agreements}
    found: dict[UUID, list[Standing]] = {it.pk: [] for it in agreements}
    for commitment in running:
        asked = _asked(commitment, houses[commitment.agreement_id], year)
        found[commitment.agreement_id].append(_standing(commitment, asked, year, counter))
    return found


def _asked(commitment: Commitment, houses: dict[UUID, frozenset[UUID]], year: int) -> Asked:
    everybody = frozenset().union(*houses.values()) if houses else frozenset()
    own = houses.get(commitment.organization_id) if commitment.organization_id else everybody
    first = max(commitment.first_on, dt.date(year, 1, 1))
    last = max(first, min(_last_day(commitment, year), clock.today()))
    return Asked(everybody, own or frozenset(), first, last, commitment.agreement_id)


class _Counter:
    """Reads each indicator at most once, for the whole network and year."""

    def __init__(self, network: Network | None, year: int) -> None:
        self.network, self.year = network, year
        self.rows: dict[str, list[Any]] = {}

    def count(self, indicator: Indicator, asked: Asked) -> Counted:
        assert self.network is not None
        if indicator.code not in self.rows:
            days = dt.date(self.year, 1, 1), dt.date(self.year, 12, 31)
            with system_scope("count what partners have promised each other"):
                self.rows[indicator.code] = indicator.read(self.network, *days)
        return indicator.count(self.rows[indicator.code], asked)


def _standing(commitment: Commitment, asked: Asked, year: int, counter: _Counter) -> Standing:
    targets = [it for it in commitment.targets.all() if it.year <= year]
    evidence = list(commitment.evidence.all())
    indicator = INDICATORS.get(commitment.indicator)
    newest = evidence[0] if evidence else None
    if indicator is None:
        counted = _entered(commitment, evidence, year)
        begins = clock.local_moment(commitment.first_on, dt.time())
        last_sign = newest.entered_at if newest else begins
        is_silent = last_sign < clock.now() - SILENT and asked.last >= clock.today()
    else:
        counted, is_silent = counter.count(indicator, asked), False
        if counted.value is None and not counted.is_hidden:  # what cannot be counted afterwards
            counted = _entered(commitment, evidence, year)
    return Standing(
        commitment=commitment,
        year=year,
        target=float(targets[-1].value) if targets else None,
        value=None if counted.is_hidden else counted.value,
        is_hidden=counted.is_hidden and counted.value is not None,
        newest=newest,
        is_silent=is_silent,
        is_summed=indicator.is_summed if indicator else False,
        asked=asked,
    )


def _entered(commitment: Commitment, evidence: list[Evidence], year: int) -> Counted:
    of_year = next((it for it in evidence if it.year == year), None)
    if of_year is None:
        return Counted(None)
    value = float(of_year.value)
    counts_people = commitment.counts_people and commitment.unit == Unit.COUNT
    return Counted(value, int(value) if counts_people else None)
