"""Signs are noted, owners are asked, answers count, silence is passed on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from uuid import UUID

import httpx
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from knotenpunkt.directory.enums import FieldPart, ServiceStatus, SignKind
from knotenpunkt.directory.freshness import ASKED_AFTER, parts_to_ask
from knotenpunkt.directory.links import check_link, confirmation_path, is_public_address
from knotenpunkt.directory.models import ConfirmationRequest, FreshnessSign, Service
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.actions import Message, queue_message, record
from knotenpunkt.foundation.enums import Channel
from knotenpunkt.network.enums import Role
from knotenpunkt.network.models import Account, Network, Organization, StaffMember

ESCALATED_AFTER = dt.timedelta(days=14)
CHECKED_AT_ONCE = 50


@transaction.atomic
def note_sign(
    *, service: Service, part: str, kind: str, by: Account | None, note: str = ""
) -> FreshnessSign:
    """Note one observation. A confirmation of every part since makes the entry verified today."""
    sign = FreshnessSign.objects.create(
        service=service, part=part, kind=kind, at=clock.now(), by=by, note=note
    )
    if kind in (SignKind.CONFIRMED, SignKind.CHANGED):
        _verify_if_complete(service)
    record(f"service.{kind}", service, by=by, changed_fields=[part])
    return sign


def note_evidence(*, service: Service, part: str, kind: str) -> None:
    """Note what work itself has shown, at most once a day and without a name.

    A busy desk holds forty talks a day; the second says nothing that the first has not said, and
    no sign tells which colleague was how busy.
    """
    day = clock.local_moment(clock.today(), dt.time())
    signs = FreshnessSign.objects.filter(service=service, part=part, kind=kind, at__gte=day)
    if not signs.exists():
        note_sign(service=service, part=part, kind=kind, by=None)


def _verify_if_complete(service: Service) -> None:
    """Set the day on which every part was confirmed; one part alone does not vouch for the rest."""
    since = clock.now() - ASKED_AFTER
    fresh = FreshnessSign.objects.filter(
        service=service, at__gte=since, kind__in=(SignKind.CONFIRMED, SignKind.CHANGED)
    )
    if set(parts_to_ask(service)) <= set(fresh.values_list("part", flat=True)):
        Service.objects.filter(pk=service.pk).update(verified_on=clock.today())
        service.verified_on = clock.today()


@transaction.atomic
def ask_owner(
    *, organization: Organization, by: Account | None = None
) -> ConfirmationRequest | None:
    """Send one digest about everything that grows old; None if nothing does or none can be asked.

    While one is open no other is sent.
    """
    services = services_to_confirm(organization)
    if not organization.email or not services:
        return None
    found, is_new = ConfirmationRequest.objects.get_or_create(
        organization=organization,
        answered_at=None,
        defaults={"recipient": organization.email, "sent_at": clock.now()},
    )
    if is_new:
        _send(found, organization.email, services)
        record("freshness.asked", organization, by=by)
    return found


def services_to_confirm(organization: Organization) -> list[Service]:
    """Return the entries of an owner that nobody has confirmed for 150 days."""
    limit = clock.today() - ASKED_AFTER
    found = Service.objects.filter(organization=organization).exclude(status=ServiceStatus.ENDED)
    return [it for it in found if it.verified_on is None or it.verified_on < limit]


def cannot_be_asked(network: Network) -> list[Organization]:
    """Return the houses whose entries grow old and that named no address to ask at."""
    silent = Organization.objects.filter(network=network, email="", valid_to=None)
    return [it for it in silent.order_by("name", "id") if services_to_confirm(it)]


def _send(request: ConfirmationRequest, to: str, services: Iterable[Service]) -> None:
    with override("de"):
        lines = "\n".join(f"- {service}" for service in services)
        body = _(
            "Are these entries in the directory still right?\n\n%(lines)s\n\n"
            "One click each, without signing in:\n%(link)s\n\n"
            "What nobody confirms is marked after 180 days and hidden from the public after 365."
        ) % {"lines": lines, "link": settings.PUBLIC_ADDRESS + confirmation_path(request)}
        subject = _("Directory: still right?")
    message = Message(
        Channel.EMAIL, to, "de", body, "directory.confirm", subject=subject, about=request.id
    )
    queue_message(message, once_key=f"confirm/{request.id}/{to}"[:120])


@transaction.atomic
def answer_confirmation(
    *, request: ConfirmationRequest, service: Service, part: str, kind: str, note: str = ""
) -> None:
    """Take the answer of whoever holds the link; the digest closes when nothing is left to ask."""
    request = ConfirmationRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    note_sign(service=service, part=part, kind=kind, by=None, note=note)
    if request.answered_at is None and not services_to_confirm(request.organization):
        request.answered_at = clock.now()
        request.save(update_fields=["answered_at"])


@transaction.atomic
def ask_colleague(*, request: ConfirmationRequest, colleague: StaffMember) -> None:
    """Send the same link to a colleague of the same organization; harmless when repeated."""
    if colleague.organization_id == request.organization_id and colleague.account:
        services = services_to_confirm(request.organization)
        _send(request, colleague.account.email, services)
        record("freshness.passed_on", request, by=None)


@transaction.atomic
def escalate(*, network: Network) -> int:
    """Tell the coordinators about digests that nobody answered for two weeks; returns how many."""
    now = clock.now()
    overdue = list(
        ConfirmationRequest.objects.select_for_update(of=("self",))
        .filter(
            organization__network=network,
            answered_at=None,
            escalated_at=None,
            sent_at__lte=now - ESCALATED_AFTER,
        )
        .select_related("organization")
        .order_by("pk")
    )
    if overdue:
        text = gettext_noop(
            "These partners have not confirmed their entries for two weeks:\n\n%(names)s"
        )
        houses = [it.organization for it in overdue]
        _tell_coordinators(network, text, houses, f"escalated/{overdue[0].id}")
    for request in overdue:
        request.escalated_at = now
        request.save(update_fields=["escalated_at"])
    return len(overdue)


def tell_who_cannot_be_asked(*, network: Network) -> int:
    """Tell the coordinators once a month whose entries will vanish unasked; returns how many."""
    houses = cannot_be_asked(network)
    if houses:
        text = gettext_noop(
            "Nobody can ask these partners whether their entries are still right, for they have "
            "no e-mail address. What nobody confirms is hidden from the public 365 days after it "
            "was confirmed or entered:\n\n%(names)s"
        )
        _tell_coordinators(network, text, houses, f"unasked/{network.pk}/{clock.today():%Y-%m}")
    return len(houses)


def _tell_coordinators(
    network: Network, text: str, houses: Iterable[Organization], once_key: str
) -> None:
    with override("de"):
        body = _(text) % {"names": "\n".join(f"- {it}" for it in houses)}
        subject = _("Directory: no answer")
    for account in Account.objects.filter(
        staff_member__role=Role.COORDINATOR, staff_member__organization__network=network,
        staff_member__left_on=None, is_active=True,
    ):  # fmt: skip
        queue_message(
            Message(
                Channel.EMAIL, account.email, "de", body, "directory.escalated", subject=subject
            ),
            once_key=f"{once_key}/{account.id}",
        )


def check_links(
    *,
    client: httpx.Client,
    may_fetch: Callable[[str], bool] = is_public_address,
    limit: int = CHECKED_AT_ONCE,
) -> int:
    """Look whether the pages of services answer, the longest unseen first; returns how many.

    No network call happens inside a transaction. `may_fetch` refuses addresses of our own network.
    """
    seen = FreshnessSign.objects.filter(part=FieldPart.LINK).order_by("service", "-at")
    last: dict[UUID, dt.datetime] = {}
    for service_id, at in seen.values_list("service", "at"):
        last.setdefault(service_id, at)
    never = dt.datetime.min.replace(tzinfo=dt.UTC)
    wanted = Service.objects.exclude(url="").exclude(status=ServiceStatus.ENDED)
    due = sorted(wanted, key=lambda it: (last.get(it.pk, never), str(it.pk)))[:limit]
    for service in due:
        works = check_link(service.url, client=client, may_fetch=may_fetch)
        kind = SignKind.LINK_WORKS if works else SignKind.LINK_BROKEN
        note_sign(service=service, part=FieldPart.LINK, kind=kind, by=None)
    return len(due)
