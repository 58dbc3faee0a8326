"""Our rows as an HSDS bundle, for a reader who may see this much."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from knotenpunkt.directory.enums import HSDS_STATUS
from knotenpunkt.directory.hsds import rules
from knotenpunkt.directory.hsds.spec import Bundle, Row, empty_bundle, tidy
from knotenpunkt.directory.models import (
    Program,
    Schedule,
    Service,
    ServiceAtLocation,
    Taxonomy,
    TaxonomyTerm,
    Topic,
)
from knotenpunkt.directory.queries import services_public, with_hsds
from knotenpunkt.foundation.ids import stable_id
from knotenpunkt.foundation.languages import text_in
from knotenpunkt.network.enums import Audience, FieldGroup
from knotenpunkt.network.models import DirectoryEntry, Location, Network, Organization

GROUP_OF_TABLE = {
    "phones": FieldGroup.CONTACTS,
    "contacts": FieldGroup.CONTACTS,
    "schedules": FieldGroup.HOURS,
    "cost_options": FieldGroup.COSTS,
    "accessibility": FieldGroup.PLACES,
    "addresses": FieldGroup.PLACES,
}
GROUP_OF_FIELD = {
    "email": FieldGroup.CONTACTS,
    "assurer_email": FieldGroup.INTERNAL,
    "fees": FieldGroup.COSTS,
    "fees_description": FieldGroup.COSTS,
    "latitude": FieldGroup.PLACES,
    "longitude": FieldGroup.PLACES,
}


@dataclass
class Outgoing:
    """Collects rows of a bundle; each row once, each field only if the reader may see it."""

    audience: Audience = Audience.PUBLIC
    language: str = "de"
    bundle: Bundle = field(default_factory=empty_bundle)
    seen: set[tuple[str, str]] = field(default_factory=set)

    def done(self) -> Bundle:
        return tidy(self.bundle)

    def put(self, table: str, row: Row, entry: DirectoryEntry | None = None) -> None:
        """Add a row, unless it is there or its group is hidden from this reader."""
        key = (table, str(row["id"]))
        if key in self.seen:
            return
        if entry is not None:
            group = GROUP_OF_TABLE.get(table)
            if group and not entry.shows(group, to=self.audience):
                return
            row = {name: value for name, value in row.items() if self._shows(entry, name)}
        self.seen.add(key)
        self.bundle[table].append(row)

    def _shows(self, entry: DirectoryEntry, name: str) -> bool:
        group = GROUP_OF_FIELD.get(name)
        return group is None or entry.shows(group, to=self.audience)

    def text(self, texts: dict[str, str]) -> str:
        return text_in(texts, self.language).text

    def parts(self, details: dict[str, Any], entry: DirectoryEntry | None) -> None:
        """Add the rows of other tables that belong to an entry alone."""
        for table, rows in details.items():
            if table != "fields":
                for row in rows:
                    self.put(table, row, entry)

    def service(self, service: Service, *, with_parts: bool = True) -> None:
        """Add a service with its organization and program; with parts, all that nests in it."""
        self.put("services", self._service_row(service), service)
        self.organization(service.organization, with_parts=with_parts)
        if service.program:
            self.program(service.program)
        if not with_parts:
            return
        self.parts(service.details, service)
        for row in rules.language_rows(service):
            self.put("languages", row, service)
        for row in rules.area_rows(service):
            self.put("service_areas", row, service)
        self.topic(service)
        for needed in service.required_documents.all():
            document = {
                "id": str(needed.id),
                "service_id": str(service.id),
                "document": self.text(needed.document.name),
                "uri": needed.uri,
            }
            self.put("required_documents", document)
        self._schedules(service.schedules.all(), service)
        for place in service.services_at_location.all():
            self.service_at_location(place, service)

    def _service_row(self, service: Service) -> Row:
        return _over(
            service.details,
            {
                "id": str(service.id),
                "organization_id": str(service.organization_id),
                "program_id": _text(service.program_id),
                "name": self.text(service.name),
                "description": self.text(service.description),
                "url": service.url,
                "email": service.email,
                "status": HSDS_STATUS[service.status],
                "minimum_age": rules.plain_number(service.minimum_age),
                "maximum_age": rules.plain_number(service.maximum_age),
                "assured_date": service.verified_on.isoformat() if service.verified_on else None,
                "last_modified": rules.moment_text(service.changed_at),
            },
        )

    def topic(self, service: Service) -> None:
        """Add the topic as an attribute, unless imported attributes name it already."""
        named = {it.get("taxonomy_term_id") for it in service.details.get("attributes", ())}
        self._wanted_terms |= {str(it) for it in named if it}
        topic, network = service.topic, service.organization.network
        if topic.is_fallback and str(topic.id) not in named:
            return  # "other matters" says nothing, and is what a service without topic gets
        self.builtin_taxonomy(network)
        self.builtin_term(topic, network)
        if str(topic.id) not in named:
            attribute = {
                "id": str(stable_id(service.id, "topic")),
                "link_id": str(service.id),
                "link_type": "topic",
                "link_entity": "service",
                "taxonomy_term_id": str(topic.id),
            }
            self.put("attributes", attribute)

    _wanted_terms: set[str] = field(default_factory=set)

    def named_terms(self) -> None:
        """Add the imported terms that attributes so far have named (two queries)."""
        for entry in self.bundle["attributes"]:
            if entry.get("taxonomy_term_id"):
                self._wanted_terms.add(str(entry["taxonomy_term_id"]))
        present = {key for table, key in self.seen if table == "taxonomy_terms"}
        missing = self._wanted_terms - present
        for term in TaxonomyTerm.objects.filter(id__in=missing).select_related("taxonomy"):
            self.term(term)

    def service_at_location(self, place: ServiceAtLocation, service: Service) -> None:
        """Add one place of a service, with its location if places are shown."""
        if not service.shows(FieldGroup.PLACES, to=self.audience):
            return
        row = _over(
            place.details,
            {
                "id": str(place.id),
                "service_id": str(place.service_id),
                "location_id": str(place.location_id),
            },
        )
        self.put("service_at_location", row)
        self.parts(place.details, service)
        self._schedules(place.schedules.all(), service)
        self.location(place.location)

    def location(self, location: Location) -> None:
        self.put("locations", self._location_row(location), location)
        self.parts(location.details, location)
        for table, row in rules.places_rows(location):
            self.put(table, row, location)
        self._schedules(location.schedules.all(), location)

    def _location_row(self, location: Location) -> Row:
        return {"location_type": "physical"} | _over(
            location.details,
            {
                "id": str(location.id),
                "name": location.name,
                "latitude": rules.plain_number(location.latitude),
                "longitude": rules.plain_number(location.longitude),
            },
        )

    def organization(self, organization: Organization, *, with_parts: bool = True) -> None:
        row = _over(
            organization.details,
            {
                "id": str(organization.id),
                "name": organization.name,
                "alternate_name": organization.alternate_name,
                "description": self.text(organization.description),
                "email": organization.email,
                "website": organization.website,
                "parent_organization_id": _text(organization.parent_id),
            },
        )
        self.put("organizations", row, organization)
        if with_parts:
            self.parts(organization.details, organization)
            for phone in rules.phone_rows(organization):
                self.put("phones", phone, organization)

    def program(self, program: Program) -> None:
        row = _over(
            program.details,
            {
                "id": str(program.id),
                "organization_id": str(program.organization_id),
                "name": program.name,
                "alternate_name": program.alternate_name,
                "description": program.description,
            },
        )
        self.put("programs", row)
        self.parts(program.details, None)

    def _schedules(self, schedules: Iterable[Schedule], entry: DirectoryEntry) -> None:
        for schedule in schedules:
            self.put("schedules", rules.schedule_row(schedule), entry)

    def builtin_taxonomy(self, network: Network) -> None:
        self.put("taxonomies", rules.topics_taxonomy(network))

    def builtin_term(self, topic: Topic, network: Network) -> None:
        self.put("taxonomy_terms", rules.topic_term(topic, network, self.language))

    def taxonomy(self, taxonomy: Taxonomy) -> None:
        row = _over(
            taxonomy.details,
            {
                "id": str(taxonomy.id),
                "name": taxonomy.name,
                "description": taxonomy.description,
                "uri": taxonomy.uri,
                "version": taxonomy.version,
            },
        )
        self.put("taxonomies", row)
        self.parts(taxonomy.details, None)

    def term(self, term: TaxonomyTerm) -> None:
        row = _over(
            term.details,
            {
                "id": str(term.id),
                "code": term.code,
                "name": term.name,
                "description": term.description,
                "parent_id": _text(term.parent_id),
                "language": term.language,
                "taxonomy_id": _text(term.taxonomy_id),
                "term_uri": term.uri,
            },
        )
        self.put("taxonomy_terms", row)
        self.parts(term.details, None)
        if term.taxonomy:
            self.taxonomy(term.taxonomy)


def public_bundle(network_code: str = "") -> Bundle:
    """Return all that everyone may see, of one network or of all."""
    outgoing, services = Outgoing(), with_hsds(services_public())
    if network_code:
        services = services.filter(organization__network__code=network_code)
    for it in services.order_by("id"):
        outgoing.service(it)
    outgoing.named_terms()
    return outgoing.done()


def _over(details: dict[str, Any], columns: Row) -> Row:
    """Return the imported values, and over them what our columns say."""
    said = {key: value for key, value in columns.items() if value not in (None, "")}
    return {**columns, **details.get("fields", {}), **said}


def _text(value: UUID | None) -> str | None:
    return str(value) if value else None
