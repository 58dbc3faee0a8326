"""Whether a text speaks of a client, as far as its writer's own files and patterns can tell."""

from __future__ import annotations

from knotenpunkt.exchange.errors import LooksLikeClientData
from knotenpunkt.network.models import Account
from knotenpunkt.people.anonymity import findings_in
from knotenpunkt.people.queries import known_names


def kinds_cleared(text: str, *, because: str, by: Account) -> list[str]:
    """Return the kinds of what looks like client data, if the writer says why it is none.

    Raises `LooksLikeClientData` if there is something and no reason.
    """
    found = findings_in(text, known_names(by))
    if found and not because:
        raise LooksLikeClientData([(it.kind, it.words) for it in found])
    return sorted({it.kind for it in found})
