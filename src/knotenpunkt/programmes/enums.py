"""Words of programmes: what a phase may ask for, and what comes out."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class AskedFact(models.TextChoices):
    """What a phase may ask about a person; earlier ones are asked first if all else is equal.

    `FROM_FILE` follow from the file and are never asked here.
    """

    MOTIVATION = "motivation", _("wants to work or train soon")
    EXPERIENCE = "experience", _("has worked in a trade or profession")
    QUALIFICATION = "qualification", _("has a vocational or academic qualification")
    NEEDS_CHILDCARE = "needs_childcare", _("needs childcare to take part")
    IS_WOMAN = "is_woman", _("is a woman")
    WISHES_FEMALE_INTERPRETER = "female_interpreter", _("wishes a woman to interpret")


FROM_FILE = frozenset({AskedFact.IS_WOMAN, AskedFact.WISHES_FEMALE_INTERPRETER})


class Standing(models.TextChoices):
    """Can she join now? None of these is a verdict about anyone, and none is the last word."""

    ELIGIBLE = "eligible", _("can join now")
    TO_CHECK = "to_check", _("can join once it is checked")
    UNKNOWN = "unknown", _("not enough is known yet")
    NOT_ELIGIBLE = "not_eligible", _("not in this phase")
    CLOSED = "closed", _("no phase is running")
