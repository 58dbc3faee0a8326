"""A page in Debian's chromium, whose network is slowed down: when can it first be read?"""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.conftest import CHROMIUM, FLAGS

REPEATS = 5
SEEN = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
SENT = "performance.getEntries().reduce((sum, it) => sum + (it.transferSize || 0), 0)"


@dataclass(frozen=True)
class Line:
    """A line as chromium imitates it: each request waits `latency` ms and shares `kbit` a second."""

    name: str
    kbit: int
    latency: int

    def __str__(self) -> str:
        return f"{self.name:24} {self.kbit:5} kbit/s, {self.latency:3} ms a round trip"


LINES = (
    Line("slow 4G (Lighthouse)", 1600, 150),
    Line("the same, far away", 1600, 300),
    Line("3G", 750, 300),
    Line("slow 3G", 400, 400),
)


def first_page(address: str, line: Line, language: str) -> tuple[float, float, float]:
    """Return ms until text is seen for the first time and again, and the KiB of the first time."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        looks = [_look(browser, address, line, language) for _ in range(REPEATS)]
        browser.close()
    fresh, kept, sent = (statistics.median(values) for values in zip(*looks, strict=True))
    return fresh, kept, sent / 1024


def _look(browser: Browser, address: str, line: Line, language: str) -> tuple[float, float, float]:
    """Open the page with nothing kept on the phone, and once more with what is kept then."""
    context = browser.new_context(locale=language, viewport={"width": 360, "height": 800})
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", _slowed(line))
    fresh, sent = _seen_after(page, address), page.evaluate(SENT)
    page.goto("about:blank")
    kept = _seen_after(page, address)
    context.close()
    return fresh, kept, sent


def _seen_after(page: Page, address: str) -> float:
    """Open the page; return the ms from the click until its first text is seen."""
    page.goto(address)
    while (seen := page.evaluate(SEEN)) is None:
        page.wait_for_timeout(20)
    return float(seen)


def _slowed(line: Line) -> dict[str, Any]:
    a_second = line.kbit * 1000 / 8
    return {
        "offline": False,
        "latency": line.latency,
        "downloadThroughput": a_second,
        "uploadThroughput": a_second,
    }
