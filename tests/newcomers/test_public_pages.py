"""Topics, collections, access cards and posters: for everyone, from the directory as it is."""

from __future__ import annotations

import gzip

import pytest

from knotenpunkt.directory.models import Service
from knotenpunkt.foundation.languages import NEWCOMER_LANGUAGES
from knotenpunkt.network.models import Network
from tests.conftest import ROOT
from tests.newcomers.walk import newcomer

STATIC = ROOT / "src" / "knotenpunkt" / "web" / "static"
MOST_KIB = 60


@pytest.mark.parametrize("language", NEWCOMER_LANGUAGES)
@pytest.mark.parametrize(
    "path", ["topics/", "topics/t1_health/", "for/ukraine/", "access/", "poster/org-jobcenter/"]
)
def test_every_page_in_every_language(path: str, language: str, network: Network) -> None:
    page = newcomer(language).get(f"/{path}")

    assert page.status_code == 200
    assert f'<html lang="{language}"' in page.content.decode()


def test_a_paused_service_is_gone_at_once(network: Network) -> None:
    service = Service.objects.get(code="of-abh-24")
    before = newcomer("de").get("/for/ukraine/").content.decode()

    Service.objects.filter(pk=service.pk).update(status="paused")

    after = newcomer("de").get("/for/ukraine/").content.decode()
    assert service.name["de"] in before
    assert service.name["de"] not in after


@pytest.mark.parametrize("path", ["topics/none/", "for/none/", "poster/none/"])
def test_what_is_not_there(path: str, network: Network) -> None:
    assert newcomer().get(f"/{path}").status_code == 404


def weight(paths: list[str]) -> float:
    """Return the KiB of these files as they travel (gzip)."""
    return sum(len(gzip.compress((STATIC / it).read_bytes())) for it in paths) / 1024


def test_styles_and_scripts_of_a_public_page_stay_light(network: Network) -> None:
    own = ["fonts.css", "knotenpunkt.css", "public.css", "knotenpunkt.js", "carry.js", "worker.js"]
    paths = ["kern/kern.logical.min.css", *(f"knotenpunkt/{name}" for name in own)]

    assert weight(paths) < MOST_KIB
    assert weight([*paths, *(["kern/kern.logical.min.css"] * 1)]) > MOST_KIB  # a second KERN
