"""A service with everything a booking needs: length, people, places, papers, languages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from knotenpunkt.directory.actions.setting_up import Offered
from knotenpunkt.directory.enums import InterpreterClass, ServiceMode
from knotenpunkt.directory.models import Document, Service, Topic
from knotenpunkt.foundation.languages import text_in
from knotenpunkt.network.models import Location, Organization, StaffMember
from knotenpunkt.web.desk.directory.forms import ServiceForm, language_choices

MODES = [
    (ServiceMode.IN_PERSON, _("On the spot")),
    (ServiceMode.PHONE, _("By telephone")),
    (ServiceMode.VIDEO, _("By video")),
    (ServiceMode.GROUP, _("In a group with seats")),
]
INTERPRETERS = [
    (InterpreterClass.QUALIFIED, _("A qualified interpreter")),
    (InterpreterClass.VOLUNTEER, _("A volunteer is enough")),
    (InterpreterClass.SWORN_OR_PHONE, _("Sworn, or by telephone service")),
    (InterpreterClass.NONE, _("No talk that needs a shared language")),
]
COLUMNS = (
    "topic", "mode", "interpreter_class", "has_legal_effect", "is_walk_in",
    "min_notice_workdays", "languages",
)  # fmt: skip
ORDER = (
    "name_de", "topic", "description_de", "minutes", "locations", "staff", "languages",
    "documents", "new_documents", "interpreter_class", "mode", "min_notice_workdays",
    "is_walk_in", "has_legal_effect",
)  # fmt: skip


class ServiceSetupForm(ServiceForm):
    """The texts of a service and what is needed to book it."""

    topic = forms.ModelChoiceField(Topic.objects.none(), label=_("Topic"))
    mode = forms.ChoiceField(choices=MODES, label=_("How"))
    interpreter_class = forms.ChoiceField(
        choices=INTERPRETERS, label=_("Without a shared language it takes")
    )
    has_legal_effect = forms.BooleanField(
        required=False, label=_("Something with legal effect is decided or signed there")
    )
    is_walk_in = forms.BooleanField(required=False, label=_("People may also come without a time"))
    min_notice_workdays = forms.IntegerField(
        min_value=0, max_value=60, label=_("Working days between booking and appointment")
    )
    languages = forms.MultipleChoiceField(
        required=False, label=_("Languages"), widget=forms.CheckboxSelectMultiple
    )
    locations = forms.ModelMultipleChoiceField(
        Location.objects.none(), label=_("Places"), widget=forms.CheckboxSelectMultiple
    )
    staff = forms.ModelMultipleChoiceField(
        StaffMember.objects.none(), label=_("Who gives it"), widget=forms.CheckboxSelectMultiple
    )
    documents = forms.ModelMultipleChoiceField(
        Document.objects.none(), required=False, label=_("Papers to bring"),
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    new_documents = forms.CharField(
        required=False, max_length=600, label=_("Other papers"),
        help_text=_("In German, one a line."), widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip

    def __init__(
        self, *args: Any, service: Service, organization: Organization, **kwargs: Any
    ) -> None:
        super().__init__(*args, service=service, **kwargs)
        is_new = service._state.adding
        places = organization.locations.all()
        people = organization.staff.filter(left_on=None)
        papers = Document.objects.filter(network=organization.network)
        self._offer("topic", Topic.objects.filter(network=organization.network), has_texts=True)
        self._offer("locations", places)
        self._offer("staff", people)
        self._offer("documents", papers, has_texts=True)
        field: Any = self.fields["languages"]
        field.choices = language_choices()
        self.initial = {
            **self.initial,
            **{name: getattr(service, name, None) for name in COLUMNS if name != "topic"},
            "topic": service.topic_id,
            "locations": places if is_new else service.locations.all(),
            "staff": people if is_new else service.staff.all(),
            "documents": [] if is_new else service.documents.all(),
        }
        self.order_fields(ORDER)

    def _offer(self, name: str, rows: Any, *, has_texts: bool = False) -> None:
        field: Any = self.fields[name]
        field.queryset = rows
        if has_texts:
            reader = (get_language() or "de")[:2]
            field.label_from_instance = lambda it: text_in(it.name, reader).text

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        is_volunteer = values.get("interpreter_class") == InterpreterClass.VOLUNTEER
        if values.get("has_legal_effect") and is_volunteer:
            message = _("Where something has legal effect, no volunteer interprets.")
            self.add_error("interpreter_class", message)
        return values

    @property
    def values(self) -> dict[str, Any]:
        """Return the columns of the service as they are stored."""
        links = {"locations", "staff", "documents", "new_documents"}
        return {name: it for name, it in super().values.items() if name not in links}

    @property
    def offered(self) -> Offered:
        said = self.cleaned_data
        return Offered(
            locations=tuple(said["locations"]),
            staff=tuple(said["staff"]),
            documents=tuple(said["documents"]),
            new_documents=tuple(said["new_documents"].splitlines()),
        )


def blank_service(organization: Organization) -> Service:
    """Return what the form of a new service starts from; it is not saved."""
    return Service(
        organization=organization, name={}, description={}, minutes=30, mode=ServiceMode.IN_PERSON,
        interpreter_class=InterpreterClass.QUALIFIED, languages=["de"],
    )  # fmt: skip
