"""Side by side in one run: cocsem against lavaan (through Rscript), semopy and seminr on the same work, single-threaded.

    python benchmarks/compare.py                  # prints the table; a line may be chosen with --only "45 items"
    python benchmarks/compare.py --record         # and writes it to benchmarks/results.md
    python benchmarks/compare.py --as-installed   # the first lines again, with as many threads as the libraries take by themselves
    SEMINR_PYTHON=path/to/python python benchmarks/compare.py    # an interpreter that has seminr; it is no dependency

Work of one call: fit, standard errors, standardized solution, all fit measures, everything read. Every call gets a fresh resample
of the rows, so nothing can be kept between calls. Median processor time of the calls; a ratio is the other program's over ours.
"""

from __future__ import annotations

import os
import sys

AS_INSTALLED = "--as-installed" in sys.argv
for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.pop(name, None)
    if not AS_INSTALLED:
        os.environ[name] = "1"

import argparse
import math
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path

from rivals import RIVALS, median_seconds
from tasks import MEMORY, TASKS, UNLIMITED, Task, fresh, ours, population

HERE = Path(__file__).resolve().parent
PROCESSES = 3
HEAD = "| work | cocsem | " + " | ".join(f"{rival} | ratio" for rival in RIVALS) + " | asked |"

TABLE = (HEAD, "|" + "---|" * (HEAD.count("|") - 1))


def times_of(task: Task, *, alone: bool) -> dict[str, float]:
    """Seconds of cocsem and of the programs that the task names."""
    model, data = population(task)
    samples = [fresh(data, seed, task.missing) for seed in range(task.calls + 1)]
    found = {"cocsem": median_seconds(lambda sample: ours(model, sample, task.options), samples)}
    few = samples[: task.lavaan_calls + (task.lavaan_calls > 1)]
    for rival in () if alone else ("lavaan", *task.rivals):
        found[rival] = RIVALS[rival](task, model, few)
    return found


def line(task: Task, found: dict[str, float]) -> str:
    """One line of the table."""
    cells = [task.name, _seconds(found["cocsem"])]
    for rival in RIVALS:
        theirs = found.get(rival, math.nan)
        cells += [_seconds(theirs), "" if math.isnan(theirs) else f"{theirs / found['cocsem']:.1f}"]
    cells.append(", ".join(f"{rival} {ratio}" for rival, ratio in task.asked.items()))
    return f"| {' | '.join(cells)} |"


def _seconds(value: float) -> str:
    if math.isnan(value):
        return ""
    return f"{value * 1e3:.2f} ms" if value < 1.0 else f"{value:.1f} s"


def peak_memory() -> float:
    """Megabytes that a process takes at most which does nothing but one call of the largest task."""
    done = subprocess.run([sys.executable, __file__, "--memory"], capture_output=True, text=True, check=True)
    return float(done.stdout)


def _print_peak() -> None:
    task = next(task for task in TASKS if task.name == MEMORY[0])
    model, data = population(task)
    ours(model, data, task.options)
    status = Path("/proc/self/status")
    if status.exists():  # the peak of this program alone: what getrusage says begins with the size of its parent
        print(next(int(text.split()[1]) / 1024 for text in status.read_text().splitlines() if text.startswith("VmHWM")))
    else:
        import resource

        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def machine() -> str:
    """What the table was measured on."""
    cpu = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [text.split(":")[1].strip() for text in info.read_text().splitlines() if text.startswith("model name")]
        cpu = f"{len(names)} cores {names[0]}" if names else cpu
    packages = ", ".join(f"{name} {version(name)}" for name in ("numpy", "scipy", "pandas", "semopy", "cocsem"))
    load = f", load average {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return f"{cpu}{load}; {platform.system()}; Python {platform.python_version()}, {packages}{_lavaan_version()}"


def _lavaan_version() -> str:
    try:
        text = 'cat("; R", paste(R.version$major, R.version$minor, sep = "."), "with lavaan", format(packageVersion("lavaan")))'
        return subprocess.run(["Rscript", "-e", text], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return ""


def main() -> None:
    """Run the tasks and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="run the lines whose name holds this text")
    parser.add_argument("--alone", action="store_true", help="time cocsem only")
    parser.add_argument("--record", action="store_true", help="write the table to results.md beside this file")
    parser.add_argument("--as-installed", action="store_true", help="some lines, with threads left to the libraries")
    parser.add_argument("--memory", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.memory:
        return _print_peak()
    print(*(lines := list(TABLE)), sep="\n", flush=True)
    for task in TASKS:
        if asked.only in task.name and not (AS_INSTALLED and task.name not in UNLIMITED):
            lines.append(line(task, times_of(task, alone=asked.alone)))
            print(lines[-1], flush=True)
    if AS_INSTALLED:
        return None
    memory = f"Peak memory of a process with one call, {MEMORY[0]}: {peak_memory():.0f} MB (asked: under {MEMORY[1]})."
    print(f"\n{memory}\n{machine()}")
    if asked.record:
        page = (HERE / "results_head.md").read_text()
        free = "\n".join((*TABLE, *as_installed()))
        (HERE / "results.md").write_text(
            page.format(table="\n".join(lines), free=free, memory=memory, machine=machine())
        )
    return None


def as_installed() -> list[str]:
    """The lines of a few processes whose libraries take as many threads as they like: what that costs differs between processes."""
    lines = []
    for _ in range(PROCESSES):
        done = subprocess.run([sys.executable, __file__, "--as-installed"], capture_output=True, text=True, check=True)
        lines += done.stdout.splitlines()[len(TABLE) :]
    return sorted(lines)


if __name__ == "__main__":
    main()
