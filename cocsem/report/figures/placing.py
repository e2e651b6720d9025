"""Where the labels of the arrows stand: along the arrow, clear of every node and of one another."""

from __future__ import annotations

from collections.abc import Sequence

from cocsem.report.figures.coordinates import Point
from cocsem.report.figures.svg import Box, text_width

_PLACES = (0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.2, 0.8, 0.14, 0.86)
_SHIFTS = (0.0, -11.0, 11.0, -20.0, 20.0, -30.0, 30.0)
_MARGIN = 2.0
_PADDING = 4.0
_SHIFT_COST = 0.05
_ORDER_COST = 0.2


def place_labels(
    texts: Sequence[str], curves: Sequence[Sequence[Point]], nodes: Sequence[Box], size: float
) -> tuple[list[Box], bool]:
    """Give every label a box on its arrow, and say whether all of them stand free.

    Parameters
    ----------
    texts : one label per arrow. curves : points along every arrow. nodes : boxes of the nodes. size : font size.
    """
    placed: list[Box] = []
    free = True
    for number, text in enumerate(texts):
        others = [points for i, points in enumerate(curves) if i != number]
        candidates = _candidates(text, curves[number], size)
        box = _best(candidates, [*nodes, *placed], others)
        free = free and box is not None
        placed.append(box or candidates[0][1])
    return placed, free


def _candidates(text: str, points: Sequence[Point], size: float) -> list[tuple[float, Box]]:
    """Boxes in the order they are tried, each with its cost."""
    width, height = text_width(text, size) + 2 * _PADDING, size + _PADDING
    boxes = []
    for shift in _SHIFTS:
        for rank, share in enumerate(_PLACES):
            x, y = points[round(share * (len(points) - 1))]
            box = Box(x - width / 2, y + shift - height / 2, x + width / 2, y + shift + height / 2)
            boxes.append((abs(shift) * _SHIFT_COST + rank * _ORDER_COST, box))
    return boxes


def _best(
    candidates: Sequence[tuple[float, Box]], taken: Sequence[Box], others: Sequence[Sequence[Point]]
) -> Box | None:
    """The cheapest free box; covering another arrow costs, meeting a box is not allowed."""
    free = [(cost, box) for cost, box in candidates if not any(box.meets(own, _MARGIN) for own in taken)]
    if not free:
        return None
    return min(free, key=lambda one: one[0] + _covered(one[1], others))[1]


def _covered(box: Box, others: Sequence[Sequence[Point]]) -> int:
    return sum(box.left < x < box.right and box.top < y < box.bottom for points in others for x, y in points)
