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


class LegalRegime(models.TextChoices):
    """The book of law a service stands in; names of statutes stay German."""

    SGB_II = "sgb2", "SGB II"
    SGB_III = "sgb3", "SGB III"
    SGB_V = "sgb5", "SGB V"
    SGB_VIII = "sgb8", "SGB VIII"
    SGB_IX = "sgb9", "SGB IX"
    SGB_XII = "sgb12", "SGB XII"
    ASYLBLG = "asylblg", "AsylbLG"
    AUFENTHG = "aufenthg", "AufenthG"
    BQFG = "bqfg", "BQFG"
    OTHER = "other", "other"


class FieldGroup(models.TextChoices):
    """Parts of a directory entry that are shown or hidden together."""

    BASICS = "basics"  # name, description, topic, for whom: what a search must find
    CONTACTS = "contacts"  # phone, mail, named contacts for everyone
    HOURS = "hours"
    COSTS = "costs"
    PLACES = "places"
    PARTNER_CONTACTS = "partner_contacts"  # direct lines, mail for partners only
    STAFF = "staff"  # who works there, with languages and specialities
    KNOWLEDGE = "knowledge"  # tasks, workflow, legal basis, how to refer
    INTERNAL = "internal"  # notes of the organization itself


class Audience(models.TextChoices):
    """Who sees a field group, widest first."""

    PUBLIC = "public"
    PARTNERS = "partners"
    OWN_ORGANIZATION = "own_organization"


# What an entry shows when its owner has said nothing (requirements S0-6, S0-16).
USUAL_AUDIENCE: dict[str, Audience] = {
    FieldGroup.BASICS: Audience.PUBLIC,
    FieldGroup.CONTACTS: Audience.PUBLIC,
    FieldGroup.HOURS: Audience.PUBLIC,
    FieldGroup.COSTS: Audience.PUBLIC,
    FieldGroup.PLACES: Audience.PUBLIC,
    FieldGroup.PARTNER_CONTACTS: Audience.PARTNERS,
    FieldGroup.STAFF: Audience.PARTNERS,
    FieldGroup.KNOWLEDGE: Audience.PARTNERS,
    FieldGroup.INTERNAL: Audience.OWN_ORGANIZATION,
}
