"""The pages of programmes: the coordinator edits, the counsellor checks and goes on."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from knotenpunkt.network.models import Account, Network
from knotenpunkt.people.models import Person, ReadEntry
from knotenpunkt.programmes.models import PersonFact, Programme, ProgrammePhase
from tests.web.machine import Machine

AsStaff = Callable[[str], Client]
PHASE = {
    "name_de": "Phase 3", "name_en": "Phase 3", "first_on": "2028-01-10", "last_on": "2028-03-10",
    "age_from": "16", "ask_is_woman": "must", "ask_motivation": "any", "ask_experience": "any",
    "check_experience": "on", "reason_experience": "Wer schon gearbeitet hat.",
    "has_childcare": "on",
}  # fmt: skip


@pytest.fixture
def programme(network: Network) -> Programme:
    return Programme.objects.get(code="pr-start")


def test_a_coordinator_adds_a_phase_without_code(programme: Programme, as_staff: AsStaff) -> None:
    client = as_staff("st-ki02")
    address = reverse("desk:phase_new", args=[programme.pk])

    assert client.get(address).status_code == 200
    assert client.post(address, PHASE).status_code == 302
    phase = programme.phases.get(name__de="Phase 3")
    shown = client.get(reverse("desk:phase_change", args=[phase.pk]))
    again = client.post(reverse("desk:phase_change", args=[phase.pk]), PHASE)

    assert (phase.conditions, phase.has_childcare) == ({"age_from": 16}, True)
    rows = [(it.fact, it.choice, it.must_be_checked) for it in phase.criteria.all()]
    assert rows == [("experience", 0, True), ("motivation", 0, False), ("is_woman", 5, False)]
    assert phase.criteria.get(fact="experience").reason == {"de": "Wer schon gearbeitet hat."}
    assert shown.context["form"]["ask_motivation"].value() == "any"
    assert (again.status_code, phase.criteria.count()) == (302, 3)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"last_on": "2027-12-01"}, "last_on"),
        ({"first_on": ""}, "first_on"),
        ({"first_on": "2027-05-10", "last_on": "2027-05-11"}, "first_on"),
        ({"age_below": "16"}, "age_below"),
        ({"ask_motivation": "perhaps"}, "ask_motivation"),
        ({"name_de": ""}, "name_de"),
        ({"title": ["nonsense"]}, "title"),
    ],
)
def test_a_wrong_phase_is_told_and_keeps_what_was_typed(
    programme: Programme, as_staff: AsStaff, wrong: dict[str, str], field: str
) -> None:
    address = reverse("desk:phase_new", args=[programme.pk])

    answer = as_staff("st-ki02").post(address, {**PHASE, **wrong})

    assert (answer.status_code, ProgrammePhase.objects.count()) == (422, 3)
    assert field in answer.context["form"].errors
    assert answer.context["form"]["reason_experience"].value() == "Wer schon gearbeitet hat."


def test_the_switch_asks_first(programme: Programme, as_staff: AsStaff) -> None:
    client, second = as_staff("st-ki02"), programme.phases.all()[1]
    address = reverse("desk:phase_switch", args=[second.pk])

    asked = client.get(address).content.decode()
    answer = client.post(address, follow=True)

    assert "Then this phase ends" in asked
    assert "Switched." in answer.content.decode()
    second.refresh_from_db()
    assert str(second.first_on) == "2027-02-22"


def test_a_programme_is_written_with_what_helps_the_others(
    programme: Programme, as_staff: AsStaff
) -> None:
    client, service = as_staff("st-ki02"), programme.services.first()
    data = {
        "name_de": "Neues Programm", "organization": str(programme.organization_id),
        "services": [str(service.pk)], "alternatives": [str(service.pk)],  # type: ignore[union-attr]
    }  # fmt: skip
    address = reverse("desk:programme_new")

    refused = client.post(address, {**data, "alternatives": []})
    written = client.post(address, data)
    client.post(address, data)

    assert (refused.status_code, written.status_code) == (422, 302)
    codes = Programme.objects.filter(name__de="Neues Programm").order_by("code")
    assert [it.code for it in codes] == ["neues-programm", "neues-programm-2"]


@pytest.mark.parametrize("code", ["st-ki03", "st-jc01", "st-abh04", "st-jc12"])
def test_only_the_coordinator_changes_and_all_may_read(
    code: str, programme: Programme, as_staff: AsStaff
) -> None:
    client, phase = as_staff(code), programme.phases.first()

    assert client.get(reverse("desk:programmes")).status_code == 200
    for name, key in (
        ("programme_change", programme.pk),
        ("phase_new", programme.pk),
        ("phase_change", phase.pk),  # type: ignore[union-attr]
        ("phase_switch", phase.pk),  # type: ignore[union-attr]
    ):
        assert client.get(reverse(f"desk:{name}", args=[key])).status_code == 403


def test_a_counsellor_checks_and_goes_on_to_book_or_refer(
    person: Person, as_staff: AsStaff
) -> None:
    client = as_staff("st-ki03")
    page = reverse("desk:person_programmes", args=[person.pk])
    fact = reverse("desk:programme_fact", args=[person.pk])

    before = client.get(page).content.decode()
    without_paper = client.post(
        fact, {"fact": "qualification", "declared": "yes", "checked": "yes"}
    )
    client.post(
        fact, {"fact": "qualification", "declared": "yes", "checked": "yes", "paper": "Diplom"}
    )
    after = client.get(page).content.decode()
    booked = client.post(
        reverse("desk:programme_book", args=[person.pk]), {"service": "of-kim-plan"}
    )

    assert "can join once it is checked" in before
    assert without_paper.status_code == 422
    assert "can join now" in after
    assert "Diplom" in after
    assert booked.headers["Location"] == reverse("desk:visit_new", args=[person.pk])
    assert person.needs.filter(service__code="of-kim-plan").exists()
    assert ReadEntry.objects.filter(person=person, what="programmes").count() >= 3


def test_a_fact_of_her_file_is_not_asked_again(person: Person, as_staff: AsStaff) -> None:
    address = reverse("desk:programme_fact", args=[person.pk])

    answer = as_staff("st-ki03").post(address, {"fact": "is_woman", "declared": "no"})

    assert answer.status_code == 422
    assert not PersonFact.objects.filter(fact="is_woman").exists()


def test_what_is_not_hers_to_see_does_not_exist(person: Person, as_staff: AsStaff) -> None:
    for code in ("st-jc05", "st-mb02", "st-abh04"):
        answer = as_staff(code).get(reverse("desk:person_programmes", args=[person.pk]))
        assert answer.status_code == 404, code


def test_the_pages_ask_as_often_for_one_as_for_three(
    person: Person, programme: Programme, network: Network, as_staff: AsStaff
) -> None:
    client = as_staff("st-ki02")
    addresses = [
        reverse("desk:programmes"),
        reverse("public:topic", args=["t7_labour_market"]),
        reverse("desk:person_programmes", args=[person.pk]),
    ]
    clients = [client, client, as_staff("st-ki03")]

    def counts() -> list[int]:
        found = []
        for browser, address in zip(clients, addresses, strict=True):
            browser.get(address)
            with CaptureQueriesContext(connection) as captured:
                assert browser.get(address).status_code == 200
            found.append(len(captured))
        return found

    Programme.objects.exclude(pk=programme.pk).delete()
    one = counts()
    for code in ("b", "c"):
        made = Programme.objects.create(
            network=network, organization=programme.organization, code=code, name={"de": code}
        )
        made.services.set(programme.services.all())
        made.alternatives.set(programme.alternatives.all())
        ProgrammePhase.objects.create(programme=made, name={"de": code}, first_on="2027-01-01")

    assert counts() == one


def test_machines_read_programmes_and_who_can_join(
    person: Person, counsellor: Account, other_authority: Account
) -> None:
    machine = Machine(counsellor)

    found = {it["code"]: it for it in machine.get("/programmes")}
    standing = machine.get(f"/persons/{person.pk}/programmes")
    refused = Machine(other_authority).client.get(f"/api/v1/persons/{person.pk}/programmes")

    start = found["pr-start"]
    assert start["running_phase"] == start["phases"][0]["id"]
    assert [it["fact"] for it in start["phases"][0]["criteria"]] == [
        "motivation", "experience", "qualification",
    ]  # fmt: skip
    by_id = {it["programme"]: it for it in standing}
    hers = by_id[start["id"]]
    assert (hers["standing"], hers["next"], hers["to_check"]) == (
        "to_check", "qualification", ["qualification"],
    )  # fmt: skip
    assert len(hers["alternatives"]) == 3
    assert refused.status_code == 404
