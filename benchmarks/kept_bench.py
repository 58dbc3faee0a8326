"""A search from the application while others book: what it reads, and how long it takes.

Between any two searches another connection takes the time of five calendars, as one visit does.
Included is all from the wish to the answer in the words of the directory: the look at what has
changed, reading that anew, the problem, and the search (the best visit), or the searches of all
proposals. Not included is reading the person and showing the page.
"""

from __future__ import annotations

import datetime as dt
import random
from typing import TYPE_CHECKING

from benchmarks.machine import counted, median_and_p95, milliseconds
from benchmarks.pages_bench import database

if TYPE_CHECKING:
    from benchmarks.kreis import Kreis

WISHES, WARM = 60, 5


def main() -> None:
    with database():
        import django  # noqa: PLC0415 - the settings need the database first

        django.setup()
        from benchmarks.kreis import Kreis  # noqa: PLC0415 - after the set-up
        from knotenpunkt.foundation import clock  # noqa: PLC0415 - after the set-up

        monday = clock.today() + dt.timedelta(days=7 - clock.today().weekday())
        print(
            "\nA search from the application, 60 days, median / p95, five calendars change between"
        )
        for desks in (60, 600):
            kreis = Kreis(monday, desks)
            for needs in (5, 10):
                _measure(kreis, desks, needs)


def _measure(kreis: Kreis, desks: int, needs: int) -> None:
    from knotenpunkt.visits.planning.proposals import propose_visits  # noqa: PLC0415
    from knotenpunkt.visits.planning.waiting import first_plan  # noqa: PLC0415

    for name, search in (("best visit", first_plan), ("proposals", propose_visits)):
        rng = random.Random(needs)
        times, queries = [], 0
        for n in range(WARM + WISHES):
            wish = kreis.wish(rng, needs)
            kreis.book_elsewhere(n)
            if n < WARM:
                _, queries = counted(lambda wish=wish: search(wish))
            else:
                times.append(milliseconds(lambda wish=wish: search(wish)))
        median, p95 = median_and_p95(times)
        print(
            f"  {desks:3} desks, {needs:2} needs, {name:11} {median:7.1f} / {p95:6.1f} ms, "
            f"{queries} queries",
            flush=True,
        )


if __name__ == "__main__":
    main()
