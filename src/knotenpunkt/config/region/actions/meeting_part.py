"""Coordination meetings of a region file: the series, what was held, what is still open."""

from __future__ import annotations

from knotenpunkt.config.region.actions.rows import put, put_links, row_id
from knotenpunkt.config.region.agreements import MeetingEntry, MeetingsEntry
from knotenpunkt.config.region.schema import Region
from knotenpunkt.cooperation.enums import MeetingStatus, PointKind
from knotenpunkt.cooperation.models import CoordinationMeeting, MeetingSeries, OpenPoint
from knotenpunkt.cooperation.queries.meetings import days_of, monthly_rule
from knotenpunkt.network.models import Network


def load_meetings(network: Network, region: Region) -> None:
    """Write the series of each agreement that has one, its held meetings and its topics."""
    for entry in region.agreements:
        if entry.meetings is None:
            continue
        series = _series(network, entry.id, entry.meetings)
        put(MeetingSeries, [series])
        days = days_of(series, series.first_on, region.meta.booking_made_on)
        for number, (day, one) in enumerate(zip(days, entry.meetings.held, strict=False), 1):
            meeting = CoordinationMeeting(
                id=row_id(network, "meeting", f"{entry.id}/{number}"),
                series=series,
                planned_on=day,
                day=day,
                status=MeetingStatus.HELD,
                guests=one.guests,
                minutes=one.minutes,
            )
            put(CoordinationMeeting, [meeting])
            _attendance(network, meeting, one)
            put(OpenPoint, _decisions(network, series, meeting, one))
        put(OpenPoint, _topics(network, series, entry.meetings, region))


def _series(network: Network, agreement: str, it: MeetingsEntry) -> MeetingSeries:
    return MeetingSeries(
        id=row_id(network, "meeting_series", agreement),
        agreement_id=row_id(network, "agreement", agreement),
        title=it.title,
        rrule=monthly_rule(it.first_on, it.months),
        first_on=it.first_on,
        starts_at=it.start,
        ends_at=it.end,
        location_id=row_id(network, "location", it.site),
    )


def _attendance(network: Network, meeting: CoordinationMeeting, it: MeetingEntry) -> None:
    houses = [row_id(network, "organization", code) for code in it.attended]
    through = CoordinationMeeting.attended.through
    put_links(
        through,
        [{"coordinationmeeting_id": meeting.pk, "organization_id": house} for house in houses],
    )


def _decisions(
    network: Network, series: MeetingSeries, meeting: CoordinationMeeting, it: MeetingEntry
) -> list[OpenPoint]:
    return [
        OpenPoint(
            id=row_id(network, "open_point", f"{meeting.pk}/{number}"),
            agreement_id=series.agreement_id,
            kind=PointKind.DECISION,
            text=one.text,
            organization_id=row_id(network, "organization", one.org),
            due_on=one.due_on,
            raised_on=meeting.day,
            meeting=meeting,
            done_on=one.done_on,
            outcome=one.outcome,
        )
        for number, one in enumerate(it.decisions, 1)
    ]


def _topics(
    network: Network, series: MeetingSeries, it: MeetingsEntry, region: Region
) -> list[OpenPoint]:
    return [
        OpenPoint(
            id=row_id(network, "open_point", f"{series.pk}/{code}"),
            agreement_id=series.agreement_id,
            kind=PointKind.TOPIC,
            text=text,
            organization_id=row_id(network, "organization", code),
            raised_on=region.meta.booking_made_on,
        )
        for code, text in it.topics.items()
    ]
