"""Digital ways to the offices of the invented region (`data/access_cards.toml`)."""

from __future__ import annotations

import tomllib
from pathlib import Path

from knotenpunkt.config.region.actions.rows import put, row_id
from knotenpunkt.config.region.schema import Region
from knotenpunkt.directory.models import AccessCard
from knotenpunkt.network.models import Network

CARDS = Path(__file__).parent.parent / "data" / "access_cards.toml"


def load_access_cards(network: Network, region: Region) -> None:
    """Write the cards of an invented region; a real one has none until its partners write them."""
    if not network.is_invented:
        return
    confirmed = {
        it.id: it.knowledge.verified_on if it.knowledge else None for it in region.organisations
    }
    cards = tomllib.loads(CARDS.read_text(encoding="utf-8"))["card"]
    put(
        AccessCard,
        (
            AccessCard(
                id=row_id(network, "access_card", f"{it['organization']}/{it['channel']}"),
                organization_id=row_id(network, "organization", it["organization"]),
                channel=it["channel"],
                title=it["title"],
                audience=it["audience"],
                needs_login=it["needs_login"],
                login=it.get("login", ""),
                languages=it["languages"],
                steps=it["steps"],
                url=it.get("url", ""),
                position=position,
                confirmed_on=confirmed[it["organization"]],
            )
            for position, it in enumerate(cards)
            if it["organization"] in confirmed
        ),
    )
