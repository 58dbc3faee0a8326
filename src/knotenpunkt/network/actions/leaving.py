"""Who leaves hands over first; then the account ends."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from knotenpunkt.foundation import clock
from knotenpunkt.foundation.actions import record
from knotenpunkt.network.actions.accounts import require_administrator
from knotenpunkt.network.errors import LastCoordinator, NotYourHouse, StillOpen
from knotenpunkt.network.leaving import open_work_of
from knotenpunkt.network.models import Account, ApiToken, StaffMember
from knotenpunkt.network.rights import is_last_coordinator
from knotenpunkt.network.signals import staff_left, work_handed_over


@transaction.atomic
def hand_over_work(
    *, member: StaffMember, successors: Mapping[str, StaffMember], by: Account
) -> None:
    """Give each kind of open work to a colleague of the same organization.

    Grants do not move: what partners shared with the one who leaves needs a new yes.
    Raises `NotYourHouse`.
    """
    require_administrator(member.organization, by)
    for kind, successor in sorted(successors.items()):
        is_colleague = successor.organization_id == member.organization_id
        if not is_colleague or successor.left_on is not None or successor == member:
            raise NotYourHouse
        work_handed_over.send(StaffMember, kind=kind, old=member, new=successor, by=by)
        record(f"work.handed_over.{kind}", member, by=by)


@transaction.atomic
def deactivate_colleague(*, member: StaffMember, by: Account) -> None:
    """End the sign-in, its keys and whatever was shared with exactly this staff member.

    Raises `StillOpen` while work is open, `LastCoordinator` while the network has no other, and
    `NotYourHouse` for another house or oneself.
    """
    require_administrator(member.organization, by)
    if member.account_id == by.pk:
        raise NotYourHouse
    member = StaffMember.objects.select_for_update(of=("self",)).get(pk=member.pk)
    if member.left_on is not None:
        return
    work = open_work_of(member)
    if work:
        raise StillOpen(work)
    if is_last_coordinator(member):
        raise LastCoordinator
    member.left_on = clock.today()
    member.save(update_fields=["left_on"])
    Account.objects.filter(staff_member=member).update(is_active=False)
    ApiToken.objects.filter(account=member.account_id).update(expires_at=clock.now())
    staff_left.send(StaffMember, staff_member=member, by=by)
    record("account.deactivated", member, by=by)
