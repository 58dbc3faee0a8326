"""One bundle on its way into the database: each HSDS row becomes a row of ours."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

from django.db import models
from django.utils.text import slugify

from knotenpunkt.directory.enums import (
    STATUS_OF_HSDS,
    InterpreterClass,
    ServiceMode,
    ServiceStatus,
)
from knotenpunkt.directory.hsds import rules
from knotenpunkt.directory.hsds.lint import Finding
from knotenpunkt.directory.hsds.parts import parts_by_owner
from knotenpunkt.directory.hsds.spec import Bundle, Row, tables
from knotenpunkt.directory.models import (
    Document,
    Program,
    RequiredDocument,
    Schedule,
    Service,
    ServiceAtLocation,
    Taxonomy,
    TaxonomyTerm,
    Topic,
)
from knotenpunkt.foundation import clock
from knotenpunkt.network.enums import LegalClass
from knotenpunkt.network.models import Location, Network, Organization

Kind = TypeVar("Kind", bound=models.Model)
USUAL_MINUTES = 30
BATCH = 500
MODELS: dict[str, type[models.Model]] = {
    "organizations": Organization,
    "locations": Location,
    "programs": Program,
    "taxonomies": Taxonomy,
    "taxonomy_terms": TaxonomyTerm,
    "services": Service,
    "service_at_location": ServiceAtLocation,
}


@dataclass
class ImportReport:
    """How many rows of each table are new and how many were there."""

    created: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    updated: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    warnings: list[Finding] = field(default_factory=list)


@dataclass(frozen=True)
class Origin:
    """Where a bundle comes from, in which language its texts are, and for whom it is written.

    With `only_for`, every service must be one of this organization.
    """

    source: str = ""
    licence: str = ""
    language: str = "de"
    only_for: UUID | None = None


class Incoming:
    """One bundle on its way into the database."""

    def __init__(self, network: Network, bundle: Bundle, origin: Origin) -> None:
        self.network, self.bundle, self.origin = network, bundle, origin
        self.report = ImportReport()
        self.parts = parts_by_owner(bundle)
        self.schedules: list[Schedule] = []
        self.documents: dict[str, list[Row]] = {}
        self.present = {
            table: model._default_manager.in_bulk([row["id"] for row in bundle[table]])
            for table, model in MODELS.items()
        }
        self.topics = {str(it.id): it for it in Topic.objects.filter(network=network)}

    def write(self) -> None:
        """Write entities in the order in which they point at each other."""
        today = clock.today()
        for row in self.bundle["organizations"]:
            values = self._organization(row)
            new = {"valid_from": today, "kind": "partner", "legal_class": LegalClass.OTHER}
            self._put("organizations", row, values, new)
        self._write_parents()
        for row in self.bundle["locations"]:
            location = self._put("locations", row, self._location(row), {})
            owner = row.get("organization_id")
            if owner and Organization.objects.filter(pk=owner, network=self.network).exists():
                location.organizations.add(owner)  # type: ignore[attr-defined]
        for row in self.bundle["programs"]:
            self._put("programs", row, self._program(row), {})
        self._write_taxonomies()
        services = [(row, self._service(row)) for row in self.bundle["services"]]
        self._put_all("services", services, self._new_service())
        self._write_documents()
        places = [(row, self._place(row)) for row in self.bundle["service_at_location"]]
        self._put_all("service_at_location", places, {})
        self._write_schedules()

    def _put(self, table: str, row: Row, values: Row, new: Row) -> models.Model:
        """Insert or update the entity with this id; `new` holds what only an insert needs."""
        model = MODELS[table]
        found = self.present[table].get(UUID(row["id"]))
        if found is None:
            if table in {"organizations", "locations", "services"}:
                new = {**new, "code": self._code(row)}
            if table in {"organizations", "locations", "taxonomies", "taxonomy_terms"}:
                new = {**new, "network": self.network}
            self.report.created[table] += 1
            return model._default_manager.create(id=row["id"], **{**new, **values})
        self.report.updated[table] += 1
        for name, value in values.items():
            setattr(found, name, value)
        found.save()
        return found

    def _put_all(self, table: str, rows: list[tuple[Row, Row]], new: Row) -> None:
        """Insert or update many entities at once; `new` holds what only an insert needs."""
        model: Any = MODELS[table]
        fresh: list[models.Model] = []
        known: list[models.Model] = []
        for row, values in rows:
            found = self.present[table].get(UUID(row["id"]))
            if found is None:
                code = {"code": self._code(row)} if table == "services" else {}
                fresh.append(model(id=row["id"], **{**new, **code, **values}))
            else:
                for name, value in values.items():
                    setattr(found, name, value)
                known.append(found)
        if fresh:
            self.report.created[table] += len(fresh)
            model._default_manager.bulk_create(fresh, batch_size=BATCH)
        if known:
            self.report.updated[table] += len(known)
            changed = [model._meta.get_field(name).name for name in rows[0][1]]
            model._default_manager.bulk_create(
                known, batch_size=BATCH, update_conflicts=True, unique_fields=["id"],
                update_fields=changed,
            )  # fmt: skip

    def _found(self, model: type[Kind], table: str, row: Row) -> Kind | None:
        found = self.present[table].get(UUID(row["id"]))
        return found if isinstance(found, model) else None

    def _write_parents(self) -> None:
        """Tie organizations to those above them; an unknown one stays in the details."""
        for row in self.bundle["organizations"]:
            above = Organization.objects.filter(
                pk__in=filter(None, [row.get("parent_organization_id")]), network=self.network
            )
            Organization.objects.filter(pk=row["id"]).update(parent=above.first())

    def _code(self, row: Row) -> str:
        return f"{slugify(row.get('name', ''))[:40] or 'entry'}-{row['id'][:8]}"

    def _texts(self, present: dict[str, str] | None, text: str) -> dict[str, str]:
        return {**(present or {}), self.origin.language: text}

    def _details(self, table: str, row: Row, columns: set[str]) -> dict[str, Any]:
        """Return what no column holds: own values, and the parts that belong to the row."""
        fields = {key: value for key, value in row.items() if key not in columns | {"id"}}
        details = dict(self.parts.get((table, row["id"]), {}))
        schedules = details.pop("schedules", [])
        kept = [it for it in schedules if not self._schedule(table, row["id"], it)]
        documents = details.pop("required_documents", [])
        if documents:
            self.documents[row["id"]] = documents
        return {**({"fields": fields} if fields else {}), **details} | (
            {"schedules": kept} if kept else {}
        )

    def _entry(self) -> Row:
        return {
            "source": self.origin.source,
            "licence": self.origin.licence,
            "changed_at": clock.now(),
        }

    def _organization(self, row: Row) -> Row:
        columns = {"name", "alternate_name", "description", "email", "website"}
        details = self._details("organizations", row, columns)
        phones = details.get("phones", [])
        present = self._found(Organization, "organizations", row)
        return {
            "name": row["name"],
            "alternate_name": row.get("alternate_name", ""),
            "description": self._texts(
                present.description if present else None, row.get("description", "")
            ),
            "email": row.get("email", ""),
            "website": row.get("website", ""),
            "phone": str(phones[0]["number"])[:40] if phones else "",
            "details": details,
            **self._entry(),
        }

    def _location(self, row: Row) -> Row:
        details = self._details("locations", row, {"name", "latitude", "longitude"})
        addresses = details.get("addresses", [])
        return {
            "name": row.get("name", ""),
            "address": rules.one_line(addresses[0]) if addresses else "",
            "latitude": row.get("latitude"),
            "longitude": row.get("longitude"),
            "is_step_free": rules.says_step_free(details.get("accessibility", [])),
            "successor": None,  # whoever names it again has people there again
            "details": details,
            **self._entry(),
        }

    def _program(self, row: Row) -> Row:
        columns = {"organization_id", "name", "alternate_name", "description"}
        return {
            "organization_id": row["organization_id"],
            "name": row["name"],
            "alternate_name": row.get("alternate_name", ""),
            "description": row.get("description", ""),
            "details": self._details("programs", row, columns),
        }

    def _service(self, row: Row) -> Row:
        columns = {
            "organization_id", "program_id", "name", "description", "url", "email", "status",
            "minimum_age", "maximum_age", "assured_date", "last_modified",
        }  # fmt: skip
        details = self._details("services", row, columns)
        present = self._found(Service, "services", row)
        codes = [it["code"] for it in details.get("languages", ()) if it.get("code")]
        return {
            "organization_id": row["organization_id"],
            "program_id": row.get("program_id"),
            "topic": self._topic(details, present),
            "name": self._texts(present.name if present else None, row["name"]),
            "description": self._texts(
                present.description if present else None, row.get("description", "")
            ),
            "url": row.get("url", ""),
            "email": row.get("email", ""),
            "status": STATUS_OF_HSDS[row["status"]],
            "minimum_age": row.get("minimum_age"),
            "maximum_age": row.get("maximum_age"),
            "verified_on": rules.day_of(row.get("assured_date")),
            "languages": list(dict.fromkeys(codes)),
            "details": details,
            **self._entry(),
            "changed_at": rules.moment_of(row.get("last_modified")) or clock.now(),
        }

    def _topic(self, details: dict[str, Any], present: Service | None) -> Topic:
        """Return the topic an attribute names, else the present one, else the last (other)."""
        for attribute in details.get("attributes", ()):
            named = self.topics.get(str(attribute.get("taxonomy_term_id")))
            if named:
                return named
        if present:
            return present.topic
        return max(self.topics.values(), key=lambda it: (it.is_fallback, it.position))

    def _new_service(self) -> Row:
        return {
            "mode": ServiceMode.IN_PERSON,
            "minutes": USUAL_MINUTES,
            "interpreter_class": InterpreterClass.QUALIFIED,
            "status": ServiceStatus.DRAFT,
        }

    def _write_documents(self) -> None:
        """Bind the papers to bring to the papers the network knows, by their German name."""
        known = {str(it): it for it in Document.objects.filter(network=self.network)}
        wanted: dict[tuple[str, UUID], tuple[Row, int]] = {}
        for service, papers in self.documents.items():
            for position, row in enumerate(papers):
                document = self._document(row, known)
                wanted[service, document.pk] = row, position
        ids = [row["id"] for row in self.bundle["services"]]
        rows = RequiredDocument.objects.filter(service__in=ids)
        present = {(str(it.service_id), it.document_id): it for it in rows}
        gone = [it.pk for key, it in present.items() if key not in wanted]
        RequiredDocument.objects.filter(pk__in=gone).delete()
        written = []
        for (service, document_id), (row, position) in wanted.items():
            needed = present.get((service, document_id)) or RequiredDocument(
                id=row["id"], service_id=service, document_id=document_id
            )
            needed.position, needed.uri = position, row.get("uri", "")
            written.append(needed)
        RequiredDocument.objects.bulk_create(
            written, batch_size=BATCH, update_conflicts=True,
            unique_fields=["service", "document"], update_fields=["position", "uri"],
        )  # fmt: skip

    def _document(self, row: Row, known: dict[str, Document]) -> Document:
        name = row.get("document", "")
        if name not in known:
            known[name] = Document.objects.create(
                network=self.network,
                code=f"{slugify(name)[:40] or 'paper'}-{row['id'][:8]}",
                name={self.origin.language: name},
            )
        return known[name]

    def _place(self, row: Row) -> Row:
        return {
            "service_id": row["service_id"],
            "location_id": row["location_id"],
            "details": self._details("service_at_location", row, {"service_id", "location_id"}),
        }

    def _write_taxonomies(self) -> None:
        builtin = rules.topics_taxonomy_id(self.network)
        for row in self.bundle["taxonomies"]:
            if row["id"] == builtin:
                continue
            values = {key: row.get(key, "") for key in ("name", "description", "uri", "version")}
            details = self._details("taxonomies", row, set(values))
            self._put("taxonomies", row, {**values, "details": details}, {})
        terms = [row for row in self.bundle["taxonomy_terms"] if row["id"] not in self.topics]
        parents = {}
        for row in terms:
            columns = {"code", "name", "description", "language", "term_uri", "taxonomy_id"}
            parent = row.get("parent_id")
            is_known = parent in {it["id"] for it in terms}
            values = {
                "code": row.get("code", ""),
                "name": row["name"],
                "description": row.get("description", ""),
                "language": row.get("language", ""),
                "uri": row.get("term_uri", ""),
                "taxonomy_id": row.get("taxonomy_id"),
                "details": self._details(
                    "taxonomy_terms", row, columns | ({"parent_id"} if is_known else set())
                ),
            }
            self._put("taxonomy_terms", row, values, {})
            parents[row["id"]] = parent if is_known else None
        for term, parent in parents.items():
            TaxonomyTerm.objects.filter(pk=term).update(parent=parent)

    def _schedule(self, table: str, owner: str, row: Row) -> bool:
        """Take a schedule that says when; return False for one that only describes."""
        opens, closes = rules.time_of(row.get("opens_at")), rules.time_of(row.get("closes_at"))
        rrule = rules.rule_of(row) if row.get("freq") else ""
        if not rrule and str(row.get("notes", "")).startswith("RRULE:"):
            rrule = row["notes"].removeprefix("RRULE:")
        singular = tables()[table].singular
        if not (opens and closes and rrule) or closes <= opens or table == "programs":
            return False
        held = {column for _, column in rules.RULE_PARTS} | {
            "id", "opens_at", "closes_at", "valid_from", "valid_to", f"{singular}_id",
        }  # fmt: skip
        self.schedules.append(
            Schedule(
                id=row["id"],
                rrule=rrule,
                opens_at=opens,
                closes_at=closes,
                valid_from=rules.day_of(row.get("valid_from")),
                valid_to=rules.day_of(row.get("valid_to")),
                details={key: value for key, value in row.items() if key not in held},
                **{f"{singular}_id": owner},
            )
        )
        return True

    def _write_schedules(self) -> None:
        """Replace the schedules of everything in the bundle."""
        for table in ("services", "locations", "service_at_location"):
            singular = tables()[table].singular
            owners = {f"{singular}_id__in": [row["id"] for row in self.bundle[table]]}
            Schedule.objects.filter(**owners).delete()
        Schedule.objects.filter(pk__in=[it.pk for it in self.schedules]).delete()
        Schedule.objects.bulk_create(self.schedules)
