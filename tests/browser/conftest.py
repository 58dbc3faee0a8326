"""Debian's chromium against the running product."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import connection
from playwright.sync_api import Browser, BrowserContext, Page

from knotenpunkt.foundation.scope import system_scope
from tests.conftest import BOOKING_DAY

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AXE = (Path(__file__).parent.parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
COUNSELLOR = "st-ki03@musterkreis.example"
PASSWORD = "musterkreis"
# Not the door, whose address ends with where one wants to go.
SIGNED_IN = re.compile(r"^[^?]*/desk/")
# A folder for a picture of each step, when asked for.
PICTURES = os.environ.get("PICTURES", "")


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    if not CHROMIUM.exists():
        pytest.fail("Browser tests need Debian's chromium: apt install chromium", pytrace=False)
    return {"executable_path": str(CHROMIUM), "args": FLAGS}


@pytest.fixture(scope="session")
def address(loaded_network: object) -> Iterator[str]:
    """Return where the product is served from."""
    command = [sys.executable, "-m", "tests.browser.serve"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        yield server.stdout.readline().strip()
        server.terminate()


@pytest.fixture
def open_as(address: str, browser: Browser) -> Iterator[Callable[..., Page]]:
    """Return a page in a language and width, signed in unless `account` is empty."""
    contexts: list[BrowserContext] = []

    def open_page(
        language: str, width: int, *, account: str = COUNSELLOR, script: bool = True
    ) -> Page:
        context = browser.new_context(
            locale=language, viewport={"width": width, "height": 800}, java_script_enabled=script,
            base_url=address,
        )  # fmt: skip
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        if account:
            page.goto("/desk/")
            page.fill("[name=login]", account)
            page.fill("[name=password]", PASSWORD)
            page.click("main form button")
            page.wait_for_url(SIGNED_IN, wait_until="load")
        return page

    yield open_page
    for context in contexts:
        context.close()


def faults_of(page: Page) -> list[str]:
    """Return what axe finds wrong with the page, and whether it is wider than the window."""
    session = page.context.new_cdp_session(page)
    session.send("Runtime.evaluate", {"expression": AXE})
    found: list[str] = page.evaluate(
        """async (rules) => {
            const result = await axe.run(document, {runOnly: rules});
            return result.violations.map((it) => it.id + ": " + it.nodes[0].html.slice(0, 150));
        }""",
        RULES,
    )
    is_wide = page.evaluate(
        "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    )
    return [*found, *(["wider than the window"] if is_wide else [])]


def faults_without_script(page: Page) -> list[str]:
    """Return what axe finds on a page that runs no script: it looks at a copy of what is shown."""
    shown = re.sub(r"<script\b.*?</script>", "", page.content(), flags=re.DOTALL)
    shown = re.sub(r"(</?)noscript\b", r"\1div", shown)
    browser = page.context.browser
    assert browser is not None
    context = browser.new_context(viewport=page.viewport_size)
    copy = context.new_page()
    copy.route(
        lambda address: address == page.url,
        lambda route: route.fulfill(body=shown, content_type="text/html; charset=utf-8"),
    )
    copy.goto(page.url)
    found = faults_of(copy)
    context.close()
    return found


class Looks:
    """Looks at pages in several widths, one after the other: axe, width, and pictures."""

    def __init__(self, *widths: int) -> None:
        self.widths = widths
        self.faults: list[str] = []

    def at(self, page: Page, step: str) -> None:
        before = page.viewport_size
        for width in self.widths:
            page.set_viewport_size({"width": width, "height": 800})
            self.faults += [f"{step} at {width}: {fault}" for fault in faults_of(page)]
            if PICTURES:
                language = page.get_attribute("html", "lang")
                name = f"{step}-{language}-{width}.png".replace(" ", "-")
                page.screenshot(path=Path(PICTURES) / name, full_page=True)
        if before:
            page.set_viewport_size(before)


@pytest.fixture
def behind(loaded_network: object, django_db_blocker: Any) -> Callable[..., Any]:
    """Return a function that does something in the product behind the browser's back."""

    def act(do: Callable[[], Any]) -> Any:
        with django_db_blocker.unblock(), system_scope("a test"), time_machine.travel(BOOKING_DAY):
            found = do()
            connection.close()
            return found

    def in_a_thread(do: Callable[[], Any]) -> Any:  # the browser runs an event loop in this one
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(act, do).result()

    return in_a_thread
