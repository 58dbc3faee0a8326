"""Every request of a machine gets an answer within ten seconds, whatever the database waits for."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from knotenpunkt.foundation.deadline import answer_within

LONGEST_WORK = 9.0  # seconds for the database; the rest is for writing the answer
OF_MACHINES = "/api/"


class DeadlineMiddleware:
    """Stop the work for a machine in time; it gets 503 with `Retry-After` and may try again."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(OF_MACHINES):
            return self.get_response(request)
        with answer_within(LONGEST_WORK):
            return self.get_response(request)
