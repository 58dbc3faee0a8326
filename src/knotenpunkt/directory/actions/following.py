"""Watch lists: who hears of a change, by one mail a day and thing."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import override

from knotenpunkt.directory.models import Service, Topic, Watch
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.actions import Message, queue_message
from knotenpunkt.foundation.enums import Channel
from knotenpunkt.network.models import Account, Organization, StaffMember

Watched = Organization | Topic | Service


@transaction.atomic
def watch(*, thing: Watched, by: Account) -> Watch:
    """Put an organization, topic or service on one's own list. Harmless when repeated."""
    found, _is_new = Watch.objects.get_or_create(
        staff_member=by.staff_member,
        organization=thing if isinstance(thing, Organization) else None,
        topic=thing if isinstance(thing, Topic) else None,
        service=thing if isinstance(thing, Service) else None,
        defaults={"created_at": clock.now()},
    )
    return found


@transaction.atomic
def unwatch(*, thing: Watched, by: Account) -> None:
    """Take it off the own list. Harmless when repeated."""
    Watch.objects.filter(
        staff_member=by.staff_member, **{str(thing._meta.model_name): thing}
    ).delete()


def tell_watchers(
    *, changed: Service | Organization, fields: Sequence[str], by: Account | None
) -> int:
    """Queue one mail to everyone who watches this, its organization or its topic; how many.

    Whoever made the change gets none. Several changes of one day are one mail.
    """
    if isinstance(changed, Service):
        which = Q(service=changed) | Q(topic=changed.topic) | Q(organization=changed.organization)
        address = f"{settings.PUBLIC_ADDRESS}/desk/directory/services/{changed.pk}/"
    else:
        which = Q(organization=changed)
        address = f"{settings.PUBLIC_ADDRESS}/desk/directory/organizations/{changed.pk}/"
    readers = StaffMember.objects.filter(
        watches__in=Watch.objects.filter(which), left_on=None, account__is_active=True
    ).distinct()
    told = 0
    for reader in readers.select_related("account"):
        if reader.account is None or (by is not None and reader.account_id == by.pk):
            continue
        _tell(reader, changed, address)
        told += 1
    return told


def _tell(reader: StaffMember, changed: Service | Organization, address: str) -> None:
    account = reader.account
    if account is None:
        return
    with override(account.language):
        subject = _("Changed in the directory: %(name)s") % {"name": changed}
        body = _("Something has changed in an entry on your list:\n\n%(name)s\n%(address)s\n") % {
            "name": changed,
            "address": address,
        }
    queue_message(
        Message(
            channel=Channel.EMAIL,
            recipient=account.email,
            language=account.language,
            subject=subject[:120],
            body=body,
            purpose="directory.changed",
            about=changed.pk,
        ),
        once_key=f"changed/{changed.pk}/{reader.pk}/{clock.today()}",
    )
