"""Persons from a table: the minimum, with a preview and the errors of each row."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from knotenpunkt.network.models import Language, Municipality, Network
from knotenpunkt.people.actions import create_person
from knotenpunkt.web.access import CASE_ROLES, DeskRequest, staff
from knotenpunkt.web.desk.persons.forms import PersonForm

MOST_ROWS = 200
NEEDED = ("given_name", "languages")
COLUMNS = ("given_name", "family_name", "languages", "german_level", "municipality", "phone")
EXAMPLE = ";".join(COLUMNS) + "\n"


@dataclass
class Row:
    """One line of the table: what it says, and what is wrong with it."""

    number: int
    cells: dict[str, str]
    errors: list[str] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)


class TableForm(forms.Form):
    """The table as text: pasted from a spreadsheet or a CSV file."""

    table = forms.CharField(
        label=gettext_lazy("Table"),
        max_length=60_000,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=gettext_lazy("Paste the table; the first line holds the names of the columns."),
    )

    def clean_table(self) -> str:
        """Refuse a table whose first line lacks a column that each person needs, or a long one."""
        text: str = self.cleaned_data["table"].strip()
        head, *lines = text.splitlines()
        missing = [name for name in NEEDED if name not in head]
        if missing:
            names = ", ".join(missing)
            raise forms.ValidationError(
                _("The first line lacks these columns: {names}").format(names=names)
            )
        if not lines:
            raise forms.ValidationError(_("Below the first line there is no person yet."))
        if len(lines) > MOST_ROWS:
            raise forms.ValidationError(
                _("At most {number} persons at once.").format(number=MOST_ROWS)
            )
        return text


def rows_of(text: str, network: Network) -> list[Row]:
    """Return the rows of the table, each with its faults; a person needs a name and a language."""
    dialect = csv.excel()
    head = text.splitlines()[0]
    dialect.delimiter = next((it for it in (";", "\t", ",") if it in head), ";")
    places = {it.name.casefold(): it for it in Municipality.objects.filter(network=network)}
    known = set(Language.objects.values_list("code", flat=True))
    reader = csv.DictReader(io.StringIO(text), dialect=dialect)
    return [
        _row(
            number, {key: (line.get(key) or "").strip() for key in COLUMNS}, places, known, network
        )
        for number, line in enumerate(reader, start=2)
    ]


def _row(
    number: int,
    cells: dict[str, str],
    places: dict[str, Municipality],
    known: set[str],
    network: Network,
) -> Row:
    row = Row(number, cells)
    codes = [code for code in cells["languages"].replace(" ", "").split(",") if code]
    unknown = [code for code in codes if code not in known]
    if unknown:
        row.errors.append(_("Unknown language: {codes}").format(codes=", ".join(unknown)))
    place = places.get(cells["municipality"].casefold())
    if cells["municipality"] and place is None:
        row.errors.append(_("Unknown place: {name}").format(name=cells["municipality"]))
    data = {
        **cells,
        "first_language": codes[0] if codes else "",
        "languages": codes[1:],
        "municipality": place.pk if place else "",
        "interpreter_gender": "none",
    }
    form = PersonForm(data, network=network)
    if form.is_valid():
        row.values = form.cleaned_data
    elif not unknown:
        row.errors += [
            f"{form.fields[name].label}: {error}"
            for name, errors in form.errors.items()
            for error in errors
            if name in form.fields
        ]
    return row


@staff(roles=CASE_ROLES)
def persons_import(request: DeskRequest) -> HttpResponse:
    """Show the preview; when every row is right, a second button writes all of them or none."""
    network = request.user.staff_member.organization.network
    form = TableForm(request.POST or None, initial={"table": EXAMPLE})
    rows: list[Row] = []
    if request.method == "POST" and form.is_valid():
        rows = rows_of(form.cleaned_data["table"], network)
        if rows and "write" in request.POST and not any(row.errors for row in rows):
            with transaction.atomic():
                for row in rows:
                    create_person(by=request.user, fields=row.values)
            said = ngettext(
                "%(count)d person was added.", "%(count)d persons were added.", len(rows)
            )
            messages.success(request, said % {"count": len(rows)})
            return redirect("desk:persons")
    has_errors = any(row.errors for row in rows)
    context = {
        "form": form,
        "rows": rows,
        "columns": COLUMNS,
        "has_errors": has_errors,
        "nav": "persons",
    }
    status = 422 if form.errors or has_errors else 200
    return render(request, "desk/casework/import.html", context, status=status)
