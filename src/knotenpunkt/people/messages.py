"""Telling a person something: in a language she reads, the way she gave us, once.

Texts are data (`people/texts/*.toml`): one table a purpose, one text a language. The subject of a
mail says nothing about anybody.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from uuid import UUID

from django.utils import formats, timezone
from django.utils.translation import override

from knotenpunkt.foundation.actions import Message, queue_message
from knotenpunkt.foundation.enums import Channel
from knotenpunkt.foundation.languages import direction, reading_language, text_in
from knotenpunkt.people.models import Person

FOLDER = Path(__file__).parent / "texts"
# First strong isolate and its end: a time or a code stays whole inside a text from right to left.
ISOLATE, END = "\u2068", "\u2069"
Value = str | int | dt.date | dt.datetime | Mapping[str, str]


@dataclass(frozen=True)
class Notice:
    """What a person is to be told. `purpose` names the text, `about` the visit it belongs to.

    `values` fill the text: moments and days are written as people say them, a text by language
    in hers. `once_key` is made of ids; the same key is told once, however often it is asked for.
    """

    purpose: str
    about: UUID
    once_key: str
    values: Mapping[str, Value] = field(default_factory=dict)
    not_before: dt.datetime | None = None
    expires_at: dt.datetime | None = None


def tell_person(*, person: Person, notice: Notice) -> bool:
    """Queue the notice for her telephone, or else her mailbox; False if she gave neither.

    Then somebody has to tell her: `visits.actions.telling.tell_about_visit` makes a task of it.
    """
    channel, recipient = _way_to(person)
    if not recipient:
        return False
    language = reading_language(list(person.languages))
    queue_message(
        Message(
            channel=channel,
            recipient=recipient,
            language=language,
            subject=_texts()["subject"][language] if channel == Channel.EMAIL else "",
            body=notice_text(notice, language),
            purpose=notice.purpose,
            about=notice.about,
            not_before=notice.not_before,
            expires_at=notice.expires_at,
        ),
        once_key=notice.once_key,
    )
    return True


def notice_text(notice: Notice, language: str) -> str:
    """Return what she will read. A purpose or a value that is missing is a KeyError."""
    is_rtl = direction(language) == "rtl"
    values = {
        key: f"{ISOLATE}{_say(value, language)}{END}" if is_rtl else _say(value, language)
        for key, value in notice.values.items()
    }
    return _texts()[notice.purpose][language].format_map(values)


def _way_to(person: Person) -> tuple[Channel, str]:
    """Prefer the telephone: a short message is read within the hour, a mail perhaps next week."""
    if person.phone:
        return Channel.SMS, str(person.phone)
    return Channel.EMAIL, person.email


def _say(value: Value, language: str) -> str:
    if isinstance(value, Mapping):
        return text_in(value, language).text
    if isinstance(value, dt.datetime):
        local = timezone.localtime(value)
        return f"{_day(local.date(), language)}, {local:%H:%M}"
    return _day(value, language) if isinstance(value, dt.date) else str(value)


def _day(day: dt.date, language: str) -> str:
    with override(language):
        return f"{formats.date_format(day, 'D')} {day:%d.%m.%Y}"


@cache
def _texts() -> Mapping[str, Mapping[str, str]]:
    """Return all texts by purpose and language; a purpose that stands in two files is an error."""
    found: dict[str, Mapping[str, str]] = {}
    for path in sorted(FOLDER.glob("*.toml")):
        for purpose, texts in tomllib.loads(path.read_text(encoding="utf-8"))["texts"].items():
            if purpose in found:
                raise ValueError(f"{path.name}: {purpose} stands in two files")
            found[purpose] = texts
    return found


def known_purposes() -> Mapping[str, Mapping[str, str]]:
    """Return every text there is, by purpose and language."""
    return _texts()
