"""Why an interpreter cannot take a talk, in words."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _


def reason_words(reasons: Iterable[str]) -> list[str]:
    """Return the reasons as sentences."""
    words = {
        "language": _("Speaks another language."),
        "class": _("This talk needs a qualified or sworn interpreter."),
        "legal_effect": _("Volunteers do not interpret talks with legal effect."),
        "notice": _("The notice in working days is too short."),
        "gender": _("Does not meet the condition on the gender."),
        "not_free": _("Is not free at this time."),
        "unknown": _("Please choose someone from the list."),
    }
    return [words[reason] for reason in reasons]
