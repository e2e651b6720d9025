"""Processor seconds of seminr (the Python port) on the samples of one task; it runs in an interpreter that has seminr installed.

python seminr_times.py model.txt "data1.csv,data2.csv" ML|MLR
"""

import csv
import sys
import time
from pathlib import Path

import numpy as np
import seminr


def columns(path: str) -> dict[str, np.ndarray]:
    """Read a table of numbers, column by column."""
    with Path(path).open() as file:
        header, *rows = list(csv.reader(file))
    return {name: np.array([float(row[n]) for row in rows]) for n, name in enumerate(header)}


def measurement(path: str) -> object:
    """The measurement model from lines such as 'f =~ x1 + x2 + x3'."""
    lines = [line.split("=~") for line in Path(path).read_text().splitlines() if line.strip()]
    return seminr.constructs(
        *(seminr.reflective(left.strip(), [item.strip() for item in right.split("+")]) for left, right in lines)
    )


for file in sys.argv[2].split(","):
    data, model = columns(file), measurement(sys.argv[1])
    start = time.process_time()
    seminr.summarize(seminr.estimate_cfa(data, model, estimator=sys.argv[3]))
    print(time.process_time() - start)
