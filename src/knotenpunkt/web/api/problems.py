"""Errors as problem details (RFC 9457)."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from knotenpunkt.foundation.idempotency import InProgress, KeyReused
from knotenpunkt.visits.errors import (
    AffectedChanged,
    BadBlock,
    BadPlan,
    CannotInterpret,
    Collides,
    HoldExpired,
    IllegalStep,
    NobodyFits,
    NoReplacement,
    OfferGone,
    Overtaken,
    TimesTaken,
    TooManyHolds,
    WishOpen,
)
from knotenpunkt.visits.planning.wish import BadWish
from knotenpunkt.web.api.keyed import FormRefused

RETRY_AFTER = "2"  # seconds


def problem(kind: str, title: str, status: int, **more: Any) -> HttpResponse:
    """Return a problem; `kind` is a stable word."""
    body = {"type": f"urn:knotenpunkt:{kind}", "title": title, "status": status, **more}
    return JsonResponse(body, status=status, content_type="application/problem+json")


def add_handlers(api: NinjaAPI) -> None:
    """Let every error of the domain become the problem it is."""

    def on(error: type[Exception], kind: str, title: str, status: int) -> None:
        def handle(request: HttpRequest, exception: Exception | type[Exception]) -> HttpResponse:
            return problem(kind, title, status, detail=str(exception))

        api.add_exception_handler(error, handle)

    on(AuthenticationError, "not-signed-in", "A valid token is needed", 401)
    on(Http404, "not-found", "There is nothing here, or it is not for you", 404)
    on(BadWish, "bad-wish", "This cannot be planned", 422)
    on(KeyReused, "key-reused", "This Idempotency-Key was used for another request", 422)
    on(InProgress, "in-progress", "The first request with this key is not answered yet", 409)
    on(Overtaken, "overtaken", "Someone else changed this visit; read it again", 409)
    on(OfferGone, "offer-gone", "This offer has ended; the time went to the next", 409)
    on(NoReplacement, "no-replacement", "Nothing fits in the days searched", 409)
    on(TimesTaken, "times-taken", "Someone was faster", 409)
    on(HoldExpired, "hold-expired", "The hold has ended; its times are free again", 409)
    on(IllegalStep, "illegal-step", "This step is not possible any more", 409)
    on(TooManyHolds, "too-many-holds", "This person holds too many visits at once", 409)
    on(AffectedChanged, "affected-changed", "Other appointments are hurt by now; look again", 409)
    on(Collides, "collides", "She has something booked there already", 409)
    on(WishOpen, "wish-open", "She made a condition on the gender; ask her first", 409)
    on(BadBlock, "bad-block", "It has passed, runs backwards, or lasts longer than a day", 422)
    on(RequestDataTooBig, "too-large", "The request is larger than anything sensible", 413)
    api.add_exception_handler(OperationalError, _busy)
    api.add_exception_handler(FormRefused, _refused)
    api.add_exception_handler(ValidationError, _invalid)
    api.add_exception_handler(BadPlan, _bad_plan)
    api.add_exception_handler(HttpError, _http_error)
    api.add_exception_handler(CannotInterpret, _cannot_interpret)
    api.add_exception_handler(NobodyFits, _nobody_fits)


def _invalid(request: HttpRequest, exception: Exception | type[Exception]) -> HttpResponse:
    found = exception.errors if isinstance(exception, ValidationError) else []
    errors = [
        {"place": ".".join(str(part) for part in error["loc"][1:]), "message": error["msg"]}
        for error in found
    ]
    return problem("invalid", "The request is not what it should be", 422, errors=errors)


def _bad_plan(request: HttpRequest, exception: Exception | type[Exception]) -> HttpResponse:
    faults = exception.faults if isinstance(exception, BadPlan) else []
    errors = [{"rule": fault.rule, "leg": fault.leg} for fault in faults]
    return problem("bad-plan", "The plan breaks a rule", 422, errors=errors)


def _busy(request: HttpRequest, exception: Exception | type[Exception]) -> HttpResponse:
    """Nothing was done; the same key may be sent again."""
    answer = problem("busy", "Too much at once; please try again", 503)
    answer["Retry-After"] = RETRY_AFTER
    return answer


def _refused(request: HttpRequest, exception: Exception | type[Exception]) -> HttpResponse:
    faults = exception.faults if isinstance(exception, FormRefused) else {}
    errors = [
        {"place": place, "message": fault["message"]}
        for place, found in faults.items()
        for fault in found
    ]
    return problem("invalid", "The request is not what it should be", 422, errors=errors)


def _cannot_interpret(request: HttpRequest, exception: Exception | type[Exception]) -> HttpResponse:
    reasons = exception.reasons if isinstance(exception, CannotInterpret) else ()
    return problem("cannot-interpret", "She cannot take this talk", 409, reasons=list(reasons))


def _nobody_fits(request: HttpRequest, exception: Exception | type[Exception]) -> HttpResponse:
    """Say how many wait, and until when one's own time is free; null: there is none now."""
    found = exception if isinstance(exception, NobodyFits) else NobodyFits(0, None)
    until = found.until.isoformat() if found.until else None
    more = {"waiting": found.waiting, "free_until": until}
    return problem("nobody-fits", "No waiting talk fits now", 409, **more)


def _http_error(request: HttpRequest, exception: Exception | type[Exception]) -> HttpResponse:
    status = exception.status_code if isinstance(exception, HttpError) else 400
    kind = "not-your-role" if status == 403 else "bad-request"
    return problem(kind, str(exception), status)
