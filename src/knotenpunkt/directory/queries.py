"""What the directory holds, for whoever asks. Every read starts here."""

from __future__ import annotations

import json
from collections.abc import Sequence
from operator import itemgetter
from typing import Any, overload

from django.db.models import (
    Count,
    IntegerField,
    Prefetch,
    Q,
    QuerySet,
    TextField,
    Value,
    Window,
)
from django.db.models.functions import Cast, JSONObject

from knotenpunkt.directory.enums import ServiceStatus
from knotenpunkt.directory.freshness import HIDDEN_AFTER
from knotenpunkt.directory.models import (
    AccessCard,
    RequiredDocument,
    Service,
    ServiceAtLocation,
    StaffProfile,
    TableImport,
    Topic,
)
from knotenpunkt.directory.rights import NETWORK_ROLES, may_edit
from knotenpunkt.foundation import clock
from knotenpunkt.network.enums import Audience
from knotenpunkt.network.models import (
    Account,
    Language,
    Location,
    Network,
    Organization,
    StaffMember,
)

SHOWN = (ServiceStatus.VERIFIED, ServiceStatus.PAUSED)
NOT_INTERNAL = (
    Q(visibility__basics__isnull=True)
    | Q(visibility__basics=Audience.PUBLIC)
    | Q(visibility__basics=Audience.PARTNERS)
)


def network_of_code(code: str) -> Network | None:
    return Network.objects.filter(code=code).first()


def organizations_today(network: Network | None = None) -> QuerySet[Organization]:
    """Return the organizations that exist today (not ended, not only in the future)."""
    today = clock.today()
    found = Organization.objects.filter(
        Q(valid_to=None) | Q(valid_to__gt=today), valid_from__lte=today
    )
    return found.filter(network=network) if network else found


def organizations_visible_to(account: Account) -> QuerySet[Organization]:
    """Return the organizations of the network that exist today; a new one only to itself.

    Whoever coordinates the network sees those that do not show their entries yet, too.
    """
    member = account.staff_member
    found = organizations_today(member.organization.network)
    if member.role in NETWORK_ROLES:
        return found
    return found.filter(Q(is_listed=True) | Q(pk=member.organization_id))


def services_public(network: Network | None = None) -> QuerySet[Service]:
    """Return what everyone may see: verified or paused, confirmed within a year, owner living.

    The year of what nobody ever confirmed begins when it was entered. Without a network, those of
    every network of this installation.
    """
    oldest = clock.today() - HIDDEN_AFTER
    return (
        services_of_network(network)
        .filter(Q(verified_on__gte=oldest) | Q(verified_on=None, created_on__gte=oldest))
        .filter(status__in=SHOWN)
        .filter(Q(visibility__basics__isnull=True) | Q(visibility__basics=Audience.PUBLIC))
    )


def organizations_public() -> QuerySet[Organization]:
    """Return the organizations that offer something everyone may see."""
    offering = services_public().values("organization")
    return organizations_today().filter(pk__in=offering).select_related("network")


def services_of_network(network: Network | None = None) -> QuerySet[Service]:
    """Return every service of living organizations, whatever its state."""
    return Service.objects.filter(organization__in=organizations_today(network)).select_related(
        "organization__network", "topic"
    )


def services_visible_to(account: Account) -> QuerySet[Service]:
    """Return what a staff member may see: all of the network but others' drafts."""
    organization = account.staff_member.organization
    return services_of_network(organization.network).filter(
        Q(organization=organization) | (Q(status__in=SHOWN) & NOT_INTERNAL)
    )


def with_hsds(services: QuerySet[Service]) -> QuerySet[Service]:
    """Fetch all that nests in a full HSDS service: a fixed number of queries for any page."""
    places = ServiceAtLocation.objects.select_related("location__network").prefetch_related(
        "schedules", "location__schedules", "municipalities"
    )
    documents = RequiredDocument.objects.select_related("document")
    return services.select_related("program").prefetch_related(
        "schedules",
        Prefetch("services_at_location", places.order_by("location__position", "id")),
        Prefetch("required_documents", documents),
    )


