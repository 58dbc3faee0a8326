"""HSDS into our rows: all of a bundle or nothing, and the same rows however often it comes."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from knotenpunkt.directory.actions.finding import Progress, renew_search
from knotenpunkt.directory.actions.incoming import ImportReport, Incoming, Origin
from knotenpunkt.directory.errors import BadImport, NotTheOwner
from knotenpunkt.directory.hsds import rules
from knotenpunkt.directory.hsds.lint import Severity, findings_of
from knotenpunkt.directory.hsds.spec import Bundle, tidy
from knotenpunkt.directory.models import Program, Service, Taxonomy, TaxonomyTerm, Topic
from knotenpunkt.foundation.actions import record
from knotenpunkt.network.enums import Role
from knotenpunkt.network.models import Account, Location, Network, Organization


@transaction.atomic
def import_bundle(
    *,
    network: Network,
    bundle: Bundle,
    by: Account | None,
    origin: Origin | None = None,
    progress: Progress | None = None,
) -> ImportReport:
    """Write every row of the bundle. Raises `BadImport` with all faults, or `NotTheOwner`.

    Coordinators and administrators import for everyone, others for their own organization. `by`
    is None for the command line; `progress` hears how many services are through.
    """
    origin = origin or Origin()
    if by is not None and by.staff_member.role not in {Role.COORDINATOR, Role.ADMINISTRATOR}:
        origin = Origin(origin.source, origin.licence, origin.language, _own(by))
    bundle = tidy(bundle)
    found = findings_of(bundle, known=_known_ids(network, bundle))
    faults = [it for it in found if it.severity == Severity.ERROR]
    if faults:
        raise BadImport(faults)
    _refuse_strangers(network, bundle, origin)
    incoming = Incoming(network, bundle, origin)
    incoming.write()
    incoming.report.warnings = [it for it in found if it.severity == Severity.WARNING]
    record("directory.imported", network, by=by)
    renew_search(services=[UUID(row["id"]) for row in bundle["services"]], progress=progress)
    return incoming.report


def _own(by: Account) -> UUID:
    return by.staff_member.organization_id


def _known_ids(network: Network, bundle: Bundle) -> dict[str, set[str]]:
    """Return the ids that references of the bundle may point at although it lacks them."""
    known = {
        "organizations": Organization.objects.filter(network=network),
        "locations": Location.objects.filter(network=network),
        "services": Service.objects.filter(organization__network=network),
        "programs": Program.objects.filter(organization__network=network),
        "taxonomies": Taxonomy.objects.filter(network=network),
        "taxonomy_terms": TaxonomyTerm.objects.filter(network=network),
    }
    ids = {
        name: {str(pk) for pk in rows.values_list("pk", flat=True)} for name, rows in known.items()
    }
    topics = Topic.objects.filter(network=network).values_list("pk", flat=True)
    ids["taxonomy_terms"] |= {str(pk) for pk in topics}
    ids["taxonomies"].add(rules.topics_taxonomy_id(network))
    return ids


def _refuse_strangers(network: Network, bundle: Bundle, origin: Origin) -> None:
    """Refuse rows that belong to another network, or to an organization not one's own."""
    foreign = [
        *Organization.objects.filter(pk__in=_ids(bundle, "organizations")).exclude(network=network),
        *Location.objects.filter(pk__in=_ids(bundle, "locations")).exclude(network=network),
        *Service.objects.filter(pk__in=_ids(bundle, "services")).exclude(
            organization__network=network
        ),
    ]
    if foreign:
        raise NotTheOwner
    if origin.only_for is None:
        return
    own = str(origin.only_for)
    owners = {row.get("organization_id") for row in bundle["services"] + bundle["programs"]}
    touched = Service.objects.filter(pk__in=_ids(bundle, "services")).exclude(
        organization_id=origin.only_for
    )
    places = Location.objects.filter(pk__in=_ids(bundle, "locations")).exclude(
        organizations=origin.only_for
    )
    if owners - {own} or set(_ids(bundle, "organizations")) - {own} or touched or places:
        raise NotTheOwner


def _ids(bundle: Bundle, table: str) -> list[str]:
    return [row["id"] for row in bundle[table]]
