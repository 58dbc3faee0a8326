"""Each guard of pages and API is cut once, alone: does a stranger's answer change?

A guard is every call of `*_visible_to` or `*_shared_with` in `knotenpunkt.web` whose rows lead to a
person: found in the source, so a new one is in. Row-level security is away, or it would hide the
cut. A guard behind another (her file first, then her visits) is cut once more with all the others
cut. What goes unnoticed stands in a table with the reason, and the table has to be exact.
"""

from __future__ import annotations

import ast
import datetime as dt
import importlib
import pkgutil
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Model

import knotenpunkt.web
from knotenpunkt.cohorts.models import Cohort
from knotenpunkt.foundation import clock
from knotenpunkt.network.enums import Role
from knotenpunkt.network.models import Account, Network, StaffMember
from knotenpunkt.people.actions import live_together
from knotenpunkt.people.models import Person
from knotenpunkt.visits.models import Visit
from knotenpunkt.web import rights
from tests.consent.conftest import without_walls
from tests.consent.test_wall_of_visits import models_leading_to
from tests.web import test_rights_walk as walk

GUARD = re.compile(r"\w+_(visible_to|shared_with)$")
ROWS = re.compile(r"QuerySet\[(\w+)\]")
rows = walk.rows  # the fixture
ROLES = (Role.LEAD, Role.FRONT_DESK, Role.INTERPRETER_COORDINATOR, Role.DATA_PROTECTION_OFFICER)
# What this walk does not notice, and why. A guard that comes to be noticed has to leave the table.
UNNOTICED: dict[str, tuple[str, ...]] = {
    "the role that may open it is the role that sees the rows": (
        "api.interpreting._own: assignments_visible_to",
        "api.interpreting.assignments: assignments_visible_to",
        "desk.interpreting.views._own: assignments_visible_to",
        "desk.interpreting.views.overview: assignments_visible_to",
        "desk.interpreting.views.telephone: assignments_visible_to",
    ),
    "beside it stands a narrower filter: the own house, me, the chair, whom I see": (
        "desk.casework.assignment_views._mine: assignments_visible_to",
        "desk.casework.conference_views._chaired: conferences_visible_to",
        "desk.casework.today_views._talk: appointments_visible_to",
        "desk.casework.today_views.follow_up_settle: persons_visible_to",
        "desk.casework.today_views.talk: persons_visible_to",
        "desk.casework.today_views.talk_done: talk_records_visible_to",
        "desk.persons.disclosure_views.__init__: items_visible_to",
    ),
    "a query or an action further in refuses as well, or shows the same": (
        "desk.casework.plan_views.plan_step: persons_visible_to",
        "desk.casework.referral_views._page: persons_visible_to",
        "desk.persons.disclosure_views.disclosure_decide: persons_visible_to",
    ),
    "Olena has no such row: nothing is decided, proposed or hurt": (
        "desk.cohorts.views.book_many: places_visible_to",
        "desk.fixed.views._shown: appointments_visible_to",
        "desk.persons.emergency_views._rows: emergencies_visible_to",
        "desk.repair.views.confirm_every: repair_tasks_visible_to",
    ),
    "asked only with a filled sheet": (
        "desk.persons.release_views._entrusted: items_visible_to",
        "desk.persons.sharing_views._handed_over: items_visible_to",
    ),
}
Site = tuple[str, int, str]  # module, line, query
Ask = tuple[str, dict[str, Any] | None]  # an address, and the form that is sent there


def model_of(query: Any) -> type[Model] | None:
    """Return the model of the rows, by the type that the query declares."""
    said = ROWS.fullmatch(str(getattr(query, "__annotations__", {}).get("return", "")))
    return query.__globals__[said.group(1)] if said else None


def modules(package: ModuleType) -> list[ModuleType]:
    found = pkgutil.walk_packages(package.__path__, package.__name__ + ".")
    return [importlib.import_module(it.name) for it in found]


def sites(*packages: ModuleType) -> dict[Site, str]:
    """Return every guard, where a query of personal rows is called, and the function it is in."""
    personal = models_leading_to(Person) | {Cohort}  # a cohort is a group of persons
    found: dict[Site, str] = {}
    for module in (it for package in packages for it in modules(package)):
        tree = ast.parse(Path(str(module.__file__)).read_text())
        for function in (it for it in ast.walk(tree) if isinstance(it, ast.FunctionDef)):
            for node in ast.walk(function):  # an inner function comes later and wins
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                    name = node.func.id
                    if GUARD.fullmatch(name) and model_of(vars(module).get(name)) in personal:
                        of = module.__name__.removeprefix("knotenpunkt.").removeprefix("web.")
                        where = f"{of}.{function.name}"
                        found[module.__name__, node.lineno, name] = f"{where}: {name}"
    return found


