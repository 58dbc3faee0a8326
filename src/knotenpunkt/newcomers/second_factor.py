"""The second factor: compared in one spelling, checked slowly."""

from __future__ import annotations

import unicodedata

from django.contrib.auth.hashers import check_password
from django.utils.crypto import constant_time_compare

from knotenpunkt.newcomers.models import SecondFactor
from knotenpunkt.people.models import Person

# Checked when a person has no factor, so that the answer takes as long as a wrong one.
NOBODYS = "scrypt$16384$nobodynobody$8$5$" + "A" * 86 + "=="


def plain_secret(text: str) -> str:
    """Return the one spelling of a word, a number or an address."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def knows_secret(person: Person, *spellings: str) -> bool:
    """Return whether one of these is a second factor of the person.

    Whom an office has written down has chosen none: then it is the number or address she gave
    there, so that she can take back by telephone what she said yes to at a desk.
    """
    plain = {plain_secret(spelling) for spelling in spellings if spelling.strip()}
    hashes = list(SecondFactor.objects.filter(person=person).values_list("secret_hash", flat=True))
    given = [] if hashes else [plain_secret(str(it)) for it in (person.phone, person.email) if it]
    found = False
    for secret in sorted(plain):
        found |= any(constant_time_compare(secret, it) for it in given)
        for one in hashes or [NOBODYS]:
            found |= check_password(secret, one)
    return found
