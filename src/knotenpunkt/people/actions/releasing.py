"""Releases from confidentiality: one named professional may speak with another."""

from __future__ import annotations

from django.db import transaction

from knotenpunkt.foundation import clock
from knotenpunkt.foundation.actions import record
from knotenpunkt.network.models import Account, StaffMember
from knotenpunkt.people.errors import Fault, MayNotShare
from knotenpunkt.people.models import ConfidentialityRelease, Person
from knotenpunkt.people.queries import persons_visible_to
from knotenpunkt.people.rules import Terms, faults_of_terms
from knotenpunkt.people.signals import release_ended


@transaction.atomic
def release_confidentiality(
    *, subject: Person, terms: Terms, note: str, by: Account
) -> list[ConfidentialityRelease]:
    """Let the colleagues named in the terms see what the person entrusted to `by`.

    Raises `MayNotShare`: an institution or a team cannot be freed, only people.
    """
    now, me = clock.now(), by.staff_member
    faults = list(faults_of_terms(terms, now))
    if any(not isinstance(it, StaffMember) for it in terms.recipients):
        faults.append(Fault.NEEDS_NATURAL_PERSON)
    if not note.strip():
        faults.append(Fault.NO_NOTE)
    if not persons_visible_to(by).filter(pk=subject.pk).exists():
        faults.append(Fault.NOT_YOURS)
    if faults:
        raise MayNotShare(list(dict.fromkeys(faults)))
    releases = ConfidentialityRelease.objects.bulk_create(
        ConfidentialityRelease(
            subject=subject,
            releases=me,
            recipient=recipient,
            categories=sorted(set(terms.categories)),
            purposes=sorted(set(terms.purposes)),
            note=note.strip(),
            valid_from=now,
            valid_until=terms.end,
        )
        for recipient in terms.recipients
        if isinstance(recipient, StaffMember)
    )
    for release in releases:
        record("release.given", release, by=by)
    return releases


@transaction.atomic
def end_release(*, release: ConfidentialityRelease, by: Account | None) -> None:
    """End a release now; harmless when it has ended."""
    release = ConfidentialityRelease.objects.select_for_update(of=("self",)).get(pk=release.pk)
    if release.withdrawn_at is not None:
        return
    release.withdrawn_at = clock.now()
    release.save(update_fields=["withdrawn_at"])
    record("release.ended", release, by=by)
    release_ended.send(ConfidentialityRelease, person=release.subject, release=release, by=by)
