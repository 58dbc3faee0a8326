"""What stands behind the buttons of a service, and what lists of the directory cost."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from knotenpunkt.directory.models import (
    AccessCard,
    CorrectionSuggestion,
    Service,
    StaffProfile,
    Topic,
    Watch,
    ZeroHit,
)
from knotenpunkt.foundation import clock
from knotenpunkt.network.enums import Role
from knotenpunkt.network.models import Network, Organization, StaffMember
from knotenpunkt.people.models import Person
from tests.directory.conftest import SignIn


def test_referring_opens_the_form_for_this_house_and_this_service(
    partner: Client, person: Person, entry: Service
) -> None:
    address = reverse("desk:directory_refer", args=[entry.pk])

    answer = partner.post(address, {"person": str(person.pk)})
    form = partner.get(answer.url)

    assert form.status_code == 200
    assert form.context["to"] == entry.organization
    assert f'<option value="{entry.pk}" selected>' in form.content.decode()


def test_a_service_page_shows_laws_by_name_and_no_codes(partner: Client, entry: Service) -> None:
    Service.objects.filter(pk=entry.pk).update(eligibility="regime:sgb2", legal_regimes=["sgb2"])

    page = partner.get(reverse("desk:directory_service", args=[entry.pk])).content.decode()

    assert "SGB II" in page
    assert "regime:" not in page


def test_nothing_is_referred_to_the_own_house_or_the_immigration_office(
    partner: Client, owner: Client, person: Person, entry: Service
) -> None:
    office = Service.objects.get(code="of-abh-24")
    data = {"person": str(person.pk)}

    assert owner.get(reverse("desk:directory_refer", args=[entry.pk])).status_code == 404
    assert partner.post(reverse("desk:directory_refer", args=[office.pk]), data).status_code == 404


def only(wanted: int, rows: object) -> None:
    """Leave so many rows of a queryset."""
    keep = list(rows.order_by("pk").values_list("pk", flat=True)[:wanted])  # type: ignore[attr-defined]
    rows.exclude(pk__in=keep).delete()  # type: ignore[attr-defined]


def organizations(wanted: int) -> None:
    keep = Organization.objects.order_by("code").values("pk")[:wanted]
    Organization.objects.exclude(pk__in=list(keep.values_list("pk", flat=True))).exclude(
        code="org-ki"
    ).update(valid_to=dt.date(2027, 2, 16))


def people(wanted: int) -> None:
    keep = StaffMember.objects.order_by("code").values_list("pk", flat=True)[:wanted]
    StaffMember.objects.exclude(pk__in=list(keep)).exclude(code__in=["st-ki03", "st-ki02"]).update(
        left_on=dt.date(2026, 12, 31)
    )


def services(wanted: int) -> None:
    keep = Service.objects.order_by("code").values_list("pk", flat=True)[:wanted]
    Service.objects.exclude(pk__in=list(keep)).update(status="ended")


def services_of_one_house(wanted: int) -> None:
    one = Organization.objects.get(code="org-jobcenter")
    topic = Topic.objects.get(code="t1_health")
    models = list(Service.objects.order_by("code")[:wanted])
    Service.objects.update(status="ended")
    Service.objects.filter(pk__in=[it.pk for it in models]).update(
        organization=one, topic=topic, status="verified"
    )


def access_cards(wanted: int) -> None:
    only(wanted, AccessCard.objects.all())


def watched(wanted: int) -> None:
    me = StaffMember.objects.get(code="st-ki03")
    for it in Service.objects.order_by("code")[:wanted]:
        Watch.objects.create(staff_member=me, service=it, created_at=clock.now())


def suggestions(wanted: int) -> None:
    me = StaffMember.objects.get(code="st-ki03")
    for it in Service.objects.order_by("code")[:wanted]:
        CorrectionSuggestion.objects.create(
            network=it.organization.network, organization=it.organization, service=it,
            field="other", proposed_value="?", suggested_by=me, suggested_at=clock.now(),
        )  # fmt: skip


def unanswered(wanted: int) -> None:
    network = Network.objects.get(organizations__code="org-ki")
    for word in ("zwiebelfisch", "wolkenheim", "traumfahrt")[:wanted]:
        ZeroHit.objects.create(
            network=network, query=word, language="de", last_on=dt.date(2027, 2, 22)
        )


def address_of_house() -> str:
    one = Organization.objects.get(code="org-jobcenter")
    return reverse("desk:directory_organization", args=[one.pk])


def address_of_topic() -> str:
    topic = Topic.objects.get(code="t1_health")
    return reverse("desk:directory_who_topic", args=[topic.pk])


LISTS: dict[str, tuple[Callable[[int], None], Callable[[], str]]] = {
    "organizations": (organizations, lambda: reverse("desk:directory_organizations")),
    "specialists": (people, lambda: reverse("desk:directory_people")),
    "specialists of a language": (
        people,
        lambda: reverse("desk:directory_people") + "?language=de",
    ),
    "digital ways": (access_cards, lambda: reverse("desk:directory_access")),
    "my list": (watched, lambda: reverse("desk:directory_watching")),
    "corrections": (suggestions, lambda: reverse("desk:directory_suggestions")),
    "a house": (services_of_one_house, address_of_house),
    "whom to ask": (services_of_one_house, address_of_topic),
    "unanswered questions": (unanswered, lambda: reverse("desk:directory_zero_hits")),
    "gap map": (services, lambda: reverse("desk:gap_map")),
    "public topics": (services, lambda: reverse("public:topics")),
    "public topic": (services_of_one_house, lambda: reverse("public:topic", args=["t1_health"])),
    "public digital ways": (access_cards, lambda: reverse("public:access")),
}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_of_three_costs_no_more_queries_than_a_list_of_one(
    name: str, partner: Client, as_staff: SignIn
) -> None:
    fill, address = LISTS[name]
    reader = as_staff("st-ki02") if name == "unanswered questions" else partner
    counts = []
    for wanted in (1, 3):
        with transaction.atomic():
            fill(wanted)
            reader.get(address())
            with CaptureQueriesContext(connection) as captured:
                assert reader.get(address()).status_code == 200
            counts.append(len(captured))
            transaction.set_rollback(True)

    assert counts[0] == counts[1]


def test_a_query_for_each_row_would_be_noticed(network: Network) -> None:
    counts = []
    for wanted in (1, 3):
        with CaptureQueriesContext(connection) as captured:
            _names = [it.organization.name for it in Service.objects.order_by("code")[:wanted]]
        counts.append(len(captured))

    assert counts[0] != counts[1]


@pytest.mark.parametrize("role", sorted(Role))
def test_no_link_of_the_directory_leads_to_a_refusal(
    role: str, partner: Client, owner: Client
) -> None:
    """For nobody: neither in the bar of the directory, nor on the page of the own house."""
    member = StaffMember.objects.get(code="st-ki03")
    StaffMember.objects.filter(pk=member.pk).update(role=role)
    own = reverse("desk:directory_organization", args=[member.organization_id])
    pages = [partner.get(it).content.decode() for it in (reverse("desk:directory"), own)]
    links = {it for page in pages for it in re.findall(r'href="(/desk/directory/[^"?]*)"', page)}

    refused = [it for it in sorted(links) if partner.get(it).status_code == 403]

    assert len(links) > 8
    assert refused == []


def test_a_profile_shows_laws_by_name(partner: Client) -> None:
    member = StaffMember.objects.get(code="st-jc05")
    StaffProfile.objects.update_or_create(staff_member=member, defaults={"legal_regimes": ["sgb2"]})

    page = partner.get(reverse("desk:directory_person", args=[member.pk])).content.decode()

    assert "<li>SGB II</li>" in page
    assert "SGB2" not in page
