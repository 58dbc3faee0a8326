"""The page behind a mailed link: a code opens it, buttons answer. No account needed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from knotenpunkt.casework.actions import referrals as actions
from knotenpunkt.casework.actions.letters import check_code
from knotenpunkt.casework.errors import IllegalStep, WrongCode
from knotenpunkt.casework.models import Referral, ReferralLetter
from knotenpunkt.casework.queries.referrals import letter_of_token
from knotenpunkt.foundation.scope import system_scope
from knotenpunkt.people.actions import log_read
from knotenpunkt.web.access import anyone
from knotenpunkt.web.desk.casework import forms as ours

AN_HOUR = 3600

Handler = Callable[[Referral, dict[str, Any]], object]
HANDLERS: dict[str, tuple[type[forms.Form], Handler]] = {
    "accept": (
        ours.LetterAcceptForm,
        lambda it, values: actions.accept_referral(referral=it, by=None, **values),
    ),
    "decline": (
        ours.DeclineForm,
        lambda it, values: actions.decline_referral(referral=it, by=None, **values),
    ),
    "ask": (
        ours.AskForm,
        lambda it, values: actions.ask_about_referral(referral=it, by=None, **values),
    ),
    "complete": (
        ours.CompleteForm,
        lambda it, values: actions.complete_referral(referral=it, by=None, **values),
    ),
}


@anyone
def referral_letter(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for the code; then show what the grant allows, and take an answer by POST."""
    with system_scope("a partner's signed letter"):
        return _answer(request, token)


def _answer(request: HttpRequest, token: str) -> HttpResponse:
    letter = letter_of_token(token)
    if letter is None:
        raise Http404
    if not _is_open(request, letter):
        return _ask_for_code(request, letter, token)
    name = request.POST.get("do", "") if request.method == "POST" else ""
    if name in HANDLERS:
        return _take_answer(request, letter, token, name)
    return _page(request, letter)


def _is_open(request: HttpRequest, letter: ReferralLetter) -> bool:
    return bool(request.session.get(f"letter/{letter.pk}"))


def _ask_for_code(request: HttpRequest, letter: ReferralLetter, token: str) -> HttpResponse:
    form = ours.CodeForm(request.POST or None)
    left = None
    if request.method == "POST" and form.is_valid():
        try:
            check_code(letter=letter, code=form.cleaned_data["code"])
        except WrongCode as error:
            left = error.left
        else:
            request.session[f"letter/{letter.pk}"] = True
            if not request.user.is_authenticated:
                request.session.set_expiry(AN_HOUR)
            return redirect("desk:referral_letter", token)
    context = {"form": form, "left": left, "letter": letter}
    status = 422 if form.is_bound else 200
    return render(request, "desk/casework/letter_code.html", context, status=status)


def _take_answer(
    request: HttpRequest, letter: ReferralLetter, token: str, name: str
) -> HttpResponse:
    form_class, handle = HANDLERS[name]
    form = form_class(request.POST)
    if not form.is_valid():
        return _page(request, letter, 422, **{f"{name}_form": form})
    try:
        handle(letter.referral, form.cleaned_data)
    except IllegalStep:
        letter.referral.refresh_from_db(fields=["status"])
        return _page(request, letter, 409, is_late=True)
    return redirect("desk:referral_letter", token)


def _page(
    request: HttpRequest, letter: ReferralLetter, status: int = 200, **more: Any
) -> HttpResponse:
    with transaction.atomic():
        log_read(persons=[letter.referral.person], by=None, what="letter")
    context = {
        "referral": letter.referral,
        "accept_form": ours.LetterAcceptForm(),
        "decline_form": ours.DeclineForm(),
        "ask_form": ours.AskForm(),
        "complete_form": ours.CompleteForm(),
        **more,
    }
    return render(request, "desk/casework/letter.html", context, status=status)
