"""Debian's chromium against the running product."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

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
            page.wait_for_url("**/desk/", wait_until="load")
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
