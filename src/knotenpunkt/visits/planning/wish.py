"""What someone asks for, before anything is looked up."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from uuid import UUID

from knotenpunkt.availability.queries import pools_of
from knotenpunkt.availability.wall_time import Window, minutes
from knotenpunkt.foundation import clock
from knotenpunkt.network.models import Network
from knotenpunkt.people.enums import GenderWish
from knotenpunkt.people.models import Person

MOST_NEEDS = 10
LONGEST_HORIZON = 60
FURTHEST = dt.timedelta(days=731)  # nobody books, closes or releases a day beyond
# With this level of German a talk in German needs no interpreter.
GERMAN_ENOUGH = frozenset({"B1", "B2", "C1", "C2"})


class BadWish(ValueError):
    """The wish cannot be planned; `field` names the part, `rule` a stable word for the reason."""

    def __init__(self, field: str, rule: str) -> None:
        super().__init__(f"{field}: {rule}")
        self.field, self.rule = field, rule


@dataclass(frozen=True)
class VisitWish:
    """Needs, days and conditions. Days are local and inclusive; windows are minutes of a day.

    `municipality` is where she lives: places that are for other people are left out. None is not
    known, and leaves out nothing. `declined` are stretches of time (UTC) that were offered to her
    and that she did not want.
    """

    network: Network
    services: tuple[UUID, ...]
    first_day: dt.date
    last_day: dt.date
    languages: tuple[str, ...] = ("de",)
    person_id: UUID | None = None
    municipality: UUID | None = None
    held_tokens: frozenset[UUID] = frozenset()
    unavailable: tuple[tuple[int, Window], ...] = ()
    declined: tuple[tuple[dt.datetime, dt.datetime], ...] = ()
    interpreter_gender: GenderWish = GenderWish.NONE
    needs_step_free: bool = False
    max_days: int = 2
    earliest: int = 0
    latest: int = 24 * 60
    longest_day: int | None = None
    with_interpreters: bool = True
    pools: frozenset[UUID] = frozenset()
    for_public: bool = False
    ignored_visit: UUID | None = field(default=None, compare=False)

    def checked(self) -> VisitWish:
        """Return the wish, or raise `BadWish` for what no search could answer."""
        if not self.services:
            raise BadWish("services", "none")
        if len(self.services) > MOST_NEEDS:
            raise BadWish("services", "too_many")
        if len(set(self.services)) != len(self.services):
            raise BadWish("services", "twice")
        if self.last_day < max(self.first_day, clock.today()):
            raise BadWish("horizon", "past")
        first = max(self.first_day, clock.today())
        if (self.last_day - first).days >= LONGEST_HORIZON:
            raise BadWish("horizon", "too_long")
        if first > clock.today() + FURTHEST:
            raise BadWish("horizon", "too_far")
        if not 1 <= self.max_days <= 2:
            raise BadWish("max_days", "one_or_two")
        if self.earliest >= self.latest:
            raise BadWish("window", "empty")
        return replace(self, first_day=first)


def wish_of(
    person: Person, services: tuple[UUID, ...], first_day: dt.date, last_day: dt.date
) -> VisitWish:
    """Return the wish of a person whose constraints are known."""
    spoken = tuple(person.languages) or ("de",)
    if person.german_level in GERMAN_ENOUGH and "de" not in spoken:
        spoken = (*spoken, "de")
    return VisitWish(
        network=person.network,
        services=services,
        first_day=first_day,
        last_day=last_day,
        languages=spoken,
        person_id=person.id,
        municipality=person.municipality_id,
        held_tokens=frozenset(person.held_tokens.values_list("token_id", flat=True)),
        unavailable=tuple(
            (window.weekday, (minutes(window.starts_at), minutes(window.ends_at)))
            for window in person.unavailable_windows.all()
        ),
        interpreter_gender=GenderWish(person.interpreter_gender),
        needs_step_free=person.needs_step_free,
        pools=pools_of(person),
    )
