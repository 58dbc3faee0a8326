"""Mails about fairs: texts are data in eight languages, links are signed."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.utils import formats, timezone
from django.utils.translation import override

from knotenpunkt.cooperation.models import Fair, FairRegistration
from knotenpunkt.foundation.actions import Message, queue_message
from knotenpunkt.foundation.enums import Channel
from knotenpunkt.foundation.languages import text_in

SALT = "cooperation.fair"
MAX_AGE_SECONDS = 400 * 24 * 3600
ANSWER_PATH, FAIR_PATH, DESK_PATH = "/fairs/answer/{}/", "/fairs/{}/", "/desk/fairs/{}/"


@cache
def _texts() -> dict[str, dict[str, dict[str, str]]]:
    with Path(__file__).with_name("texts.toml").open("rb") as file:
        return tomllib.load(file)


def answer_path(registration: FairRegistration) -> str:
    """Return the address of the page on which someone says whether she comes."""
    return ANSWER_PATH.format(signing.dumps(str(registration.id), salt=SALT))


def registration_of(token: str) -> FairRegistration | None:
    """Return the registration of a signed link, or None."""
    try:
        found = UUID(signing.loads(token, salt=SALT, max_age=MAX_AGE_SECONDS))
    except (signing.BadSignature, ValueError):
        return None
    registrations = FairRegistration.objects.select_related("fair__location", "fair__network")
    return registrations.filter(pk=found).first()


def tell_visitor(registration: FairRegistration, fair: Fair, kind: str, reason: str) -> None:
    """Queue one mail to someone who signed up; the same news never twice."""
    link = answer_path(registration) if kind == "postponed" else FAIR_PATH.format(fair.id)
    _queue(registration.email, registration.language, kind, fair, reason, link)


def tell_stall(email: str, fair: Fair, reason: str) -> None:
    """Queue one mail to an organization with a stall."""
    _queue(email, "de", "stall", fair, reason, DESK_PATH.format(fair.id))


def _queue(to: str, language: str, kind: str, fair: Fair, reason: str, link: str) -> None:
    texts = _texts()[kind]
    body = text_in(texts["body"], language)
    start = timezone.localtime(fair.starts_at)
    with override(body.language):
        day = formats.date_format(start.date(), "DATE_FORMAT")
    values = {
        "title": fair.title,
        "day": day,
        "time": start.strftime("%H:%M"),
        "place": fair.location.name if fair.location else "online",
        "reason": reason,
        "link": settings.PUBLIC_ADDRESS + link,
    }
    message = Message(
        channel=Channel.EMAIL,
        recipient=to,
        language=body.language,
        subject=text_in(texts["subject"], language).text,
        body=body.text.format(**values),
        purpose=f"fair.{kind}",
        about=fair.id,
    )
    queue_message(message, once_key=f"fair/{kind}/{fair.id}/{to}"[:120])
