"""Every answer says `no-store`, but for pages that name nobody; those stand here by address."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

from django.http import HttpResponse
from django.test import Client

from knotenpunkt.network.models import Account
from knotenpunkt.visits.models import Visit
from knotenpunkt.web import rights
from knotenpunkt.web.api.endpoints import api
from tests.web import test_rights_walk as walk
from tests.web.machine import Machine

rows = walk.rows  # the fixture
OF_HOUSES = {
    "access/",
    "fairs/<uuid:fair_id>/calendar.ics",
    "for/<slug:code>/",
    "organizations/<uuid:organization_id>/",
    "poster/<slug:code>/",
    "services/<uuid:service_id>/",
    "topics/",
    "topics/<slug:code>/",
    "v/worker.js",
}
BY_A_CODE = ("v/<str:code>",)
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def is_kept(answer: HttpResponse) -> bool:
    return "no-store" not in answer.headers.get("Cache-Control", "")


def operations() -> Iterator[tuple[str, str]]:
    """Yield (method, address pattern) of every operation of the API, and of its description."""
    for prefix, router in api._routers:
        for path, view in router.path_operations.items():
            for operation in view.operations:
                for method in operation.methods:
                    yield method, f"api/v1/{prefix}{path}".replace("//", "/")
    yield "GET", "api/v1/openapi.json"


def ask(client: Client, method: str, address: str) -> HttpResponse:
    key = {"idempotency-key": str(uuid4())}
    sent = client.generic(method, address, b"{}", content_type="application/json", headers=key)
    return sent  # type: ignore[return-value]


def kept_by_machines(client: Client, rows: walk.Rows) -> list[str]:
    filled = ((method, walk.address_of(at.replace("{", "<").replace("}", ">"), rows))
              for method, at in sorted(set(operations())))  # fmt: skip
    return [f"{method} {at}" for method, at in filled if is_kept(ask(client, method, at))]


def test_a_machine_keeps_no_answer_of_the_api(rows: walk.Rows, counsellor: Account) -> None:
    known, unknown = Machine(counsellor).client, Client()

    assert len({at for _method, at in operations()}) >= 40
    assert kept_by_machines(known, rows) == []
    assert kept_by_machines(unknown, rows) == []
    assert not is_kept(known.get("/api/v1/nothing-here"))


def pages() -> list[str]:
    """Return the address pattern of every page, those of libraries included."""
    return sorted({it for it, _view in rights.endpoints() if not it.startswith(("api/", "hsds/"))})


def kept_pages(client: Client, rows: walk.Rows) -> set[str]:
    return {it for it in pages() if is_kept(client.get(walk.address_of(it, rows)))}


def test_guests_keep_what_names_nobody(rows: walk.Rows) -> None:
    assert kept_pages(Client(), rows) == OF_HOUSES


def test_an_account_keeps_nothing(rows: walk.Rows, counsellor: Account) -> None:
    signed_in = Client()
    signed_in.force_login(counsellor)

    kept = [it for it in pages() if not it.startswith("account/logout")]
    assert [it for it in kept if is_kept(signed_in.get(walk.address_of(it, rows)))] == []


def test_the_pages_behind_her_code_are_not_kept(
    rows: walk.Rows, account: Callable[[str], Account]
) -> None:
    code, client = Visit.objects.get(pk=rows["visit_id"]).code, Client()
    found = [it for it in pages() if it.startswith(BY_A_CODE)]
    answers = {
        it: client.get(walk.address_of(it.replace("<str:code>", code), rows)) for it in found
    }

    assert [it for it, answer in answers.items() if is_kept(answer)] == []
    assert sum(answer.status_code == 200 for answer in answers.values()) >= 6


def test_without_the_middleware_both_walks_would_see_it(
    rows: walk.Rows, counsellor: Account, settings: Any
) -> None:
    settings.MIDDLEWARE = [it for it in settings.MIDDLEWARE if "KeptNowhere" not in it]

    assert len(kept_by_machines(Machine(counsellor).client, rows)) >= 60
    assert len(kept_pages(Client(), rows)) >= 60


def test_open_data_may_be_kept(rows: walk.Rows) -> None:
    assert is_kept(Client().get("/hsds/services"))
