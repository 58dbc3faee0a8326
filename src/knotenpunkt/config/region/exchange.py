"""The part of a region file with what staff ask and answer each other; in a demo, invented."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Code = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_\-]{0,49}$")]


class AnswerEntry(BaseModel):
    """An answer of a colleague."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    by: Code
    on: dt.date
    body: str
    helped: bool = False


class QuestionEntry(BaseModel):
    """A question with its answers, oldest first."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    id: Code
    topic: Code
    by: Code
    on: dt.date
    title: str = Field(max_length=160)
    body: str
    offer: Code | None = None
    org: Code | None = None
    answers: list[AnswerEntry] = []
