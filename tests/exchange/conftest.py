"""Who asks whom: the counsellor asks, the Jobcenter answers, the coordinator looks after it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from knotenpunkt.directory.models import Topic
from knotenpunkt.exchange.actions.posts import About, Words, answer, ask
from knotenpunkt.exchange.models import Post
from knotenpunkt.network.models import Account, Network


@pytest.fixture
def topic(network: Network) -> Topic:
    return Topic.objects.get(network=network, code="t6_further_training")


@pytest.fixture
def coordinator(account: Callable[[str], Account]) -> Account:
    return account("st-ki02")


@pytest.fixture
def question(topic: Topic, counsellor: Account) -> Post:
    words = Words("Welche Träger haben Plätze?", title="Umschulung in Teilzeit")
    return ask(words=words, about=About(topic), by=counsellor)


@pytest.fixture
def given(question: Post, other_authority: Account) -> Post:
    return answer(question=question, words=Words("Die Liste hängt aus."), by=other_authority)
