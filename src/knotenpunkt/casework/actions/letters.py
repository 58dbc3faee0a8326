"""Referrals to partners without account: a link by mail, a code by telephone."""

from __future__ import annotations

import datetime as dt
import secrets

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from knotenpunkt.casework.actions.referrals import locked, open_referral
from knotenpunkt.casework.enums import LIVE_REFERRALS
from knotenpunkt.casework.errors import IllegalStep, WrongCode
from knotenpunkt.casework.models import Referral, ReferralLetter
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.actions import Message, queue_message, record
from knotenpunkt.foundation.enums import Channel
from knotenpunkt.network.models import Account

SALT = "casework.referral-letter"
VALID_DAYS = 30
MOST_TRIES = 5
DIGITS = 6


@transaction.atomic
def write_letter(*, referral: Referral, address: str, by: Account) -> str:
    """Mail the link and return the code, which is shown this once; a new letter ends the old.

    The mail holds no word about the person. The code goes another way, by telephone: whoever
    reads along in a shared mailbox learns nothing, and a scanner that follows links changes
    nothing.
    """
    referral = locked(referral)
    if referral.status not in LIVE_REFERRALS:
        raise IllegalStep("referral", referral.pk, referral.status, "letter")
    now = clock.now()
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    ReferralLetter.objects.filter(referral=referral).delete()
    letter = ReferralLetter.objects.create(
        referral=referral,
        address=address,
        code_hash=make_password(code),
        created_at=now,
        expires_at=now + dt.timedelta(days=VALID_DAYS),
    )
    with override("de"):
        text = _("A partner asks you for help. Open the page with the code from the telephone:")
        subject = _("A request waits for your answer")
    message = Message(
        channel=Channel.EMAIL,
        recipient=address,
        language="de",
        subject=subject,
        body=f"{text}\n\n{address_of(letter)}\n",
        purpose="referral.letter",
        about=referral.id,
        expires_at=letter.expires_at,
    )
    queue_message(message)
    record("referral.letter_written", referral, by=by)
    return code


def address_of(letter: ReferralLetter) -> str:
    """Return the address that the mail carries: signed, it holds an id and nothing else."""
    token = signing.dumps(str(letter.pk), salt=SALT)
    return f"{settings.PUBLIC_ADDRESS}{reverse('desk:referral_letter', args=[token])}"


def check_code(*, letter: ReferralLetter, code: str) -> Referral:
    """Open the letter. Raises `WrongCode`; after five wrong codes it stays shut.

    A wrong try is written down although it raises: so the check is not one transaction with it.
    """
    with transaction.atomic():
        letter = ReferralLetter.objects.select_for_update(of=("self",)).get(pk=letter.pk)
        is_right = letter.wrong_tries < MOST_TRIES and check_password(
            code.strip().replace(" ", ""), letter.code_hash
        )
        if is_right:
            letter.opened_at = letter.opened_at or clock.now()
            letter.save(update_fields=["opened_at"])
            return open_referral(referral=letter.referral, by=None)
        letter.wrong_tries = min(letter.wrong_tries + 1, MOST_TRIES)
        letter.save(update_fields=["wrong_tries"])
    raise WrongCode(MOST_TRIES - letter.wrong_tries)
