"""The texts of pages for newcomers, for templates: `{% say "where_title" %}`."""

from __future__ import annotations

from functools import cache

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from knotenpunkt.web.public import texts

register = template.Library()


def reader() -> str:
    """Return the language of the page at hand."""
    return (get_language() or "de")[:2]


@register.simple_tag
def say(key: str, language: str = "", **values: object) -> SafeString:
    """Return a text in the reader's language (or the one given); values are isolated."""
    if not values:
        return _as_it_is(key, language or reader())
    isolated = {
        name: value if isinstance(value, int) else format_html("<bdi>{}</bdi>", value)
        for name, value in values.items()
    }
    text = conditional_escape(texts.TEXTS[key][language or reader()])
    return mark_safe(text.format(**isolated))  # noqa: S308 - text and values are escaped above


@cache  # a page says some of them a hundred times, and none ever changes
def _as_it_is(key: str, language: str) -> SafeString:
    text = conditional_escape(texts.TEXTS[key][language])
    return mark_safe(text.format())  # noqa: S308 - escaped above


@register.simple_tag
def say_plain(key: str, **values: object) -> str:
    """Return a text without marks, for titles and attributes."""
    return texts.say(key, reader(), **values)
