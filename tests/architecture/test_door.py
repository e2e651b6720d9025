"""The door of the house: README, CI, chores and pages say the same."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import cocsem
from cocsem.cli import COMMANDS
from cocsem.instrument.load import list_instruments
from cocsem.survey.shelf_data import list_datasets
from cocsem.theory.load import list_theories

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CI = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")])


def _lines():
    """The shell lines of the README."""
    return [
        line
        for block in re.findall(r"^```sh\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
        for line in block.splitlines()
    ]


def test_the_readme_has_exactly_two_lines_to_copy():
    job, tests = _lines()
    assert README.count("```") == 4
    assert "-m cocsem fit creative_industry --out report" in job and "-m pip install ." in job
    assert "-m pytest" in tests and "[dev]" in tests
    assert all(line.startswith("python3 -m venv .venv && ") for line in (job, tests))


def test_ci_takes_its_lines_from_the_readme():
    extract = re.search(r"^mapfile -t lines < <\((.+)\)$", CI, re.MULTILINE).group(1)
    printed = subprocess.run(["bash", "-c", extract], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert printed.splitlines() == _lines()
    assert (
        CI.index('"${lines[1]}"')
        < CI.index("ruff check")
        < CI.index("lint_imports")
        < CI.index("-m mypy")
        < CI.index('"${lines[0]}"')
    )


def test_ci_is_a_program():
    assert CI.startswith("#!/usr/bin/env bash\n") and "set -euo pipefail" in CI
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111
    assert subprocess.run(["bash", "-n", str(ROOT / ".ci" / "run")], check=False).returncode == 0


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
        assert target.startswith("https://") or (page.parent / target).exists(), target


def test_every_page_is_in_the_index():
    index = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    assert all(f"({page.name})" in index for page in (ROOT / "docs").glob("*.md") if page.name != "README.md")


def test_counts_in_the_readme_are_right():
    wanted = f"{len(list_instruments())} instruments, {len(list_theories())} theories with their rival models, and {len(list_datasets())} data sets"
    assert wanted in " ".join(README.split())


def test_named_commands_and_options_exist():
    pages = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    assert set(re.findall(r"python -m cocsem ([a-z]+)", pages)) <= set(COMMANDS)
    described = subprocess.run(
        [sys.executable, "-m", "cocsem", "fit", "--help"], capture_output=True, text=True, check=True
    ).stdout
    for option in set(re.findall(r"`python -m cocsem (?:fit|validate) [^`]*`", pages)):
        assert set(re.findall(r"--[a-z]+", option)) <= set(re.findall(r"--[a-z]+", described)), option


def test_the_changelog_keeps_its_form_and_contributing_is_short():
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert changelog.startswith("# Changelog\n") and "## [Unreleased]" in changelog
    assert len((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").splitlines()) < 60


def test_decisions_are_numbered_listed_and_short():
    folder = ROOT / "docs" / "decisions"
    pages = sorted(folder.glob("[0-9]*.md"))
    assert [int(page.name[:4]) for page in pages] == list(range(1, len(pages) + 1))
    index = (folder / "README.md").read_text(encoding="utf-8")
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert page.name in index and text.startswith(f"# {page.name[:4]}")
        assert len(text.splitlines()) <= 40


def test_the_package_ships_its_shelves_and_names_its_licence():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    shelves = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert set(shelves) == {"instruments", "theories", "datasets", "lessons"}
    assert project["project"]["license"] == "GPL-3.0-or-later"
    assert project["project"]["version"] == cocsem.__version__


def test_the_chores_are_there():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for chore in ("demo", "test", "check", "bench"):
        assert re.search(rf"^{chore}:", makefile, re.MULTILINE)
    for check in ("ruff check", "ruff format --check", "lint_imports", "mypy", "pytest"):
        assert check in makefile
