"""A wrong file is refused with entity, field and line, and nothing of it is loaded."""

from __future__ import annotations

from pathlib import Path

import pytest

from knotenpunkt.config.region.actions import DEMO_REGION, load_region
from knotenpunkt.config.region.check import BadRegion, check_region
from knotenpunkt.network.models import Organization


def test_the_demo_region_is_in_order() -> None:
    assert check_region(DEMO_REGION) == []


FAULTS = [
    (
        "org: org-gesundheit\n",
        "org: org-nobody\n",
        "of-gk-orient",
        "org",
        "'org-nobody' is not among",
    ),
    ("minutes: 30\n", "minutes: many\n", "of-gk-orient", "minutes", "valid integer"),
    (
        "requires: [registered_address]",
        "requires: [moon_address]",
        "of-gk-kv",
        "requires",
        "'moon_address'",
    ),
    (
        "areas: {site-rathaus-pb: [probstedt]}",
        "areas: {site-rathaus-pb: [atlantis]}",
        "of-bb-anmeldung",
        "areas",
        "'atlantis' is not among",
    ),
    ("room: J2,", "room: Z9,", "oh-01", "room", "has no room 'Z9'"),
    (
        "mon: ['08:00-17:00']",
        "mon: ['17:00-08:00']",
        "site-arkaden",
        "opening_hours",
        "before it starts",
    ),
    ("lat: 50.905\n", "lat: 950\n", "site-arkaden", "lat", "less than or equal to 90"),
    (
        "legal_effect: false\n",
        "legal_efect: false\n",
        "of-gk-orient",
        "legal_efect",
        "not permitted",
    ),
]


@pytest.mark.parametrize(("old", "new", "entity", "field", "message"), FAULTS)
def test_fault_is_named_with_its_line(
    old: str, new: str, entity: str, field: str, message: str, tmp_path: Path
) -> None:
    text = DEMO_REGION.read_text(encoding="utf-8")
    broken = tmp_path / "region.yaml"
    broken.write_text(text.replace(old, new, 1), encoding="utf-8")
    line = text[: text.index(old)].count("\n") + 1

    found = [fault for fault in check_region(broken) if message in fault.message]

    assert [(fault.entity, fault.field.split(".")[0]) for fault in found] == [(entity, field)]
    assert abs(found[0].line - line) <= 1


@pytest.mark.parametrize("text", ["", "[]", "a: [", "a: &b [*b]", "\x00", "meta: 3"])
def test_what_is_no_region_is_refused(text: str, tmp_path: Path) -> None:
    file = tmp_path / "region.yaml"
    file.write_text(text)

    assert check_region(file)


def test_nothing_of_a_broken_file_is_loaded(tmp_path: Path, db: None) -> None:
    broken = tmp_path / "region.yaml"
    text = DEMO_REGION.read_text(encoding="utf-8").replace("kreis-musterkreis", "kreis-broken")
    broken.write_text(
        text.replace("org: org-gesundheit\n", "org: org-nobody\n", 1), encoding="utf-8"
    )

    with pytest.raises(BadRegion):
        load_region(broken)

    assert not Organization.objects.filter(network__code="kreis-broken").exists()
