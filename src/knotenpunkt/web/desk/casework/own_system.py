"""Text for the office's own system: the file of record stays there, nothing is typed twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from knotenpunkt.casework.models import TalkRecord
from knotenpunkt.visits.models import Appointment
from knotenpunkt.web.templatetags.knotenpunkt import (
    ENDONYMS,
    clock_time,
    day_name,
    plain_text,
)


def text_of_talk(record: TalkRecord, appointment: Appointment) -> str:
    """Return lines to paste: when, who, about what, how it ended, what was agreed."""
    when = f"{day_name(appointment.starts_at)}, {clock_time(appointment.starts_at)}"
    lines = [
        f"{when}, {appointment.location.name}",
        f"{_('Talk')}: {plain_text(appointment.service.name)}",
        f"{_('Counsellor')}: {record.author.name}",
        f"{_('Outcome')}: {record.get_outcome_display()}",
    ]
    if record.agreed:
        lines.append(f"{_('Agreed')}: {record.agreed}")
    if record.note:
        lines.append(f"{_('Note')}: {record.note}")
    return "\n".join(lines)


def text_of_handover(page: Mapping[str, Any]) -> str:
    """Return the page for another office as lines to paste; what is empty is left out."""
    return "\n".join(f"{label}: {value}" for label, value in _lines_of(page) if value)


def _lines_of(page: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    person, assessment, view, last = (page[it] for it in ("person", "assessment", "view", "last"))
    yield _("Name"), " / ".join(it for it in (str(person), person.native_name) if it)
    yield _("Languages"), ", ".join(ENDONYMS.get(it, it) for it in person.languages)
    yield _("German"), person.german_level
    yield _("Lives in"), str(person.municipality or "")
    yield _("Case lead"), person.case_lead.name if person.case_lead else ""
    if assessment:
        needs = [
            f"{it.get_area_display()} ({it.get_urgency_display()})" for it in assessment.needs.all()
        ]
        yield _("Needs"), "; ".join([assessment.words, *needs])
    goals = view.goals if view else []
    yield _("Goals"), "; ".join(goal.words_german or goal.words for goal in goals)
    held = [plain_text(it.token.name) for it in page["tokens"]]
    yield _("Is there already"), ", ".join(held)
    for row in page["facts"]:
        values = [f"{it.value} ({it.organization.name})" for it in row.facts]
        yield row.kind, "; ".join(values)
    yield _("agreed last time"), last.agreed if last else ""
