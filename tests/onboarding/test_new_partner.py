"""From the invitation of a partner to a visit booked with its new service, through the pages."""

from __future__ import annotations

from collections.abc import Callable

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from knotenpunkt.directory.models import Service
from knotenpunkt.directory.queries import services_public
from knotenpunkt.network.models import Account, Network, Organization, StaffMember
from knotenpunkt.onboarding.checklist import checklists_of
from knotenpunkt.people.models import Person
from knotenpunkt.visits.actions import confirm_visit, hold_visit
from knotenpunkt.visits.enums import VisitStatus
from knotenpunkt.visits.models import Visit
from knotenpunkt.visits.planning.proposals import propose_visits
from knotenpunkt.visits.planning.wish import VisitWish
from tests.onboarding.conftest import ABOUT, JOINER, PARTNER, PLACE, service_said

Wish = Callable[..., VisitWish]
TIMES = {"first_on": "2027-02-22", "weeks": "1"}


def done(organization: Organization) -> list[str]:
    found = checklists_of(Organization.objects.filter(pk=organization.pk))[0]
    return [step.key for step in found.steps if step.is_done]


def joined(link: str) -> tuple[Client, Organization]:
    client = Client(headers={"accept-language": "en"})
    client.post(link, JOINER)
    organization = StaffMember.objects.get(name=JOINER["name"]).organization
    return client, organization


def test_a_partner_comes_in_and_its_service_is_booked(
    invited: str, network: Network, wish: Wish, counsellor: Account
) -> None:
    client, organization = joined(invited)
    base = f"/desk/partners/{organization.pk}/"
    history = [done(organization)]

    def step(address: str, data: dict[str, object]) -> None:
        answer = client.post(address, data)
        assert (answer.status_code, answer["Location"]) == (302, base), answer.content[:2000]
        known = {key for keys in history for key in keys}
        history.append([key for key in done(organization) if key not in known])

    step(f"/desk/directory/organizations/{organization.pk}/change/", dict(ABOUT))
    step(base + "places/new/", dict(PLACE))
    place = organization.locations.get()
    member = organization.staff.get()
    step(
        base + "services/new/",
        service_said(network, locations=[str(place.pk)], staff=[str(member.pk)]),
    )
    step(
        f"{base}staff/{member.pk}/times/",
        {
            "location": str(place.pk),
            "first_on": "2027-02-22",
            "weeks": "1",
            "day_0": "9-12",
            "day_2": "13-16",
        },
    )
    service = organization.services.get()
    is_hidden = service not in services_public(network)
    step(base + "agreement/", {"agreed_on": "2027-02-20", "note": "Ordner 12, Koordination"})
    step(base + "show/", {})

    assert history == [
        [],
        ["organization", "card"],
        ["place"],
        ["service", "access", "staff"],
        ["times"],
        ["agreement"],
        ["shown"],
    ]
    assert is_hidden
    assert service in services_public(network)
    assert visit_with(service, wish, counsellor).status == VisitStatus.BOOKED


def visit_with(service: Service, wish: Wish, by: Account) -> Visit:
    wanted = wish("cl-01", service.code)
    plan = propose_visits(wanted).proposals[0].plan
    person = Person.objects.get(code="cl-01")
    visit = hold_visit(person=person, plan=plan, wish=wanted, by=by)
    return confirm_visit(visit=visit, by=by)


def test_the_new_service_is_combined_with_others_on_one_day(
    invited: str, network: Network, wish: Wish
) -> None:
    client, organization = joined(invited)
    base = f"/desk/partners/{organization.pk}/"
    client.post(base + "places/new/", PLACE)
    place, member = organization.locations.get(), organization.staff.get()
    client.post(
        base + "services/new/",
        service_said(network, locations=[str(place.pk)], staff=[str(member.pk)]),
    )
    hours = {f"day_{day}": "8-16" for day in range(5)}
    client.post(
        f"{base}staff/{member.pk}/times/",
        {**TIMES, "location": str(place.pk), **hours},
    )
    client.post(f"/desk/directory/organizations/{organization.pk}/change/", ABOUT)
    client.post(base + "show/")

    found = propose_visits(wish("cl-01", "of-bb-anmeldung", organization.services.get().code))

    assert {len(it.plan.legs) for it in found.proposals} == {2}


def test_a_table_serves_as_well_and_stays_hidden_until_it_is_shown(
    invited: str, network: Network
) -> None:
    client, organization = joined(invited)
    from_table = client.get("/desk/directory/import/template.csv").content
    page = client.post(
        "/desk/directory/import/", {"file": SimpleUploadedFile("angebote.csv", from_table)}
    )
    client.post("/desk/directory/import/", {"rows": page.context["signed"]})

    assert done(organization) == ["service"]
    assert organization.services.get() not in services_public(network)


def test_it_is_not_shown_before_somebody_could_book(invited: str) -> None:
    client, organization = joined(invited)

    page = client.post(f"/desk/partners/{organization.pk}/show/", follow=True)

    assert b"Not yet" in page.content
    organization.refresh_from_db()
    assert organization.is_listed is False


def test_a_new_partner_sits_in_the_house_of_all(invited: str, network: Network) -> None:
    client, organization = joined(invited)
    house = network.locations.get(is_central=True)

    client.post(f"/desk/partners/{organization.pk}/places/use/", {"location": str(house.pk)})

    assert list(organization.locations.all()) == [house]
    assert "place" in done(organization)
    answer = client.get(f"/desk/partners/{organization.pk}/places/{house.pk}/")
    assert answer.status_code == 403


def test_nobody_else_sees_a_partner_who_is_not_ready(
    invited: str, as_staff: Callable[[str], Client], coordinator: Client
) -> None:
    client, organization = joined(invited)
    other = as_staff("st-jc05")
    pages = [
        f"/desk/partners/{organization.pk}/",
        f"/desk/directory/organizations/{organization.pk}/",
    ]

    assert [other.get(page).status_code for page in pages] == [404, 404]
    assert [coordinator.get(page).status_code for page in pages] == [200, 200]
    assert [client.get(page).status_code for page in pages] == [200, 200]
    assert other.get("/desk/partners/").status_code == 403
    assert organization.name in coordinator.get("/desk/partners/").content.decode()


def test_a_partner_changes_nothing_of_others(invited: str, network: Network) -> None:
    client, _organization = joined(invited)
    other = Organization.objects.get(network=network, code="org-jobcenter")

    addresses = ["", "places/new/", "services/new/", "staff/new/", "agreement/"]
    answers = [client.get(f"/desk/partners/{other.pk}/{it}").status_code for it in addresses]

    assert answers == [403] * len(addresses)


def test_a_service_of_others_people_or_places_is_refused(invited: str, network: Network) -> None:
    client, organization = joined(invited)
    strange_place = network.locations.get(is_central=True)
    strange_member = StaffMember.objects.get(code="st-jc05")

    answer = client.post(
        f"/desk/partners/{organization.pk}/services/new/",
        service_said(network, locations=[str(strange_place.pk)], staff=[str(strange_member.pk)]),
    )

    assert answer.status_code == 422
    assert organization.services.count() == 0


def test_three_partners_cost_the_coordinator_as_many_queries_as_one(
    coordinator: Client, network: Network
) -> None:
    counts = []
    for number in (1, 2, 3):
        partner = {**PARTNER, "name": f"Partner {number}", "email": f"p{number}@example.org"}
        coordinator.post("/desk/partners/new/", partner)
        coordinator.get("/desk/partners/")
        with CaptureQueriesContext(connection) as queries:
            coordinator.get("/desk/partners/")
        counts.append(len(queries))

    assert counts[0] == counts[2]
