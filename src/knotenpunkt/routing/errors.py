from __future__ import annotations

import datetime as dt


class IllegalRuleStep(Exception):
    """A rule cannot go from this status to that one."""

    def __init__(self, code: str, status: str, new: str) -> None:
        super().__init__(f"{code}: {status} -> {new}")
        self.code, self.status, self.new = code, status, new


class NotAfterItsBeginning(Exception):
    """A rule cannot end on or before the day it began."""

    def __init__(self, code: str, valid_from: dt.date) -> None:
        super().__init__(f"{code} is valid from {valid_from}")
        self.code, self.valid_from = code, valid_from


class NoSuchChange(ValueError):
    """No rule and no note of the own network makes this change; `key` says which was meant."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key
