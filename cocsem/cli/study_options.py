"""The options that `fit`, `validate` and `invariance` share, and what happens with the report they make."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import click

from cocsem.errors import UsageError
from cocsem.report.render.json import render_json
from cocsem.report.render.progress import Progress
from cocsem.report.render.terminal import print_report
from cocsem.report.render.write import FORMATS, USUAL, write_report
from cocsem.report.types import Report
from cocsem.study import run_study

F = TypeVar("F", bound=Callable[..., Any])
_OPTIONS = (
    click.argument("survey"),
    click.option("--theory", metavar="T", help="Theory: a code (see `theories list`) or a .toml file."),
    click.option("--model", metavar="FILE", help="A model in lavaan syntax instead of a theory."),
    click.option(
        "--instrument",
        "instruments",
        metavar="I",
        multiple=True,
        help="Instrument: a code or a .toml file (repeatable).",
    ),
    click.option("--codebook", metavar="FILE", help="What the columns mean (TOML, or a table of header and item)."),
    click.option(
        "--estimator",
        metavar="E",
        help="Estimator, by its lavaan name; without it chosen by the number of answer categories.",
    ),
    click.option("--ordered", is_flag=True, help="Treat the items as ordinal."),
    click.option("--missing", default="listwise", show_default=True, help="Missing answers: listwise, fiml, pairwise."),
    click.option("--group", metavar="COL", help="Column of the groups."),
    click.option("--engine", default="native", show_default=True, help="Engine that finds the estimates."),
    click.option("--bootstrap", default=0, metavar="N", help="Bootstrap draws."),
    click.option("--seed", type=int, metavar="S", help="Seed of everything random."),
    click.option(
        "--lang", type=click.Choice(["en", "id"]), default="en", show_default=True, help="Language of the report."
    ),
    click.option("--out", metavar="DIR", help="Folder for the report, results.json, tables and scores."),
    click.option(
        "--format",
        "formats",
        metavar="F,...",
        default=",".join(USUAL),
        show_default=True,
        help=f"What to write to DIR: any of {', '.join(FORMATS)}.",
    ),
    click.option("--quiet", is_flag=True, help="Print nothing but errors."),
    click.option("--json", "as_json", is_flag=True, help="Print results.json instead of the summary."),
)


def study_options(command: F, *, without: Collection[str] = ()) -> F:
    """Add the shared options to a command, all but those named."""
    for option in reversed(_OPTIONS):
        command = option(command)
    parameters = getattr(command, "__click_params__", [])
    parameters[:] = [parameter for parameter in parameters if parameter.name not in without]
    return command


def listed(text: str | None) -> tuple[str, ...]:
    """Split what was written with commas.

    >>> listed("age, gender"), listed(None)
    (('age', 'gender'), ())
    """
    return tuple(part.strip() for part in (text or "").split(",") if part.strip())


def carry_out(arguments: dict[str, Any], *, measurement_only: bool, other_programs: bool = False) -> None:
    """Run the study, print and write its report, and leave with its exit code."""
    arguments["controls"] = listed(arguments.pop("controls", None))
    run = partial(run_study, measurement_only=measurement_only, other_programs=other_programs)
    hand_out(arguments, run, only=("audit", "programs") if other_programs else ())


def hand_out(arguments: dict[str, Any], run: Callable[..., Report], *, only: Collection[str] = ()) -> None:
    """Run what was asked, print its report (or only some assessments) and write it, and leave with its exit code."""
    out, formats = arguments.pop("out"), listed(arguments.pop("formats"))
    quiet, as_json = arguments.pop("quiet"), arguments.pop("as_json")
    unknown = [f for f in formats if f not in FORMATS]
    if unknown or (out and not formats):
        raise UsageError(
            f"--format must be one or more of {', '.join(FORMATS)}, joined by commas; '{', '.join(unknown)}' was given."
        )
    arguments["model"] = read_model(arguments["model"])
    with Progress(quiet=quiet or as_json) as progress:
        report = run(arguments.pop("survey"), **arguments, progress=progress.step)
        written = write_report(report, out, formats=formats) if out else ()
    if as_json:
        click.echo(render_json(report))
    elif not quiet:
        if only:
            found = [report[key].summary(report.lang) for key in only if key in report.assessments]
            click.echo("\n\n".join(found))
        else:
            print_report(report)
        click.echo()
        for path in dict.fromkeys(path if path.parent == Path(out) else path.parent for path in written):
            click.echo(f"  {path}")
    sys.exit(exit_code(report))


def exit_code(report: Report) -> int:
    """0 when every model converged and is admissible (of groups compared: the configural one), else 1."""
    sections = [report.results.get(key) for key in ("cfa", "structural")]
    fits = [section["fit"] for section in sections if section and section.get("fit")]
    compared = report.results.get("invariance")
    if compared and not fits and compared["facts"].get("reached") is None:
        return 1
    return 0 if all(fit["converged"] and fit["admissible"] for fit in fits) else 1


def read_model(path: str | None) -> str | None:
    """Return the text of a model file, or None where none was named."""
    if path is None:
        return None
    try:
        return Path(path).read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise UsageError(
            f"--model must name a text file (UTF-8) with the model; '{path}' cannot be read: there is no such file."
        ) from None
    except (OSError, UnicodeDecodeError, ValueError):
        raise UsageError(f"--model must name a text file (UTF-8) with the model; '{path}' cannot be read.") from None


def write_new(path: str, content: bytes) -> None:
    """Write a file that must not exist yet, and say so."""
    if Path(path).exists():
        raise UsageError(f"'{path}' must not exist yet. Choose another name with --out, or move it away.")
    try:
        Path(path).write_bytes(content)
    except OSError as fault:
        raise UsageError(f"'{path}' cannot be written: {fault.strerror}.") from None
    click.echo(f"Wrote {path}")
