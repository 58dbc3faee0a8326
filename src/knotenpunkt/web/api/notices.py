"""What somebody has to say by hand, because nobody can be written to."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema

from knotenpunkt.visits.actions.telling import note_told
from knotenpunkt.visits.models import HandNotice
from knotenpunkt.visits.queries import hand_notices_visible_to
from knotenpunkt.web.access import CASE_ROLES
from knotenpunkt.web.api import schemas
from knotenpunkt.web.api.access import REFUSALS, TokenAuth, account_of, note_look, page_of
from knotenpunkt.web.api.keyed import Key, keyed

router = Router(tags=["repair"], auth=TokenAuth(CASE_ROLES))


class NoticeOut(Schema):
    """`interpreter`: she is to be told; null: the person. `done_at`: somebody has."""

    id: UUID
    visit: UUID
    person: UUID
    interpreter: UUID | None
    language: str
    text: str
    created_at: dt.datetime
    done_at: dt.datetime | None

    @classmethod
    def of(cls, it: HandNotice) -> NoticeOut:
        return cls(
            id=it.id,
            visit=it.visit_id,
            person=it.person_id,
            interpreter=it.interpreter_id,
            language=it.language,
            text=it.text,
            created_at=it.created_at,
            done_at=it.done_at,
        )


class NoticesOut(schemas.Page):
    contents: list[NoticeOut]


@router.get("/notices", response={200: NoticesOut, **REFUSALS})
def notices(request: HttpRequest, page: Annotated[int, Query(ge=1, le=10_000)] = 1) -> Any:
    """List whom somebody of the own organization has to tell something, the oldest first."""
    rows = hand_notices_visible_to(account_of(request)).filter(done_at=None)
    found, about = page_of(rows.order_by("created_at", "pk"), page)
    note_look(request, [it.person for it in found], "api notices")
    return {**about, "contents": [NoticeOut.of(it) for it in found]}


@router.post("/notices/{uuid:notice_id}/told", response={200: NoticeOut, **REFUSALS})
def told(request: HttpRequest, notice_id: UUID, key: Key) -> Any:
    """Note that somebody has told her."""
    notice = get_object_or_404(hand_notices_visible_to(account_of(request)), pk=notice_id)
    note_look(request, [notice.person], "api notices")
    return keyed(
        request, key, None, lambda: NoticeOut.of(note_told(notice=notice, by=account_of(request)))
    )
