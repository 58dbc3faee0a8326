"""The first page, and the three questions: where, who, what. Every answer can be changed."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_POST

from knotenpunkt.directory.models import Topic
from knotenpunkt.network.models import Language
from knotenpunkt.web.access import anyone
from knotenpunkt.web.public.answers import (
    clearing_talk,
    forget_answers,
    keep_answers,
    offered_services,
    public_network,
    read_answers,
    sent,
    without,
)
from knotenpunkt.web.public.forms import (
    COMPANIONS,
    ELSEWHERE,
    FETCH_TIMES,
    CodeForm,
    MattersForm,
    TopicsForm,
    WhereForm,
    WhoForm,
    text,
)

STEPS = 5


@anyone
def start(request: HttpRequest) -> HttpResponse:
    """Begin to plan, or ask for the slip of a code."""
    form = CodeForm(sent(request))
    if request.method == "POST" and form.is_valid():
        return redirect("public:slip", form.cleaned_data["code"])
    context = {"form": form, "answers": read_answers(request)}
    return render(request, "public/start.html", context, status=422 if form.errors else 200)


@require_POST
@anyone
def forget(request: HttpRequest) -> HttpResponse:
    """Delete what this browser has told us."""
    forget_answers(request)
    messages.success(request, text("forgotten"))
    return redirect("public:start")


@anyone
def where(request: HttpRequest) -> HttpResponse:
    """Ask for the municipality: it decides which office is responsible."""
    network, answers = public_network(), read_answers(request)
    form = WhereForm(sent(request), network=network)
    if request.method == "POST" and form.is_valid():
        place = form.cleaned_data["municipality"]
        moved = answers.model_copy(
            update={"is_placed": True, "municipality": "" if place == ELSEWHERE else place}
        )
        served = set(offered_services(network, moved).values_list("id", flat=True))
        needs = tuple(it for it in moved.needs if it in served)
        keep_answers(request, moved, needs=needs, plan="", changes=None)
        return redirect("public:who")
    chosen = answers.municipality or (ELSEWHERE if answers.is_placed else "")
    context = {
        "form": form,
        "municipalities": network.municipalities.all(),
        "chosen": chosen,
        "step": 1,
        "steps": STEPS,
    }
    return render(request, "public/where.html", context, status=422 if form.errors else 200)


@anyone
def who(request: HttpRequest) -> HttpResponse:
    """Ask who comes along, when children must be fetched, and for the language."""
    answers = read_answers(request)
    if not answers.is_placed:
        return redirect("public:where")
    languages = list(Language.objects.order_by("endonym"))
    form = WhoForm(sent(request), languages=[it.code for it in languages])
    if request.method == "POST" and form.is_valid():
        keep_answers(request, answers, is_accompanied=True, **form.cleaned_data)
        return redirect("public:needs")
    context = {
        "form": form,
        "answers": answers,
        "companions": COMPANIONS,
        "fetch_times": FETCH_TIMES,
        "languages": languages,
        "spoken": answers.language or (get_language() or "de")[:2],
        "step": 2,
        "steps": STEPS,
    }
    return render(request, "public/who.html", context, status=422 if form.errors else 200)


@anyone
def needs(request: HttpRequest) -> HttpResponse:
    """Ask which of the nine topics; something else leads to a talk that finds out."""
    network, answers = public_network(), read_answers(request)
    if not answers.is_accompanied:
        return redirect("public:who")
    form = TopicsForm(sent(request), network=network)
    talk = clearing_talk(network)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        chosen = without(answers.needs, talk.id) + ((talk.id,) * values["something_else"])
        keep_answers(request, answers, topics=values["topics"], needs=chosen, changes=None)
        return redirect("public:matters" if values["topics"] else "public:order")
    context = {
        "form": form,
        "answers": answers,
        "topics": Topic.objects.filter(network=network),
        "has_talk": talk.id in answers.needs,
        "step": 3,
        "steps": STEPS,
    }
    return render(request, "public/needs.html", context, status=422 if form.errors else 200)


@anyone
def matters(request: HttpRequest) -> HttpResponse:
    """Ask what exactly, among what is offered in the chosen topics."""
    network, answers = public_network(), read_answers(request)
    if not answers.topics:
        return redirect("public:needs")
    offered = offered_services(network, answers)
    form = MattersForm(sent(request), offered=offered)
    talk = clearing_talk(network)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        chosen = [service.id for service in values["needs"]]
        if values["something_else"]:
            chosen.append(talk.id)
        keep_answers(request, answers, needs=without(chosen), plan="", first_day=None, changes=None)
        return redirect("public:order")
    found = offered.filter(topic__code__in=answers.topics)
    context = {
        "form": form,
        "services": found,
        "chosen": set(answers.needs),
        "talk": talk,
        "has_talk": talk.id in answers.needs,
        "step": 3,
        "steps": STEPS,
    }
    return render(request, "public/matters.html", context, status=422 if form.errors else 200)
