"""Which programmes there are, which phase runs, and who can join it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import Prefetch, QuerySet

from knotenpunkt.casework.responsibility import facts_about
from knotenpunkt.directory.enums import ServiceStatus
from knotenpunkt.directory.models import Service, Topic
from knotenpunkt.directory.queries import services_of_network, services_public
from knotenpunkt.network.models import Account, Network
from knotenpunkt.people.enums import Gender, GenderWish
from knotenpunkt.people.models import Person
from knotenpunkt.programmes.enums import AskedFact, Standing
from knotenpunkt.programmes.models import Criterion, PersonFact, Programme, ProgrammePhase
from knotenpunkt.programmes.reasons import for_whom, why_not
from knotenpunkt.programmes.standing import Asked, Known, Verdict, verdict_of
from knotenpunkt.routing.conditions import when_of
from knotenpunkt.routing.enums import Question

Texts = Mapping[str, str]
MOST_ALTERNATIVES = 5
WOMAN = {Gender.FEMALE: True, Gender.MALE: False}
WISHES_WOMAN = frozenset({GenderWish.PREFER_FEMALE, GenderWish.ONLY_FEMALE})


@dataclass(frozen=True)
class Answer:
    """Can this person join this programme on this day? Never a refusal alone.

    `reasons` are why not, by language; `alternatives` what helps now, unless she can join.
    """

    programme: Programme
    phase: ProgrammePhase | None
    next_phase: ProgrammePhase | None
    verdict: Verdict
    reasons: tuple[Texts, ...] = ()
    alternatives: tuple[Service, ...] = ()


@dataclass(frozen=True)
class OpenNow:
    """A programme as everyone sees it: what it opens today, and for whom.

    Each of `conditions` must be met; of the texts inside one, any is enough.
    """

    programme: Programme
    phase: ProgrammePhase
    services: tuple[Service, ...]
    conditions: tuple[tuple[Texts, ...], ...] = field(default=())


def programmes_visible_to(account: Account) -> QuerySet[Programme]:
    """Return the programmes of the own network: that there is one is no secret."""
    return programmes_of(account.staff_member.organization.network)


def programmes_of(network: Network) -> QuerySet[Programme]:
    """Return the programmes of a network with phases, criteria and services; six queries."""
    services = services_of_network(network).filter(status=ServiceStatus.VERIFIED)
    phases = ProgrammePhase.objects.prefetch_related("criteria")
    return (
        Programme.objects.filter(network=network)
        .select_related("organization")
        .prefetch_related(
            Prefetch("phases", phases),
            Prefetch("services", services.order_by("topic__position", "code")),
            Prefetch("alternatives", services.order_by("topic__position", "code")),
        )
    )


def running_phase(programme: Programme, day: dt.date) -> ProgrammePhase | None:
    """Return the phase that runs on a local day, of a programme read by `programmes_of`."""
    return next((it for it in programme.phases.all() if it.is_running_on(day)), None)


def next_phase(programme: Programme, day: dt.date) -> ProgrammePhase | None:
    """Return the first phase that begins after a local day."""
    later = (it for it in programme.phases.all() if it.first_on and it.first_on > day)
    return next(later, None)


def standings_of(person: Person, day: dt.date) -> list[Answer]:
    """Return for each programme of her network whether she can join on a local day.

    As many queries for three programmes as for one. Read her file before, and note that you did.
    """
    known, facts = known_of(person), facts_about(person)
    anyone = _for_everyone(person.network)
    answers = []
    for programme in programmes_of(person.network):
        phase = running_phase(programme, day)
        verdict = Verdict(Standing.CLOSED)
        if phase is not None:
            asked = [_asked(it) for it in phase.criteria.all()]
            verdict = verdict_of(asked, when_of(phase.conditions), known, facts, day)
        helps = tuple(programme.alternatives.all()) or anyone
        answers.append(
            Answer(
                programme=programme,
                phase=phase,
                next_phase=next_phase(programme, day),
                verdict=verdict,
                reasons=_reasons(phase, verdict),
                alternatives=() if verdict.standing == Standing.ELIGIBLE else helps,
            )
        )
    return answers


def known_of(person: Person) -> dict[AskedFact, Known]:
    """Return what is known of her: from her file, and what she says or somebody has checked."""
    known = {
        AskedFact(it.fact): Known(it.value, it.checked is not None)
        for it in PersonFact.objects.filter(person=person)
    }
    known[AskedFact.IS_WOMAN] = Known(WOMAN.get(Gender(person.gender)), True)
    known[AskedFact.WISHES_FEMALE_INTERPRETER] = Known(
        person.interpreter_gender in WISHES_WOMAN, True
    )
    return known


def open_now(network: Network, day: dt.date, topic: Topic | None = None) -> list[OpenNow]:
    """Return the programmes whose phase runs on a local day, for pages that everyone reads.

    With a topic, those that open something in it. Nothing is asked of anyone.
    """
    public = set(services_public(network).values_list("pk", flat=True))
    found = []
    for programme in programmes_of(network):
        phase = running_phase(programme, day)
        services = tuple(
            it
            for it in programme.services.all()
            if it.pk in public and (topic is None or it.topic_id == topic.pk)
        )
        if phase is not None and services:
            found.append(OpenNow(programme, phase, services, conditions_of(phase)))
    return found


def conditions_of(phase: ProgrammePhase) -> tuple[tuple[Texts, ...], ...]:
    """Return for whom a phase is, in texts: all of them hold, of each any one is enough."""
    choices: dict[int, list[Texts]] = {}
    for it in phase.criteria.all():
        choices.setdefault(it.choice, []).append(for_whom(it.fact))
    when = when_of(phase.conditions)
    more = [
        for_whom(key, age=age)
        for key, age in (("age_from", when.age_from), ("age_below", when.age_below))
        if age is not None
    ]
    more += [for_whom(Question.TITLE.value)] if when.titles else []
    return (*(tuple(it) for it in choices.values()), *((it,) for it in more))


def _asked(it: Criterion) -> Asked:
    return Asked(AskedFact(it.fact), it.choice, it.must_be_checked)


def _reasons(phase: ProgrammePhase | None, verdict: Verdict) -> tuple[Texts, ...]:
    if phase is None:
        return ()
    own = {it.fact: it.reason for it in phase.criteria.all()}
    facts = [why_not(it.value, own.get(it.value)) for it in verdict.failed]
    return (*facts, *(why_not(it.value) for it in verdict.failed_questions))


def _for_everyone(network: Network) -> tuple[Service, ...]:
    """Return what is open to anyone when a programme's own alternatives are all gone."""
    found = services_of_network(network).filter(status=ServiceStatus.VERIFIED)
    return tuple(found.order_by("-topic__position", "code")[:MOST_ALTERNATIVES])
