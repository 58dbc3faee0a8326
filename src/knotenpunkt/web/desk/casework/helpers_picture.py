"""The net around a person as a small picture: she in the middle, her helpers in a ring."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from knotenpunkt.casework.queries.helpers import Helper

WIDTH, HEIGHT = 640, 400
RADIUS_X, RADIUS_Y = 210, 140


@dataclass(frozen=True)
class Node:
    """Where a helper stands in the picture, in its own units."""

    x: int
    y: int
    name: str
    organization: str


def helpers_picture(helpers: Sequence[Helper], *, right_to_left: bool) -> list[Node]:
    """Return the helpers around the middle, beginning at the top in reading direction."""
    turn = -1 if right_to_left else 1
    count = len(helpers)
    nodes = []
    for place, helper in enumerate(helpers):
        angle = -math.pi / 2 + turn * 2 * math.pi * place / max(count, 1)
        x = round(WIDTH / 2 + RADIUS_X * math.cos(angle))
        y = round(HEIGHT / 2 + RADIUS_Y * math.sin(angle))
        nodes.append(Node(x, y, helper.name, helper.organization))
    return nodes
