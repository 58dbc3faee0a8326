from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Gender(models.TextChoices):
    FEMALE = "f"
    MALE = "m"
    DIVERSE = "d"
    UNKNOWN = "u"


class BirthPrecision(models.TextChoices):
    """How much of a birth date is known; 1 January usually means the year alone."""

    UNKNOWN = "unknown"
    YEAR = "year"
    MONTH = "month"
    DAY = "day"
    ASSESSED = "assessed"


class GenderWish(models.TextChoices):
    """A wish for the interpreter; `ONLY` is a condition and never dropped silently."""

    NONE = "none"
    PREFER_FEMALE = "prefer_female"
    ONLY_FEMALE = "only_female"
    ONLY_MALE = "only_male"


class Layer(models.IntegerChoices):
    """How close to the person; a grant reaches up to its layer, and never the entrusted one."""

    CONTACT = 1, _("contact")
    MATTER = 2, _("matter")
    SENSITIVE = 3, _("sensitive")
    ENTRUSTED = 4, _("entrusted")


class Category(models.TextChoices):
    """Kinds of data a consent names one by one."""

    CONTACT = "contact", _("name and contact")
    APPOINTMENTS = "appointments", _("appointments")
    LANGUAGE_LEVEL = "language_level", _("language level")
    SCHOOL = "school", _("school")
    QUALIFICATION = "qualification", _("qualification and work experience")
    CAREER_PATH = "career_path", _("career path")
    PLAN_GOALS = "plan_goals", _("goals and steps of the plan")
    FAMILY = "family", _("family and household")
    HOUSING = "housing", _("housing")
    INCOME = "income", _("income and benefits")
    DEBTS = "debts", _("debts")
    RESIDENCE = "residence", _("residence status")
    HEALTH = "health", _("health")
    RELIGION = "religion", _("religion or belief")
    SEXUAL_ORIENTATION = "sexual_orientation", _("sexual orientation")


class Purpose(models.TextChoices):
    """What data may be used for. Sanctions and benefit cuts are no purpose of this house."""

    COUNSELLING = "counselling", _("counselling")
    CARE_PLAN = "care_plan", _("working on one plan together")
    CASE_CONFERENCE = "case_conference", _("one case conference")
    APPRENTICESHIP = "apprenticeship", _("finding an apprenticeship")
    WORK = "work", _("finding work")
    RECOGNITION = "recognition", _("recognition of a qualification")
    LANGUAGE_COURSE = "language_course", _("finding a language course")
    SCHOOL_PLACE = "school_place", _("finding a school or childcare place")
    BENEFITS = "benefits", _("applying for benefits")
    HOUSING = "housing", _("finding a place to live")
    DEBTS = "debts", _("dealing with debts")
    HEALTH_CARE = "health_care", _("getting health care")
    PROTECTION = "protection", _("protection from harm")


class Basis(models.TextChoices):
    CONSENT = "consent", _("consent")
    STATUTE = "statute", _("law")
    EMERGENCY = "emergency", _("emergency, for some hours")


class Giver(models.TextChoices):
    """Who said yes: from 15 the young person herself, below that guardian and child."""

    PERSON = "person", _("the person herself or himself")
    GUARDIAN_AND_CHILD = "guardian_and_child", _("guardian, and the child was heard")


class HowGiven(models.TextChoices):
    TABLET = "tablet", _("on a tablet")
    PAPER = "paper", _("on paper")
    ORAL = "oral", _("by word of mouth")


class PairStatus(models.TextChoices):
    """What a human decided about two files."""

    MERGED = "merged", _("one person")
    APART = "apart", _("two people")


class InterpreterKind(models.TextChoices):
    NONE = "none", _("no interpreter")
    PROFESSIONAL = "professional", _("professional interpreter")
    VOLUNTEER = "volunteer", _("volunteer interpreter")
    FAMILY = "family", _("relative or friend")


# Art. 9 GDPR: each needs an explicit yes of its own.
SPECIAL_CATEGORIES = frozenset({Category.HEALTH, Category.RELIGION, Category.SEXUAL_ORIENTATION})

_C, _P = Category, Purpose
_ALWAYS = frozenset({_C.CONTACT, _C.APPOINTMENTS, _C.LANGUAGE_LEVEL})
_PATH = _ALWAYS | {_C.SCHOOL, _C.QUALIFICATION, _C.CAREER_PATH, _C.PLAN_GOALS}
# A grant may name only what one of its purposes needs: so debts never travel "for a course".
CATEGORIES_OF_PURPOSE: dict[str, frozenset[Category]] = {
    _P.COUNSELLING: frozenset(_C),
    _P.CARE_PLAN: frozenset(_C) - {_C.RELIGION, _C.SEXUAL_ORIENTATION},
    _P.CASE_CONFERENCE: frozenset(_C),
    _P.APPRENTICESHIP: _PATH,
    _P.WORK: _PATH | {_C.RESIDENCE},
    _P.RECOGNITION: _PATH | {_C.RESIDENCE},
    _P.LANGUAGE_COURSE: _ALWAYS | {_C.SCHOOL, _C.PLAN_GOALS, _C.RESIDENCE},
    _P.SCHOOL_PLACE: _ALWAYS | {_C.SCHOOL, _C.FAMILY, _C.PLAN_GOALS},
    _P.BENEFITS: _ALWAYS | {_C.INCOME, _C.HOUSING, _C.FAMILY, _C.RESIDENCE},
    _P.HOUSING: _ALWAYS | {_C.HOUSING, _C.INCOME, _C.FAMILY},
    _P.DEBTS: _ALWAYS | {_C.DEBTS, _C.INCOME, _C.HOUSING},
    _P.HEALTH_CARE: _ALWAYS | {_C.HEALTH},
    _P.PROTECTION: frozenset(_C),
}
# The layer a category has at least, however harmless a note looks.
LAYER_OF_CATEGORY: dict[str, Layer] = {
    **dict.fromkeys(_C, Layer.MATTER),
    _C.CONTACT: Layer.CONTACT,
    _C.APPOINTMENTS: Layer.CONTACT,
    **dict.fromkeys(
        (_C.RESIDENCE, _C.HEALTH, _C.RELIGION, _C.SEXUAL_ORIENTATION, _C.DEBTS), Layer.SENSITIVE
    ),
}


class Informed(models.TextChoices):
    """How the person hears that something was disclosed, or why she does not."""

    MESSAGE = "message", _("by a message from here")
    IN_PERSON = "in_person", _("told in person")
    FORBIDDEN = "forbidden", _("the law forbids to tell her")


class LookedAt(models.TextChoices):
    """What somebody looked at, as coarse as a person wants to know it."""

    LIST = "list", _("in a list")
    VISIT = "visit", _("appointments")
    CASE = "case", _("counselling")
    MACHINE = "machine", _("with another program")
    SHARED = "shared", _("what was shared")
    PAGE = "page", _("another page about her or him")
