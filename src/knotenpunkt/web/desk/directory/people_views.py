"""Who knows what: specialists, profiles, whom to ask, and a first look for new colleagues."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from knotenpunkt.directory.actions.asking import ask_colleague
from knotenpunkt.directory.actions.entries import change_profile, note_tour_taken
from knotenpunkt.directory.models import StaffPhoto, StaffProfile, Topic
from knotenpunkt.directory.queries import services_visible_to
from knotenpunkt.network.enums import LegalRegime
from knotenpunkt.network.models import StaffMember
from knotenpunkt.web.access import EVERYONE, DeskRequest, staff
from knotenpunkt.web.desk.directory.forms import ProfileForm, QuestionForm, SpecialistForm
from knotenpunkt.web.desk.directory.views import PAGE_SIZE, network_of, reader_language

HAS_PHOTO = Exists(StaffPhoto.objects.filter(staff_member=OuterRef("pk")))


def _colleagues(request: DeskRequest) -> QuerySet[StaffMember]:
    """Return everyone who works in this network today, with organization and profile."""
    return (
        StaffMember.objects.filter(organization__network=network_of(request), left_on=None)
        .select_related("organization", "profile")
        .annotate(has_photo=HAS_PHOTO)
    )


@staff(roles=EVERYONE)
def who(request: DeskRequest) -> HttpResponse:
    """Show the nine matters; each leads to named people."""
    context = {"topics": network_of(request).topics.all(), "nav": "directory"}
    return render(request, "desk/directory/who.html", context)


@staff(roles=EVERYONE)
def who_for_topic(request: DeskRequest, topic_id: UUID) -> HttpResponse:
    """Show who can be asked about a matter: by service, with name and direct line."""
    topic = get_object_or_404(Topic.objects.filter(network=network_of(request)), pk=topic_id)
    people = _colleagues(request).order_by("name", "id")
    services = services_visible_to(request.user).filter(topic=topic)
    context = {
        "topic": topic,
        "services": services.prefetch_related(Prefetch("staff", people)).order_by("code", "id"),
        "specialists": people.filter(profile__topics=topic),
        "nav": "directory",
    }
    return render(request, "desk/directory/who_topic.html", context)


@staff(roles=EVERYONE)
def specialists(request: DeskRequest) -> HttpResponse:
    """List colleagues by topic, language and law."""
    form = SpecialistForm(
        request.GET or None, network=network_of(request), reader=reader_language()
    )
    is_valid = form.is_valid()
    wanted = form.cleaned_data if is_valid else {}
    found = _colleagues(request)
    if wanted.get("topic"):
        found = found.filter(
            Q(services__topic=wanted["topic"]) | Q(profile__topics=wanted["topic"])
        )
    if wanted.get("language"):
        found = found.filter(languages__contains=[wanted["language"]])
    if wanted.get("law"):
        found = found.filter(
            Q(profile__legal_regimes__contains=[wanted["law"]])
            | Q(services__legal_regimes__contains=[wanted["law"]])
        )
    found = found.distinct().order_by("name", "id")
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {"form": form, "page": page, "query": query.urlencode(), "nav": "directory"}
    status = 422 if form.is_bound and not is_valid else 200
    return render(request, "desk/directory/people.html", context, status=status)


@staff(roles=EVERYONE)
def profile(request: DeskRequest, staff_id: UUID) -> HttpResponse:
    member = get_object_or_404(_colleagues(request).select_related("deputy"), pk=staff_id)
    known: StaffProfile | None = getattr(member, "profile", None)
    context = {
        "member": member,
        "profile": known,
        "topics": known.topics.all() if known else [],
        "laws": [LegalRegime(it).label for it in known.legal_regimes] if known else [],
        "services": services_visible_to(request.user).filter(staff=member).order_by("code"),
        "is_me": member == request.user.staff_member,
        "nav": "directory",
    }
    return render(request, "desk/directory/person.html", context)


@staff(roles=EVERYONE)
def profile_change(request: DeskRequest) -> HttpResponse:
    """Let everyone say what colleagues may ask her about."""
    member = request.user.staff_member
    known: StaffProfile | None = getattr(member, "profile", None)
    initial = {
        "topics": known.topics.all(), "legal_regimes": known.legal_regimes, "about": known.about,
        "reachability": known.reachability,
    } if known else None  # fmt: skip
    form = ProfileForm(
        request.POST or None, initial=initial, network=network_of(request), reader=reader_language()
    )
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        topics = list(values.pop("topics"))
        change_profile(staff_member=member, topics=topics, fields=values, by=request.user)
        messages.success(request, _("Saved."))
        return redirect("desk:directory_person", member.pk)
    context = {"form": form, "nav": "directory"}
    status = 422 if form.errors else 200
    return render(request, "desk/directory/profile_form.html", context, status=status)


@staff(roles=EVERYONE)
def ask(request: DeskRequest, staff_id: UUID) -> HttpResponse:
    """Send a question to a named colleague."""
    member = get_object_or_404(_colleagues(request), pk=staff_id)
    form = QuestionForm(request.POST or None, initial={"key": uuid4()})
    if request.method == "POST" and form.is_valid():
        is_sent = ask_colleague(
            colleague=member,
            question=form.cleaned_data["question"],
            key=str(form.cleaned_data["key"]),
            by=request.user,
        )
        if is_sent:
            messages.success(request, _("Your question is on its way."))
        else:
            messages.error(request, _("This colleague has no mail here. Please call instead."))
        return redirect("desk:directory_person", member.pk)
    context = {"form": form, "member": member, "nav": "directory"}
    return render(request, "desk/directory/ask.html", context, status=422 if form.errors else 200)


@staff(roles=EVERYONE)
def tour(request: DeskRequest) -> HttpResponse:
    """Show a new colleague where everything is; note that she has seen it."""
    if request.method == "POST":
        note_tour_taken(staff_member=request.user.staff_member, by=request.user)
        return redirect("desk:directory")
    context = {"me": request.user.staff_member, "nav": "directory"}
    return render(request, "desk/directory/tour.html", context)
