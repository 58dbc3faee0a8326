"""Who may open what: every endpoint, every role, own and foreign, byte for byte.

Each guard is taken away once; the walk has to notice.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.checks import run_checks
from django.test import Client

from knotenpunkt.network.enums import Role
from knotenpunkt.network.models import Account, Network, StaffMember
from knotenpunkt.people.models import Person
from knotenpunkt.web import rights
from knotenpunkt.web.rights import endpoints, rights_matrix
from tests.consent.conftest import without_wall

UUID_PART = re.compile(r"<uuid:(\w+)>")
STRANGERS = {
    "stranger": "st-hw01",
    "other authority": "st-jc05",
    "immigration office": "st-abh04",
    "front desk": "st-jc12",
    "interpreter coordinator": "st-ki08",
    "manager": "st-ki01",
    "manager of another": "st-jc01",
}


def test_every_endpoint_has_a_row_and_none_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    matrix = rights_matrix()

    assert [it for it, roles in matrix.items() if roles is None] == []
    assert len(matrix) >= 25
    assert [it for it in run_checks() if it.id == "knotenpunkt.E001"] == []

    def forgotten(request: object) -> None: ...

    forgotten.__module__ = "knotenpunkt.web.desk"
    found = [*endpoints(), ("forgotten/", forgotten)]
    monkeypatch.setattr(rights, "endpoints", lambda: iter(found))
    assert [it.id for it in rights.every_endpoint_has_its_row(None)] == ["knotenpunkt.E001"]


def test_administrators_and_managers_open_no_page_about_a_person() -> None:
    about_persons = {
        address: roles for address, roles in rights_matrix().items() if "person_id" in address
    }

    assert about_persons
    for address, roles in about_persons.items():
        assert not (roles or frozenset()) & {
            Role.ADMINISTRATOR, Role.MANAGER, Role.INTERPRETER
        }, address  # fmt: skip


def bytes_of(client: Client, address: str) -> tuple[int, bytes]:
    answer = client.get(address)
    text = re.sub(rb"[0-9a-f]{8}-[0-9a-f-]{27}", b"", answer.content)
    return answer.status_code, re.sub(rb"value=\"[A-Za-z0-9]{64}\"", b"", text)


def addresses_about(subject: UUID) -> Iterator[tuple[str, str]]:
    """Yield (address with the person, the same with somebody who does not exist)."""
    for pattern, view in endpoints():
        if "person_id" in pattern and hasattr(view, "may_open"):
            there = pattern.replace("<uuid:person_id>", str(subject))
            not_there = pattern.replace("<uuid:person_id>", str(uuid4()))
            other = str(uuid4())
            yield "/" + UUID_PART.sub(other, there), "/" + UUID_PART.sub(other, not_there)


def leaks(account: Account, subject: UUID) -> list[str]:
    client = Client(headers={"accept-language": "en"})
    client.force_login(account)
    return [
        there
        for there, not_there in addresses_about(subject)
        if bytes_of(client, there) != bytes_of(client, not_there)
    ]


@pytest.mark.parametrize("who", STRANGERS)
def test_what_one_may_not_see_is_like_what_is_not_there(
    who: str, person: Person, account: Callable[[str], Account]
) -> None:
    assert leaks(account(STRANGERS[who]), person.pk) == []


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.INTERPRETER, Role.READER])
def test_roles_of_other_houses_see_no_more(
    role: str, person: Person, other_authority: Account
) -> None:
    StaffMember.objects.filter(account=other_authority).update(role=role)

    assert leaks(Account.objects.get(pk=other_authority.pk), person.pk) == []


def test_a_guest_is_sent_to_the_door(person: Person) -> None:
    for there, _not_there in addresses_about(person.pk):
        answer = Client().get(there)
        if answer.status_code != 405:  # where only a form may come from, an address says so to all
            assert answer.status_code == 302
            assert answer.headers["Location"].startswith("/account/login/")


def guards() -> list[tuple[Any, str]]:
    """Return every place where a view about a person asks a `*_visible_to` or `*_shared_with`."""
    found = set()
    for pattern, view in endpoints():
        if "person_id" in pattern and hasattr(view, "may_open"):
            inner = getattr(view, "__wrapped__", view)
            while hasattr(inner, "__wrapped__"):
                inner = inner.__wrapped__
            names = [
                name
                for name in inner.__globals__
                if name in {"persons_visible_to", "persons_shared_with"}
            ]
            found |= {(inner.__module__, name) for name in names}
    return sorted(found)


@pytest.fixture
def without_second_wall(loaded_network: Network) -> Iterator[None]:
    """Row-level security would hide what a missing guard of the queries lets out."""
    with without_wall("people_person"):
        yield


def test_each_guard_taken_away_is_noticed(
    without_second_wall: None, person: Person, account: Callable[[str], Account],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    stranger, missed = account("st-hw01"), []
    for module, name in guards():
        with monkeypatch.context() as patch:
            everyone = lambda *_args, **_kwargs: Person.objects.all()  # noqa: E731
            patch.setattr(importlib.import_module(module), name, everyone)
            if not leaks(stranger, person.pk):
                missed.append((module, name))

    assert len(guards()) >= 3
    assert missed == []
