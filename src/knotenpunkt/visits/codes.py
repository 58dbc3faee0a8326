"""The code of a visit: what a newcomer carries, says at the front desk and types on a phone.

Eight signs of an alphabet of 28 without look-alikes: 28**8 = 3.8e11 codes. With 10,000 live visits
a guesser needs 19 million tries on average for one hit.
"""

from __future__ import annotations

import secrets

ALPHABET = "23456789ACDEFGHJKLMNPQRTUVWX"
LENGTH = 8


def new_code() -> str:
    """Return a fresh random code such as `K7QM-2XRD`."""
    signs = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return f"{signs[:4]}-{signs[4:]}"


def read_code(text: str) -> str | None:
    """Return the code someone typed in its usual form, or None."""
    signs = text.upper().replace("-", "").replace(" ", "")
    if len(signs) != LENGTH or any(sign not in ALPHABET for sign in signs):
        return None
    return f"{signs[:4]}-{signs[4:]}"
