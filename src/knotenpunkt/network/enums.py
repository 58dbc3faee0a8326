from __future__ import annotations

from django.db import models


class LegalClass(models.TextChoices):
    """What the law lets an organization do with social data (domain.md, decision 3)."""

    BENEFIT_CARRIER = "benefit_carrier"  # § 35 SGB I, §§ 67 ff. SGB X
    FREE_CARRIER = "free_carrier"  # consent only, § 203 StGB
    IMMIGRATION_OFFICE = "immigration_office"  # § 87 AufenthG: never a recipient
    OTHER = "other"


class Role(models.TextChoices):
    """What an account may do inside its organization."""

    READER = "reader"
    WORKER = "worker"
    CONFIDENTIAL_WORKER = "confidential_worker"
    LEAD = "lead"
    COORDINATOR = "coordinator"
    FRONT_DESK = "front_desk"
    INTERPRETER = "interpreter"
    INTERPRETER_COORDINATOR = "interpreter_coordinator"
    MANAGER = "manager"
    DATA_PROTECTION_OFFICER = "data_protection_officer"
    ADMINISTRATOR = "administrator"


class TravelMode(models.TextChoices):
    PUBLIC_TRANSPORT = "public_transport"
    ON_FOOT = "on_foot"
