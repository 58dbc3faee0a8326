"""Re-identification: what people write down by habit is found; harmless words are not."""

from __future__ import annotations

import pytest

from knotenpunkt.people.anonymity import MASK, findings_in, masked

NAMES = ["Olena Hrytsenko", "Олена Гриценко", "Aïssatou Balde"]
TELLING = {
    "name": [
        "Olena braucht einen Kurs", "Hrytsenkos Antrag", "Aissatou war da", "Олена була тут",
        "Frau Meier hat zwei Kinder", "Herr Al-Rifaie", "Familie Yılmaz",
    ],
    "date": ["geboren 03.04.2009", "am 3. 4. 2009", "2009-04-03"],
    "birth_date": ["geb. am 3. April", "geboren 12.5.1988"],
    "file_number": ["35702 BG 0012345", "Az. 50/123-4", "Kundennummer 123A456789"],
    "telephone": ["ruf 0171 1234567 an", "+49 2452 13-0"],
    "e_mail": ["olena@example.org"],
    "address": ["wohnt Am Ring, Hauptstraße 12", "52525 Heinsberg"],
    "rare_mix": ["47 Jahre, aus Eritrea, drei Kinder, verwitwet, früher als Hebammenlehrerin"],
}  # fmt: skip
HARMLESS = [
    "Mutter ohne Kurszugang, zwei kleine Kinder. Wer kann helfen?",
    "Brücke bis zur Beschäftigungserlaubnis: Betrieb sucht jemanden.",
    "Das Jobcenter prüft bis 12. März, ob § 16 SGB II passt.",
    "literacy course or health first?",
    "",
]


@pytest.mark.parametrize(
    ("kind", "text"), [(kind, text) for kind, texts in TELLING.items() for text in texts]
)
def test_what_tells_is_found(kind: str, text: str) -> None:
    assert kind in {it.kind for it in findings_in(text, NAMES)}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Termin mit O'Brien", "O'Brien"),
        ("das Rifaie-Kind", "Rifaie"),
        ("Al-Rifaies Akte", "Al-Rifaies"),
    ],
)
def test_names_of_several_parts_are_found(text: str, found: str) -> None:
    names = ["Sean O'Brien", "Omar Al-Rifaie"]

    assert [it.words for it in findings_in(text, names) if it.kind == "name"] == [found]


@pytest.mark.parametrize("text", HARMLESS)
def test_harmless_words_pass(text: str) -> None:
    assert findings_in(text, NAMES) == []


def test_without_the_names_a_bare_name_would_slip_through() -> None:
    assert findings_in("Olena braucht einen Kurs") == []


def test_masking_covers_what_was_found_and_leaves_the_rest() -> None:
    text = "Olena Hrytsenko, geb. 14.05.1988: Kurs oder Arbeit?"

    assert masked(text, NAMES) == f"{MASK} {MASK}, {MASK}: Kurs oder Arbeit?"
