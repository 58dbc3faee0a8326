"""A page of anything, as HSDS pages it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Annotated, Any
from uuid import UUID

from ninja import Schema
from pydantic import Field

MOST_PER_PAGE = 100


class Paging(Schema):
    """`page` from 1; `per_page` (HSDS) or `perPage` (Open Referral UK), at most a hundred."""

    page: Annotated[int, Field(ge=1, le=100_000)] = 1
    per_page: Annotated[int, Field(ge=1)] = 20
    perPage: Annotated[int | None, Field(ge=1)] = None  # noqa: N815 - the name of the standard

    @property
    def size(self) -> int:
        return min(self.perPage or self.per_page, MOST_PER_PAGE)

    @property
    def span(self) -> slice:
        return slice((self.page - 1) * self.size, self.page * self.size)


class ServiceFilter(Schema):
    """What a list of services can be narrowed by."""

    search: Annotated[str, Field(max_length=200)] = ""
    organization_id: UUID | None = None
    taxonomy_term_id: UUID | None = None
    modified_after: dt.datetime | None = None
    minimal: bool = False
    full: bool = False


def page_of(paging: Paging, total: int, contents: Sequence[Any]) -> dict[str, Any]:
    """Return the envelope around the contents of a page."""
    pages = max(1, -(-total // paging.size))
    return {
        "total_items": total,
        "total_pages": pages,
        "page_number": paging.page,
        "size": len(contents),
        "first_page": paging.page == 1,
        "last_page": paging.page >= pages,
        "empty": not contents,
        "contents": contents,
    }


def chained(paging: Paging, *parts: tuple[int, Callable[[slice], Sequence[Any]]]) -> list[Any]:
    """Return a page that runs over several lists, each given by its length and how to cut it."""
    start, stop = paging.span.start, paging.span.stop
    found: list[Any] = []
    for length, cut in parts:
        if start < length and stop > 0:
            found += cut(slice(max(start, 0), min(stop, length)))
        start, stop = start - length, stop - length
    return found
