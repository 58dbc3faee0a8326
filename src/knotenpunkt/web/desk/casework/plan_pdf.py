"""Her plan as her own PDF: one page in her language, German beside it."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path

from django.template.loader import render_to_string

from knotenpunkt.casework.queries.helpers import Helper
from knotenpunkt.casework.queries.plans import FactRow, PlanView
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.languages import direction, reading_language
from knotenpunkt.people.models import Person
from knotenpunkt.web.slip.pdf import pdf_of

TEXTS: dict[str, dict[str, str]] = tomllib.loads(
    (Path(__file__).parent / "plan_texts.toml").read_text(encoding="utf-8")
)["texts"]


def plan_as_pdf(
    person: Person, view: PlanView, facts: Sequence[FactRow], helpers: Sequence[Helper]
) -> bytes:
    """Return the PDF of her plan, for herself: she sees both sides of a disputed fact."""
    language = reading_language(person.languages)
    context = {
        "person": person,
        "view": view,
        "plan": view.plan,
        "facts": facts,
        "helpers": helpers,
        "language": language,
        "direction": direction(language),
        "has_german": language != "de",
        "say": {key: texts[language] for key, texts in TEXTS.items()},
        "german": {key: texts["de"] for key, texts in TEXTS.items()},
        "day": clock.today(),
    }
    return pdf_of(render_to_string("desk/casework/plan_print.html", context))
