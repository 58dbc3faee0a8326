"""Each POST that changes something is safe to repeat with its key, and answers the same again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from django.http import HttpRequest, JsonResponse
from ninja import Header, Schema

from knotenpunkt.foundation.idempotency import Answer, fingerprint, once
from knotenpunkt.web.api.access import account_of

Key = Annotated[str, Header(alias="Idempotency-Key", min_length=8, max_length=200)]


def keyed(
    request: HttpRequest, key: str, body: Schema | None, do: Callable[[], Schema], status: int = 200
) -> JsonResponse:
    """Do it once for this key, address and body; the answer is kept in the same transaction.

    What can change between two tries (a day that has passed, a place that is taken) is checked
    in `do`, so that a retry gets the answer of the first try and no refusal.
    """
    sent = None if body is None else body.model_dump(mode="json")
    kept = once(
        scope=f"account/{account_of(request).pk}",
        key=key,
        request=fingerprint(request.method, request.path, sent),
        do=lambda: Answer(status, do().model_dump(mode="json")),
    )
    return JsonResponse(kept.body, status=kept.status_code)


def keyed_form(
    request: HttpRequest,
    key: str,
    body: Schema,
    form: Callable[[dict[str, Any]], Any],
    do: Callable[[Any], Schema],
    status: int = 201,
) -> JsonResponse:
    """The same, with the rules of the form that people fill in. Raises `FormRefused`."""

    def checked() -> Schema:
        filled = form({key: value for key, value in body.model_dump().items() if value is not None})
        if not filled.is_valid():
            raise FormRefused(filled.errors.get_json_data())
        return do(filled)

    return keyed(request, key, body, checked, status)


class FormRefused(Exception):
    """The rules that people see in the form refuse this; `faults` by field."""

    def __init__(self, faults: dict[str, list[dict[str, str]]]) -> None:
        super().__init__(", ".join(faults))
        self.faults = faults
