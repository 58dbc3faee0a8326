"""A partner's table: template, preview with every fault, import of all or nothing."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from knotenpunkt.directory.actions.spreadsheet import import_rows
from knotenpunkt.directory.actions.tables import ask_import, keep_table
from knotenpunkt.directory.enums import TableStatus
from knotenpunkt.directory.errors import BadImport
from knotenpunkt.directory.queries import table_imports_visible_to
from knotenpunkt.directory.rights import may_edit
from knotenpunkt.directory.spreadsheet.columns import COLUMNS, parsed, template_csv
from knotenpunkt.directory.spreadsheet.reading import MAX_BYTES, Table, UnreadableTable, read_table
from knotenpunkt.web.access import EVERYONE, DeskRequest, staff
from knotenpunkt.web.desk.directory.forms import TableForm

REASONS = {
    "too_large": gettext_lazy("The file is larger than 50 MB. Please send fewer rows at a time."),
    "too_many_rows": gettext_lazy("The table has more than 5,000 rows. Please split it."),
    "unknown_kind": gettext_lazy("Please choose a file that ends in .xlsx, .ods or .csv."),
    "not_a_table": gettext_lazy("This file cannot be read as a table."),
    "empty": gettext_lazy("The table is empty."),
}
SALT = "directory.import"
MINUTES = 60
SHOWN = 100
MANY_ROWS = 500  # more take longer than people expect of a page: a job imports them


@staff(roles=EVERYONE)
def template(request: DeskRequest) -> HttpResponse:
    response = HttpResponse(template_csv(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="angebote.csv"'
    return response


@staff(roles=EVERYONE)
def import_table(request: DeskRequest) -> HttpResponse:
    """Show the upload; then what a table would do; then do it.

    The rows travel through the browser, signed, so that exactly what was shown is imported. A long
    table is kept for an hour instead, and imported beside the pages (`import_progress`).
    """
    if not may_edit(request.user, request.user.staff_member.organization):
        raise PermissionDenied
    if request.method != "POST":
        return _page(request, TableForm())
    if request.POST.get("rows"):
        return _import(request)
    form = TableForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, status=422)
    upload = form.cleaned_data["file"]
    try:
        if upload.size > MAX_BYTES:
            raise UnreadableTable("too_large")
        table = read_table(upload.name, upload.read())
    except UnreadableTable as error:
        form.add_error("file", str(REASONS[error.reason]))
        return _page(request, form, status=422)
    return _preview(request, table)


def _preview(request: DeskRequest, table: Table) -> HttpResponse:
    rows, faults = parsed(table)
    context: dict[str, Any] = {
        "rows": rows[:SHOWN],
        "count": len(rows),
        "faults": faults[:SHOWN],
        "fault_count": len(faults),
    }
    if not faults and len(rows) > MANY_ROWS:
        organization = request.user.staff_member.organization
        context["kept"] = keep_table(organization=organization, table=table, by=request.user)
    elif not faults:
        context["signed"] = signing.dumps(_plain(table), salt=SALT, compress=True)
    return _page(request, TableForm(), status=422 if faults else 200, **context)


def _plain(table: Table) -> dict[str, Any]:
    return {"header": table.header, "rows": [[number, line] for number, line in table.rows]}


def _import(request: DeskRequest) -> HttpResponse:
    try:
        signed = signing.loads(request.POST["rows"], salt=SALT, max_age=MINUTES * 60)
    except signing.BadSignature:
        messages.error(request, _("This preview is too old. Please choose the file again."))
        return redirect("desk:directory_import")
    table = Table(signed["header"], [(number, line) for number, line in signed["rows"]])
    rows, faults = parsed(table)
    if faults:
        return _preview(request, table)
    organization = request.user.staff_member.organization
    try:
        report = import_rows(organization=organization, rows=rows, by=request.user)
    except BadImport as error:
        return _page(request, TableForm(), status=422, findings=error.findings[:SHOWN])
    messages.success(
        request,
        _("Imported: %(new)d new services, %(known)d brought up to date.")
        % {"new": report.created["services"], "known": report.updated["services"]},
    )
    return redirect("desk:directory_organization", organization.pk)


@staff(roles=EVERYONE)
def import_progress(request: DeskRequest, import_id: UUID) -> HttpResponse:
    """Ask for the import of a checked table; show how far it is, and what came of it."""
    found = get_object_or_404(table_imports_visible_to(request.user), pk=import_id)
    if request.method == "POST":
        ask_import(kept=found, by=request.user)
        return redirect("desk:directory_import_progress", found.pk)
    context = {"asked": found, "nav": "directory"}
    return render(request, "desk/directory/import_progress.html", context)


def _page(request: DeskRequest, form: TableForm, *, status: int = 200, **more: Any) -> HttpResponse:
    waiting = table_imports_visible_to(request.user).filter(status=TableStatus.WAITING)
    context = {
        "form": form, "columns": COLUMNS, "waiting": waiting.first(), "nav": "directory", **more
    }  # fmt: skip
    return render(request, "desk/directory/import.html", context, status=status)
