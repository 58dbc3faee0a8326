"""Consents and grants: given for a named recipient, ended at once."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from knotenpunkt.foundation import clock
from knotenpunkt.foundation.actions import Message, cancel_messages, queue_message, record
from knotenpunkt.foundation.enums import Channel
from knotenpunkt.network.models import Account, Organization, StaffMember, Team
from knotenpunkt.people.actions.scans import hash_of_scan
from knotenpunkt.people.consent_texts import text_of
from knotenpunkt.people.enums import Basis, Giver
from knotenpunkt.people.errors import Fault, MayNotShare
from knotenpunkt.people.models import Consent, Grant, Person
from knotenpunkt.people.queries import living, persons_visible_to
from knotenpunkt.people.rules import (
    Explanation,
    Recipient,
    Signature,
    Terms,
    faults_of_explanation,
    faults_of_signature,
    faults_of_statute,
    faults_of_terms,
)
from knotenpunkt.people.signals import grants_ended

__all__ = [
    "Explanation",
    "Signature",
    "Terms",
    "end_grants",
    "give_consent",
    "grant_by_statute",
    "suspend_grants_to",
    "withdraw_consent",
]
log = logging.getLogger(__name__)


@transaction.atomic
def give_consent(
    *,
    subject: Person,
    terms: Terms,
    explanation: Explanation,
    signature: Signature,
    by: Account,
) -> Consent:
    """Record a yes and make one grant for each recipient, from now on.

    Raises `MayNotShare` with every fault; then nothing was written.
    """
    now = clock.now()
    given_at = signature.given_at or now
    _refuse(
        [
            *([] if persons_visible_to(by).filter(pk=subject.pk).exists() else [Fault.NOT_YOURS]),
            *faults_of_terms(terms, given_at),
            *faults_of_explanation(explanation, subject, terms.categories),
            *faults_of_signature(signature, subject),
        ]
    )
    consent = Consent.objects.create(
        subject=subject,
        organization=by.staff_member.organization,
        recipients=[_name_of(it) for it in terms.recipients],
        categories=sorted(set(terms.categories)),
        special_categories=sorted(set(terms.special_categories) & set(terms.categories)),
        purposes=sorted(set(terms.purposes)),
        layer=terms.layer,
        valid_until=terms.end,
        given_at=given_at,
        recorded_by=by.staff_member,
        **_explained(explanation),
        **_signed(signature),
    )
    owner = terms.owner or by.staff_member.organization
    _make_grants(subject, owner, terms, now, basis=Basis.CONSENT, consent=consent)
    record("consent.given", consent, by=by)
    return consent


def _refuse(faults: list[Fault]) -> None:
    if faults:
        raise MayNotShare(list(dict.fromkeys(faults)))


def _explained(explanation: Explanation) -> dict[str, object]:
    return {
        "text_version": explanation.text_version,
        "text_hash": text_of(explanation.text_version, explanation.language).hash,
        "explained_in": explanation.language,
        "language_reason": explanation.language_reason,
        "interpreter_kind": explanation.interpreter_kind,
        "interpreter_name": explanation.interpreter_name,
        "checked_by": explanation.checked_by,
    }


def _signed(signature: Signature) -> dict[str, object]:
    is_guarded = signature.giver == Giver.GUARDIAN_AND_CHILD
    return {
        "giver": signature.giver,
        "guardian_name": signature.guardian_name if is_guarded else "",
        "understanding_note": signature.understanding_note,
        "how_given": signature.how,
        "note": signature.note,
        "scan": signature.scan,
        "scan_hash": hash_of_scan(signature.scan),
        "place_of_original": signature.place_of_original,
    }


def _name_of(recipient: Recipient) -> str:
    return f"{recipient.name}, {recipient.organization.name}"


def _make_grants(
    subject: Person, owner: Organization, terms: Terms, now: dt.datetime, **basis: object
) -> list[Grant]:
    return Grant.objects.bulk_create(
        Grant(
            subject=subject,
            owner=owner,
            recipient_staff=recipient if isinstance(recipient, StaffMember) else None,
            recipient_team=recipient if isinstance(recipient, Team) else None,
            categories=sorted(set(terms.categories)),
            purposes=sorted(set(terms.purposes)),
            layer=terms.layer,
            valid_from=now,
            valid_until=terms.end,
            **basis,
        )
        for recipient in terms.recipients
    )


@transaction.atomic
def grant_by_statute(
    *, subject: Person, terms: Terms, statute: str, necessity: str, by: Account
) -> list[Grant]:
    """Share what a law allows among benefit carriers (§ 69 SGB X), with the reason.

    Raises `MayNotShare` with every fault.
    """
    owner, now = by.staff_member.organization, clock.now()
    _refuse(
        [
            *([] if persons_visible_to(by).filter(pk=subject.pk).exists() else [Fault.NOT_YOURS]),
            *faults_of_terms(terms, now),
            *faults_of_statute(terms, owner, statute, necessity),
        ]
    )
    grants = _make_grants(
        subject,
        owner,
        terms,
        now,
        basis=Basis.STATUTE,
        statute=statute.strip(),
        necessity_note=necessity.strip(),
    )
    for grant in grants:
        record("grant.made_by_statute", grant, by=by)
    return grants


@transaction.atomic
def withdraw_consent(*, consent: Consent, by: Account | None, how: str = "desk") -> None:
    """End the consent now, with every sharing that rests on it. Nothing may refuse this.

    What was read before stays lawful and stays in the log (Art. 7(3) GDPR). `by` is None when
    the person does it herself.
    """
    consent = Consent.objects.select_for_update(of=("self",)).get(pk=consent.pk)
    if consent.withdrawn_at is not None:
        return
    consent.withdrawn_at, consent.withdrawn_how = clock.now(), how
    consent.save(update_fields=["withdrawn_at", "withdrawn_how"])
    record("consent.withdrawn", consent, by=by)
    cancel_messages(about=consent.pk)
    grants = Grant.objects.filter(consent=consent, withdrawn_at=None)
    _end(grants.order_by("pk"), person=consent.subject, reason="withdrawn", by=by, consent=consent)


@transaction.atomic
def end_grants(*, grants: Iterable[Grant], by: Account | None) -> None:
    """End these grants of one person now; harmless for those that have ended."""
    ids = [grant.pk for grant in grants]
    found = Grant.objects.filter(pk__in=ids, withdrawn_at=None).select_related("subject")
    first = found.first()
    if first is not None:
        _end(found.order_by("pk"), person=first.subject, reason="ended", by=by, consent=None)


def _end(
    grants: object, *, person: Person, reason: str, by: Account | None, consent: Consent | None
) -> None:
    ended = list(grants.select_for_update(of=("self",)))  # type: ignore[attr-defined]
    now = clock.now()
    Grant.objects.filter(pk__in=[it.pk for it in ended]).update(withdrawn_at=now)
    for grant in ended:
        grant.withdrawn_at = now
        cancel_messages(about=grant.pk)
        record("grant.ended", grant, by=by)
    _tell_others(person=person, grants=ended, consent=consent, reason=reason, by=by)
    for grant in ended:
        _tell_recipients(grant)


def _tell_others(*, person: Person, grants: list[Grant], reason: str, **more: object) -> None:
    """Let listeners end what rests on the grants; a listener's fault cannot stop the ending."""
    try:
        with transaction.atomic():
            grants_ended.send(Grant, person=person, grants=grants, reason=reason, **more)
    except Exception:
        log.exception("A listener failed while grants ended; they have ended all the same.")


