"""A page for staff is in one language as a whole; a page for newcomers stays in the chosen one."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from knotenpunkt.network.models import Account

CODES = [code for code, _name in settings.LANGUAGES]


def speaking(html: str) -> tuple[str, str]:
    """Return the language and the direction that a page says it has."""
    tag = re.search(r"<html[^>]*>", html)
    assert tag is not None
    found = dict(re.findall(r'(lang|dir)="(\w+)"', tag.group()))
    return found["lang"], found["dir"]


@pytest.fixture
def pages(account: Callable[[str], Account]) -> Callable[[str], tuple[str, str]]:
    """Return what the desk and the newcomers' start say to someone who chose this language."""

    def read(language: str) -> tuple[str, str]:
        client = Client(headers={"accept-language": language})
        client.force_login(account("st-ki03"))
        home, start = client.get(reverse("desk:home")), client.get(reverse("public:start"))
        assert home.headers["Content-Language"] == speaking(home.content.decode())[0]
        return home.content.decode(), start.content.decode()

    return read


def test_a_staff_page_is_german_where_its_texts_lack(
    pages: Callable[[str], tuple[str, str]],
) -> None:
    spoken = {code: speaking(pages(code)[0]) for code in CODES}

    german = ("de", "ltr")
    assert spoken == {
        "de": german, "en": ("en", "ltr"), "ar": ("ar", "rtl"), "uk": german, "fa": german,
        "tr": german, "ru": german, "fr": german,
    }  # fmt: skip


def test_a_newcomer_page_keeps_the_chosen_language_for_staff_too(
    pages: Callable[[str], tuple[str, str]],
) -> None:
    spoken = [speaking(pages(code)[1])[0] for code in CODES]

    assert spoken == CODES


def test_the_foot_of_a_staff_page_offers_the_languages_it_has(
    pages: Callable[[str], tuple[str, str]],
) -> None:
    offered = re.findall(r'<button name="language" value="(\w+)"', pages("ar")[0])

    assert offered == ["de", "en", "ar"]
