"""Everything that is known, shared and read about a person, as she sees it and takes it along."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch
from django.template.loader import render_to_string
from django.utils.translation import get_language, get_language_bidi, override

from knotenpunkt.casework.queries.plans import FactRow, facts_of
from knotenpunkt.foundation import clock
from knotenpunkt.people.models import (
    ConfidentialityRelease,
    Grant,
    Person,
    ReadEntry,
    ResidenceFacts,
)
from knotenpunkt.people.queries import grants_of, reads_by_day, reads_of
from knotenpunkt.routing.enums import Title
from knotenpunkt.visits.models import Appointment
from knotenpunkt.web.slip.pdf import pdf_of


def everything_of(person: Person) -> dict[str, Any]:
    """Return what the pages show of a person; read under her own scope, in fixed queries."""
    living = grants_of(person).filter(
        withdrawn_at=None, suspended_at=None, valid_until__gt=clock.now()
    )
    releases = person.releases.defer("scan").select_related("releases", "recipient")
    legs = Appointment.objects.select_related("organization", "service", "location")
    visits = person.visits.prefetch_related(
        Prefetch("appointments", queryset=legs.order_by("starts_at"))
    )
    residence = ResidenceFacts.objects.filter(person=person).first()
    return {
        "person": person,
        "place": person.municipality,
        "residence": residence,
        "paper": _paper(residence),
        "windows": list(person.unavailable_windows.order_by("weekday", "starts_at")),
        "tokens": [it.token for it in person.held_tokens.select_related("token")],
        "needs": [it.service for it in person.needs.select_related("service")],
        "facts": facts_of(person, None),
        "grants": list(living),
        "releases": [it for it in releases if it.is_living],
        "reads": reads_by_day(person),
        "legs": [leg for visit in visits for leg in visit.appointments.all()],
    }


def _paper(residence: ResidenceFacts | None) -> str:
    """Return the name of her residence paper, in German: so it stands on the paper."""
    if residence is None or residence.title not in Title.values:
        return ""
    with override("de"):
        return str(Title(residence.title).label)


def data_as_page(found: dict[str, Any]) -> str:
    """Return her data as one page that stands alone, in the language of the page at hand."""
    context = {
        **found,
        "language": (get_language() or "de")[:2],
        "direction": "rtl" if get_language_bidi() else "ltr",
        "at": clock.now(),
    }
    return render_to_string("public/data_print.html", context)


def data_as_pdf(found: dict[str, Any]) -> bytes:
    """Return the same as PDF/UA-1."""
    return pdf_of(data_as_page(found))


def data_as_json(found: dict[str, Any]) -> dict[str, Any]:
    """Return the same for machines (Art. 20 GDPR), in the words of the tables."""
    return {
        "person": _person_out(found["person"]),
        "municipality": found["place"].name if found["place"] else "",
        "residence": _residence_out(found["residence"]),
        "not_at": [
            {"weekday": it.weekday, "from": it.starts_at, "to": it.ends_at}
            for it in found["windows"]
        ],
        "has": [it.code for it in found["tokens"]],
        "needs": [it.code for it in found["needs"]],
        "noted": [one for row in found["facts"] for one in _facts_out(row)],
        "appointments": [_leg_out(leg) for leg in found["legs"]],
        "shared": [_grant_out(grant) for grant in found["grants"]],
        "released": [_release_out(release) for release in found["releases"]],
        "read": [_read_out(it) for it in reads_of(found["person"])],
    }


def _person_out(person: Person) -> dict[str, Any]:
    names = (
        "given_name", "family_name", "native_name", "father_name", "gender", "birth_date",
        "email", "languages", "german_level", "interpreter_gender", "needs_step_free",
        "constraints", "created_at",
    )  # fmt: skip
    return {**{name: getattr(person, name) for name in names}, "phone": str(person.phone or "")}


def _residence_out(residence: ResidenceFacts | None) -> dict[str, Any]:
    names = ("nationality", "title", "first_title_on", "arrived_on", "work_permitted_until")
    return {name: getattr(residence, name) for name in names} if residence else {}


def _facts_out(row: FactRow) -> list[dict[str, Any]]:
    return [
        {
            "what": row.kind,
            "value": it.value,
            "by": it.organization.name,
            "seen": it.source,
            "on": it.stated_on,
            "disputed": row.is_disputed,
        }
        for it in row.facts
    ]


def _leg_out(leg: Appointment) -> dict[str, Any]:
    return {
        "starts_at": leg.starts_at,
        "ends_at": leg.ends_at,
        "at": leg.organization.name,
        "for": leg.service.name.get("de", ""),
        "state": leg.status,
    }


def _grant_out(grant: Grant) -> dict[str, Any]:
    return {
        "to": str(grant.recipient_staff or grant.recipient_team),
        "what": grant.categories,
        "for": grant.purposes,
        "since": grant.valid_from,
        "until": grant.valid_until,
        "because": grant.statute or "consent",
    }


def _release_out(release: ConfidentialityRelease) -> dict[str, Any]:
    return {
        "may_speak": release.releases.name,
        "with": release.recipient.name,
        "about": release.categories,
        "since": release.valid_from,
        "until": release.valid_until,
    }


def _read_out(entry: ReadEntry) -> dict[str, Any]:
    by = entry.organization.name if entry.organization else None
    member = getattr(entry.account, "staff_member", None)
    who = member.name if member else ""
    return {"at": entry.at, "what": entry.what, "by": by, "who": who, "for": entry.purpose}
