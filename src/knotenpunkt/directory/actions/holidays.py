"""Who vouches for the school holidays of a year."""

from __future__ import annotations

from django.db import transaction

from knotenpunkt.directory.errors import UnknownYear
from knotenpunkt.directory.holidays import dates_of
from knotenpunkt.directory.models import SchoolHolidayReview
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.actions import record
from knotenpunkt.foundation.school_holidays import school_holidays
from knotenpunkt.network.models import Account


@transaction.atomic
def review_school_holidays(*, year: int, by: Account) -> SchoolHolidayReview:
    """Note that she has held the dates of this year against the publication of the Land.

    Raises `UnknownYear` when the file knows no day of it.
    """
    network = by.staff_member.organization.network
    source = school_holidays().get(network.land)
    if source is None or year not in source.years:
        raise UnknownYear(year)
    review, _is_new = SchoolHolidayReview.objects.update_or_create(
        network=network,
        year=year,
        defaults={
            "dates": dates_of(source, year),
            "reviewer": by.staff_member.name,
            "reviewed_on": clock.today(),
        },
    )
    record("school_holidays.reviewed", review, by=by)
    return review


@transaction.atomic
def withdraw_holiday_review(*, review: SchoolHolidayReview, by: Account) -> None:
    """Take a review back: the year counts as not reviewed again."""
    record("school_holidays.review_withdrawn", review, by=by)
    review.delete()
