"""A fair for everyone: what, when, where, who is there; sign up; say whether one still comes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from knotenpunkt.cooperation.actions.fairs import answer_invitation, sign_up
from knotenpunkt.cooperation.calendar import calendar_of
from knotenpunkt.cooperation.enums import TAKES_SIGN_UPS, ComingStatus, StallStatus
from knotenpunkt.cooperation.errors import FairIsFull, IllegalFairStep
from knotenpunkt.cooperation.messages import registration_of
from knotenpunkt.cooperation.models import Fair
from knotenpunkt.directory.models import Topic
from knotenpunkt.foundation.languages import NEWCOMER_LANGUAGES, text_in
from knotenpunkt.web.access import anyone, keepable

ANSWERS = (ComingStatus.CONFIRMED, ComingStatus.ONLINE, ComingStatus.WITHDRAWN)


class SignUpForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    email = forms.EmailField(label=_("E-mail"))
    interests = forms.MultipleChoiceField(
        label=_("What interests you?"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, fair: Fair, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        topics = Topic.objects.filter(network=fair.network)
        interests: Any = self.fields["interests"]
        interests.choices = [(it.code, text_in(it.name, language).text) for it in topics]


class AnswerForm(forms.Form):
    status = forms.ChoiceField(choices=[(it.value, it.label) for it in ANSWERS])


@anyone
def fair(request: HttpRequest, fair_id: UUID) -> HttpResponse:
    """Show a fair and take a sign-up."""
    fairs = Fair.objects.select_related("location", "successor__location", "network")
    found = get_object_or_404(fairs, pk=fair_id)
    language = (get_language() or "de")[:2]
    form = SignUpForm(request.POST or None, fair=found, language=language)
    status = 422 if form.errors else 200
    if request.method == "POST" and form.is_valid():
        spoken = language if language in NEWCOMER_LANGUAGES else "de"
        try:
            sign_up(fair=found, fields={**form.cleaned_data, "language": spoken})
        except FairIsFull:
            form.add_error(None, gettext("All places are taken."))
            status = 409
        except IllegalFairStep:
            form.add_error(None, gettext("Sign-up is over."))
            status = 409
        else:
            messages.success(request, gettext("You are signed up."))
            return redirect("fairs:fair", found.id)
    context = {
        "fair": found,
        "form": form if found.status in TAKES_SIGN_UPS else None,
        "stalls": found.stalls.exclude(status=StallStatus.DECLINED).select_related("organization"),
    }
    return render(request, "fairs/fair.html", context, status=status)


@anyone
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Ask whether someone comes on the new date; only a button answers."""
    registration = registration_of(token)
    if registration is None:
        raise Http404
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        answer_invitation(registration=registration, status=form.cleaned_data["status"])
        messages.success(request, gettext("Thank you. Noted."))
        return redirect("fairs:answer", token)
    context = {
        "registration": registration,
        "fair": registration.fair,
        "is_open": registration.fair.status in TAKES_SIGN_UPS,
    }
    return render(request, "fairs/answer.html", context, status=422 if form.errors else 200)


@anyone
@keepable
def calendar(request: HttpRequest, fair_id: UUID) -> HttpResponse:
    """Return the calendar entry; of a postponed fair that of the new date, same UID."""
    found = get_object_or_404(Fair.objects.select_related("location", "successor"), pk=fair_id)
    answer = HttpResponse(calendar_of(found), content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{found.code}.ics"'
    return answer
