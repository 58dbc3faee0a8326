"""Pages of the directory: who sees what, what they do, how many queries they need."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from knotenpunkt.directory.models import (
    AccessCard,
    CorrectionSuggestion,
    Service,
    StaffProfile,
    Synonym,
    Watch,
    ZeroHit,
)
from knotenpunkt.directory.spreadsheet.columns import template_csv
from knotenpunkt.foundation.models import OutboxMessage
from knotenpunkt.network.models import Account, Network, Organization, StaffMember
from knotenpunkt.people.models import Need, Person
from tests.directory.conftest import SignIn

PAGES = [
    "directory", "directory_organizations", "directory_who", "directory_people", "directory_tour",
    "directory_access", "directory_watching", "directory_suggestions", "directory_import",
    "directory_profile",
]  # fmt: skip


@pytest.mark.parametrize("name", PAGES)
def test_every_partner_may_read_and_strangers_may_not(
    name: str, partner: Client, network: Network
) -> None:
    assert partner.get(reverse(f"desk:{name}")).status_code == 200
    assert Client().get(reverse(f"desk:{name}")).status_code == 302


def test_a_question_in_another_language_finds_the_service(partner: Client) -> None:
    page = partner.get(reverse("desk:directory"), {"q": "де зареєструвати адресу"})

    assert page.context["page"].object_list[0].code == "of-bb-anmeldung"


def test_filters_narrow_and_say_when_they_hide_the_answer(partner: Client) -> None:
    organization = Organization.objects.get(code="org-vhs")

    page = partner.get(
        reverse("desk:directory"), {"q": "Girokonto", "organization": organization.pk}
    )

    assert page.context["page"].object_list == []
    assert [it.code for it in page.context["without_filters"]][:1] == ["of-vz-konto"]
    assert not ZeroHit.objects.exists()


@pytest.mark.parametrize(
    "bad", [{"topic": "x"}, {"language": "xx"}, {"q": "x" * 300}, {"group": "?"}]
)
def test_bad_filters_are_refused(bad: dict[str, str], partner: Client) -> None:
    assert partner.get(reverse("desk:directory"), bad).status_code == 422


def test_what_finds_nothing_is_noted_without_a_person_and_teaches_the_search(
    partner: Client, as_staff: SignIn, account: Callable[[str], Account]
) -> None:
    keeper = as_staff("st-ki02")
    partner.get(reverse("desk:directory"), {"q": "Zwiebelfisch 4711 a@b.example"})
    hit = ZeroHit.objects.get()

    keeper.post(reverse("desk:directory_zero_hit_answer", args=[hit.pk]), {"means": "Basiskonto"})
    found = partner.get(reverse("desk:directory"), {"q": "Zwiebelfisch"})

    assert hit.query == "zwiebelfisch"
    assert Synonym.objects.filter(origin="zero_hit").count() == 1
    assert [it.code for it in found.context["page"]] == ["of-vz-konto"]
    assert not ZeroHit.objects.filter(is_done=False).exists()
    assert partner.get(reverse("desk:directory_zero_hits")).status_code == 403


def test_a_named_person_is_two_clicks_away(partner: Client, entry: Service) -> None:
    first = partner.get(reverse("desk:directory_who")).content.decode()
    address = reverse("desk:directory_who_topic", args=[entry.topic_id])
    second = partner.get(address).content.decode()

    assert address in first
    assert all(member.name in second for member in entry.staff.all())
    assert entry.organization.partner_line in second


def test_the_knowledge_card_is_for_partners_only(partner: Client, entry: Service) -> None:
    page = partner.get(
        reverse("desk:directory_organization", args=[entry.organization_id])
    ).content.decode()
    public = Client().get(f"/hsds/organizations/{entry.organization_id}").content.decode()

    for text in ("Antrag - Prüfung - Bescheid", entry.organization.partner_line):
        assert text in page
        assert text not in public


def test_booking_starts_a_visit_with_this_need(
    partner: Client, person: Person, entry: Service
) -> None:
    address = reverse("desk:directory_book", args=[entry.pk])

    shown = partner.get(address)
    answer = partner.post(address, {"person": str(person.pk)})

    assert str(person) in shown.content.decode()
    assert answer.url == reverse("desk:visit_new", args=[person.pk])
    assert Need.objects.filter(person=person, service=entry, status="open").count() == 1


def test_booking_for_someone_elses_person_is_a_404(
    owner: Client, person: Person, entry: Service
) -> None:
    address = reverse("desk:directory_book", args=[entry.pk])

    assert owner.post(address, {"person": str(person.pk)}).status_code == 404
    assert owner.post(address, {"person": str(uuid4())}).status_code == 404


SERVICE_DATA = {
    "name_de": "Grundsicherung beantragen", "name_en": "Applying", "description_de": "Neu.",
    "minutes": "45", "minimum_age": "15", "maximum_age": "67", "eligibility": "anyone",
}  # fmt: skip


def test_the_owner_changes_her_entry_and_watchers_get_one_mail(
    owner: Client, partner: Client, entry: Service
) -> None:
    partner.post(reverse("desk:directory_watch", args=["service", entry.pk]))
    partner.post(reverse("desk:directory_watch", args=["service", entry.pk]))
    address = reverse("desk:directory_service_change", args=[entry.pk])

    for minutes in ("45", "50"):
        owner.post(address, SERVICE_DATA | {"minutes": minutes})

    entry.refresh_from_db()
    assert (entry.name["de"], entry.minutes) == ("Grundsicherung beantragen", 50)
    assert entry.name["uk"]
    assert Watch.objects.count() == 1
    assert OutboxMessage.objects.filter(purpose="directory.changed").count() == 1
    found = partner.get(reverse("desk:directory"), {"q": "Grundsicherung beantragen"})
    assert found.context["page"].object_list[0].pk == entry.pk


@pytest.mark.parametrize(
    "bad",
    [
        {"name_de": ""},
        {"minutes": "3"},
        {"minimum_age": "70"},
        {"email": "x"},
        {"url": "javascript:1"},
    ],
)
def test_bad_changes_are_refused_and_nothing_is_saved(
    bad: dict[str, str], owner: Client, entry: Service
) -> None:
    page = owner.post(reverse("desk:directory_service_change", args=[entry.pk]), SERVICE_DATA | bad)

    assert page.status_code == 422
    assert "Neu." in page.content.decode()
    assert Service.objects.get(pk=entry.pk).description != {"de": "Neu."}


def test_others_may_not_change_but_suggest(owner: Client, partner: Client, entry: Service) -> None:
    change = reverse("desk:directory_service_change", args=[entry.pk])
    data = {"field": "email", "proposed": "antrag@jobcenter.example"}

    refused = partner.post(change, SERVICE_DATA)
    partner.post(reverse("desk:directory_suggest_service", args=[entry.pk]), data)
    suggestion = CorrectionSuggestion.objects.get()
    own_answer = partner.post(
        reverse("desk:directory_suggestion_answer", args=[suggestion.pk]), {"accept": "yes"}
    )
    owner.post(reverse("desk:directory_suggestion_answer", args=[suggestion.pk]), {"accept": "yes"})
    late = owner.post(
        reverse("desk:directory_suggestion_answer", args=[suggestion.pk]), {"accept": "no"}
    )

    entry.refresh_from_db()
    assert refused.status_code == 403
    assert own_answer.status_code == 403
    assert entry.email == "antrag@jobcenter.example"
    assert late.status_code == 409
    assert OutboxMessage.objects.filter(purpose="directory.suggestion").count() == 1


def test_a_suggestion_that_makes_no_sense_is_refused(partner: Client, entry: Service) -> None:
    page = partner.post(
        reverse("desk:directory_suggest_service", args=[entry.pk]),
        {"field": "email", "proposed": "no mail"},
    )

    assert page.status_code == 422
    assert not CorrectionSuggestion.objects.exists()


def test_a_stranger_sees_no_suggestion(as_staff: SignIn, partner: Client, entry: Service) -> None:
    partner.post(
        reverse("desk:directory_suggest_service", args=[entry.pk]),
        {"field": "other", "proposed": "Closed"},
    )
    suggestion = CorrectionSuggestion.objects.get()

    answer = as_staff("st-mb02").post(
        reverse("desk:directory_suggestion_answer", args=[suggestion.pk]), {"accept": "yes"}
    )

    assert answer.status_code == 404


def test_a_question_reaches_a_colleague_once(partner: Client, entry: Service) -> None:
    member = entry.staff.first()
    assert member is not None
    address = reverse("desk:directory_ask", args=[member.pk])
    data = {"question": "Welche Papiere?", "key": str(uuid4())}

    for _ in range(2):
        partner.post(address, data)

    message = OutboxMessage.objects.get(purpose="directory.question")
    assert message.recipient == member.account.email  # type: ignore[union-attr]
    assert "Welche Papiere?" in message.body
    assert "Papiere" not in message.subject


def test_a_profile_puts_me_into_the_register(partner: Client, entry: Service) -> None:
    partner.post(
        reverse("desk:directory_profile"),
        {"topics": [str(entry.topic_id)], "legal_regimes": ["asylblg"], "about": "Seit 2016"},
    )

    me = StaffMember.objects.get(code="st-ki03")
    by_law = partner.get(reverse("desk:directory_people"), {"law": "asylblg"})
    by_topic = partner.get(reverse("desk:directory_people"), {"topic": entry.topic_id})

    assert StaffProfile.objects.get().about == "Seit 2016"
    assert me in by_law.context["page"].paginator.object_list
    assert me in by_topic.context["page"].paginator.object_list


def test_a_new_colleague_is_led_to_the_tour_until_she_has_seen_it(partner: Client) -> None:
    pages = [reverse("desk:directory"), reverse("desk:directory") + "?q=Konto"]

    before = [b"Five things in five minutes" in partner.get(page).content for page in pages]
    for _ in range(2):
        partner.post(reverse("desk:directory_tour"))

    assert before == [True, False]
    assert b"Five things in five minutes" not in partner.get(pages[0]).content
    assert StaffProfile.objects.filter(took_tour_on__isnull=False).count() == 1


def test_only_the_owner_confirms_an_access_card(owner: Client, partner: Client) -> None:
    card = AccessCard.objects.get(channel="portal")
    address = reverse("desk:directory_access_confirm", args=[card.pk])

    assert partner.post(address).status_code == 403
    owner.post(address)

    card.refresh_from_db()
    assert card.confirmed_by == StaffMember.objects.get(code="st-jc05")
    assert set(card.title) == {"de", "en", "uk", "ar", "fa", "tr", "ru", "fr"}


def test_another_network_does_not_exist(partner: Client, network: Network) -> None:
    other = Network.objects.create(code="x", name="X", land="BB")
    stranger = Organization.objects.create(
        network=other, code="x", name="X", kind="x", legal_class="other", valid_from="2020-01-01"
    )

    assert (
        partner.get(reverse("desk:directory_organization", args=[stranger.pk])).status_code == 404
    )
    assert partner.get(reverse("desk:directory_organization", args=[uuid4()])).status_code == 404


@pytest.mark.parametrize("query", ["", "?q=Deutschkurs", "?language=ar"])
def test_a_list_needs_a_fixed_number_of_queries(query: str, partner: Client) -> None:
    counts = []
    for wanted in (1, 3, 45):
        Service.objects.filter(
            pk__in=Service.objects.order_by("code").values("pk")[wanted:]
        ).update(status="ended")
        with CaptureQueriesContext(connection) as captured:
            partner.get(reverse("desk:directory") + query)
        counts.append(len(captured))
        Service.objects.update(status="verified")

    assert max(counts) <= 26
    assert counts[1] == counts[2]


def upload(client: Client, content: bytes, name: str = "angebote.csv") -> object:
    return client.post(
        reverse("desk:directory_import"), {"file": SimpleUploadedFile(name, content)}
    )


def test_the_template_itself_can_be_imported(owner: Client) -> None:
    shown = upload(owner, template_csv().encode())
    rows = {"rows": shown.context["signed"]}  # type: ignore[attr-defined]
    before = Service.objects.count()

    for _ in range(2):
        owner.post(reverse("desk:directory_import"), rows)

    service = Service.objects.get(name__de="Erstberatung für Familien")
    assert Service.objects.count() == before + 1
    assert service.organization.code == "org-jobcenter"
    assert service.target_groups == ["families"]
    assert sorted(service.languages) == ["ar", "de", "uk"]
    assert [it.rrule for it in service.services_at_location.get().schedules.order_by("rrule")] == [
        "FREQ=WEEKLY;BYDAY=MO", "FREQ=WEEKLY;BYDAY=TH",
    ]  # fmt: skip
    assert service.documents.count() == 2


def test_faults_are_named_by_row_and_column_and_nothing_is_imported(owner: Client) -> None:
    lines = template_csv().splitlines()
    header = lines[0]
    good = lines[1]
    bad_hours = good.replace("Mo 08:00-12:00", "Mo 12:00-08:00").replace("Erst", "Zweit")
    bad_many = (
        good.replace('"30"', '"3"').replace("familie@example.org", "keine").replace("Erst", "Dritt")
    )
    before = Service.objects.count()

    page = upload(owner, "\r\n".join([header, good, bad_hours, bad_many, good]).encode())

    faults = [(it.row, it.column) for it in page.context["faults"]]  # type: ignore[attr-defined]
    assert page.status_code == 422  # type: ignore[attr-defined]
    assert faults == [
        (3, "Öffnungszeiten"), (4, "Dauer in Minuten"), (4, "E-Mail"), (5, "Angebot"),
    ]  # fmt: skip
    assert Service.objects.count() == before


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", b""),
        ("a.exe", b"x"),
        ("a.xlsx", b"not a zip"),
        ("a.csv", b"Angebot\n" + b"x\n" * 6000),
        ("a.csv", b"Angebot;\0\n"),
        ("a.csv", b"Something;Else\n1;2\n"),
    ],
)
def test_what_is_no_table_is_refused_politely(name: str, content: bytes, owner: Client) -> None:
    page = upload(owner, content, name)

    assert page.status_code == 422  # type: ignore[attr-defined]


def test_a_forged_preview_is_not_imported(owner: Client) -> None:
    before = Service.objects.count()

    owner.post(reverse("desk:directory_import"), {"rows": "forged:1:2"})

    assert Service.objects.count() == before