class KeysFirst(Sequence[Service]):
    """A long sorted list of which pages are read: keys are sorted, rows read of one page only.

    Rows are wide (texts in eight languages, what HSDS knows besides): sorting thousands of them
    to show twenty takes three times as long as sorting their keys. The query for a page counts all
    of them, too: ask for the length afterwards.
    """

    def __init__(self, services: QuerySet[Service]) -> None:
        self.services = services
        self._length: int | None = None

    def __len__(self) -> int:
        if self._length is None:
            self._length = self.services.count()
        return self._length

    @overload
    def __getitem__(self, at: int) -> Service: ...
    @overload
    def __getitem__(self, at: slice) -> list[Service]: ...
    def __getitem__(self, at: int | slice) -> Service | list[Service]:
        if isinstance(at, int):
            return self.services[at]
        counted = self.services.annotate(how_many=Window(Count("*")))
        found = list(counted.values_list("pk", "how_many")[at])
        if not found:  # an empty page says nothing of those before it
            return []
        self._length = found[0][1]
        rows = self.services.in_bulk([key for key, _ in found])
        return [rows[key] for key, _ in found if key in rows]


def locations_today(network: Network) -> QuerySet[Location]:
    """Return the places that are there; those that merged into another are over."""
    return Location.objects.filter(network=network, successor=None)


def with_places(services: QuerySet[Service]) -> QuerySet[Service]:
    """Fetch where services are."""
    places = ServiceAtLocation.objects.select_related("location").order_by("location__position")
    return services.prefetch_related(Prefetch("services_at_location", places))


def in_a_list(services: QuerySet[Service]) -> QuerySet[Service]:
    """Fetch what a line of a list shows, and none of the long texts: name, state, house, places."""
    places = ServiceAtLocation.objects.select_related("location").only("service", "location__name")
    return (
        services.select_related(None)
        .select_related("organization", "topic")
        .only("name", "status", "verified_on", "created_on", "organization__name", "topic__name")
        .prefetch_related(Prefetch("services_at_location", places.order_by("location__position")))
    )


def filters_of(network: Network) -> dict[str, list[tuple[str, dict[str, str]]]]:
    """Return what a list of services is narrowed by, in one query: key and name by language.

    Under `topic`, `organization`, `place` and `language` (whose name is its code).
    """
    named, alike = Cast(JSONObject(de="name"), TextField()), Value(0, IntegerField())
    position = Cast("position", IntegerField())
    rows: dict[str, tuple[QuerySet[Any], Cast, Value | Cast]] = {
        "topic": (Topic.objects.filter(network=network), Cast("name", TextField()), position),
        "organization": (organizations_today(network), named, alike),
        "place": (locations_today(network), named, position),
        "language": (Language.objects.all(), Cast(JSONObject(de="code"), TextField()), alike),
    }
    parts = [
        them.order_by().values_list(Value(field), Cast("pk", TextField()), rank, text)
        for field, (them, text, rank) in rows.items()
    ]
    found: dict[str, list[tuple[str, dict[str, str]]]] = {field: [] for field in rows}
    every = parts[0].union(*parts[1:], all=True)
    for field, key, _rank, text in sorted(every, key=itemgetter(2, 3)):
        found[field].append((key, json.loads(text)))
    return found


def table_imports_visible_to(account: Account) -> QuerySet[TableImport]:
    """Return the long tables of the own house, for those who may change its entries."""
    organization = account.staff_member.organization
    found = TableImport.objects.filter(organization=organization)
    return found if may_edit(account, organization) else found.none()


def locations_public() -> QuerySet[Location]:
    return Location.objects.filter(services_at_location__service__in=services_public()).distinct()


def took_tour(member: StaffMember) -> bool:
    """Return whether a colleague has seen the tour for those who are new."""
    seen = StaffProfile.objects.filter(staff_member=member, took_tour_on__isnull=False)
    return seen.exists()


def access_cards_of(organization: Organization) -> QuerySet[AccessCard]:
    """Return the digital ways to an organization, in the order it wants them read."""
    return AccessCard.objects.filter(organization=organization).select_related("confirmed_by")
