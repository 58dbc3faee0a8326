"""Words of the responsibility rules, and the steps in the life of a rule."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import models
from django.utils.translation import gettext_lazy as _


class Matter(models.TextChoices):
    """What someone needs; each matter has rules of its own."""

    LIVELIHOOD = "livelihood", _("Money to live on")
    WORK = "work", _("Finding work or training")
    COUNSELLING = "counselling", _("Counselling on arriving and living here")
    FURTHER_TRAINING = "further_training", _("Further training or rehabilitation")
    WORK_PERMISSION = "work_permission", _("Permission to work")
    COURSE = "course", _("Place in an integration course")


class Regime(models.TextChoices):
    """The book of law under which someone lives; `regime` of a rule says where it leads."""

    SGB_II = "sgb2", _("SGB II (basic income support)")
    SGB_III = "sgb3", _("SGB III (employment promotion)")
    SGB_VIII = "sgb8", _("SGB VIII (youth welfare)")
    SGB_XII = "sgb12", _("SGB XII (social assistance)")
    ASYLBLG = "asylblg", _("AsylbLG (asylum seekers' benefits)")
    SGB_II_OR_ASYLBLG = "sgb2_or_asylblg", _("SGB II or AsylbLG")
    NONE = "none", _("no benefit, bridging help only")
    NOT_CONCERNED = "", _("not concerned")


class Strength(models.TextChoices):
    RESPONSIBLE = "responsible", _("responsible")
    ALSO_HELPS = "also_helps", _("also helps")


class Outcome(models.TextChoices):
    """Where a rule leads when it names no organization."""

    ORGANIZATION = "", _("an organization")
    NEEDS_CHECK = "needs_check", _("needs a check of the single case")
    NOT_AVAILABLE = "not_available", _("not available at public cost")
    NOBODY = "nobody", _("no office is responsible")


class RuleStatus(models.TextChoices):
    DRAFT = "draft", _("draft")
    IN_FORCE = "in_force", _("in force")
    SUSPENDED = "suspended", _("suspended")


RULE_STEPS: Mapping[str, frozenset[str]] = {
    RuleStatus.DRAFT: frozenset({RuleStatus.IN_FORCE}),
    RuleStatus.IN_FORCE: frozenset({RuleStatus.SUSPENDED}),
    RuleStatus.SUSPENDED: frozenset({RuleStatus.IN_FORCE}),
}


class Title(models.TextChoices):
    """Residence papers that rules tell apart. `OTHER` has no rule of its own."""

    SEC24_PENDING = "sec24_pending", _("§ 24 applied for (Ukraine)")
    SEC24 = "sec24", _("§ 24 AufenthG (Ukraine)")
    AUFENTHALTSGESTATTUNG = "aufenthaltsgestattung", _("Aufenthaltsgestattung (asylum procedure)")
    DULDUNG = "duldung", _("Duldung")
    DULDUNG_TRAINING = "duldung_training", _("Duldung for vocational training")
    SEC25_1 = "sec25_1", _("§ 25 (1) AufenthG (entitled to asylum)")
    SEC25_2 = "sec25_2", _("§ 25 (2) AufenthG (refugee, subsidiary protection)")
    SEC25_3 = "sec25_3", _("§ 25 (3) AufenthG (ban on deportation)")
    SEC25_5 = "sec25_5", _("§ 25 (5) AufenthG")
    SEC25A = "sec25a", _("§ 25a AufenthG (well integrated young people)")
    SEC25B = "sec25b", _("§ 25b AufenthG (lasting integration)")
    SEC104C = "sec104c", _("§ 104c AufenthG (right to a chance)")
    LOCAL_STAFF_ADMISSION = "local_staff_admission", _("§ 22 or § 23 AufenthG (admission)")
    FAMILY_REUNION = "family_reunion", _("family reunion")
    EU_WORKER = "eu_worker", _("EU citizen who works or worked")
    EU_FAMILY = "eu_family", _("family of an EU citizen")
    EU_JOBSEEKER = "eu_jobseeker", _("EU citizen looking for work only")
    BLUE_CARD_VISA = "blue_card_visa", _("visa for the EU Blue Card")
    BLUE_CARD = "blue_card", _("EU Blue Card")
    SKILLED_WORKER_TRAINING = "skilled_worker_training", _("skilled worker or vocational training")
    SKILLED_WORKER_WESTBALKAN = "skilled_worker_westbalkan", _("Western Balkans scheme")
    OTHER = "other", _("another paper, or none")


class CourseAccess(models.TextChoices):
    """The three doors into an integration course."""

    ENTITLED = "entitled", _("entitled (§ 44 (1) AufenthG)")
    OBLIGED = "obliged", _("obliged (§ 44a AufenthG)")
    ADMISSION = "admission", _("admission on application (§ 44 (4) AufenthG)")


class Question(models.TextChoices):
    """The facts that rules may ask for; earlier ones are asked first if all else is equal."""

    TITLE = "title", _("Which paper for staying does she or he have?")
    AGE = "age", _("How old is she or he?")
    FIRST_TITLE_ON = "first_title_on", _("When was the first such paper issued?")
    IS_ALONE = (
        "is_alone_in_youth_welfare",
        _("Is she or he under 18, here without parents and in the care of the youth office?"),
    )
    IS_NOT_EMPLOYABLE = (
        "is_not_employable",
        _("Is she or he past retirement age, or unable to work three hours a day?"),
    )
    COURSE_ACCESS = "course_access", _("By which door into the course?")
