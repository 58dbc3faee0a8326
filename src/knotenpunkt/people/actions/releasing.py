"""Releases from confidentiality: one named professional may speak with another."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q

from knotenpunkt.foundation import clock
from knotenpunkt.foundation.actions import record
from knotenpunkt.foundation.scope import system_scope
from knotenpunkt.network.models import Account, StaffMember
from knotenpunkt.people.actions.scans import hash_of_scan
from knotenpunkt.people.errors import Fault, MayNotShare
from knotenpunkt.people.models import ConfidentialityRelease, Person
from knotenpunkt.people.queries import persons_visible_to
from knotenpunkt.people.rules import Signature, Terms, faults_of_signature, faults_of_terms
from knotenpunkt.people.signals import release_ended


@transaction.atomic
def release_confidentiality(
    *, subject: Person, terms: Terms, signature: Signature, by: Account
) -> list[ConfidentialityRelease]:
    """Let the colleagues named in the terms see what the person entrusted to `by`.

    Raises `MayNotShare`: an institution or a team cannot be freed, only people.
    """
    now, me = clock.now(), by.staff_member
    faults = [*faults_of_terms(terms, now), *faults_of_signature(signature, subject)]
    if any(not isinstance(it, StaffMember) for it in terms.recipients):
        faults.append(Fault.NEEDS_NATURAL_PERSON)
    if me in terms.recipients:
        faults.append(Fault.RECIPIENT_IS_ONESELF)
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
            how_given=signature.how,
            note=signature.note.strip(),
            scan=signature.scan,
            scan_hash=hash_of_scan(signature.scan),
            place_of_original=signature.place_of_original,
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


def end_releases_of(staff_member: StaffMember, *, by: Account | None) -> int:
    """End for good what frees somebody who leaves, or frees others to speak with her."""
    with system_scope("end the releases of somebody who leaves"):
        named = Q(releases=staff_member) | Q(recipient=staff_member)
        found = list(ConfidentialityRelease.objects.filter(named, withdrawn_at=None))
        for release in found:
            end_release(release=release, by=by)
    return len(found)
