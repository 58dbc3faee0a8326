"""Responsibility rules, the gaps left on purpose, and which service belongs to which matter."""

from __future__ import annotations

from collections.abc import Iterator

from knotenpunkt.config.region.actions.rows import put, row_id
from knotenpunkt.config.region.responsibility import RuleEntry
from knotenpunkt.config.region.schema import Region
from knotenpunkt.network.models import Network
from knotenpunkt.routing.models import KnownGap, ResponsibilityRule, ServiceMatter


def load_routing(network: Network, region: Region) -> None:
    """Write the law as this Kreis states it; dates of law never move with a demo."""
    put(
        ResponsibilityRule,
        (rule for entry in region.responsibility_rules for rule in _rules(network, entry)),
    )
    put(
        KnownGap,
        (
            KnownGap(
                id=row_id(network, "known_gap", it.id),
                network=network,
                code=it.id,
                matter=it.matter,
                conditions=it.when.model_dump(mode="json", exclude_defaults=True),
                reason=it.reason,
            )
            for it in region.responsibility_gaps
        ),
    )
    put(
        ServiceMatter,
        (
            ServiceMatter(
                id=row_id(network, "service_matter", offer),
                service_id=row_id(network, "service", offer),
                matter=matter,
            )
            for matter, offers in region.offer_matters.items()
            for offer in offers
        ),
    )


def _rules(network: Network, entry: RuleEntry) -> Iterator[ResponsibilityRule]:
    for row in entry.rows:
        name = f"{row.code}/{row.matter}/{row.organization or ''}/{row.valid_from}"
        yield ResponsibilityRule(
            id=row_id(network, "rule", name),
            network=network,
            code=row.code,
            matter=row.matter,
            conditions=entry.when.model_dump(mode="json", exclude_defaults=True),
            organization_id=row_id(network, "organization", row.organization)
            if row.organization
            else None,
            outcome=row.outcome,
            regime=row.regime,
            strength=row.strength,
            beats=list(row.beats),
            legal_basis=row.legal_basis,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            status=row.status,
            source=row.source,
            reviewer=row.reviewer,
            reviewed_on=entry.reviewed_on,
            note=row.note,
            transition=row.transition,
            cases=[it.model_dump(mode="json", exclude_defaults=True) for it in entry.cases],
        )
