"""From layers to points: how high every place stands, and the curve of every arrow.

Arrows run with horizontal ends and pass a layer only through the place kept free for them, so none crosses a node.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from math import sqrt
from typing import NamedTuple

from cocsem.report.figures.layers import Layout, Place, Stop
from cocsem.report.figures.svg import Box

Point = tuple[float, float]
_ROUNDS = 30
_STOP_HEIGHT = 24.0
_PORT_DISTANCE = 13.0
_PORT_SHARE = 0.75
_SAMPLES = 14


class Sizes(NamedTuple):
    """Half width and half height of a node, and the room between nodes across and down."""

    rx: float
    ry: float
    across: float
    down: float


class Drawing(NamedTuple):
    """Centres of all places, corner points of all arrows (pairs of horizontal pieces), and the size of the picture."""

    centres: Mapping[Place, Point]
    corners: tuple[tuple[Point, ...], ...]
    width: float
    height: float


Room = tuple[float, float]


def place_all(
    layout: Layout, sizes: Sizes, *, rooms: Mapping[Place, Room] | None = None, margin: float = 16.0
) -> Drawing:
    """Give every place of a layout its point and every arrow its corners.

    `rooms` holds the height a node needs above and below its centre, where that is more than the node itself.
    """
    need = {place: _room(place, sizes, rooms or {}) for layer in layout.layers for place in layer}
    levels = _levels(layout, sizes, need)
    top = min((levels[p] - need[p][0] for p in levels), default=0.0)
    step = 2 * sizes.rx + sizes.across
    centres = {
        place: (margin + sizes.rx + step * i, levels[place] - top + margin)
        for i, layer in enumerate(layout.layers)
        for place in layer
    }
    bottom = max((centres[p][1] + need[p][1] for p in centres), default=0.0)
    ports = _ports(layout, centres, sizes)
    corners = tuple(_corners(number, route, centres, ports, sizes) for number, route in enumerate(layout.routes))
    width = 2 * margin + step * len(layout.layers) - sizes.across
    return Drawing(centres, corners, width, bottom + margin)


def shift(drawing: Drawing, left: float, right: float) -> Drawing:
    """Make room at both sides of a drawing."""
    centres = {place: (x + left, y) for place, (x, y) in drawing.centres.items()}
    corners = tuple(tuple((x + left, y) for x, y in route) for route in drawing.corners)
    return Drawing(centres, corners, drawing.width + left + right, drawing.height)


def turned(points: Sequence[Point]) -> list[Point]:
    """Exchange across and down: what ran from left to right runs from the top to the bottom."""
    return [(y, x) for x, y in points]


def place_upright(layout: Layout, sizes: Sizes) -> Drawing:
    """The same layout from the top to the bottom: layers are rows, arrows leave and arrive with upright ends."""
    lying = place_all(layout, Sizes(sizes.ry, sizes.rx, sizes.across, sizes.down))
    centres = {place: (y, x) for place, (x, y) in lying.centres.items()}
    return Drawing(centres, tuple(tuple(turned(route)) for route in lying.corners), lying.height, lying.width)


def node_box(centre: Point, sizes: Sizes) -> Box:
    """Return the box around a node."""
    return Box(centre[0] - sizes.rx, centre[1] - sizes.ry, centre[0] + sizes.rx, centre[1] + sizes.ry)


def curve(corners: Sequence[Point], *, upright: bool = False) -> str:
    """Write the path of an arrow: curves between layers, straight through them; `upright` exchanges across and down in the end."""
    parts: list[tuple[str, list[Point]]] = [("M", [corners[0]])]
    for i, (start, end) in enumerate(itertools.pairwise(corners)):
        middle = (start[0] + end[0]) / 2
        parts.append(("L", [end]) if i % 2 else ("C", [(middle, start[1]), (middle, end[1]), end]))
    return " ".join(f"{letter}{' '.join(map(_xy, turned(own) if upright else own))}" for letter, own in parts)


def sample(corners: Sequence[Point]) -> list[Point]:
    """Return points along an arrow, from its start to its end."""
    points: list[Point] = []
    for i, (start, end) in enumerate(itertools.pairwise(corners)):
        for number in range(_SAMPLES + 1):
            t = number / _SAMPLES
            # A cubic with horizontal ends at half way: x keeps the form 1.5 t - 1.5 t² + t³, y the smooth step.
            across = t if i % 2 else 1.5 * t - 1.5 * t * t + t**3
            down = t if i % 2 else t * t * (3 - 2 * t)
            points.append((start[0] + (end[0] - start[0]) * across, start[1] + (end[1] - start[1]) * down))
    return points


def _room(place: Place, sizes: Sizes, rooms: Mapping[Place, Room]) -> Room:
    """The height a place takes above and below its centre."""
    half = _STOP_HEIGHT / 2 if isinstance(place, Stop) else sizes.ry
    above, below = rooms.get(place, (half, half))
    return max(half, above), max(half, below)


def _levels(layout: Layout, sizes: Sizes, need: Mapping[Place, Room]) -> dict[Place, float]:
    """Move every place towards the mean of its neighbours while each layer keeps its order and distances."""
    stacks = [_stack(layer, sizes, need) for layer in layout.layers]
    level = {
        place: value
        for layer, stack in zip(layout.layers, stacks, strict=True)
        for place, value in zip(layer, stack, strict=True)
    }
    near: dict[Place, list[Place]] = {place: [] for place in level}
    for route in layout.routes:
        for one, two in itertools.pairwise(route):
            near[one].append(two)
            near[two].append(one)
    for _ in range(_ROUNDS):
        for layer, offsets in zip(layout.layers, stacks, strict=True):
            wanted = [sum(level[n] for n in near[p]) / len(near[p]) if near[p] else level[p] for p in layer]
            kept = _isotonic([w - o for w, o in zip(wanted, offsets, strict=True)])
            level.update({place: k + o for place, k, o in zip(layer, kept, offsets, strict=True)})
    return level


def _stack(layer: Sequence[Place], sizes: Sizes, need: Mapping[Place, Room]) -> list[float]:
    """The closest allowed stack of a layer, around zero."""
    centres, edge = [], 0.0
    for place in layer:
        centres.append(edge + need[place][0])
        edge = centres[-1] + need[place][1] + sizes.down
    shift = (edge - sizes.down) / 2
    return [centre - shift for centre in centres]


def _isotonic(values: Sequence[float]) -> list[float]:
    """The closest non-decreasing sequence (pool adjacent violators)."""
    blocks: list[tuple[float, int]] = []
    for value in values:
        blocks.append((value, 1))
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            (a, n), (b, m) = blocks[-2:]
            blocks[-2:] = [((a * n + b * m) / (n + m), n + m)]
    return [value for value, count in blocks for _ in range(count)]


def _ports(layout: Layout, centres: Mapping[Place, Point], sizes: Sizes) -> dict[tuple[int, Place], float]:
    """How far above or below the centre every arrow meets a node: neighbours keep their order, none coincide."""
    sides: dict[tuple[Place, bool], list[tuple[float, int]]] = {}
    for number, route in enumerate(layout.routes):
        for node, neighbour in ((route[0], route[1]), (route[-1], route[-2])):
            right = centres[neighbour][0] > centres[node][0]
            sides.setdefault((node, right), []).append((centres[neighbour][1], number))
    offsets = {}
    for (node, _), meeting in sides.items():
        distance = min(_PORT_DISTANCE, 2 * sizes.ry * _PORT_SHARE / len(meeting))
        for rank, (_, number) in enumerate(sorted(meeting)):
            offsets[number, node] = (rank - (len(meeting) - 1) / 2) * distance
    return offsets


def _corners(
    number: int,
    route: tuple[Place, ...],
    centres: Mapping[Place, Point],
    ports: Mapping[tuple[int, Place], float],
    sizes: Sizes,
) -> tuple[Point, ...]:
    way = 1 if centres[route[-1]][0] > centres[route[0]][0] else -1
    start = _port(centres[route[0]], ports[number, route[0]], way, sizes)
    end = _port(centres[route[-1]], ports[number, route[-1]], -way, sizes)
    passed = [centres[stop] for stop in route[1:-1]]
    return (start, *((x + side * way * sizes.rx, y) for x, y in passed for side in (-1, 1)), end)


def _port(centre: Point, offset: float, side: int, sizes: Sizes) -> Point:
    """The point of the ellipse at this height."""
    return (centre[0] + side * sizes.rx * sqrt(max(1 - (offset / sizes.ry) ** 2, 0.0)), centre[1] + offset)


def _xy(point: Point) -> str:
    return f"{point[0]:.1f},{point[1]:.1f}"
