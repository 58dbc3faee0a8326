"""What a process keeps of each network between two searches: its directory and its calendars."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from threading import Lock
from uuid import UUID
from zoneinfo import ZoneInfo

from knotenpunkt.availability.board import View
from knotenpunkt.availability.kept import KeptCalendars, has_written
from knotenpunkt.network.models import Network
from knotenpunkt.visits.planning.catalogue import Catalogue, read_catalogue
from knotenpunkt.visits.planning.times import Times, times_of
from knotenpunkt.visits.planning.wish import VisitWish

MOST_ROUNDS = 4


class KeptNetwork:
    """One network in memory. What a search gets of it never changes under its hands."""

    def __init__(self, network: Network) -> None:
        self.network = network
        zone = ZoneInfo(network.time_zone)
        self.calendars = KeptCalendars(partial(times_of, zone=zone))
        self.catalogue: Catalogue | None = None
        self.lock = Lock()

    def look(self, wish: VisitWish) -> tuple[Catalogue, Mapping[UUID, Times]]:
        """Return directory and calendars of a checked wish, both as they are now, in one query.

        What may have changed in the directory is read anew, and the calendars looked at again,
        until nothing changes in between; a few times at most, so that nobody waits for the end of
        an import. Raises `BadWish`.
        """
        person = [wish.person_id] if wish.person_id else []
        view = View(wish.pools, wish.for_public)
        with self.lock:
            for _ in range(MOST_ROUNDS):
                if self.calendars.seen is None:  # what is read from here on is no older
                    self.calendars.look((), first=wish.first_day, last=wish.last_day)
                if self.catalogue is None:
                    self.catalogue = read_catalogue(self.network)
                catalogue = self.catalogue
                look = self.calendars.look(
                    catalogue.calendars_of(wish),
                    first=wish.first_day,
                    last=wish.last_day,
                    view=view,
                    never_kept=person,
                    ignored_visit=wish.ignored_visit,
                )
                if not look.has_new_directory:
                    break
                self.catalogue = None
        return catalogue.of_wish(wish), look.calendars


_kept: dict[tuple[UUID, str], KeptNetwork] = {}


def kept_for(network: Network) -> KeptNetwork:
    """Return what this process keeps of a network.

    Whoever has written in this transaction sees what may yet be taken back, and reads for herself.
    """
    if has_written():
        return KeptNetwork(network)
    return _kept.setdefault((network.id, network.time_zone), KeptNetwork(network))


def forget() -> None:
    """Keep nothing: for whoever replaces the database under a running process."""
    _kept.clear()
