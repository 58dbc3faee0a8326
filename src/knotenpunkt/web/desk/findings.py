"""What was found that may tell who is meant, in the reader's words."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy

KINDS = {
    "name": gettext_lazy("a name"),
    "date": gettext_lazy("a full date"),
    "birth_date": gettext_lazy("a birth date"),
    "file_number": gettext_lazy("a file number"),
    "telephone": gettext_lazy("a telephone number"),
    "e_mail": gettext_lazy("an e-mail address"),
    "address": gettext_lazy("an address"),
    "rare_mix": gettext_lazy("so many facts together that few people fit"),
}


def lines_of(findings: Iterable[tuple[str, str]]) -> list[str]:
    """Return one line for each finding: its kind and the words."""
    return [f"{KINDS[kind]}: {words}" for kind, words in findings]
