"""What staff may say of a person, and how they look for one."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from knotenpunkt.network.models import Language, Municipality, Network
from knotenpunkt.people.enums import BirthPrecision, GenderWish
from knotenpunkt.people.models import Person
from knotenpunkt.web.templatetags.knotenpunkt import ENDONYMS

GERMAN_LEVELS = [
    ("", _("unknown")),
    *((level, level) for level in ("A0", "A1", "A2", "B1", "B2", "C1", "C2")),
]
WISHES = [
    (GenderWish.NONE, _("no wish")),
    (GenderWish.PREFER_FEMALE, _("rather a woman")),
    (GenderWish.ONLY_FEMALE, _("only a woman")),
    (GenderWish.ONLY_MALE, _("only a man")),
]
WEEKDAYS = [_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday")]


FIELD_ORDER = [
    "given_name",
    "family_name",
    "native_name",
    "father_name",
    "is_pseudonymous",
    "birth",
    "is_assessed",
    "first_language",
]
BIRTH = re.compile(r"(?:(?:(\d{1,2})\.)?(\d{1,2})\.)?(\d{4})$")


def read_birth(text: str) -> tuple[dt.date, BirthPrecision]:
    """Read a day, a month or a year. 1 January counts as a year; offices write it so."""
    found = BIRTH.match(text.strip())
    if found is None:
        raise forms.ValidationError(_("Write 4.3.1990, or 3.1990, or 1990."))
    day, month, year = (int(part) if part else 0 for part in found.groups())
    try:
        date = dt.date(year, month or 1, day or 1)
    except ValueError as error:
        raise forms.ValidationError(_("There is no such day.")) from error
    if day and (day, month) != (1, 1):
        return date, BirthPrecision.DAY
    return date, BirthPrecision.MONTH if month and not day else BirthPrecision.YEAR


def write_birth(person: Person) -> str:
    """Write a birth date as exactly as it is known."""
    if person.birth_date is None:
        return ""
    date, precision = person.birth_date, person.birth_precision
    if precision == BirthPrecision.DAY:
        return f"{date.day}.{date.month}.{date.year}"
    return f"{date.month}.{date.year}" if precision == BirthPrecision.MONTH else str(date.year)


class PersonForm(forms.ModelForm):  # type: ignore[type-arg]
    """Only what a visit needs. One name is enough."""

    first_language = forms.ChoiceField(label=_("Speaks best"))
    languages = forms.MultipleChoiceField(label=_("Also speaks"), required=False)
    german_level = forms.ChoiceField(label=_("German"), choices=GERMAN_LEVELS, required=False)
    birth = forms.CharField(
        label=_("Born"), required=False, max_length=10,
        help_text=_("As exactly as it is known: 4.3.1990, or 3.1990, or 1990."),
    )  # fmt: skip
    is_assessed = forms.BooleanField(label=_("the age was assessed by an office"), required=False)
    interpreter_gender = forms.ChoiceField(label=_("Interpreter"), choices=WISHES)

    class Meta:
        model = Person
        fields = (
            "given_name",
            "family_name",
            "native_name",
            "father_name",
            "is_pseudonymous",
            "languages",
            "german_level",
            "interpreter_gender",
            "phone",
            "email",
            "municipality",
            "needs_step_free",
        )
        labels = {
            "given_name": _("Name"),
            "family_name": _("Family name"),
            "native_name": _("Name in her or his own script"),
            "father_name": _("Father's name"),
            "is_pseudonymous": _("uses a name of her or his own choice here"),
            "phone": _("Phone"),
            "email": _("E-mail"),
            "municipality": _("Lives in"),
            "needs_step_free": _("needs a way without steps"),
        }
        help_texts = {"family_name": _("Some people have one name only. Then leave this empty.")}

    def __init__(self, *args: Any, network: Network, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        codes = Language.objects.values_list("code", flat=True)
        choices = [(code, ENDONYMS.get(code, code)) for code in codes]
        self.fields["first_language"].choices = [("", ""), *choices]  # type: ignore[attr-defined]
        self.fields["languages"].choices = choices  # type: ignore[attr-defined]
        self.fields["languages"].widget.attrs["size"] = 6
        if self.instance.languages:
            self.initial["first_language"], *self.initial["languages"] = self.instance.languages
        self._recall()
        self.order_fields(FIELD_ORDER)
        municipality = self.fields["municipality"]
        municipality.queryset = Municipality.objects.filter(network=network)  # type: ignore[attr-defined]
        municipality.required = False

    def _recall(self) -> None:
        person = self.instance
        self.initial["birth"] = write_birth(person)
        self.initial["is_assessed"] = person.birth_precision == BirthPrecision.ASSESSED

    def clean_birth(self) -> tuple[dt.date, BirthPrecision] | None:
        text = self.cleaned_data["birth"]
        return read_birth(text) if text else None

    def clean(self) -> dict[str, Any]:
        """Join both fields into the languages of the person, the best one first."""
        values = super().clean() or {}
        first = values.pop("first_language", "")
        others = [code for code in values.get("languages", []) if code != first]
        values["languages"] = [first, *others] if first else others
        date, precision = values.pop("birth", None) or (None, BirthPrecision.UNKNOWN)
        is_assessed = values.pop("is_assessed", False) and date is not None
        values["birth_date"] = date
        values["birth_precision"] = BirthPrecision.ASSESSED if is_assessed else precision
        return values


class WindowsForm(forms.Form):
    """Weekly times at which a person cannot come: two fields a day, from and to."""

    def __init__(self, *args: Any, person: Person | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = {w.weekday: w for w in person.unavailable_windows.all()} if person else {}
        for weekday, name in enumerate(WEEKDAYS):
            for part, label in (("from", _("from")), ("to", _("to"))):
                window = known.get(weekday)
                initial = None
                if window:
                    initial = window.starts_at if part == "from" else window.ends_at
                self.fields[f"{part}_{weekday}"] = forms.TimeField(
                    label=f"{name} {label}",
                    required=False,
                    initial=initial,
                    widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
                )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        for weekday, name in enumerate(WEEKDAYS):
            start, end = values.get(f"from_{weekday}"), values.get(f"to_{weekday}")
            if bool(start) != bool(end):
                self.add_error(f"to_{weekday}", _("%(day)s needs both times.") % {"day": name})
            elif start and end <= start:
                self.add_error(f"to_{weekday}", _("%(day)s ends before it begins.") % {"day": name})
        return values

    @property
    def windows(self) -> list[tuple[int, dt.time, dt.time]]:
        """Return (weekday, from, to) of the days filled in."""
        values = self.cleaned_data
        return [
            (weekday, values[f"from_{weekday}"], values[f"to_{weekday}"])
            for weekday in range(len(WEEKDAYS))
            if values.get(f"from_{weekday}")
        ]

    @property
    def rows(self) -> list[tuple[Any, Any, Any]]:
        """Return (weekday, field from, field to) for the page."""
        return [(name, self[f"from_{n}"], self[f"to_{n}"]) for n, name in enumerate(WEEKDAYS)]


class SearchForm(forms.Form):
    """What was typed into the search of persons."""

    q = forms.CharField(max_length=100, required=False, label=_("Name"))
