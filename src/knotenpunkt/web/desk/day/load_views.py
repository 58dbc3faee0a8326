"""The load of a house as a picture, and the same as a table."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from knotenpunkt.foundation import clock
from knotenpunkt.network.models import Location, Network
from knotenpunkt.visits.load import Cell, Load, load_of
from knotenpunkt.web.access import EVERYONE, DeskRequest, staff
from knotenpunkt.web.desk.day.forms import LoadForm
from knotenpunkt.web.templatetags.knotenpunkt import plain_text

NAMES, CELL, ROW = 250, 60, 40  # units of the drawing: names, an hour, a topic
STEPS = (1, 25, 60, 85)  # per cent from which the next shade begins


@dataclass(frozen=True)
class Box:
    """One cell of the picture."""

    x: int
    y: int
    shade: str
    share: int | None


@dataclass(frozen=True)
class Row:
    name: str
    y: int
    boxes: list[Box]
    shares: list[int | None]


@staff(roles=EVERYONE)
def load(request: DeskRequest) -> HttpResponse:
    """Show how full a house is by hour and topic; without a choice, the central one today."""
    network = request.user.staff_member.organization.network
    form = LoadForm(request.GET or None, network=network)
    chosen = form.cleaned_data if form.is_valid() else {}
    location = chosen.get("location") or _central(network)
    day = chosen.get("day") or clock.today()
    found = load_of(location, day) if location else Load([], [], [])
    count = len(found.hours)
    context = {
        "form": LoadForm(initial={"location": location, "day": day}, network=network),
        "location": location,
        "day": day,
        "hours": [(_x(n, count) + CELL // 2, hour) for n, hour in enumerate(found.hours)],
        "rows": _rows(found),
        "width": NAMES + CELL * count,
        "height": ROW * (len(found.topics) + 2),
        "names_x": NAMES + CELL * count - 8 if get_language_bidi() else 8,
        "nav": "day",
    }
    return render(request, "desk/day/load.html", context)


def _central(network: Network) -> Location | None:
    places = Location.objects.filter(network=network)
    return places.filter(is_central=True).first() or places.first()


def _rows(found: Load) -> list[Row]:
    named = [(_("The whole house"), found.whole)]
    named += [(plain_text(topic.name), cells) for topic, cells in found.topics]
    return [_row(name, cells, (n + 1) * ROW) for n, (name, cells) in enumerate(named)]


def _row(name: str, cells: list[Cell], y: int) -> Row:
    boxes = [
        Box(_x(n, len(cells)), y, _shade(cell.share), cell.share) for n, cell in enumerate(cells)
    ]
    return Row(name, y, boxes, [cell.share for cell in cells])


def _x(number: int, count: int) -> int:
    """Return where an hour lies: from the names onward, mirrored from right to left."""
    return CELL * (count - 1 - number) if get_language_bidi() else NAMES + CELL * number


def _shade(share: int | None) -> str:
    return "none" if share is None else str(sum(share >= step for step in STEPS))
