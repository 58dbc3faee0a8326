"""Text for the office's own system: the file of record stays there, nothing is typed twice."""

from __future__ import annotations

from django.utils.translation import gettext as _

from knotenpunkt.casework.models import TalkRecord
from knotenpunkt.visits.models import Appointment
from knotenpunkt.web.templatetags.knotenpunkt import clock_time, day_name, plain_text


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
