"""What changes in the law: read from the rules themselves, so that there is no second list.

Law that no rule speaks of is noted by hand (`LawNote`) and stands among them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from uuid import UUID

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from knotenpunkt.foundation import clock
from knotenpunkt.network.models import Account, Network, StaffMember
from knotenpunkt.routing.enums import Matter, RuleStatus, Strength
from knotenpunkt.routing.models import LawNote, LawReading, ResponsibilityRule

NEWS = dt.timedelta(days=30)


class ChangeKind(TextChoices):
    DRAFT = "draft", _("draft, not decided")
    BEGINS = "begins", _("comes into force")
    ENDS = "ends", _("ends")
    SUSPENDED = "suspended", _("suspended")
    NOTE = "note", _("noted by hand")


@dataclass(frozen=True)
class LawChange:
    """A text begins, ends, or may begin; `on` is a German day.

    Rows of one code that change on one day are one change. `organizations` (key and name) become
    responsible, or stop to be. `rule_id` is one of the rows, None for a note.
    """

    key: str
    kind: ChangeKind
    on: dt.date
    legal_basis: str
    words: str
    transition: str
    source: str
    reviewer: str
    reviewed_on: dt.date
    matters: tuple[str, ...] = ()
    organizations: tuple[tuple[UUID, str], ...] = ()
    rule_id: UUID | None = None

    @property
    def matter_labels(self) -> list[str]:
        return [str(Matter(it).label) for it in self.matters]

    @property
    def is_news(self) -> bool:
        """Return whether it lies within thirty days of today, or was looked at as lately."""
        today = clock.today()
        return abs(self.on - today) <= NEWS or dt.timedelta() <= today - self.reviewed_on <= NEWS


def law_changes(network: Network) -> list[LawChange]:
    """Return every change of rules and notes, the latest day first, in three queries."""
    rules = ResponsibilityRule.objects.filter(network=network).select_related("organization")
    staff = StaffMember.objects.filter(organization__network=network).exclude(code="")
    names = dict(staff.values_list("code", "name"))
    found = [
        *(replace(it, reviewer=names.get(it.reviewer, it.reviewer)) for it in _of_rules(rules)),
        *(_of_note(it) for it in LawNote.objects.filter(network=network)),
    ]
    return sorted(found, key=lambda it: (-it.on.toordinal(), it.key))


def read_by(account: Account) -> set[str]:
    """Return the keys of what this staff member has read."""
    found = LawReading.objects.filter(staff_member=account.staff_member)
    return set(found.values_list("key", flat=True))


def law_news(account: Account) -> list[LawChange]:
    """Return what is new and what she has not read."""
    read = read_by(account)
    changes = law_changes(account.staff_member.organization.network)
    return [it for it in changes if it.is_news and it.key not in read]


def _of_rules(rules: Iterable[ResponsibilityRule]) -> list[LawChange]:
    groups: dict[tuple[str, ChangeKind, dt.date], list[ResponsibilityRule]] = {}
    for rule in rules:
        for kind, day in _steps(rule):
            groups.setdefault((rule.code, kind, day), []).append(rule)
    return [_change(kind, day, rows) for (_code, kind, day), rows in groups.items()]


def _steps(rule: ResponsibilityRule) -> list[tuple[ChangeKind, dt.date]]:
    if rule.status == RuleStatus.DRAFT:
        return [(ChangeKind.DRAFT, rule.valid_from)]
    steps = [(ChangeKind.BEGINS, rule.valid_from)]
    if rule.valid_to:
        is_suspended = rule.status == RuleStatus.SUSPENDED
        steps.append((ChangeKind.SUSPENDED if is_suspended else ChangeKind.ENDS, rule.valid_to))
    return steps


def _change(kind: ChangeKind, day: dt.date, rows: list[ResponsibilityRule]) -> LawChange:
    first = rows[0]
    houses = {
        (it.organization.pk, it.organization.name)
        for it in rows
        if it.organization and it.strength == Strength.RESPONSIBLE
    }
    return LawChange(
        # A draft that becomes law, or moves to another day, has to be read anew.
        key=f"{first.code}/{kind}/{day.isoformat()}",
        kind=kind,
        on=day,
        legal_basis=first.legal_basis,
        words=first.note,
        transition=first.transition,
        source=first.source,
        reviewer=first.reviewer,
        reviewed_on=first.reviewed_on,
        matters=tuple(sorted({it.matter for it in rows})),
        organizations=tuple(sorted(houses, key=lambda it: it[1])),
        rule_id=first.pk,
    )


def _of_note(note: LawNote) -> LawChange:
    return LawChange(
        key=f"note/{note.pk}",
        kind=ChangeKind.NOTE,
        on=note.on,
        legal_basis=note.legal_basis,
        words=note.words,
        transition="",
        source=note.source,
        reviewer=note.reviewer,
        reviewed_on=note.noted_on,
        matters=tuple(note.matters),
    )
