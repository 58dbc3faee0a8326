"""Everyone of the demo belongs where the region file expects her, today and with the draft."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from knotenpunkt.config.region.schema import Client, Region
from knotenpunkt.network.models import Network, Organization
from knotenpunkt.routing.deciding import Verdict
from knotenpunkt.routing.facts import Facts
from knotenpunkt.routing.queries import is_responsible, responsible_for

ANCHOR = dt.date(2027, 3, 1)
SAID = {"is_not_employable": False}  # what a counsellor answers; age limits are computed


def facts_of(client: Client) -> Facts:
    return Facts(
        title=client.residence.title,
        first_title_on=client.residence.first_title_on,
        arrived_on=client.arrived,
        born_on=client.born,
        is_alone_in_youth_welfare=any(it.startswith("guardian:") for it in client.constraints),
        **SAID,
    )


def oracle_of(client: Client) -> dict[str, object]:
    return (client.model_extra or {}).get("oracle") or {}


def test_all_oracles_hold(region: Region, network: Network) -> None:
    found, expected = {}, {}
    for client in region.clients:
        if oracle := oracle_of(client):
            money = responsible_for(network, "livelihood", facts_of(client), ANCHOR)
            talk = responsible_for(network, "counselling", facts_of(client), ANCHOR)
            expected[client.id] = (
                oracle["if_not"], oracle["if_ukraine_law_in_force"], oracle["counselling"],
            )  # fmt: skip
            found[client.id] = (
                *([regime, target] for it in (money.today, money.if_drafts_pass)
                  for target, regime in it.targets),
                talk.today.targets[0][0],
            )  # fmt: skip

    assert len(expected) == 20
    assert found == expected


def test_everyone_of_the_region_has_an_answer_on_money_and_counselling(
    region: Region, network: Network
) -> None:
    undecided = [
        (client.id, matter)
        for client in region.clients
        for matter in ("livelihood", "counselling")
        if not responsible_for(network, matter, facts_of(client), ANCHOR).today.is_decided
    ]

    assert len(region.clients) == 40
    assert undecided == []


def test_olena_belongs_elsewhere_if_the_draft_passes_and_the_draft_says_so(
    region: Region, network: Network
) -> None:
    olena = facts_of(region.clients[0])

    answer = responsible_for(network, "livelihood", olena, ANCHOR)

    assert answer.today.targets == (("org-jobcenter", "sgb2"),)
    assert answer.if_drafts_pass.targets == (("org-sozialamt", "asylblg"),)
    assert [row.code for row in answer.drafts] == ["r-02"]
    assert "r-02" not in {row.code for row in answer.today.rules}


def test_a_past_day_has_the_rules_of_that_day(network: Network) -> None:
    def course(on: dt.date) -> tuple[tuple[str, str], ...]:
        facts = Facts(course_access="admission")
        return responsible_for(network, "course", facts, on).today.targets

    assert course(dt.date(2026, 2, 8)) == (("org-vhs", ""),)
    assert course(dt.date(2026, 2, 9)) == (("not_available", ""),)


@pytest.mark.parametrize(
    ("code", "facts", "verdict"),
    [
        ("org-jobcenter", Facts(title="sec25_2", age=30, **SAID), Verdict.YES),
        ("org-sozialamt", Facts(title="sec25_2", age=30, **SAID), Verdict.NO),
        ("org-sozialamt", Facts(title="sec25_2", age=30), Verdict.UNKNOWN),
        ("org-jobcenter", Facts(), Verdict.UNKNOWN),
        ("org-vhs", Facts(), Verdict.NO),
    ],
)
def test_an_organization_is_responsible_or_not_or_it_is_unknown(
    network: Network, code: str, facts: Facts, verdict: Verdict
) -> None:
    organization = Organization.objects.get(code=code)

    assert is_responsible(organization, "livelihood", facts, ANCHOR) == verdict


def test_an_answer_takes_three_queries_at_most(network: Network) -> None:
    for facts in (Facts(), Facts(title="sec25_2", age=30, **SAID), Facts(title="other")):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            responsible_for(network, "livelihood", facts, ANCHOR)

        assert len(queries) <= 3