def _tell_recipients(grant: Grant) -> None:
    """Write to whoever could see it until now; the mail names nobody."""
    for account in _accounts_of(grant):
        with translation.override(account.language):
            queue_message(
                Message(
                    channel=Channel.EMAIL,
                    recipient=account.email,
                    language=account.language,
                    subject=_("A sharing with you has ended"),
                    body=_(
                        "Something that was shared with you is not shared any more. It has gone "
                        "from your pages. Please delete copies that your own file does not need.\n"
                        "%(address)s"
                    )
                    % {"address": f"{settings.PUBLIC_ADDRESS}/desk/"},
                    purpose="grant.ended",
                ),
                once_key=f"grant-ended/{grant.pk}/{account.pk}",
            )


def _accounts_of(grant: Grant) -> list[Account]:
    named = Account.objects.filter(staff_member__grants=grant)
    in_team = Account.objects.filter(staff_member__teams__grants=grant)
    return list((named | in_team).distinct().order_by("pk"))


@transaction.atomic
def suspend_grants_to(*, organization: Organization, by: Account | None) -> int:
    """Stop all grants to an organization that left the agreement; returns how many."""
    to_it = Grant.objects.filter(living(clock.now())).filter(
        recipient_staff__organization=organization
    ) | Grant.objects.filter(living(clock.now())).filter(recipient_team__organization=organization)
    grants = list(to_it.select_related("subject").order_by("pk"))
    Grant.objects.filter(pk__in=[it.pk for it in grants]).update(suspended_at=clock.now())
    by_person: dict[Person, list[Grant]] = {}
    for grant in grants:
        by_person.setdefault(grant.subject, []).append(grant)
    for person, ended in by_person.items():
        _tell_others(person=person, grants=ended, reason="suspended", consent=None, by=by)
    if grants:
        record("grants.suspended", organization, by=by)
    return len(grants)
