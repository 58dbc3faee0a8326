"""The fixed texts of route slips, for templates."""

from __future__ import annotations

from django import template

from knotenpunkt.web.slip.texts import say as text_of

register = template.Library()


@register.filter
def say(language: str, key: str) -> str:
    """Return a fixed text in this language: `{{ slip.language|say:"bring" }}`."""
    return text_of(key, language)
