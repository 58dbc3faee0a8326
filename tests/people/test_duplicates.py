"""Duplicates over scripts and spellings: 85 of 100 found at least, 1 wrong of 100 at most."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from itertools import combinations

import pytest

from knotenpunkt.people.ages import birth_interval
from knotenpunkt.people.duplicates import likeness
from knotenpunkt.people.duplicates.likeness import Known, may_be_one
from knotenpunkt.people.enums import BirthPrecision
from tests.people.name_clusters import CLUSTERS, EXTRA

Judge = Callable[[Known, Known], bool]


def known(name: str, born: str) -> Known:
    interval = birth_interval(dt.date.fromisoformat(born), BirthPrecision.DAY)
    return Known(names=(name,), born=interval)


def records() -> Iterator[tuple[int, Known]]:
    for number, cluster in enumerate(CLUSTERS):
        for name, born in cluster:
            yield number, known(name, born)
    for number, (name, born) in enumerate(EXTRA, start=len(CLUSTERS)):
        yield number, known(name, born)


def measure(judge: Judge) -> tuple[float, float]:
    """Return recall, and the share of proposals that are wrong."""
    true = found = wrong = 0
    for (one_id, one), (other_id, other) in combinations(records(), 2):
        is_same, is_proposed = one_id == other_id, judge(one, other)
        true += is_same
        found += is_same and is_proposed
        wrong += is_proposed and not is_same
    return found / true, wrong / max(1, found + wrong)


def test_the_set_is_what_it_says() -> None:
    names = [name for cluster in CLUSTERS for name, _born in cluster]

    assert len(CLUSTERS) == 60
    for first, last in (("\u0600", "\u06ff"), ("\u0400", "\u04ff"), ("\u1200", "\u137f")):
        assert any(first <= sign <= last for name in names for sign in name)


def test_files_of_one_person_are_found_and_others_left_alone() -> None:
    recall, wrong = measure(may_be_one)

    assert recall >= 0.85, recall
    assert wrong <= 0.01, wrong


def test_spelling_alone_would_not_do() -> None:
    recall, _wrong = measure(lambda a, b: a.names == b.names and a.born == b.born)

    assert recall < 0.05


def test_names_without_birth_dates_would_propose_strangers() -> None:
    _recall, wrong = measure(lambda a, b: likeness.likeness(a, b) >= likeness.ALMOST)

    assert wrong > 0.01


def test_a_skeleton_that_forgets_transliteration_is_noticed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(likeness, "words", lambda name: tuple(name.split()))

    recall, _wrong = measure(may_be_one)

    assert recall < 0.85
