"""Who is responsible? The page, the override, the rules, the API."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from knotenpunkt.network.actions import new_api_token
from knotenpunkt.network.models import Account, Network, Organization
from knotenpunkt.routing.models import ResponsibilityOverride, ResponsibilityRule

AHMAD = {
    "matter": "livelihood", "on": "2027-03-01", "title": "sec25_2", "age": "29",
    "is_not_employable": "False",
}  # fmt: skip


@pytest.fixture
def desk(as_staff: Callable[[str], Client]) -> Client:
    return as_staff("st-ki03")


def ask(desk: Client, **facts: str) -> str:
    return desk.post(reverse("desk:responsibility"), facts).content.decode()


def test_question_by_question_to_the_answer(desk: Client) -> None:
    url, facts = reverse("desk:responsibility"), {"matter": "livelihood", "on": "2027-03-01"}
    asked = []
    said = {
        "title": "sec24", "is_not_employable": "False", "is_alone_in_youth_welfare": "False",
        "first_title_on": "2025-06-20",
    }  # fmt: skip
    while question := desk.post(url, facts).context["question"]:
        asked.append(question.name)
        facts[question.name] = said[question.name]
    page = desk.post(url, facts)

    assert sorted(asked) == sorted(said)
    assert [it.organization.code for it in page.context["today"].targets] == ["org-jobcenter"]
    assert [it.organization.code for it in page.context["later"].targets] == ["org-sozialamt"]
    assert {it.name for it in page.context["known"]} == set(said)
    assert "draft, decides nothing" in page.content.decode()


def test_the_answer_names_rule_date_and_source(desk: Client) -> None:
    page = ask(desk, **AHMAD)

    assert "Jobcenter Musterkreis" in page
    assert "Rule r-04, valid from" in page
    assert "Hintergrundwissen" in page
    assert "The same." in page


def test_what_nobody_can_say_is_not_asked_again(desk: Client) -> None:
    page = desk.post(
        reverse("desk:responsibility"),
        {"matter": "counselling", "on": "2027-03-01", "age": "unsure"},
    )

    assert page.context["question"] is None
    assert "The rules leave it open." in page.content.decode()


@pytest.mark.parametrize(
    "facts",
    [
        {"matter": "moon"},
        {"on": "yesterday"},
        {"age": "old"},
        {"age": "-1"},
        {"first_title_on": "31.31.2025"},
        {"title": "king"},
    ],
)
def test_bad_input_is_refused_and_named(desk: Client, facts: dict[str, str]) -> None:
    answer = desk.post(reverse("desk:responsibility"), {**AHMAD, **facts})

    assert answer.status_code == 422
    assert "Please look again" in answer.content.decode()


def test_no_fact_is_in_an_address(desk: Client) -> None:
    page = desk.get(reverse("desk:responsibility"), {"title": "duldung"})

    assert page.context["answer"] is None
    assert 'method="post"' in page.content.decode()


def test_an_override_needs_a_reason_and_reaches_the_coordinator(
    desk: Client, as_staff: Callable[[str], Client]
) -> None:
    shown = desk.post(reverse("desk:responsibility"), AHMAD).context["override"].initial
    data = {**shown, "chosen": Organization.objects.get(code="org-sozialamt").id}

    without = desk.post(reverse("desk:responsibility_override"), data)
    desk.post(reverse("desk:responsibility_override"), data | {"reason": "Approval still runs."})

    override = ResponsibilityOverride.objects.get()
    assert without.status_code == 422
    assert [rule.code for rule in override.rules.all()] == ["r-04"]
    coordinator = as_staff("st-ki02")
    assert (
        "Approval still runs."
        in coordinator.get(reverse("desk:responsibility_overrides")).content.decode()
    )
    review = reverse("desk:responsibility_override_review", args=[override.id])
    assert desk.post(review).status_code == 403
    assert coordinator.post(review).status_code == 302
    override.refresh_from_db()
    assert override.reviewed_at is not None


def test_others_do_not_see_the_reason(as_staff: Callable[[str], Client], desk: Client) -> None:
    shown = desk.post(reverse("desk:responsibility"), AHMAD).context["override"].initial
    chosen = Organization.objects.get(code="org-sozialamt").id
    desk.post(
        reverse("desk:responsibility_override"), {**shown, "chosen": chosen, "reason": "Secret."}
    )

    page = as_staff("st-jc05").get(reverse("desk:responsibility_overrides")).content.decode()

    assert "Secret." not in page


def test_the_rules_page_shows_the_late_draft(desk: Client) -> None:
    page = desk.get(reverse("desk:responsibility_rules"))

    assert [fault.codes for _, _, fault in page.context["faults"]] == [("r-02",), ("r-02-work",)]
    assert "Past its date" in page.content.decode()


def test_only_the_coordinator_puts_a_draft_in_force(
    desk: Client, as_staff: Callable[[str], Client]
) -> None:
    draft = ResponsibilityRule.objects.get(code="r-02")
    url = reverse("desk:responsibility_rule", args=[draft.id])
    desk.post(url, {"on": "2027-03-01"})
    draft.refresh_from_db()
    assert draft.status == "draft"

    as_staff("st-ki02").post(url, {"on": "2027-03-01"})

    olena = {**AHMAD, "title": "sec24", "first_title_on": "2025-06-20"}
    today = desk.post(reverse("desk:responsibility"), olena).context["today"]
    before = desk.post(reverse("desk:responsibility"), olena | {"on": "2027-02-28"})
    assert [it.organization.code for it in today.targets] == ["org-sozialamt"]
    assert [it.organization.code for it in before.context["today"].targets] == ["org-jobcenter"]


def test_a_suspended_rule_keeps_its_past_and_can_begin_anew(
    as_staff: Callable[[str], Client],
) -> None:
    rule = ResponsibilityRule.objects.get(code="r-11")
    coordinator = as_staff("st-ki02")
    url = reverse("desk:responsibility_rule", args=[rule.id])

    assert coordinator.post(url, {"on": "2000-01-01"}).status_code == 422
    coordinator.post(url, {"on": "2027-02-20"})
    coordinator.post(url, {"on": "2027-03-01"})

    texts = ResponsibilityRule.objects.filter(code="r-11").order_by("valid_from")
    assert [(it.status, it.valid_from, it.valid_to) for it in texts] == [
        ("suspended", dt.date(2005, 1, 1), dt.date(2027, 2, 20)),
        ("in_force", dt.date(2027, 3, 1), None),
    ]


def test_pages_need_the_same_queries_for_one_and_for_many(
    desk: Client, django_assert_max_num_queries: Callable[..., object]
) -> None:
    with django_assert_max_num_queries(16):
        desk.post(reverse("desk:responsibility"), AHMAD)
    with django_assert_max_num_queries(12):
        desk.get(reverse("desk:responsibility_rules"))


@pytest.fixture
def headers(counsellor: Account) -> dict[str, str]:
    return {"Authorization": f"Bearer {new_api_token(account=counsellor, name='test')}"}


def test_the_api_answers_or_asks(headers: dict[str, str], network: Network) -> None:
    def post(facts: dict[str, object]) -> dict[str, object]:
        body = {"matter": "livelihood", "on": "2027-03-01", "facts": facts}
        answer = Client().post(
            "/api/v1/responsibility", body, content_type="application/json", headers=headers
        )
        assert answer.status_code == 200
        return answer.json()["today"]

    decided = post({"title": "sec25_2", "age": 29, "is_not_employable": False})
    asking = post({})

    assert decided["targets"] == [{"target": "org-jobcenter", "regime": "sgb2"}]
    assert decided["next_question"] is None
    assert asking["next_question"]["question"] == "title"


def test_the_api_wants_a_key_and_sense(headers: dict[str, str], network: Network) -> None:
    url, body = "/api/v1/responsibility", {"matter": "moon", "facts": {}}
    client = Client()

    assert client.post(url, body, content_type="application/json").status_code == 401
    assert (
        client.post(url, body, content_type="application/json", headers=headers).status_code == 422
    )