@dataclass
class Knife:
    """Stands in for every guard; cuts the sites in `cut`, remembers those it met."""

    every: dict[Site, str]
    cut: frozenset[Site] = frozenset()
    met: set[Site] = field(default_factory=set)

    def in_place_of(self, module: str, name: str, guard: Callable[..., Any]) -> Any:
        model = model_of(guard)
        assert model is not None

        def stand_in(*args: Any, **more: Any) -> Any:
            site = module, sys._getframe(1).f_lineno, name
            self.met.add(site)
            return model._default_manager.all() if site in self.cut else guard(*args, **more)

        return stand_in


@pytest.fixture
def knife(loaded_network: Network, monkeypatch: pytest.MonkeyPatch) -> Iterator[Knife]:
    yield from held_over(Knife(sites(knotenpunkt.web)), monkeypatch)


def held_over(knife: Knife, monkeypatch: pytest.MonkeyPatch) -> Iterator[Knife]:
    """Let this knife stand in for every guard it knows, with no wall behind them."""
    for module, name in {(module, name) for module, _line, name in knife.every}:
        found = importlib.import_module(module)
        guard = knife.in_place_of(module, name, getattr(found, name))
        monkeypatch.setattr(found, name, guard)
    with without_walls():
        yield knife


def filled(rows: walk.Rows) -> list[Ask]:
    """Return what is asked with a real place or service, a search or a filled form."""
    person, other, visit = rows["person_id"], str(rows["other_id"]), rows["visit_id"]
    leg = Visit.objects.get(pk=visit).appointments.order_by("position")[0]
    about, at = f"/desk/persons/{person}", f"/desk/visits/{visit}"
    service, old = f"/desk/directory/services/{leg.service_id}", {"version": "999"}
    last_on = str(clock.today() + dt.timedelta(days=30))
    return [
        (f"/api/v1/locations/{leg.location_id}/tickets", None),
        (f"/api/v1/tickets/{rows['ticket_id']}/end", {"how": "served"}),
        ("/api/v1/waiting", {"person": str(person), "visit": str(visit), "last_on": last_on}),
        (f"{about}/referral/?organization={leg.organization_id}", None),
        (f"{about}/household/", {"q": "Zahra"}),
        (f"{about}/duplicates/", {"other": other, "answer": "apart"}),
        (f"{service}/book/", None),
        (f"{service}/book/", {"person": str(person)}),
        (f"{at}/cancel/", old),
        (f"{at}/appointments/{leg.pk}/cancel/", old),
    ]


class Stranger:
    """Asks every address in one role of another house; nothing of what she sends stays."""

    def __init__(self, account: Account, role: str, rows: walk.Rows, knife: Knife) -> None:
        StaffMember.objects.filter(account=account).update(role=role)
        open_to = rights.rights_matrix()
        self.caller, self.knife = walk.Caller(Account.objects.get(pk=account.pk)), knife
        self.asks: list[Ask] = [
            (walk.address_of(pattern, rows), None)
            for pattern, _names in walk.walked()
            if (open_to.get(pattern) or frozenset()) & {role, "token", "anyone"}
        ] + filled(rows)

    def told(self, ask: Ask, cut: frozenset[Site] = frozenset()) -> tuple[int, bytes]:
        self.knife.cut = cut
        self.knife.met.clear()
        with transaction.atomic():
            try:
                address, form = ask
                return self.caller.filled(address, form) if form else self.caller.answer(address)
            except Exception as fault:  # a guard further in refused: that is an answer too
                return 500, type(fault).__name__.encode()
            finally:
                transaction.set_rollback(True)

    def notices(self, found: dict[Site, str]) -> None:
        """Add the guards whose cut she notices: `alone`, or `behind` others cut before."""
        every = frozenset(self.knife.every)
        for ask in self.asks:
            wide = self.told(ask, every)
            met = {site for site in self.knife.met if found.get(site) != "alone"}
            shut = self.told(ask) if met else wide
            for site in met:
                if self.told(ask, frozenset({site})) != shut:
                    found[site] = "alone"
                elif site not in found and self.told(ask, every - {site}) != wide:
                    found[site] = "behind"
            if met:  # the control: no cut, no change
                assert self.told(ask) == shut, ask


def test_each_guard_cut_once_is_noticed(
    knife: Knife, rows: walk.Rows, account: Callable[[str], Account]
) -> None:
    found: dict[Site, str] = {}
    live_together(
        person=Person.objects.get(pk=rows["person_id"]),
        other=Person.objects.get(pk=rows["other_id"]),
        by=account("st-ki03"),
    )
    for role in ROLES:
        Stranger(account("st-hw01"), role, rows, knife).notices(found)

    alone, missed = sum(how == "alone" for how in found.values()), set(knife.every) - set(found)
    print(f"guards {len(knife.every)}: {alone} noticed alone, {len(found) - alone} behind another")
    assert {knife.every[it] for it in missed} == {it for why in UNNOTICED.values() for it in why}
    assert len(found) >= 75
