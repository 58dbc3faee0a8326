"""What a coordinator says of a programme and its phases, and a counsellor of a person."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from knotenpunkt.directory.models import Service
from knotenpunkt.directory.queries import organizations_today, services_of_network
from knotenpunkt.foundation.languages import NEWCOMER_LANGUAGES
from knotenpunkt.network.models import Network, Organization
from knotenpunkt.programmes.actions.phases import PhaseDraft
from knotenpunkt.programmes.enums import FROM_FILE, AskedFact
from knotenpunkt.programmes.models import Criterion, Programme, ProgrammePhase
from knotenpunkt.routing.enums import Title
from knotenpunkt.web.templatetags.knotenpunkt import endonym

MUST, ANY = "must", "any"
ASKED = [("", _("not asked")), (MUST, _("must be so")), (ANY, _("one of these is enough"))]
YES_NO = [("yes", _("yes")), ("no", _("no")), ("", _("not known"))]
ANY_CHOICE = 0  # facts of which one is enough share this choice; each other has its own


class NamedForm(forms.Form):
    """A name in German, and in the other languages of newcomers if somebody has it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code in NEWCOMER_LANGUAGES:
            self.fields[f"name_{code}"] = forms.CharField(
                label=_("Name (%(language)s)") % {"language": endonym(code)},
                max_length=120,
                required=code == "de",
                widget=forms.TextInput(attrs={"lang": code, "dir": "auto"}),
            )
        self.order_fields([*(f"name_{code}" for code in NEWCOMER_LANGUAGES), *self.fields])

    @property
    def name(self) -> dict[str, str]:
        values = {code: self.cleaned_data[f"name_{code}"] for code in NEWCOMER_LANGUAGES}
        return {code: text for code, text in values.items() if text}


def _names(name: dict[str, str]) -> dict[str, str]:
    return {f"name_{code}": text for code, text in name.items()}


class ServicesField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, service: Any) -> str:
        return f"{service} ({service.organization})"


class ProgrammeForm(NamedForm):
    """Who runs it, what it opens, and what helps those who cannot join."""

    organization = forms.ModelChoiceField(label=_("run by"), queryset=Organization.objects.none())
    services = ServicesField(
        label=_("what it opens"),
        queryset=Service.objects.none(),
        widget=forms.SelectMultiple(attrs={"size": 8}),
        help_text=_("Hold Ctrl to choose several."),
    )
    alternatives = ServicesField(
        label=_("what helps those who cannot join"),
        queryset=Service.objects.none(),
        widget=forms.SelectMultiple(attrs={"size": 8}),
        help_text=_("At least one: nobody is sent away with a refusal only."),
    )

    def __init__(self, *args: Any, network: Network, programme: Programme | None, **kwargs: Any):
        if programme is not None:
            kwargs["initial"] = {
                **_names(programme.name),
                "organization": programme.organization_id,
                "services": programme.services.all(),
                "alternatives": programme.alternatives.all(),
            }
        super().__init__(*args, **kwargs)
        services = services_of_network(network).order_by("code")
        fields: Any = self.fields
        fields["services"].queryset = fields["alternatives"].queryset = services
        fields["organization"].queryset = organizations_today(network).order_by("name")


