"""What can go wrong in shared work. Each error carries data; pages make sentences."""

from __future__ import annotations

import datetime as dt
from uuid import UUID


class IllegalStep(Exception):
    """This step does not exist in the life of a referral, an assignment or a conference."""

    def __init__(self, kind: str, subject: UUID, old: str, new: str) -> None:
        super().__init__(f"{kind} {subject}: {old} -> {new}")
        self.kind, self.subject, self.old, self.new = kind, subject, old, new


class Incomplete(Exception):
    """Something that must be there is not; `part` is a stable word."""

    def __init__(self, part: str) -> None:
        super().__init__(part)
        self.part = part


class NotShared(Exception):
    """No living grant lets these people see this; `names` are those whom it does not cover."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(f"{len(names)} without a grant")
        self.names = names


class NotResponsibleToday(Exception):
    """By rule this organization is not responsible today; an expert goes on with a reason."""

    def __init__(self, rule: str, responsible: str) -> None:
        super().__init__(rule)
        self.rule, self.responsible = rule, responsible


class WrongCode(Exception):
    """The code of a letter does not fit; `left` tries remain."""

    def __init__(self, left: int) -> None:
        super().__init__(str(left))
        self.left = left


class Identifying(Exception):
    """An anonymous text would tell who is meant; `findings` are (kind, words)."""

    def __init__(self, findings: list[tuple[str, str]]) -> None:
        super().__init__(", ".join(kind for kind, _words in findings))
        self.findings = findings


class TooEarly(Exception):
    """Every party has three working days to correct; before `day` nothing is released."""

    def __init__(self, day: dt.date) -> None:
        super().__init__(day.isoformat())
        self.day = day


class StillOpen(Exception):
    """Agreed steps are not done yet; `count` of them."""

    def __init__(self, count: int) -> None:
        super().__init__(str(count))
        self.count = count
