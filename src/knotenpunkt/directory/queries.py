"""What the directory holds, for whoever asks. Every read starts here."""

from __future__ import annotations

from django.db.models import Prefetch, Q, QuerySet

from knotenpunkt.directory.enums import ServiceStatus
from knotenpunkt.directory.freshness import HIDDEN_AFTER
from knotenpunkt.directory.models import (
    AccessCard,
    RequiredDocument,
    Service,
    ServiceAtLocation,
)
from knotenpunkt.directory.rights import NETWORK_ROLES
from knotenpunkt.foundation import clock
from knotenpunkt.network.enums import Audience
from knotenpunkt.network.models import Account, Location, Network, Organization

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

    Without a network, those of every network of this installation.
    """
    oldest = clock.today() - HIDDEN_AFTER
    return (
        services_of_network(network)
        .filter(status__in=SHOWN, verified_on__gte=oldest)
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
        "schedules", "location__schedules"
    )
    documents = RequiredDocument.objects.select_related("document")
    return services.select_related("program").prefetch_related(
        "schedules",
        Prefetch("services_at_location", places.order_by("location__position", "id")),
        Prefetch("required_documents", documents),
    )


def with_places(services: QuerySet[Service]) -> QuerySet[Service]:
    """Fetch what a list of services shows: where, and who speaks what."""
    places = ServiceAtLocation.objects.select_related("location").order_by("location__position")
    return services.prefetch_related(Prefetch("services_at_location", places))


def locations_public() -> QuerySet[Location]:
    return Location.objects.filter(services_at_location__service__in=services_public()).distinct()


def access_cards_of(organization: Organization) -> QuerySet[AccessCard]:
    """Return the digital ways to an organization, in the order it wants them read."""
    return AccessCard.objects.filter(organization=organization).select_related("confirmed_by")
