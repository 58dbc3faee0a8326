"""What a person is told: in her language, the way she gave, once, and nothing in the subject."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from string import Formatter
from uuid import uuid4

import pytest

from knotenpunkt.foundation.languages import NEWCOMER_LANGUAGES
from knotenpunkt.foundation.models import OutboxMessage
from knotenpunkt.people.messages import Notice, known_purposes, notice_text, tell_person
from knotenpunkt.people.models import Person

NOTICE = Notice(
    purpose="visit.receipt",
    about=uuid4(),
    once_key="receipt/1",
    values={
        "at": dt.datetime(2027, 2, 22, 8, tzinfo=dt.UTC),
        "when": dt.datetime(2027, 3, 4, 8, 30, tzinfo=dt.UTC),
        "office": {"de": "Bürgerbüro", "uk": "Бюро"},
        "link": "https://example.org/v/K7QM-2XRD/",
    },
)


def sent() -> list[tuple[str, str, str]]:
    return list(OutboxMessage.objects.values_list("channel", "recipient", "language"))


def test_the_telephone_comes_before_the_mailbox(person: Person) -> None:
    person.phone, person.email = "+4915112345678", "olena@example.org"

    assert tell_person(person=person, notice=NOTICE) is True

    assert sent() == [("sms", "+4915112345678", "uk")]


def test_without_a_telephone_it_is_a_mail_whose_subject_says_nothing(person: Person) -> None:
    person.phone, person.email = "", "olena@example.org"

    tell_person(person=person, notice=NOTICE)

    row = OutboxMessage.objects.get()
    assert (row.channel, row.subject, row.about) == (
        "email",
        "Knotenpunkt: ваші зустрічі",
        NOTICE.about,
    )
    assert row.body == (
        "Скасовано Пн 22.02.2027, 09:00: ваша зустріч Чт 04.03.2027, 09:30, Бюро. "
        "Причину пояснювати не треба. Маршрутний лист: https://example.org/v/K7QM-2XRD/"
    )


def test_who_gave_no_way_is_not_told(person: Person) -> None:
    person.phone, person.email = "", ""

    assert tell_person(person=person, notice=NOTICE) is False

    assert sent() == []


def test_the_same_key_is_told_once(person: Person) -> None:
    person.phone = "+4915112345678"

    for _ in range(2):
        tell_person(person=person, notice=NOTICE)
    tell_person(person=person, notice=replace(NOTICE, once_key="receipt/2"))

    assert len(sent()) == 2


def test_values_stay_whole_from_right_to_left() -> None:
    text = notice_text(NOTICE, "ar")

    assert "\u2068https://example.org/v/K7QM-2XRD/\u2069" in text
    assert "\u2068Bürgerbüro\u2069" in text


def names_in(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def uneven(texts: dict[str, str]) -> set[str]:
    """Return the languages whose text is missing or asks for other values than the German one."""
    wanted = names_in(texts["de"])
    return {
        language
        for language in NEWCOMER_LANGUAGES
        if not texts.get(language) or names_in(texts[language]) != wanted
    }


@pytest.mark.parametrize("purpose", sorted(known_purposes()))
def test_every_text_speaks_all_eight_languages_and_asks_for_the_same(purpose: str) -> None:
    assert uneven(dict(known_purposes()[purpose])) == set()


def test_a_forgotten_value_would_be_found() -> None:
    texts = dict(known_purposes()["visit.receipt"])

    assert uneven(texts | {"fr": "Annulé."}) == {"fr"}
