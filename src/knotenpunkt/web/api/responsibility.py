"""Who is responsible? For machines: plain facts in, the answer or the next question out."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from knotenpunkt.foundation import clock
from knotenpunkt.routing.deciding import Decision
from knotenpunkt.routing.enums import CourseAccess, Matter, Question, Title
from knotenpunkt.routing.facts import Facts
from knotenpunkt.routing.queries import responsible_for
from knotenpunkt.web.api import schemas

router = Router(tags=["responsibility"])


class FactsIn(Schema):
    """What is known; leave out what is not. Nothing here names a person."""

    title: Title | None = None
    first_title_on: dt.date | None = None
    arrived_on: dt.date | None = None
    age: int | None = Field(None, ge=0, le=120)
    is_alone_in_youth_welfare: bool | None = None
    is_not_employable: bool | None = None
    course_access: CourseAccess | None = None
    unsure: list[Question] = []


class ResponsibilityIn(Schema):
    matter: Matter
    facts: FactsIn
    on: dt.date | None = Field(None, description="a local day; today if left out")


class TargetOut(Schema):
    """`target` is the code of an organization, or `needs_check`, `not_available`, `nobody`."""

    target: str
    regime: str


class RuleOut(Schema):
    code: str
    status: str
    valid_from: dt.date
    legal_basis: str
    source: str
    note: str


class QuestionOut(Schema):
    question: Question
    answers: list[str]
    remaining: int


class DecisionOut(Schema):
    is_decided: bool
    targets: list[TargetOut]
    rules: list[RuleOut]
    next_question: QuestionOut | None


class ResponsibilityOut(Schema):
    matter: Matter
    on: dt.date
    today: DecisionOut
    if_drafts_pass: DecisionOut
    does_a_draft_change_it: bool


@router.post(
    "/responsibility", response={200: ResponsibilityOut, 401: schemas.Problem, 422: schemas.Problem}
)
def responsibility(request: HttpRequest, body: ResponsibilityIn) -> Any:
    """Return who is responsible on that day. It orients; the specialist decides."""
    network = request.auth.staff_member.organization.network  # type: ignore[attr-defined]
    given = body.facts.dict()
    facts = Facts(**{**given, "unsure": frozenset(given["unsure"])})
    answer = responsible_for(network, body.matter, facts, body.on or clock.today())
    return {
        "matter": answer.matter,
        "on": answer.on,
        "today": _decision(answer.today),
        "if_drafts_pass": _decision(answer.if_drafts_pass),
        "does_a_draft_change_it": bool(answer.drafts),
    }


def _decision(decision: Decision) -> dict[str, Any]:
    asked = decision.next_question
    return {
        "is_decided": decision.is_decided,
        "targets": [{"target": it, "regime": regime} for it, regime in decision.targets],
        "rules": [{name: getattr(row, name) for name in RuleOut.model_fields}
                  for row in decision.rules],
        "next_question": asked
        and {
            "question": asked.question,
            "answers": [str(choice.value) for choice in asked.choices],
            "remaining": asked.remaining,
        },
    }  # fmt: skip