class PhaseForm(NamedForm):
    """Days, what a phase has, and what it asks for: one line for each fact."""

    first_on = forms.DateField(
        label=_("first day"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
        help_text=_("Empty: not planned yet."),
    )  # fmt: skip
    last_on = forms.DateField(
        label=_("last day"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
        help_text=_("Empty: until further notice."),
    )  # fmt: skip
    has_childcare = forms.BooleanField(label=_("childcare is there"), required=False)
    has_female_interpreter = forms.BooleanField(label=_("a woman can interpret"), required=False)
    age_from = forms.IntegerField(label=_("from age"), required=False, min_value=0, max_value=120)
    age_below = forms.IntegerField(label=_("below age"), required=False, min_value=1, max_value=120)
    title = forms.MultipleChoiceField(
        label=_("only with these residence papers"),
        choices=Title.choices,
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 6}),
        help_text=_("None chosen: with any paper."),
    )

    def __init__(self, *args: Any, phase: ProgrammePhase | None, **kwargs: Any) -> None:
        if phase is not None:
            kwargs["initial"] = dict(_initial(phase))
        super().__init__(*args, **kwargs)
        for fact in AskedFact:
            self.fields[f"ask_{fact}"] = forms.ChoiceField(
                label=fact.label, choices=ASKED, required=False
            )
            if fact not in FROM_FILE:
                self.fields[f"check_{fact}"] = forms.BooleanField(
                    label=_("somebody must have checked it"), required=False
                )
            self.fields[f"reason_{fact}"] = forms.CharField(
                label=_("own words, in German, why not now"), required=False, max_length=200,
                widget=forms.TextInput(attrs={"lang": "de"}),
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        first, last = values.get("first_on"), values.get("last_on")
        if last and not first:
            self.add_error("first_on", _("Which day does it begin?"))
        elif first and last and last < first:
            self.add_error("last_on", _("The last day lies before the first."))
        low, high = values.get("age_from"), values.get("age_below")
        if low is not None and high is not None and high <= low:
            self.add_error("age_below", _("Nobody is of such an age."))
        return values

    @property
    def fact_rows(self) -> Iterator[tuple[str, list[forms.BoundField]]]:
        """Yield for each fact its label and its fields, for the page."""
        for fact in AskedFact:
            names = [f"{word}_{fact}" for word in ("ask", "check", "reason")]
            yield str(fact.label), [self[it] for it in names if it in self.fields]

    @property
    def plain_fields(self) -> Iterator[forms.BoundField]:
        """Yield the fields that are not about one fact."""
        return (it for it in self if not it.name.startswith(("ask_", "check_", "reason_")))

    @property
    def draft(self) -> PhaseDraft:
        """The phase as it was filled in; only of a valid form."""
        values = self.cleaned_data
        conditions = {
            key: values[key] for key in ("age_from", "age_below", "title")
            if values[key] not in (None, [])
        }  # fmt: skip
        return PhaseDraft(
            name=self.name,
            first_on=values["first_on"],
            last_on=values["last_on"],
            conditions=conditions,
            has_childcare=values["has_childcare"],
            has_female_interpreter=values["has_female_interpreter"],
            criteria=list(self._criteria()),
        )

    def _criteria(self) -> Iterator[Criterion]:
        values = self.cleaned_data
        for number, fact in enumerate(AskedFact, start=1):
            if values[f"ask_{fact}"]:
                reason = values[f"reason_{fact}"]
                yield Criterion(
                    fact=fact,
                    choice=ANY_CHOICE if values[f"ask_{fact}"] == ANY else number,
                    must_be_checked=values.get(f"check_{fact}", False),
                    reason={"de": reason} if reason else {},
                )


def _initial(phase: ProgrammePhase) -> Iterator[tuple[str, Any]]:
    yield from _names(phase.name).items()
    yield from phase.conditions.items()
    for name in ("first_on", "last_on", "has_childcare", "has_female_interpreter"):
        yield name, getattr(phase, name)
    criteria = list(phase.criteria.all())
    shared = [it.choice for it in criteria]
    for it in criteria:
        yield f"ask_{it.fact}", ANY if shared.count(it.choice) > 1 or not it.choice else MUST
        yield f"check_{it.fact}", it.must_be_checked
        yield f"reason_{it.fact}", it.reason.get("de", "")


class FactForm(forms.Form):
    """What she says, and apart from it what a paper shows."""

    fact = forms.ChoiceField(
        choices=[(it.value, it.label) for it in AskedFact if it not in FROM_FILE],
        widget=forms.HiddenInput,
    )
    declared = forms.ChoiceField(label=_("She says"), choices=YES_NO, required=False)
    checked = forms.ChoiceField(label=_("A paper shows"), choices=YES_NO, required=False)
    paper = forms.CharField(label=_("Which paper?"), max_length=120, required=False)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("checked") and not values.get("paper"):
            self.add_error("paper", _("Which paper was seen?"))
        return values

    def truth(self, name: str) -> bool | None:
        """Return an answer as true, false or not known; only of a valid form."""
        return {"yes": True, "no": False}.get(self.cleaned_data[name])
