"""Texts of the directory in the reader's language, and moments as people say them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.forms.utils import flatatt
from django.utils import formats, timezone
from django.utils.dates import WEEKDAYS
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, override

from knotenpunkt.directory.freshness import is_hidden, is_stale
from knotenpunkt.directory.models import Service
from knotenpunkt.directory.pictures import initials_of
from knotenpunkt.directory.rights import may_edit
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.languages import direction, text_in
from knotenpunkt.network.models import Account
from knotenpunkt.people.enums import LookedAt, Purpose

register = template.Library()
ENDONYMS = {
    "de": "Deutsch", "en": "English", "uk": "Українська", "ar": "العربية", "fa": "فارسی",
    "tr": "Türkçe", "ru": "Русский", "fr": "Français", "prs": "دری", "ps": "پښتو",
    "kmr": "Kurmancî", "ckb": "سۆرانی", "ro": "Română", "bg": "Български", "pl": "Polski",
    "ti": "ትግርኛ", "so": "Soomaali", "sq": "Shqip", "es": "Español", "vi": "Tiếng Việt",
}  # fmt: skip


# Weekday and date as people write them; `E` is the month as it stands beside a day.
DAY_FORMATS = {"de": "l, j. F Y", "fr": "l j F Y", "ar": "l، j E Y", "fa": "l، j E Y"}


@register.filter
def text(texts: Mapping[str, str], language: str = "") -> SafeString:
    """Return the text in the reader's language; another language is marked as such."""
    wanted = language or (get_language() or "de")[:2]
    found = text_in(texts, wanted)
    if found.language == wanted:
        return format_html("<bdi>{}</bdi>", found.text)
    return format_html(
        '<bdi lang="{}" dir="{}">{}</bdi>',
        found.language,
        direction(found.language),
        found.text,
    )


@register.filter
def plain_text(texts: Mapping[str, str], language: str = "") -> str:
    """Return the text alone, for titles and attributes."""
    return text_in(texts, language or (get_language() or "de")[:2]).text


@register.filter
def german_beside(texts: Mapping[str, str], language: str) -> str:
    """Return the German text to stand beside the reader's own; nothing if hers is German too."""
    return "" if text_in(texts, language).language == "de" else texts.get("de", "")


@register.filter
def is_old(service: Service) -> bool:
    """Return whether nobody has confirmed a service for 180 days: it carries a mark then."""
    return is_stale(service, clock.today())


@register.filter
def is_hidden_now(service: Service) -> bool:
    """Return whether the public no longer sees it: nobody has confirmed it for a year."""
    return is_hidden(service, clock.today())


@register.filter
def may_edit_own(account: Account) -> bool:
    """Return whether somebody may change the entries of her own house."""
    return may_edit(account, account.staff_member.organization)


@register.filter
def looked_at_name(word: str) -> str:
    """Return what somebody looked at, from the word that `reads_of` gives it."""
    return str(LookedAt(word).label)


@register.filter
def purpose_name(word: str) -> str:
    """Return a purpose of the read log in plain words."""
    return str(Purpose(word).label)


@register.filter
def endonym(code: str) -> str:
    """Return what a language calls itself."""
    return ENDONYMS.get(code, code)


@register.filter
def initials(name: str) -> str:
    """Return what stands where a colleague gave no picture."""
    return initials_of(name)


@register.filter
def language_direction(code: str) -> str:
    return direction(code)


@register.filter
def clock_time(moment: dt.datetime) -> str:
    """Return hours and minutes in Germany, always with Western digits."""
    return timezone.localtime(moment).strftime("%H:%M")


@register.filter
def day_name(moment: dt.datetime | dt.date, language: str = "") -> str:
    """Return weekday and date in the reader's language (or the one given)."""
    day = timezone.localtime(moment).date() if isinstance(moment, dt.datetime) else moment
    wanted = language or (get_language() or "de")[:2]
    with override(wanted):
        return formats.date_format(day, DAY_FORMATS.get(wanted, "l, j E Y"))


@register.filter
def weekday(number: int) -> str:
    """Return the name of a weekday, 0 for Monday."""
    return str(WEEKDAYS[number])


@register.filter
def duration(minutes: int) -> str:
    """Return minutes as hours and minutes, `4:05`."""
    return f"{minutes // 60}:{minutes % 60:02}"


@register.filter
def options(groups: Iterable[tuple[str | None, list[dict[str, Any]], int]]) -> SafeString:
    """Return the options of a select; a template for each, as Django has it, takes 0.2 ms."""
    parts = []
    for name, choices, _index in groups:
        parts += [f'\n  <optgroup label="{conditional_escape(name)}">'] if name else []
        for it in choices:
            value, said = conditional_escape(str(it["value"])), conditional_escape(it["label"])
            attributes = flatatt(it["attrs"]) if it["attrs"] else ""
            parts.append(f'\n  <option value="{value}"{attributes}>{said}</option>')
        parts += ["\n  </optgroup>"] if name else []
    return mark_safe("".join(parts))  # noqa: S308 - every part is escaped
