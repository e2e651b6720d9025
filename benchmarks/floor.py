"""What would be left of the nine-item call if parts of it cost nothing? The same samples, with those parts answered from memory.

usage: python benchmarks/floor.py [--calls 400]

`search`: starting values, the search, and the evaluation at its end are looked up: no compiled search could be faster than that.
`estimation`: the whole fit is looked up, and only the answers are read, the model found again, and both tables made and read. Prints the
median processor time of a call, and how many times as long semopy and seminr take for it in the same run (seminr as in compare.py).
"""

from __future__ import annotations

import argparse
import os

os.environ.update(dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1"))

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from rivals import RIVALS
from tasks import TASKS, fresh, ours, population

from cocsem.estimation import results, verbs


@contextmanager
def remembered(module: Any, *names: str) -> Iterator[Callable[[int, bool], None]]:
    """Let functions of a module give again what they gave for the same sample; the call chooses the sample, and whether to listen."""
    kept: dict[tuple[str, int], Any] = {}
    at: list[Any] = [0, True]
    plain = {name: getattr(module, name) for name in names}

    def stand_in(name: str) -> Callable[..., Any]:
        def call(*args: Any, **named: Any) -> Any:
            key = (name, at[0])
            if at[1]:
                kept[key] = plain[name](*args, **named)
            return kept[key]

        return call

    for name in names:
        setattr(module, name, stand_in(name))
    try:
        yield lambda sample, listen: at.__setitem__(slice(None), [sample, listen])
    finally:
        for name, function in plain.items():
            setattr(module, name, function)


def median_ms(model: str, samples: list[Any], choose: Callable[[int, bool], None] | None = None) -> float:
    """Median milliseconds of a call; what is remembered is heard in a first round."""
    times = []
    for listen in (True, False):
        times = []
        for n, sample in enumerate(samples):
            if choose is not None:
                choose(n, listen)
            start = time.process_time_ns()
            ours(model, sample, {})
            times.append((time.process_time_ns() - start) / 1e6)
    return float(np.median(times))


def main() -> None:
    """Time the call as it is, without its search, and without its estimation."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--calls", type=int, default=400)
    asked = parser.parse_args()
    model, data = population(TASKS[0])
    samples = [fresh(data, seed) for seed in range(asked.calls)]
    found = {"as it is": median_ms(model, samples)}
    with remembered(results, "starting_values", "solve", "_reached") as choose:
        found["search for nothing"] = median_ms(model, samples, choose)
    with remembered(verbs, "estimate") as choose:
        found["estimation for nothing"] = median_ms(model, samples, choose)
    rivals = {name: 1e3 * RIVALS[name](TASKS[0], model, samples[:60]) for name in ("semopy", "seminr")}
    for name, ms in found.items():
        ratios = "".join(f"   {rival} {theirs / ms:5.1f}" for rival, theirs in rivals.items())
        print(f"{name:24s} {ms:6.3f} ms{ratios}")


if __name__ == "__main__":
    main()
