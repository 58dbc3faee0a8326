"""Does a running API keep the Open Referral UK profile of HSDS 3.0? Our own runner.

The profile (`oruk/profile.json`) and its schemas come from the Open Referral UK validator; the
runner follows the same steps: call each address, hold the answer against its schema, walk the
pages, and ask for one item by its id.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

PROFILE = Path(__file__).parent / "oruk" / "profile.json"
PAGE_FIELDS = (
    "total_items",
    "total_pages",
    "page_number",
    "size",
    "first_page",
    "last_page",
    "empty",
)
SMALL_PAGE = 5
Fetch = Callable[[str], tuple[int, Any]]


@dataclass
class Outcome:
    """What came of one test of the profile; `is_required` tests decide on conformance."""

    name: str
    endpoint: str
    is_required: bool
    faults: list[str] = field(default_factory=list)


def run_profile(fetch: Fetch, *, items: int = 3) -> list[Outcome]:
    """Run every test. `fetch` gets an address below the API's root, and returns status and JSON.

    Of each list, `items` single items are asked for.
    """
    profile = json.loads(PROFILE.read_text(encoding="utf-8"))
    outcomes: list[Outcome] = []
    ids: dict[str, list[Any]] = {}
    for group in profile["testGroups"]:
        for test in group["tests"]:
            outcome = Outcome(test["name"], test["endpoint"], group["required"])
            source = test.get("useIdFrom")
            if source:
                wanted = ids.get(source, [])[:items]
                if not wanted:
                    outcome.faults.append("there is no item to ask for")
                for item in wanted:
                    _look(fetch, f"{test['endpoint']}{item}", test["schema"], outcome)
            else:
                answer = _look(fetch, test["endpoint"], test["schema"], outcome)
                if test.get("saveIds"):
                    found = answer.get(test["saveIdField"], []) if answer else []
                    ids[f"{test['endpoint']}-id"] = [it.get("id") for it in found]
                if test.get("pagination") and answer is not None:
                    outcome.faults += _page_faults(fetch, test["endpoint"])
            outcomes.append(outcome)
    return outcomes


def _look(fetch: Fetch, address: str, schema: str, outcome: Outcome) -> dict[str, Any] | None:
    status, answer = fetch(address)
    if status != 200 or not isinstance(answer, dict):
        outcome.faults.append(f"{address}: status {status}")
        return None
    for error in _validator(schema).iter_errors(answer):
        place = "/".join(str(part) for part in error.absolute_path)
        outcome.faults.append(f"{address}: {place}: {error.message[:200]}")
    return answer


@cache
def _validator(schema: str) -> Draft202012Validator:
    document = json.loads((PROFILE.parent / Path(schema).name).read_text(encoding="utf-8"))
    return Draft202012Validator(document, format_checker=FormatChecker())


def _page_faults(fetch: Fetch, endpoint: str) -> Iterator[str]:
    """Yield what is wrong with the first, the last and the page after the last."""
    for parameter in ("perPage", "per_page"):
        status, first = fetch(f"{endpoint}?page=1&{parameter}={SMALL_PAGE}")
        missing = [name for name in PAGE_FIELDS if name not in first]
        if status != 200 or missing:
            yield f"{endpoint}: status {status}, missing {missing}"
            return
        yield from _page_is(endpoint, first, number=1, whole=first)
        last = first["total_pages"]
        yield from _page_is(
            endpoint,
            fetch(f"{endpoint}?page={last}&{parameter}={SMALL_PAGE}")[1],
            number=last,
            whole=first,
        )
        _, beyond = fetch(f"{endpoint}?page={last + 1}&{parameter}={SMALL_PAGE}")
        if beyond["contents"] or not beyond["empty"]:
            yield f"{endpoint}: the page after the last one is not empty"


def _page_is(
    endpoint: str, page: dict[str, Any], *, number: int, whole: dict[str, Any]
) -> Iterator[str]:
    total, pages = whole["total_items"], whole["total_pages"]
    size = min(SMALL_PAGE, total - (number - 1) * SMALL_PAGE)
    wanted = {
        "total_items": total,
        "total_pages": max(1, -(-total // SMALL_PAGE)),
        "page_number": number,
        "size": size,
        "first_page": number == 1,
        "last_page": number == pages,
        "empty": size == 0,
    }
    for name, value in wanted.items():
        if page[name] != value:
            yield f"{endpoint}: page {number}: {name} is {page[name]}, not {value}"
    if len(page["contents"]) != size:
        yield f"{endpoint}: page {number} has {len(page['contents'])} items, not {size}"
