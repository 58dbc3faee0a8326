"""The visit tests of the demo region: as few days and locations as expected, or better."""

from __future__ import annotations

from dataclasses import replace

import pytest

from knotenpunkt.config.region.schema import Region
from knotenpunkt.directory.models import Service
from knotenpunkt.network.models import Network
from knotenpunkt.people.enums import GenderWish
from knotenpunkt.people.models import Person
from knotenpunkt.visits.planning.proposals import propose_visits
from knotenpunkt.visits.planning.validity import faults_of
from knotenpunkt.visits.planning.wish import VisitWish, wish_of

BUNDLES = ("vb-01", "vb-02", "vb-03", "vb-05")


def wish_of_bundle(region: Region, bundle_id: str) -> VisitWish:
    bundle = next(it for it in region.visit_bundles if it.id == bundle_id)
    ids = dict(Service.objects.filter(code__in=bundle.offers).values_list("code", "id"))
    person = Person.objects.select_related("network").get(code=bundle.client)
    return wish_of(person, tuple(ids[code] for code in bundle.offers), *bundle.horizon)


def test_every_bundle_of_the_file_is_tested(region: Region) -> None:
    assert tuple(bundle.id for bundle in region.visit_bundles) == BUNDLES


@pytest.mark.parametrize("bundle_id", BUNDLES[:3])
def test_bundle_is_solved_as_well_as_expected(
    bundle_id: str, region: Region, network: Network
) -> None:
    expected = next(it.expected for it in region.visit_bundles if it.id == bundle_id)
    wish = wish_of_bundle(region, bundle_id)

    best = propose_visits(wish).proposals[0]

    assert best.days <= expected["min_days"]
    assert best.locations <= expected["sites"]
    assert faults_of(best.plan, wish) == []


def test_infeasible_bundle_is_refused_with_its_reason(region: Region, network: Network) -> None:
    wish = wish_of_bundle(region, "vb-05")

    found = propose_visits(wish)

    benefit = Service.objects.get(code="of-soz-asylblg").id
    assert found.proposals == ()
    assert set(found.conflict) == {("interpreter_gender", None), ("need", benefit)}
    relief = next(it for it in found.reliefs if it.wish == "interpreter_gender")
    assert relief.days == 1
    assert faults_of(relief.plan, replace(wish, interpreter_gender=GenderWish.NONE)) == []


def test_wish_for_a_woman_is_kept_in_every_proposal(region: Region, network: Network) -> None:
    found = propose_visits(wish_of_bundle(region, "vb-03"))

    interpreters = {leg.interpreter for it in found.proposals for leg in it.plan.legs} - {None}
    genders = network.interpreters.filter(id__in=interpreters).values_list("gender", flat=True)
    assert interpreters
    assert set(genders) == {"f"}


def test_first_the_address_then_what_needs_it(region: Region, network: Network) -> None:
    order = {s.id: s.code for s in Service.objects.all()}

    for proposal in propose_visits(wish_of_bundle(region, "vb-01")).proposals:
        codes = [order[leg.service] for leg in proposal.plan.legs]
        assert codes.index("of-bb-anmeldung") < codes.index("of-abh-24")
        assert codes.index("of-bb-anmeldung") < codes.index("of-ki-seiteneinstieg")
