"""The other programs on the same samples: seconds of processor time, medians of their calls."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import pandas as pd
from tasks import Task, fresh

HERE = Path(__file__).resolve().parent
DRAWS = 1000
Samples = list[pd.DataFrame]


def median_seconds(call: Callable[[pd.DataFrame], object], samples: Iterable[pd.DataFrame]) -> float:
    """Median processor time of the calls, after one that does not count."""
    times = []
    for sample in samples:
        start = time.process_time()
        call(sample)
        times.append(time.process_time() - start)
    return float(np.median(times[1:] if len(times) > 1 else times))


def _written(model: str, samples: Samples, folder: Path) -> tuple[str, str]:
    """Write the model and the samples; return the path of the first and the paths of the others, comma by comma."""
    (folder / "model.txt").write_text(model)
    files = [folder / f"sample{n}.csv" for n in range(len(samples))]
    for file, sample in zip(files, samples, strict=True):
        sample.to_csv(file, index=False)
    return str(folder / "model.txt"), ",".join(map(str, files))


def _run(command: list[str]) -> list[list[float]]:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed:\n{done.stderr}")
    return [[float(word) for word in line.replace("NA", "nan").split()] for line in done.stdout.splitlines()]


def lavaan_seconds(task: Task, model: str, samples: Samples) -> float:
    """Median of lavaan's calls; bootstrap draws are few and scaled to 1,000 by what twice as many more cost. Not a number without Rscript."""
    program = shutil.which("Rscript")
    if program is None:
        return float("nan")
    with tempfile.TemporaryDirectory() as folder:
        paths = _written(model, samples, Path(folder))
        lines = np.array(_run([program, str(HERE / "lavaan.R"), *paths, task.lavaan, str(task.draws)]))
    first, second = np.median(lines[1:] if len(lines) > 1 else lines, axis=0)
    each = (second - first) / (2 * task.draws) if task.draws else 0.0
    return float(first + (DRAWS - task.draws) * each if task.draws else first)


def semopy_seconds(task: Task, model: str, samples: Samples) -> float:
    """Median of semopy's calls: fit, inspection with standardized values, its statistics; or refits of few draws, scaled."""
    import semopy

    if task.draws:
        refit = median_seconds(
            lambda data: semopy.Model(model).fit(data), [fresh(samples[0], n) for n in range(task.draws + 1)]
        )
        return refit * DRAWS

    def call(data: pd.DataFrame) -> float:
        fitted = semopy.Model(model)
        fitted.fit(data)
        fitted.inspect(std_est=True)
        return float(semopy.calc_stats(fitted).to_numpy().sum())

    return median_seconds(call, samples)


def seminr_seconds(task: Task, model: str, samples: Samples) -> float:
    """Median of seminr's calls, in the interpreter that SEMINR_PYTHON names; not a number without one."""
    program = os.environ.get("SEMINR_PYTHON", sys.executable)
    if subprocess.run([program, "-c", "import seminr"], capture_output=True, check=False).returncode:
        return float("nan")
    with tempfile.TemporaryDirectory() as folder:
        paths = _written(model, samples, Path(folder))
        times = _run([program, str(HERE / "seminr_times.py"), *paths, task.options.get("estimator", "ML")])
    return float(np.median(times[1:] if len(times) > 1 else times))


RIVALS: dict[str, Callable[[Task, str, Samples], float]] = {
    "lavaan": lavaan_seconds,
    "semopy": semopy_seconds,
    "seminr": seminr_seconds,
}
