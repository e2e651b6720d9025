"""Round numbers for an axis."""

from __future__ import annotations

import math


def round_ticks(low: float, high: float, wanted: int = 5) -> list[float]:
    """Return round numbers that cover an interval.

    >>> round_ticks(-0.13, 0.71)
    [-0.2, 0.0, 0.2, 0.4, 0.6, 0.8]
    """
    span = max(high - low, 1e-9)
    power = 10.0 ** math.floor(math.log10(span / wanted))
    step = next(m * power for m in (1, 2, 5, 10) if span / (m * power) <= wanted)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(i * step, 10) + 0.0 for i in range(first, last + 1)]
