"""Where the gateway for short messages hands in what people answer."""

from __future__ import annotations

import json

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from knotenpunkt.foundation.limits import Limit, TooManyTries, note_try
from knotenpunkt.newcomers.actions import hear_answer
from knotenpunkt.web.access import anyone
from knotenpunkt.web.public.forms import read_phone

ANSWERS = Limit("answer of a number", most=12, minutes=60)


@csrf_exempt  # a gateway has no cookie; it shows the key
@require_POST
@anyone
def answer(request: HttpRequest) -> HttpResponse:
    """Take one answer, as JSON or as a form. 404 without the key, else 204 whatever it meant."""
    key = settings.SMS_ANSWERS_KEY
    if not key or not constant_time_compare(request.headers.get("authorization", ""), key):
        raise Http404
    sender, words = _read(request)
    try:
        note_try(ANSWERS, sender)
    except TooManyTries:  # the gateway would only send it again
        return HttpResponse(status=204)
    hear_answer(sender=read_phone(sender), text=words)
    return HttpResponse(status=204)


def _read(request: HttpRequest) -> tuple[str, str]:
    """Return sender and text; what is not there or no text is empty."""
    values: object = request.POST
    if request.content_type == "application/json":
        try:
            values = json.loads(request.body)
        except ValueError:
            values = {}
    sender, words = settings.SMS_ANSWERS_FIELDS
    found = values if hasattr(values, "get") else {}
    return str(found.get(sender, ""))[:40], str(found.get(words, ""))[:500]
