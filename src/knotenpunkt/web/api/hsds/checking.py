"""The linter for everyone: send HSDS data, read what is wrong with it. Nothing is kept."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from ninja import Router, Schema

from knotenpunkt.directory.hsds.lint import Finding, Severity, findings_of
from knotenpunkt.directory.hsds.reading import read_bundle
from knotenpunkt.foundation.limits import Limit, TooManyTries, note_try
from knotenpunkt.web.api.problems import problem
from knotenpunkt.web.public.limits import address_of

MOST_BYTES = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
MOST_FINDINGS = 500
CHECKS = Limit("check of data by address", most=60, minutes=10)
router = Router(tags=["about"])


class FindingOut(Schema):
    """One fault: `row` counts from 1 in its table; `message` is in the reader's language."""

    severity: Severity
    kind: str
    table: str
    row: int
    id: str
    field: str
    value: str
    message: str


class CheckedOut(Schema):
    """How many faults there are; of them, the first five hundred."""

    errors: int
    warnings: int
    findings: list[FindingOut]


@router.post("/check", response={200: CheckedOut})
def check(request: HttpRequest) -> Any:
    """Say what is wrong with HSDS data, also what no schema sees.

    The body is JSON or a zip of CSV tables, at most one megabyte. No key is needed.
    """
    try:
        note_try(CHECKS, address_of(request))
        bundle = read_bundle("", request.body)
    except TooManyTries as error:
        answer = problem("too-many-tries", "Too many checks from this address", 429)
        answer["Retry-After"] = str(error.minutes * 60)
        return answer
    except RequestDataTooBig:
        detail = f"At most {MOST_BYTES} bytes here; `knotenpunkt directory check` reads 50 MB."
        return problem("too-large", "This is too much to check here", 413, detail=detail)
    except ValueError as error:
        return problem("not-readable", "This is no HSDS data", 422, detail=str(error))
    findings = findings_of(bundle)
    errors = sum(it.severity == Severity.ERROR for it in findings)
    shown = [_shown(it) for it in findings[:MOST_FINDINGS]]
    return CheckedOut(errors=errors, warnings=len(findings) - errors, findings=shown)


def _shown(finding: Finding) -> FindingOut:
    return FindingOut(
        severity=finding.severity,
        kind=finding.kind,
        table=finding.table,
        row=finding.row,
        id=finding.row_id,
        field=finding.field,
        value=finding.value,
        message=finding.message,
    )
