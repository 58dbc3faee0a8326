"""What stands in the bar of every desk page: one line an area, shown to the roles it is for."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from knotenpunkt.cohorts.queries import SEEING_ROLES
from knotenpunkt.network.enums import Role
from knotenpunkt.visits.interpreting import COORDINATING
from knotenpunkt.web.access import CASE_ROLES, EVERYONE, FIGURE_ROLES, GIVING_ROLES


@dataclass(frozen=True)
class Entry:
    """A link: the key that a page gives as `nav`, its text, its address, who sees it.

    An area of several pages has one entry, which `covers` the keys of its tabs.
    """

    key: str
    text: str | Promise
    url_name: str
    roles: frozenset[str]
    covers: frozenset[str] = frozenset()


BOOKING_TABS = (
    Entry("repair", _("Repair"), "desk:repair", CASE_ROLES),
    Entry("waiting", _("Waiting list"), "desk:waiting", CASE_ROLES),
    Entry("capacity", _("Waits of regular clients"), "desk:capacity", FIGURE_ROLES),
    Entry("pools", _("Programmes"), "desk:pools", FIGURE_ROLES),
    Entry("outreach", _("Hours at other houses"), "desk:outreach", FIGURE_ROLES),
    Entry("benefit", _("What it brings"), "desk:benefit", FIGURE_ROLES),
    Entry("programmes", _("Who can join"), "desk:programmes", CASE_ROLES | FIGURE_ROLES),
    Entry("cohorts", _("Many at once"), "desk:cohorts", SEEING_ROLES),
)
BOOKING = frozenset(tab.key for tab in BOOKING_TABS)


ENTRIES = (
    Entry("today", _("Today"), "desk:home", CASE_ROLES),
    Entry("day", _("Day"), "desk:day", EVERYONE),
    Entry("persons", _("Persons"), "desk:persons", CASE_ROLES),
    Entry("directory", _("Directory"), "desk:directory", EVERYONE),
    Entry("exchange", _("Exchange"), "desk:exchange", EVERYONE),
    Entry("responsibility", _("Responsibility"), "desk:responsibility", EVERYONE),
    Entry("cases", _("Shared work"), "desk:referrals", CASE_ROLES),
    Entry("interpreting", _("Interpreters"), "desk:interpreting", COORDINATING),
    Entry("fairs", _("Fairs"), "desk:fairs", EVERYONE),
    Entry("agreements", _("Agreements"), "desk:agreements", EVERYONE),
    Entry("booking", _("Bookings"), "desk:repair", CASE_ROLES, BOOKING),
    Entry("booking", _("Bookings"), "desk:capacity", FIGURE_ROLES - CASE_ROLES, BOOKING),
    Entry("retention", _("Deletion"), "desk:retention", frozenset({Role.DATA_PROTECTION_OFFICER})),
    Entry("accounts", _("Accounts"), "desk:accounts", GIVING_ROLES),
)


def entries_for(role: str | None) -> list[Entry]:
    """Return the entries that a staff member with this role may open."""
    return [entry for entry in ENTRIES if role in entry.roles]


def booking_tabs_for(role: str | None) -> list[Entry]:
    """Return the pages behind the entry for bookings that this role may open."""
    return [tab for tab in BOOKING_TABS if role in tab.roles]
