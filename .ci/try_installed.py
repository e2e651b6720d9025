"""Try an installed cocsem from an empty folder: the shelves are found, a study runs, and the start is light."""

import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

SHELVES = {"instruments": "product_involvement", "theories": "service_logic", "datasets": "creative_industry"}
FILES = ["report.html", "report.md", "results.json", "scores.csv", "tables/hypotheses.csv", "tables/cfa_estimates.csv"]
ALLOWED_SECONDS = 0.3
STARTS = 7


def run(*arguments: str) -> str:
    done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(
            f"'{' '.join(arguments)}' must end with 0, but it ended with {done.returncode}:\n{done.stdout}{done.stderr}"
        )
    return done.stdout


def seconds(statement: str) -> float:
    started = time.perf_counter()
    run("-c", statement)
    return time.perf_counter() - started


def main() -> None:
    if any(Path().iterdir()):
        sys.exit(f"This must run from an empty folder, but {Path().resolve()} is not empty.")
    place = Path(run("-c", "import cocsem; print(cocsem.__file__)").strip())
    if not place.is_relative_to(sys.prefix):
        sys.exit(f"The installed cocsem must be tried, but it came from {place}.")
    for shelf, entry in SHELVES.items():
        listed = run("-m", "cocsem", shelf, "list")
        if entry not in listed:
            sys.exit(f"`{shelf} list` must name {entry}, but it printed:\n{listed}")
        print(f"{shelf}: {len(listed.splitlines())} on the shelf")
    run("-m", "cocsem", "fit", "service_logic", "--out", "out")
    absent = [name for name in FILES if not Path("out", name).is_file()]
    results = json.loads(Path("out", "results.json").read_text(encoding="utf-8"))
    if absent or not results["structural"]["fit"]["converged"]:
        sys.exit(f"A converged study with all its files was expected; missing: {absent or 'nothing'}.")
    print(f"fit service_logic: {sum(path.is_file() for path in Path('out').rglob('*'))} files")
    pairs = [(seconds("import cocsem"), seconds("import pandas")) for _ in range(STARTS)]
    ours, theirs = (statistics.median(times) for times in zip(*pairs, strict=True))
    print(f"import cocsem {ours:.2f} s, import pandas {theirs:.2f} s")
    if ours > theirs + ALLOWED_SECONDS:
        sys.exit(f"`import cocsem` must take at most {ALLOWED_SECONDS} s more than `import pandas`.")


main()
