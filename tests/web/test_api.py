"""The API: plan, hold, confirm, cancel; every error is a problem that says what to do."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client

from knotenpunkt.directory.models import Service
from knotenpunkt.network.actions import new_api_token
from knotenpunkt.network.models import Account
from knotenpunkt.people.models import Person
from knotenpunkt.visits.models import Visit

Call = Callable[..., HttpResponse]


@pytest.fixture
def call(counsellor: Account) -> Call:
    token = new_api_token(account=counsellor, name="test")

    def send(method: str, path: str, body: Any = None, **headers: str) -> HttpResponse:
        kwargs = (
            {
                "data": body if isinstance(body, str) else json.dumps(body),
                "content_type": "application/json",
            }
            if method == "POST"
            else {}
        )
        sent = {
            "Authorization": f"Bearer {token}",
            **{k.replace("_", "-"): v for k, v in headers.items()},
        }
        return getattr(Client(), method.lower())(f"/api/v1{path}", headers=sent, **kwargs)  # type: ignore[no-any-return]

    return send


@pytest.fixture
def request_body(network: object, person: Person) -> dict[str, Any]:
    ids = [str(row.id) for row in Service.objects.filter(code__in=["of-kim-erst", "of-gk-orient"])]
    return {
        "services": ids,
        "first_day": "2027-03-01",
        "last_day": "2027-03-12",
        "person": str(person.id),
    }


@pytest.fixture
def hold_body(call: Call, request_body: dict[str, Any], person: Person) -> dict[str, Any]:
    plans = call("POST", "/plans", request_body).json()
    return {"person": str(person.id), "plan": plans["plans"][0]["plan"]}


def test_from_plan_to_cancelled_visit(call: Call, hold_body: dict[str, Any]) -> None:
    held = call("POST", "/visits", hold_body, Idempotency_Key="key-number-1")
    path = f"/visits/{held.json()['id']}"
    booked = call("POST", f"{path}/confirm", {}, Idempotency_Key="key-number-2")
    seen = call("GET", path)
    cancelled = call("POST", f"{path}/cancel", {}, Idempotency_Key="key-number-3")

    assert [held.status_code, booked.status_code, seen.status_code, cancelled.status_code] == [
        201,
        200,
        200,
        200,
    ]
    assert [it.json()["status"] for it in (held, booked, seen, cancelled)] == [
        "held",
        "booked",
        "booked",
        "cancelled",
    ]
    assert len(held.json()["appointments"]) == 2


def test_a_retry_gets_the_first_answer(call: Call, hold_body: dict[str, Any]) -> None:
    before = Visit.objects.count()

    answers = [call("POST", "/visits", hold_body, Idempotency_Key="key-number-1") for _ in range(3)]

    assert {answer.content for answer in answers} == {answers[0].content}
    assert Visit.objects.count() == before + 1


def test_a_key_is_for_one_request(call: Call, hold_body: dict[str, Any]) -> None:
    call("POST", "/visits", hold_body, Idempotency_Key="key-number-1")
    other = {**hold_body, "plan": {"legs": hold_body["plan"]["legs"][:1]}}

    answer = call("POST", "/visits", other, Idempotency_Key="key-number-1")

    assert (answer.status_code, answer.json()["type"]) == (422, "urn:knotenpunkt:key-reused")


def test_someone_was_faster(call: Call, hold_body: dict[str, Any]) -> None:
    before = Visit.objects.count()
    call("POST", "/visits", hold_body, Idempotency_Key="key-number-1")

    answer = call("POST", "/visits", hold_body, Idempotency_Key="key-number-2")

    body = answer.json()
    assert (answer.status_code, body["type"]) == (409, "urn:knotenpunkt:times-taken")
    assert body["gone"]
    assert body["proposals"]["plans"]
    assert Visit.objects.count() == before + 1


def test_an_impossible_wish_is_explained(call: Call, network: object) -> None:
    body = {
        "services": [str(Service.objects.get(code="of-ki-seiteneinstieg").id)],
        "first_day": "2027-03-01", "last_day": "2027-03-12", "languages": ["uk"],
    }  # fmt: skip

    answer = call("POST", "/plans", body).json()

    assert answer["status"] == "infeasible"
    assert answer["refusal"]["missing"][0]["token"] == "registered_address"
    assert answer["refusal"]["missing"][0]["produced_by"] == [
        str(Service.objects.get(code="of-bb-anmeldung").id)
    ]


BAD: list[tuple[str, Any, int]] = [
    ("no JSON", "{", 400),
    ("no body", {}, 422),
    ("no services", {"services": []}, 422),
    ("eleven services", {"services": [str(uuid4()) for _ in range(11)]}, 422),
    ("unknown service", {"services": [str(uuid4())]}, 422),
    ("a key we do not know", {"colour": "blue"}, 422),
    ("the past", {"first_day": "2020-01-01", "last_day": "2020-02-01"}, 422),
    ("ten years", {"last_day": "2037-01-01"}, 422),
    ("no date", {"last_day": "soon"}, 422),
    ("three days", {"max_days": 3}, 422),
    ("unknown person", {"person": str(uuid4())}, 404),
    ("twice the same", {"services": "twice"}, 422),
]


@pytest.mark.parametrize(("name", "change", "status"), BAD, ids=[name for name, _, _ in BAD])
def test_bad_requests_are_refused(
    name: str, change: Any, status: int, call: Call, request_body: dict[str, Any]
) -> None:
    body = change if isinstance(change, str) or change == {} else request_body | change
    if change == {"services": "twice"}:
        body["services"] = [request_body["services"][0]] * 2

    answer = call("POST", "/plans", body)

    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert {"type", "title", "status"} <= set(answer.json())


def test_a_forged_plan_names_its_faults(call: Call, hold_body: dict[str, Any]) -> None:
    hold_body["plan"]["legs"][0]["location"] = str(uuid4())

    answer = call("POST", "/visits", hold_body, Idempotency_Key="key-number-1")

    assert (answer.status_code, answer.json()["type"]) == (422, "urn:knotenpunkt:bad-plan")
    assert answer.json()["errors"] == [{"rule": "no such desk", "leg": 0}]


def test_without_key_nothing_is_held(call: Call, hold_body: dict[str, Any]) -> None:
    before = Visit.objects.count()

    assert call("POST", "/visits", hold_body).status_code == 422
    assert Visit.objects.count() == before


@pytest.mark.parametrize(
    "header", [{}, {"Authorization": "Bearer kp_wrong"}, {"Authorization": "Basic x"}]
)
def test_without_token_nothing_is_said(header: dict[str, str], network: object) -> None:
    answers = [
        Client().get(f"/api/v1{path}", headers=header)
        for path in ("/services", "/locations", f"/visits/{uuid4()}")
    ]

    assert [answer.status_code for answer in answers] == [401] * 3


def test_a_foreign_visit_is_not_there(
    call: Call, hold_body: dict[str, Any], account: Callable[[str], Account]
) -> None:
    visit_id = call("POST", "/visits", hold_body, Idempotency_Key="key-number-1").json()["id"]
    token = new_api_token(account=account("st-jc05"), name="other")
    headers = {"Authorization": f"Bearer {token}"}

    foreign = Client().get(f"/api/v1/visits/{visit_id}", headers=headers)
    nothing = Client().get(f"/api/v1/visits/{uuid4()}", headers=headers)

    assert (foreign.status_code, foreign.content) == (404, nothing.content)
    headers["Idempotency-Key"] = "key-number-2"
    path = f"/api/v1/visits/{visit_id}/cancel"
    cancelled = Client().post(path, "{}", content_type="application/json", headers=headers)
    assert cancelled.status_code == 404


def test_lists_are_paged(call: Call) -> None:
    pages = [call("GET", f"/services?page={n}").json() for n in (1, 2, 3, 4)]

    assert [len(page["contents"]) for page in pages] == [20, 20, 5, 0]
    assert len({row["id"] for page in pages for row in page["contents"]}) == pages[0]["total"] == 45
    assert call("GET", "/locations").json()["total"] == 8
    assert call("GET", "/services?page=0").status_code == 422


HARMLESS = {"/api/v1/plans", "/api/v1/incidents/affected", "/api/v1/responsibility"}


def test_every_operation_that_changes_something_asks_for_a_key() -> None:
    document = Client().get("/api/v1/openapi.json").json()

    without = {
        path
        for path, methods in document["paths"].items()
        if "post" in methods
        and not any(
            it["name"].lower() == "idempotency-key" and it["required"]
            for it in methods["post"].get("parameters", [])
        )
    }
    assert {method for methods in document["paths"].values() for method in methods} == {
        "get", "post",
    }  # fmt: skip
    assert without == HARMLESS


def test_the_documents_name_every_answer() -> None:
    document = Client().get("/api/v1/openapi.json").json()

    answers = {
        path: set(next(iter(methods.values()))["responses"])
        for path, methods in document["paths"].items()
    }
    assert set(answers) >= {
        "/api/v1/plans",
        "/api/v1/visits",
        "/api/v1/visits/{visit_id}",
        "/api/v1/visits/{visit_id}/confirm",
        "/api/v1/visits/{visit_id}/cancel",
        "/api/v1/services",
        "/api/v1/locations",
    }
    assert all({"401", "422"} <= codes for codes in answers.values())
