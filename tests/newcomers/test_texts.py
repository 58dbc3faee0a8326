"""Every text a newcomer meets exists in eight languages and is short. Each check finds a fault."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po

from knotenpunkt.config.region.schema import Region
from knotenpunkt.directory.models import AccessCard, Document, Service, Token, Topic
from knotenpunkt.foundation.languages import NEWCOMER_LANGUAGES
from knotenpunkt.network.models import Network
from knotenpunkt.web.public.texts import TEXTS, read_texts
from knotenpunkt.web.slip.texts import TEXTS as SLIP_TEXTS
from tests.architecture.rules import physical_rules
from tests.conftest import ROOT
from tests.newcomers import text_rules as rules

PACKAGE = ROOT / "src" / "knotenpunkt"
TEMPLATES = PACKAGE / "web" / "templates"
PAGES = [
    *TEMPLATES.glob("public/*.html"),
    *TEMPLATES.glob("slip/_*.html"),
    *(TEMPLATES / "layout" / name for name in ("base.html", "public.html")),
    *(TEMPLATES / name for name in ("403.html", "404.html")),
]
OURS = {"pages": TEXTS, "slip": SLIP_TEXTS}
NAMES = ("name", "help")


@pytest.mark.parametrize("name", OURS)
def test_our_texts_are_complete_short_and_name_the_same_values(name: str) -> None:
    assert list(rules.missing_languages(OURS[name])) == []
    assert list(rules.too_long(OURS[name])) == []
    assert list(rules.other_values(OURS[name])) == []


def test_a_missing_language_an_empty_text_and_a_long_one_would_be_found() -> None:
    complete = dict.fromkeys(NEWCOMER_LANGUAGES, "Bitte warten Sie.")

    assert list(rules.missing_languages({"x": complete})) == []
    assert list(rules.missing_languages({"x": {**complete, "fa": " "}})) == ["x: fa"]
    assert list(rules.too_long({"x": complete})) == []
    assert list(rules.too_long({"x": {**complete, "tr": "kelime " * 13}})) == ["x: tr"]
    assert list(rules.too_long({"x": {**complete, "uk": "Так. " * 40}})) == ["x: uk"]
    assert list(rules.other_values({"x": {**complete, "de": "{n}"}})) == [
        f"x: {it}" for it in NEWCOMER_LANGUAGES[1:]
    ]


def catalogues() -> dict[str, set[str]]:
    found = {}
    for language in NEWCOMER_LANGUAGES:
        path = PACKAGE / "locale" / language / "LC_MESSAGES" / "django.po"
        if path.exists():
            with path.open("rb") as file:
                found[language] = {str(it.id) for it in read_po(file) if it.id and it.string}
    return found


def test_pages_ask_for_texts_that_exist() -> None:
    known = catalogues()
    texts = {**TEXTS, **SLIP_TEXTS}
    pages = [(page, page.read_text(encoding="utf-8")) for page in PAGES]

    assert set(known) == set(NEWCOMER_LANGUAGES) - {"en"}
    assert [it for page, text in pages for it in rules.untranslated(page, text, known)] == []
    assert [it for page, text in pages for it in rules.unknown_keys(page, text, texts)] == []
    planted = Path("planted.html")
    assert list(rules.untranslated(planted, '{% translate "Nobody wrote this" %}', known))
    assert list(rules.unknown_keys(planted, '{% say "nobody_wrote_this" %}', texts))


def test_newcomer_pages_and_styles_never_say_left_or_right() -> None:
    styles = PACKAGE / "web" / "static" / "knotenpunkt" / "public.css"

    assert list(physical_rules(styles, styles.read_text(encoding="utf-8"))) == []
    assert list(physical_rules(styles, "p { padding-left: 1rem }"))


def names_of(rows: Any) -> dict[str, dict[str, str]]:
    return {
        f"{row._meta.model_name} {row.code} {field}": getattr(row, field)
        for row in rows
        for field in NAMES
        if getattr(row, field, None)
    }


@pytest.mark.parametrize("model", [Topic, Service, Document, Token])
def test_the_demo_region_speaks_eight_languages(model: Any, network: Network) -> None:
    found = names_of(model.objects.all())

    assert found
    assert list(rules.missing_languages(found)) == []
    one = next(iter(found))
    assert list(rules.missing_languages({one: {**found[one], "ar": ""}})) == [f"{one}: ar"]


def test_every_card_of_a_digital_way_speaks_eight_languages(network: Network) -> None:
    cards = AccessCard.objects.select_related("organization")
    found = {
        f"{card} {part}": text
        for card in cards
        for part, text in [
            ("title", card.title),
            ("audience", card.audience),
            *((f"step {number}", step) for number, step in enumerate(card.steps, 1)),
        ]
    }

    assert {len(card.steps) > 1 for card in cards} == {True}
    assert list(rules.missing_languages(found)) == []
    assert list(rules.too_long(found)) == []
    one = next(iter(found))
    assert list(rules.missing_languages({one: {**found[one], "uk": ""}})) == [f"{one}: uk"]


def test_the_same_key_in_two_files_is_refused(tmp_path: Path, region: Region) -> None:
    for name in ("a.toml", "b.toml"):
        (tmp_path / name).write_text('[texts.twice]\nde = "x"\n')

    with pytest.raises(KeyError, match="twice"):
        read_texts(tmp_path)
