"""Needs from a few words: what somebody says becomes tiles, in any language the directory knows."""

from __future__ import annotations

import re

from django import forms

from knotenpunkt.directory.models import Service
from knotenpunkt.directory.queries import services_visible_to
from knotenpunkt.directory.search.asking import search_services
from knotenpunkt.network.models import Account

MOST_WORDS, MOST_FOR_A_WORD = 6, 4


class FindForm(forms.Form):
    """What was typed; it may tell of a person, so it is never in an address."""

    words = forms.CharField(max_length=100, required=False)


def services_for(words: str, account: Account) -> list[Service]:
    """Return the best services for each word (or each part between commas), each service once."""
    visible = services_visible_to(account).select_related("organization")
    network = account.staff_member.organization.network
    found: dict[object, Service] = {}
    for word in _parts(words)[:MOST_WORDS]:
        for service in search_services(visible, network, word)[:MOST_FOR_A_WORD]:
            found.setdefault(service.pk, service)
    return list(found.values())


def _parts(words: str) -> list[str]:
    parts = words.split(",") if "," in words else re.split(r"\s+", words)
    return [part.strip() for part in parts if part.strip()]
