"""What belongs into the newsletter of a month: from the tables where it happened, in German."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice

from dateutil.relativedelta import relativedelta
from django.utils.formats import date_format
from django.utils.text import slugify
from django.utils.translation import override

from knotenpunkt.cooperation.models import Fair
from knotenpunkt.directory.models import KnowledgeCard
from knotenpunkt.directory.queries import SHOWN, organizations_today, services_of_network
from knotenpunkt.exchange.enums import Section
from knotenpunkt.exchange.models import Post
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.languages import text_in
from knotenpunkt.network.models import Network
from knotenpunkt.routing.changes import ChangeKind, law_changes

MOST = 12  # of one section; the rest stands in the directory
FAIRS_AHEAD = relativedelta(months=3)


@dataclass(frozen=True)
class Line:
    section: Section
    text: str
    path: str


@dataclass(frozen=True)
class Month:
    """A month in German days and moments; `first` belongs to it, `after` no more."""

    first: dt.date

    @property
    def after(self) -> dt.date:
        return self.first + relativedelta(months=1)

    @property
    def moments(self) -> tuple[dt.datetime, dt.datetime]:
        return (
            clock.local_moment(self.first, dt.time()),
            clock.local_moment(self.after, dt.time()),
        )


def lines_for(network: Network, month: Month) -> list[Line]:
    """Return what happened in this month, section by section, at most `MOST` of each."""
    sections = (_services, _cards, _law, _questions, _fairs)
    with override("de"):
        return list(chain.from_iterable(islice(it(network, month), MOST) for it in sections))


def _services(network: Network, month: Month) -> Iterator[Line]:
    found = services_of_network(network).filter(
        status__in=SHOWN, created_on__gte=month.first, created_on__lt=month.after
    )
    for service in found.order_by("organization__name", "code"):
        text = f"{text_in(service.name, 'de').text} ({service.organization.name})"
        yield Line(Section.SERVICES, text[:300], f"/desk/directory/services/{service.pk}/")


def _cards(network: Network, month: Month) -> Iterator[Line]:
    found = KnowledgeCard.objects.filter(
        organization__in=organizations_today(network),
        organization__is_listed=True,
        changed_on__gte=month.first,
        changed_on__lt=month.after,
    )
    for card in found.select_related("organization").order_by("organization__name"):
        path = f"/desk/directory/organizations/{card.organization_id}/"
        yield Line(Section.CARDS, card.organization.name, path)


def _law(network: Network, month: Month) -> Iterator[Line]:
    """Yield what begins or ends in this month or the next, and drafts looked at in this one."""
    for change in law_changes(network):
        is_near = month.first <= change.on < month.after + relativedelta(months=1)
        is_looked_at = month.first <= change.reviewed_on < month.after
        if is_looked_at if change.kind == ChangeKind.DRAFT else is_near:
            day = date_format(change.on, "DATE_FORMAT")
            text = f"{change.legal_basis}: {change.kind.label}, {day}"
            yield Line(
                Section.LAW, text[:300], f"/desk/responsibility/changes/#{slugify(change.key)}"
            )


def _questions(network: Network, month: Month) -> Iterator[Line]:
    begins, ends = month.moments
    found = Post.objects.filter(
        network=network, question=None, gone_because="",
        answered_at__gte=begins, answered_at__lt=ends,
    )  # fmt: skip
    for question in found.order_by("answered_at", "id"):
        yield Line(Section.QUESTIONS, question.title, f"/desk/exchange/questions/{question.pk}/")


def _fairs(network: Network, month: Month) -> Iterator[Line]:
    begins, _ends = month.moments
    last = clock.local_moment(month.after + FAIRS_AHEAD, dt.time())
    found = Fair.objects.filter(network=network, starts_at__gte=begins, starts_at__lt=last)
    for fair in found.order_by("starts_at", "id"):
        day = date_format(clock.local_day(fair.starts_at), "DATE_FORMAT")
        text = f"{fair.title}, {day} ({fair.get_status_display()})"
        yield Line(Section.FAIRS, text[:300], f"/desk/fairs/{fair.pk}/")
