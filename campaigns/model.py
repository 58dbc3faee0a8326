"""What visits, places in line and offers should be, told without the code that books."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from campaigns.house import BY_RULE, FENCED, FIRST
from campaigns.world import WORLD
from knotenpunkt.foundation import clock
from knotenpunkt.visits.actions.booking import MOST_HOLDS_OF_A_PERSON
from knotenpunkt.visits.models import Visit, WaitingEntry, WaitingOffer
from knotenpunkt.visits.plan import BookingPlan

Taken = tuple[UUID, dt.datetime, dt.datetime]
Span = tuple[dt.datetime, dt.datetime]
FENCED_DESK = WORLD.member(*FENCED[:2])
FENCED_DAY = FIRST + dt.timedelta(days=FENCED[2])
MARGIN = dt.timedelta(minutes=30)  # more than the house wants between two talks of one person


@dataclass
class Leg:
    """What one appointment takes: the person, the staff member, her room, at one time."""

    organization: int
    rows: list[Taken]

    @property
    def span(self) -> Span:
        return self.rows[0][1:]

    @property
    def is_fenced(self) -> bool:
        """Return whether it lies in the time that the programme pays for."""
        return self._is_at_the_second_desk and clock.local_day(self.span[0]) == FENCED_DAY

    @property
    def is_closed(self) -> bool:
        """Return whether nobody sits there on that day."""
        return self._is_at_the_second_desk and not self.is_fenced

    @property
    def _is_at_the_second_desk(self) -> bool:
        return any(resource == FENCED_DESK for resource, _start, _end in self.rows)


@dataclass
class Booked:
    """One visit. `legs` are those still active, by position."""

    visit: Visit
    person: UUID
    legs: dict[int, Leg]
    expires_at: dt.datetime | None
    status: str = "held"
    extended: int = 0
    offer: Offer | None = None
    version: int = 1
    changes: Booked | None = None  # whose place it takes, and which state of it was seen
    seen: int = 0

    @property
    def is_overtaken(self) -> bool:
        return self.changes is not None and self.changes.version != self.seen

    @property
    def day(self) -> dt.date:
        return clock.local_day(min(leg.span[0] for leg in self.legs.values()))

    def is_over(self, now: dt.datetime) -> bool:
        return self.status == "held" and self.expires_at is not None and self.expires_at <= now

    def taken(self, now: dt.datetime) -> list[Taken]:
        if self.status in ("cancelled", "expired", "replaced") or self.is_over(now):
            return []
        return [row for leg in self.legs.values() for row in leg.rows]


@dataclass
class Place:
    """Someone in line for one office, or for an earlier time of a visit that she has.

    `unwanted` are the times she did not take.
    """

    entry: WaitingEntry
    person: UUID
    organization: int
    earlier_than: Booked | None = None
    status: str = "waiting"
    unwanted: list[Span] = field(default_factory=list)

    @property
    def is_in_line(self) -> bool:
        return self.status in ("waiting", "offered")

    @property
    def organizations(self) -> list[int]:
        """Return the offices at which she needs a time, a leg each."""
        if self.earlier_than is None:
            return [self.organization]
        return sorted(leg.organization for leg in self.earlier_than.legs.values())

    @property
    def order(self) -> tuple[dt.datetime, UUID]:
        return self.entry.since, self.entry.pk


@dataclass(eq=False)
class Offer:
    row: WaitingOffer
    place: Place
    booked: Booked
    status: str = "open"

    def end(self, status: str) -> None:
        self.status, self.place.status = status, "served" if status == "taken" else "waiting"
        if status not in ("taken", "lost"):
            self.place.unwanted += [leg.span for leg in self.booked.legs.values()]


def meet(one: Span, other: Span, margin: dt.timedelta = dt.timedelta()) -> bool:
    return one[0] < other[1] + margin and other[0] < one[1] + margin


class House:
    """The state of everything, and the questions that have only one answer."""

    def __init__(self) -> None:
        self.visits: list[Booked] = []
        self.places: list[Place] = []
        self.offers: list[Offer] = []
        self.members: set[UUID] = set()
        self.released_at = BY_RULE

    def taken(self) -> list[Taken]:
        now = clock.now()
        return [row for visit in self.visits for row in visit.taken(now)]

    def is_taken(self, rows: Iterable[Taken]) -> bool:
        """Return whether some of this is somebody's already."""
        taken = self.taken()
        return any(a[0] == b[0] and meet(a[1:], b[1:]) for a in rows for b in taken)

    def may_use(self, person: UUID, leg: Leg) -> bool:
        """Return whether the ring-fence lets her in there now."""
        if leg.is_closed:
            return False
        return not leg.is_fenced or person in self.members or clock.now() >= self.released_at

    def holds(self, person: UUID) -> int:
        now = clock.now()
        own = [it for it in self.visits if it.person == person and it.offer is None]
        return sum(it.status == "held" and not it.is_over(now) for it in own)

    def wishes(self, visit: Booked) -> list[Place]:
        """Return who in line wants an earlier time than this visit's."""
        return [it for it in self.places if it.earlier_than is visit and it.is_in_line]

    def changed(self, visit: Booked) -> None:
        """Let what rested on a visit end: changes held for it, and wishes if it is cancelled."""
        visit.version += 1
        for place in self.wishes(visit):
            for offer in [it for it in self.offers if it.place is place and it.status == "open"]:
                over = offer.booked.is_over(clock.now())
                if offer.booked.status == "held":
                    offer.booked.status = "expired" if over else "cancelled"
                    offer.end("lost")
                elif visit.status == "cancelled":
                    offer.end("declined")
            if visit.status == "cancelled":
                place.status = "left"

    def replace(self, old: Booked, new: Booked) -> None:
        """Let the new visit take the place of the old one; who still wants more follows it."""
        for place in self.wishes(old):
            place.earlier_than = new
        old.status = "replaced"
        old.version += 1

    def could_take(self, place: Place, leg: Leg) -> bool:
        """Return whether nothing speaks against offering exactly this time to her.

        Of a visit with several legs that is not said: all of them would have to be earlier.
        """
        if place.status != "waiting":
            return False
        visit = place.earlier_than
        mine = visit.taken(clock.now()) if visit else []
        own = [row[1:] for row in self.taken() if row[0] == place.person and row not in mine]
        is_of_use = visit is None or clock.local_day(leg.span[0]) < visit.day
        return (
            place.organizations == [leg.organization]
            and is_of_use
            and self.may_use(place.person, leg)
            and (visit is not None or self.holds(place.person) < MOST_HOLDS_OF_A_PERSON)
            and not any(meet(span, leg.span, MARGIN) for span in own)
            and not any(meet(span, leg.span) for span in place.unwanted)
        )


def legs_of(plan: BookingPlan, person: UUID, organizations: list[int]) -> dict[int, Leg]:
    """Return what each leg of a plan takes."""
    return {
        position: Leg(
            organization,
            [
                (resource, leg.starts_at, leg.ends_at)
                for resource in (person, *leg.staff, leg.room)
                if resource
            ],
        )
        for position, (leg, organization) in enumerate(zip(plan.legs, organizations, strict=True))
    }
