"""The newcomer's phone: weight and server time of each page, the first page on a slow line, codes.

    python -m benchmarks.newcomer_bench

Static files are collected and compressed as they are in operation; pages are sent as they are.
"""

from __future__ import annotations

import html
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.machine import counted, median_and_p95, milliseconds
from benchmarks.pages_bench import database

REPEATS = 15
LANGUAGE = "ar"  # the heaviest: longest texts, right to left
SWITCHES = ("shorter", "later", "woman", "school", "one_day", "long")
Show = Callable[[], Any]


def main() -> None:
    with database():
        subprocess.run(
            [sys.executable, "-m", "django", "collectstatic", "--noinput", "-v0"], check=True
        )
        import django  # noqa: PLC0415 - the settings need the database first

        django.setup()
        from django.conf import settings  # noqa: PLC0415 - after the set-up

        settings.ALLOWED_HOSTS = ["testserver", "127.0.0.1"]
        print("\nPages for newcomers, demo region, Arabic, one process")
        print(
            f"  {'':20}  median /    p95 of server time              page    styles and scripts, compressed"
        )
        for name, show in _walk():
            _measure(name, show)
        with _served() as address:
            _slow_lines(address)
        _codes()


def _walk() -> Iterator[tuple[str, Show]]:
    """Yield each page in the order in which a newcomer opens it, without script."""
    from django.test import Client  # noqa: PLC0415 - after the set-up

    from knotenpunkt.config.region.actions import (  # noqa: PLC0415 - after the set-up
        DEMO_REGION,
        load_region,
    )
    from tests.newcomers import walk  # noqa: PLC0415 - after the set-up

    load_region(DEMO_REGION)
    phone: Client = walk.newcomer(LANGUAGE)

    def get(path: str) -> Show:
        return lambda: phone.get(path)

    for path in ("/", "/plan/where/", "/topics/", "/topics/t1_health/", "/for/ukraine/"):
        yield path, get(path)
    for path in ("/access/", "/poster/org-ki/"):
        yield path, get(path)
    page = walk.choose(phone, *walk.NEEDS)
    for name in ("who", "needs", "matters", "proposals"):
        yield f"/plan/{name}/", get(f"/plan/{name}/")
    yield "/plan/order/", _order(walk)
    yield from _switches(phone)
    phone.post("/plan/take/", {"plan": _best_plan(page)})
    for name in ("bring", "book"):
        yield f"/plan/{name}/", get(f"/plan/{name}/")
    walk.hold(phone, given_name="Olena", word="a secret word")
    yield "/plan/confirm/", get("/plan/confirm/")
    slip = phone.post("/plan/confirm/", follow=True).request["PATH_INFO"]
    for rest in ("", "papers/", "change/", "late/", "house/", "mine/"):
        yield f"/v/CODE/{rest}", get(f"{slip}{rest}")
    phone.post(f"{slip}mine/", {"secret": "a secret word"})
    yield "/v/CODE/mine/ proved", get(f"{slip}mine/")
    for kind in ("pdf", "ics", "png"):
        yield f"/v/CODE.{kind}", get(f"{slip[:-1]}.{kind}")


def _best_plan(page: Any) -> str:
    """Return what the first button of a page of proposals sends."""
    found = re.search(r'name="plan" value="([^"]+)"', page.content.decode())
    assert found is not None
    return html.unescape(found.group(1))


def _order(walk: Any) -> Show:
    """Return the page of the order as it is shown to who lacks what her needs rest on."""
    phone = walk.newcomer(LANGUAGE)
    walk.ask(phone, "of-jc-antrag", "of-abh-24", "of-gk-kv")
    return lambda: phone.get("/plan/order/")


def _switches(phone: Any) -> Iterator[tuple[str, Show]]:
    """Yield the turning of each switch with the answer that it leads to; measured an even
    number of times, so that it ends as it began."""
    for name in SWITCHES:

        def turn(name: str = name) -> Any:
            return phone.post("/plan/proposals/", {"switch": name}, follow=True)

        yield f"  switch {name}", turn


def _measure(name: str, show: Show) -> None:
    from knotenpunkt.foundation.models import TryCount  # noqa: PLC0415 - after the set-up

    TryCount.objects.all().delete()  # the limits of a phone are not what is measured
    answer, queries = counted(show)
    assert answer.status_code == 200, (name, answer.status_code)
    median, p95 = median_and_p95([milliseconds(show) for _ in range(REPEATS)])
    page, parts = _weight(answer)
    weights = f"{page:6.1f} KiB  {parts:6.1f} KiB" if parts else f"{page:6.1f} KiB"
    print(
        f"  {name:20} {median:7.1f} / {p95:6.1f} ms  {queries:4} queries  {weights}",
        flush=True,
    )


def _weight(answer: Any) -> tuple[float, float]:
    """Return the KiB of a page, and of the styles and scripts it names, as they travel."""
    body = answer.content
    if not answer["Content-Type"].startswith("text/html"):
        return len(body) / 1024, 0.0
    names = set(re.findall(r'"/static/([^"]+\.(?:css|js))"', body.decode()))
    return len(body) / 1024, sum(_sent(it) for it in names) / 1024


def _sent(name: str) -> int:
    """Return the bytes of a static file with gzip; the smallest are not worth it."""
    path = Path(os.environ["STATIC_ROOT"]) / name
    compressed = path.with_name(f"{path.name}.gz")
    return (compressed if compressed.exists() else path).stat().st_size


@contextmanager
def _served() -> Iterator[str]:
    """Serve the product from this process; yield its address."""
    from django.core.servers.basehttp import (  # noqa: PLC0415 - after the set-up
        ThreadedWSGIServer,
        WSGIRequestHandler,
    )

    from knotenpunkt.config.wsgi import application  # noqa: PLC0415 - after the set-up

    class Quiet(WSGIRequestHandler):
        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    server = ThreadedWSGIServer(("127.0.0.1", 0), Quiet)
    server.set_app(application)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def _slow_lines(address: str) -> None:
    from benchmarks.slow_line import LINES, first_page  # noqa: PLC0415 - needs the test extra

    print("\nThe first page in chromium over a slow line, Arabic, 360 px (median of 5)")
    for line in LINES:
        fresh, kept, sent = first_page(address, line, LANGUAGE)
        print(
            f"  {line}: seen after {fresh:5.0f} ms the first time ({sent:.0f} KiB), {kept:5.0f} ms again"
        )


def _codes() -> None:
    from knotenpunkt.web.public.limits import (  # noqa: PLC0415 - after the set-up
        WRONG_CODES,
        days_to_guess,
        expected_tries,
    )

    live = 10_000
    print(f"\nGuessing a code with {live:,} live visits (from alphabet, length and limits)")
    print(f"  expected tries until one is hit: {expected_tries(live):,.0f}")
    limit = f"{WRONG_CODES.most} wrong codes in {WRONG_CODES.minutes} minutes"
    print(f"  from one address ({limit}): {days_to_guess(live):,.0f} days")


if __name__ == "__main__":
    main()
