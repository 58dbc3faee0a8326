"""Questions of staff and their answers: by topic, searched, watched, changed, taken away."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from knotenpunkt.directory.models import Topic, Watch
from knotenpunkt.exchange.actions import posts
from knotenpunkt.exchange.errors import IsGone, LooksLikeClientData, NotYours
from knotenpunkt.exchange.models import Post
from knotenpunkt.exchange.queries import (
    figures_by_month,
    may_moderate,
    posts_visible_to,
    questions_visible_to,
    with_answers,
    with_words,
)
from knotenpunkt.web.access import EVERYONE, DeskRequest, staff
from knotenpunkt.web.desk.directory.views import reader_language
from knotenpunkt.web.desk.exchange.forms import (
    AnswerForm,
    FindForm,
    QuestionForm,
    RemoveForm,
    TitledForm,
    WordsForm,
)
from knotenpunkt.web.desk.findings import lines_of

PAGE_SIZE = 20


@staff(roles=EVERYONE)
def questions(request: DeskRequest) -> HttpResponse:
    """List the questions, newest first, narrowed by topic, state and words."""
    form = FindForm(request.GET or None, account=request.user, reader=reader_language())
    wanted = form.cleaned_data if form.is_valid() else {}
    found = questions_visible_to(request.user)
    if wanted.get("topic"):
        found = found.filter(topic=wanted["topic"])
    if wanted.get("state"):
        found = found.filter(answered_at__isnull=wanted["state"] == "open")
    if wanted.get("q"):
        found = with_words(found, wanted["q"])
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "form": form,
        "page": Paginator(found, PAGE_SIZE).get_page(request.GET.get("page")),
        "query": query.urlencode(),
        "is_narrowed": any(wanted.values()),
        "topic": wanted.get("topic"),
        "is_watched": bool(wanted.get("topic")) and _watches(request, wanted["topic"]),
        "tab": "questions",
        "nav": "exchange",
    }
    status = 422 if form.errors else 200
    return render(request, "desk/exchange/questions.html", context, status=status)


def _watches(request: DeskRequest, topic: Topic) -> bool:
    return Watch.objects.filter(staff_member=request.user.staff_member, topic=topic).exists()


@staff(roles=EVERYONE)
def question_new(request: DeskRequest) -> HttpResponse:
    """Ask all partners."""
    form = QuestionForm(
        request.POST or None, account=request.user, reader=reader_language(),
        initial={"topic": request.GET.get("topic")},
    )  # fmt: skip
    findings: list[str] = []
    if request.method == "POST" and form.is_valid():
        try:
            made = posts.ask(words=form.words, about=form.about, by=request.user)
        except LooksLikeClientData as error:
            findings = lines_of(error.findings)
        else:
            messages.success(request, _("Your question is there for all partners to read."))
            return redirect("desk:exchange_question", made.pk)
    return _form_page(request, form, findings, title=_("Ask all partners"))


def _form_page(
    request: DeskRequest, form: WordsForm, findings: list[str], **more: Any
) -> HttpResponse:
    context = {"form": form, "findings": findings, "tab": "questions", "nav": "exchange", **more}
    status = 422 if form.errors or findings else 200
    return render(request, "desk/exchange/post_form.html", context, status=status)


@staff(roles=EVERYONE)
def question(request: DeskRequest, post_id: UUID) -> HttpResponse:
    """Show a question with its answers; take an answer."""
    rows = posts_visible_to(request.user).filter(question=None)
    found = get_object_or_404(with_answers(rows), pk=post_id)
    form = AnswerForm(request.POST or None)
    findings: list[str] = []
    if request.method == "POST" and form.is_valid():
        try:
            posts.answer(question=found, words=form.words, by=request.user)
        except LooksLikeClientData as error:
            findings = lines_of(error.findings)
        except IsGone:
            messages.error(request, _("This question was taken away meanwhile."))
            return redirect("desk:exchange_question", found.pk)
        else:
            messages.success(request, _("Thank you. Your answer is there."))
            return redirect("desk:exchange_question", found.pk)
    me = request.user.staff_member
    context = {
        "question": found,
        "answers": found.answers.all(),
        "form": form,
        "findings": findings,
        "me": me,
        "may_moderate": may_moderate(request.user),
        "may_accept": found.author_id == me.pk or may_moderate(request.user),
        "tab": "questions",
        "nav": "exchange",
    }
    status = 422 if form.errors or findings else 200
    return render(request, "desk/exchange/question.html", context, status=status)


def _post(request: DeskRequest, post_id: UUID) -> Post:
    rows = posts_visible_to(request.user).select_related("question")
    return get_object_or_404(rows.filter(gone_because=""), pk=post_id)


def _back(post: Post) -> HttpResponse:
    return redirect("desk:exchange_question", post.question_id or post.pk)


@staff(roles=EVERYONE)
def post_change(request: DeskRequest, post_id: UUID) -> HttpResponse:
    """Change the own words; what stood there before stays readable."""
    post = _post(request, post_id)
    if post.author_id != request.user.staff_member.pk:
        raise PermissionDenied
    kind = AnswerForm if post.question_id else TitledForm
    form = kind(request.POST or None, initial={"title": post.title, "body": post.body})
    findings: list[str] = []
    if request.method == "POST" and form.is_valid():
        try:
            posts.change_post(post=post, words=form.words, by=request.user)
        except LooksLikeClientData as error:
            findings = lines_of(error.findings)
        except IsGone:
            messages.error(request, _("This question was taken away meanwhile."))
            return _back(post)
        else:
            messages.success(request, _("Saved."))
            return _back(post)
    return _form_page(request, form, findings, title=_("Change the text"), post=post)


@require_POST
@staff(roles=EVERYONE)
def answer_accept(request: DeskRequest, post_id: UUID) -> HttpResponse:
    """Mark the answer that helped, or take the mark back."""
    post = _post(request, post_id)
    if post.question is None:
        raise PermissionDenied
    is_accepted = "off" not in request.POST
    try:
        posts.accept_answer(given=post, by=request.user, is_accepted=is_accepted)
    except NotYours as error:
        raise PermissionDenied from error
    except IsGone:
        messages.error(request, _("This question was taken away meanwhile."))
    return _back(post)


@staff(roles=EVERYONE)
def post_withdraw(request: DeskRequest, post_id: UUID) -> HttpResponse:
    """Ask once, then take the own words away for good."""
    post = _post(request, post_id)
    if post.author_id != request.user.staff_member.pk:
        raise PermissionDenied
    if request.method == "POST":
        posts.withdraw_post(post=post, by=request.user)
        messages.success(request, _("Your words are gone."))
        return _back(post)
    context = {"post": post, "tab": "questions", "nav": "exchange"}
    return render(request, "desk/exchange/take_away.html", context)


@staff(roles=EVERYONE)
def post_remove(request: DeskRequest, post_id: UUID) -> HttpResponse:
    """Let the coordinator take a post away, with a reason in its place."""
    if not may_moderate(request.user):
        raise PermissionDenied
    post = _post(request, post_id)
    form = RemoveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        posts.remove_post(post=post, by=request.user, **form.cleaned_data)
        messages.success(request, _("The post is gone, its author has been told."))
        return _back(post)
    context = {"post": post, "form": form, "tab": "questions", "nav": "exchange"}
    status = 422 if form.errors else 200
    return render(request, "desk/exchange/take_away.html", context, status=status)


@staff(roles=EVERYONE)
def figures(request: DeskRequest) -> HttpResponse:
    """Show how much was asked and answered in each month, never by whom."""
    context = {"months": figures_by_month(request.user), "tab": "figures", "nav": "exchange"}
    return render(request, "desk/exchange/figures.html", context)
