"""Programmes with their phases, and what invented persons say of themselves for them."""

from __future__ import annotations

from knotenpunkt.config.region.actions.rows import put, put_links, row_id
from knotenpunkt.config.region.schema import Region
from knotenpunkt.network.models import Network
from knotenpunkt.programmes.models import Criterion, PersonFact, Programme, ProgrammePhase


def load_programmes(network: Network, region: Region) -> None:
    """Write the programmes of the file; a phase of each runs when its days say so."""
    put(
        Programme,
        (
            Programme(
                id=row_id(network, "programme", it.id),
                network=network,
                organization_id=row_id(network, "organization", it.org),
                code=it.id,
                name=it.name,
            )
            for it in region.programmes
        ),
    )
    for field in ("services", "alternatives"):
        put_links(
            getattr(Programme, field).through,
            (
                {
                    "programme_id": row_id(network, "programme", it.id),
                    "service_id": row_id(network, "service", code),
                }
                for it in region.programmes
                for code in (it.offers if field == "services" else it.alternatives)
            ),
        )
    _load_phases(network, region)
    _load_facts(network, region)


def _load_phases(network: Network, region: Region) -> None:
    phases = [(it, phase) for it in region.programmes for phase in it.phases]
    put(
        ProgrammePhase,
        (
            ProgrammePhase(
                id=row_id(network, "phase", phase.id),
                programme_id=row_id(network, "programme", it.id),
                name=phase.name,
                first_on=phase.first_on,
                last_on=phase.last_on,
                conditions=phase.conditions.model_dump(mode="json", exclude_defaults=True),
                has_childcare=phase.has_childcare,
                has_female_interpreter=phase.has_female_interpreter,
            )
            for it, phase in phases
        ),
    )
    put(
        Criterion,
        (
            Criterion(
                id=row_id(network, "criterion", f"{phase.id}/{it.fact}"),
                phase_id=row_id(network, "phase", phase.id),
                fact=it.fact,
                choice=it.choice,
                must_be_checked=it.must_be_checked,
            )
            for _programme, phase in phases
            for it in phase.criteria
        ),
    )


def _load_facts(network: Network, region: Region) -> None:
    lead = {it.id: it.lead for it in region.clients}
    on = region.meta.booking_made_on
    put(
        PersonFact,
        (
            PersonFact(
                id=row_id(network, "programme_fact", f"{it.client}/{it.fact}"),
                person_id=row_id(network, "person", it.client),
                fact=it.fact,
                declared=it.declared,
                declared_on=None if it.declared is None else on,
                checked=it.checked,
                checked_on=None if it.checked is None else on,
                checked_by_id=(
                    None if it.checked is None else row_id(network, "staff", lead[it.client])
                ),
                paper=it.paper,
            )
            for it in region.programme_facts
        ),
    )
