"""The picture of a staff member: hers to give, hers to take back, gone when she leaves."""

from __future__ import annotations

from django.db import transaction

from knotenpunkt.directory.models import StaffPhoto
from knotenpunkt.directory.pictures import portrait_of
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.actions import record
from knotenpunkt.network.models import Account, StaffMember


@transaction.atomic
def give_photo(*, uploaded: bytes, by: Account) -> StaffPhoto:
    """Keep her own picture, small and without metadata. Raises `NotAPicture`."""
    picture = portrait_of(uploaded)
    row, _is_new = StaffPhoto.objects.update_or_create(
        staff_member=by.staff_member, defaults={"picture": picture, "given_at": clock.now()}
    )
    record("directory.photo_given", row, by=by)
    return row


@transaction.atomic
def remove_photo(*, staff_member: StaffMember, by: Account | None) -> None:
    """Delete the picture now. Harmless when there is none."""
    for row in StaffPhoto.objects.filter(staff_member=staff_member).defer("picture"):
        record("directory.photo_removed", row, by=by)
        row.delete()
