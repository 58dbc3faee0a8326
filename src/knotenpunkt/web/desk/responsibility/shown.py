"""What the page "Who is responsible?" shows, in the words of the desk."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any

from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from knotenpunkt.network.models import Organization
from knotenpunkt.routing.deciding import Choice, Decision, NextQuestion
from knotenpunkt.routing.enums import CourseAccess, Outcome, Question, Regime, Title
from knotenpunkt.routing.facts import Facts
from knotenpunkt.routing.law import RuleRow, When
from knotenpunkt.routing.queries import Responsibility
from knotenpunkt.routing.space import BEFORE_ALL, age_borders, first_title_borders
from knotenpunkt.web.desk.responsibility.forms import UNSURE


@dataclass(frozen=True)
class Option:
    value: str
    text: str | Promise
    is_chosen: bool = False


@dataclass(frozen=True)
class ShownQuestion:
    """A question with its answers; `remaining` counts it and those that may follow."""

    name: str
    text: str
    options: tuple[Option, ...]
    remaining: int = 0


@dataclass(frozen=True)
class ShownTarget:
    """Where someone belongs: an organization, or words when there is none."""

    organization: Organization | None
    text: str
    regime: str


@dataclass(frozen=True)
class ShownAnswer:
    targets: tuple[ShownTarget, ...]
    rules: tuple[RuleRow, ...]
    is_decided: bool
    is_left_open: bool


def known_questions(facts: Facts, rows: Sequence[RuleRow], on: dt.date) -> list[ShownQuestion]:
    """Return what has been answered, each as a field that can be changed or emptied."""
    given: dict[Question, Any] = {
        Question.TITLE: facts.title,
        Question.AGE: facts.age,
        Question.FIRST_TITLE_ON: facts.first_title_on,
        Question.IS_ALONE: facts.is_alone_in_youth_welfare,
        Question.IS_NOT_EMPLOYABLE: facts.is_not_employable,
        Question.COURSE_ACCESS: facts.course_access,
    }
    shown = []
    for question, value in given.items():
        if value is None and question.value not in facts.unsure:
            continue
        choices = _all_choices(question, rows)
        options = [
            Option(_written(it.value), _choice_text(question, it), _is_in(value, it))
            for it in choices
        ]
        unsure = Option(UNSURE, _("nobody can say"), value is None)
        shown.append(
            ShownQuestion(question.value, str(question.label), (Option("", "–"), *options, unsure))
        )
    return shown


def _all_choices(question: Question, rows: Sequence[RuleRow]) -> list[Choice]:
    match question:
        case Question.TITLE:
            return [Choice(title) for title in Title.values]
        case Question.COURSE_ACCESS:
            return [Choice(door) for door in CourseAccess.values]
        case Question.AGE:
            borders: Iterable[Any] = age_borders(rows)
        case Question.FIRST_TITLE_ON:
            borders = first_title_borders(rows)
        case _:
            return [Choice(True), Choice(False)]
    return [Choice(low, high) for low, high in pairwise((*borders, None))]


def _is_in(value: Any, choice: Choice) -> bool:
    if value is None or isinstance(value, bool | str):
        return bool(value == choice.value)
    return bool(choice.value <= value and (choice.until is None or value < choice.until))


def next_question(asked: NextQuestion | None) -> ShownQuestion | None:
    """Return the question to ask now."""
    if asked is None:
        return None
    options = [Option(_written(it.value), _choice_text(asked.question, it)) for it in asked.choices]
    return ShownQuestion(
        asked.question.value,
        str(asked.question.label),
        (*options, Option(UNSURE, _("nobody can say"))),
        asked.remaining,
    )


def _written(value: Any) -> str:
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def _choice_text(question: Question, choice: Choice) -> str:
    match question:
        case Question.TITLE:
            return str(Title(choice.value).label)
        case Question.COURSE_ACCESS:
            return str(CourseAccess(choice.value).label)
        case Question.AGE:
            return _age_text(choice)
        case Question.FIRST_TITLE_ON:
            return _date_text(choice)
        case _:
            return _("yes") if choice.value else _("no")


def _age_text(choice: Choice) -> str:
    if choice.until is None:
        return _("%(age)d or older") % {"age": choice.value}
    if choice.until == choice.value + 1:
        return ngettext("%(age)d year", "%(age)d years", choice.value) % {"age": choice.value}
    return _("%(from)d to %(to)d") % {"from": choice.value, "to": choice.until - 1}


def _date_text(choice: Choice) -> str:
    def day(value: dt.date) -> str:
        return formats.date_format(value, "DATE_FORMAT")

    if choice.value == BEFORE_ALL:
        return _("before %(day)s") % {"day": day(choice.until)}
    if choice.until is None:
        return _("on %(day)s or later") % {"day": day(choice.value)}
    return _("from %(day)s, before %(end)s") % {"day": day(choice.value), "end": day(choice.until)}


def shown_answer(decision: Decision, answer: Responsibility) -> ShownAnswer:
    """Return where the decision leads, as people say it."""
    targets = tuple(
        ShownTarget(
            answer.organizations.get(target),
            "" if target in answer.organizations else str(Outcome(target).label),
            str(Regime(regime).label) if regime else "",
        )
        for target, regime in decision.targets
    )
    is_left_open = len(targets) > 1 and decision.next_question is None
    return ShownAnswer(targets, decision.rules, decision.is_decided, is_left_open)


def helpers(rows: Iterable[RuleRow], answer: Responsibility) -> list[tuple[Organization, RuleRow]]:
    """Return who also helps, with the rule that says so."""
    return [
        (answer.organizations[row.organization], row)
        for row in rows
        if row.organization is not None
    ]


def condition_lines(when: When) -> list[str]:
    """Return the conditions of a rule in words, one a line; all of them must hold."""
    day = partial(formats.date_format, format="DATE_FORMAT")
    lines = [
        ", ".join(str(Title(title).label) for title in when.titles),
        ", ".join(str(Regime(regime).label) for regime in when.regimes),
        ", ".join(str(CourseAccess(door).label) for door in when.course_access),
    ]
    if when.first_title_before:
        lines.append(_("first paper before %(day)s") % {"day": day(when.first_title_before)})
    if when.first_title_on_or_after:
        since = day(when.first_title_on_or_after)
        lines.append(_("first paper on %(day)s or later") % {"day": since})
    if when.age_from is not None:
        lines.append(_("%(age)d or older") % {"age": when.age_from})
    if when.age_below is not None:
        lines.append(_("younger than %(age)d") % {"age": when.age_below})
    for question in (Question.IS_ALONE, Question.IS_NOT_EMPLOYABLE):
        value = getattr(when, question.value)
        if value is not None:
            lines.append(f"{question.label} {_('yes') if value else _('no')}")
    return [line for line in lines if line]
