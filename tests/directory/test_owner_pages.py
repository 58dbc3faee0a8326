"""Owners alone say who sees what, how far a translation goes, and how a digital way is taken."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from knotenpunkt.directory.models import AccessCard, Service, Translation
from knotenpunkt.network.models import Account, Network

CODE = "of-jc-antrag"


@pytest.fixture
def entry(network: Network) -> Service:
    return Service.objects.select_related("organization").get(code=CODE)


@pytest.fixture
def sign_in(account: Callable[[str], Account]) -> Callable[[str], Client]:
    def signed(code: str) -> Client:
        client = Client(headers={"accept-language": "en"})
        client.force_login(account(code))
        return client

    return signed


@pytest.fixture
def owner(sign_in: Callable[[str], Client]) -> Client:
    return sign_in("st-jc05")


def pages(entry: Service) -> list[str]:
    base = f"/desk/directory/services/{entry.pk}/"
    house = f"/desk/directory/organizations/{entry.organization_id}/"
    return [
        base + "visibility/", base + "translations/", base + "translations/uk/", house + "access/"
    ]  # fmt: skip


def test_only_owners_and_the_coordinator_open_them(
    entry: Service, sign_in: Callable[[str], Client]
) -> None:
    answers = {
        code: [sign_in(code).get(page).status_code for page in pages(entry)]
        for code in ("st-jc05", "st-ki02", "st-ki03")
    }

    assert answers == {"st-jc05": [200] * 4, "st-ki02": [200] * 4, "st-ki03": [403] * 4}


def test_what_is_hidden_leaves_no_public_page(entry: Service, owner: Client) -> None:
    said = dict.fromkeys(("contacts", "hours", "costs", "places"), "public")

    owner.post(pages(entry)[0], {**said, "basics": "public", "places": "partners"})
    places = Client().get(f"/hsds/services/{entry.pk}").json().get("service_at_locations")
    owner.post(pages(entry)[0], {**said, "basics": "partners"})

    entry.refresh_from_db()
    assert not places
    assert entry.visibility == {"basics": "partners"}
    assert Client().get(f"/services/{entry.pk}/").status_code == 404
    assert owner.post(pages(entry)[0], {**said, "basics": "nobody"}).status_code == 422


def test_a_translation_is_a_draft_then_read_then_outdated(entry: Service, owner: Client) -> None:
    def state() -> str:
        return Translation.objects.get(service=entry, field="name", language="uk").present_state

    texts = {"name": "Заява", "description": "Допомога із заявою."}
    owner.post(pages(entry)[2], texts)
    states = [state()]
    owner.post(pages(entry)[2], {**texts, "is_reviewed": "on"})
    states.append(state())
    row = Translation.objects.get(service=entry, field="name", language="uk")
    entry.refresh_from_db()
    Service.objects.filter(pk=entry.pk).update(name={**entry.name, "de": "Neuer Name"})
    states.append(state())

    assert states == ["draft", "reviewed", "outdated"]
    assert (row.reviewer.code if row.reviewer else "", str(row.reviewed_on)) == (
        "st-jc05", "2027-02-22",
    )  # fmt: skip
    assert entry.name["uk"] == "Заява"
    assert b"outdated" in owner.get(pages(entry)[1]).content


def test_an_access_card_is_written_confirmed_and_keeps_translated_steps(
    entry: Service, owner: Client
) -> None:
    AccessCard.objects.filter(organization=entry.organization).delete()
    said = {"channel": "portal", "title": "Online-Antrag", "steps": "Seite öffnen\nAnmelden"}
    missing = owner.post(pages(entry)[3], {**said, "needs_login": "on"})
    owner.post(pages(entry)[3], {**said, "needs_login": "on", "login": "BundID"})
    card = AccessCard.objects.get(organization=entry.organization)
    AccessCard.objects.filter(pk=card.pk).update(
        steps=[{"de": "Seite öffnen", "uk": "Відкрийте сторінку"}, {"de": "Anmelden"}]
    )

    owner.post(pages(entry)[3], {**said, "steps": "Seite öffnen\nSenden"})

    changed = AccessCard.objects.get(organization=entry.organization)
    assert missing.status_code == 422
    assert changed.pk == card.pk
    assert changed.steps == [{"de": "Seite öffnen", "uk": "Відкрийте сторінку"}, {"de": "Senden"}]
    assert (changed.confirmed_by.code if changed.confirmed_by else "") == "st-jc05"
