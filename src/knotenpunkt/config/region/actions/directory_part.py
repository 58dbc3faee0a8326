"""Topics, documents, tokens, services, opening hours and knowledge cards."""

from __future__ import annotations

import datetime as dt

from knotenpunkt.config.region.actions.access_part import load_access_cards
from knotenpunkt.config.region.actions.rows import put, put_links, row_id
from knotenpunkt.config.region.rules import legal_regimes_of, target_groups_of, weekly
from knotenpunkt.config.region.schema import Offer, Region
from knotenpunkt.directory.actions.finding import load_synonyms, renew_search_of
from knotenpunkt.directory.enums import InterpreterClass
from knotenpunkt.directory.models import (
    Document,
    KnowledgeCard,
    RequiredDocument,
    Schedule,
    Service,
    ServiceAtLocation,
    Token,
    Topic,
)
from knotenpunkt.foundation import clock
from knotenpunkt.network.models import Network

INTERPRETER_CLASS = {
    "none": InterpreterClass.NONE,
    "volunteer_ok": InterpreterClass.VOLUNTEER,
    "qualified": InterpreterClass.QUALIFIED,
    "sworn_or_phone": InterpreterClass.SWORN_OR_PHONE,
}


def load_directory(network: Network, region: Region) -> None:
    """Write what the partners offer, where, and under which conditions."""
    _load_vocabulary(network, region)
    _load_tokens(network, region)
    _load_services(network, region)
    _load_links(network, region)
    _load_areas(network, region)
    _load_schedules(network, region)
    _load_knowledge(network, region)
    load_access_cards(network, region)
    load_synonyms(network=network)
    renew_search_of(network=network)


def _load_vocabulary(network: Network, region: Region) -> None:
    put(
        Topic,
        (
            Topic(
                id=row_id(network, "topic", it.id),
                network=network,
                code=it.id,
                position=it.position,
                name=it.name,
            )
            for it in region.topics
        ),
    )
    put(
        Document,
        (
            Document(
                id=row_id(network, "document", it.id),
                network=network,
                code=it.id,
                name=it.name,
                help=it.help,
            )
            for it in region.documents
        ),
    )


def _load_tokens(network: Network, region: Region) -> None:
    documents = {it.id for it in region.documents}
    put(
        Token,
        (
            Token(
                id=row_id(network, "token", it.id),
                network=network,
                code=it.id,
                name=region.token_names.get(it.id) or {"de": it.id.replace("_", " ")},
                valid_after_days=it.valid_after_days,
                document_id=row_id(network, "document", it.id) if it.id in documents else None,
            )
            for it in region.tokens
        ),
    )


def _load_services(network: Network, region: Region) -> None:
    employers: dict[str, set[str]] = {}
    spoken: dict[str, set[str]] = {}
    for member in region.staff:
        for offer in member.offers:
            employers.setdefault(offer, set()).add(member.org)
            spoken.setdefault(offer, set()).update(member.languages)
    regimes = {it.id: legal_regimes_of(it.legal_basis) for it in region.organisations}
    verified = {it.id: it.knowledge.verified_on for it in region.organisations if it.knowledge}
    put(
        Service,
        (
            Service(
                id=row_id(network, "service", it.id),
                organization_id=row_id(network, "organization", it.org),
                topic_id=row_id(network, "topic", it.topic),
                code=it.id,
                name={**it.name, **region.offer_names.get(it.id, {})},
                description=it.description,
                mode=it.mode,
                minutes=it.minutes,
                interpreter_class=INTERPRETER_CLASS[it.interpreter],
                has_legal_effect=it.legal_effect,
                is_walk_in=it.walk_in,
                is_joint=len(employers.get(it.id, ())) > 1,
                min_notice_workdays=it.min_notice_workdays,
                eligibility=it.for_whom,
                target_groups=target_groups_of(it.for_whom),
                legal_regimes=sorted(regimes.get(it.org, ())),
                languages=sorted(spoken.get(it.id, {"de"})),
                visit_slots_per_week=it.bundle_slots_per_week,
                is_ring_fenced=it.ring_fenced,
                verified_on=verified.get(it.org),
                created_on=region.meta.booking_made_on,
            )
            for it in region.offers
        ),
    )


def _load_links(network: Network, region: Region) -> None:
    put(RequiredDocument, (row for it in region.offers for row in _documents_of(network, it)))
    put(
        ServiceAtLocation,
        (
            ServiceAtLocation(
                id=row_id(network, "service_at_location", f"{it.id}/{site}"),
                service_id=row_id(network, "service", it.id),
                location_id=row_id(network, "location", site),
            )
            for it in region.offers
            for site in it.sites
        ),
    )
    for through, part in (
        (Service.requires.through, "requires"),
        (Service.produces.through, "produces"),
    ):
        put_links(
            through,
            (
                {
                    "service_id": row_id(network, "service", it.id),
                    "token_id": row_id(network, "token", token),
                }
                for it in region.offers
                for token in getattr(it, part)
            ),
        )
    put_links(
        Service.staff.through,
        (
            {
                "service_id": row_id(network, "service", offer),
                "staffmember_id": row_id(network, "staff", it.id),
            }
            for it in region.staff
            for offer in it.offers
        ),
    )


def _documents_of(network: Network, offer: Offer) -> list[RequiredDocument]:
    return [
        RequiredDocument(
            id=row_id(network, "required_document", f"{offer.id}/{document}"),
            service_id=row_id(network, "service", offer.id),
            document_id=row_id(network, "document", document),
            position=position,
        )
        for position, document in enumerate(offer.bring)
    ]


def _load_areas(network: Network, region: Region) -> None:
    """Write for whose people a place of an offer is."""
    put_links(
        ServiceAtLocation.municipalities.through,
        (
            {
                "serviceatlocation_id": row_id(network, "service_at_location", f"{it.id}/{site}"),
                "municipality_id": row_id(network, "municipality", place),
            }
            for it in region.offers
            for site, places in it.areas.items()
            for place in places
        ),
    )


def _load_schedules(network: Network, region: Region) -> None:
    put(
        Schedule,
        (
            Schedule(
                id=row_id(network, "schedule", f"{it.id}/{weekday}/{window.start}"),
                location_id=row_id(network, "location", it.id),
                rrule=weekly(weekday),
                opens_at=window.start,
                closes_at=window.end,
            )
            for it in region.sites
            for weekday, windows in it.opening_hours.items()
            for window in windows
        ),
    )


def _load_knowledge(network: Network, region: Region) -> None:
    put(
        KnowledgeCard,
        (
            KnowledgeCard(
                id=row_id(network, "knowledge", it.id),
                organization_id=row_id(network, "organization", it.id),
                tasks=it.knowledge.tasks,
                workflow=it.knowledge.workflow,
                legal_basis=it.knowledge.legal_basis,
                reachability=it.knowledge.reachability,
                how_to_refer=it.knowledge.how_to_refer,
                good_to_know=it.knowledge.good_to_know,
                changed_on=_not_ahead(it.knowledge.changed_on),
                verified_on=it.knowledge.verified_on,
                verify_every_days=it.knowledge.verify_every_days,
            )
            for it in region.organisations
            if it.knowledge
        ),
    )


def _not_ahead(day: dt.date | None) -> dt.date | None:
    """Return the day, or today if it lies ahead: a demo may be booked for next week."""
    return day and min(day, clock.today())
