"""`python -m cocsem check`: run a study again and fail when a number changed."""

from __future__ import annotations

import sys

import click

from cocsem.language import Text
from cocsem.report.numbers import localize
from cocsem.report.render.progress import Progress
from cocsem.reproduction import Reproduction, check_results

_SAME = Text(
    "{count} values compared: every number came out as it was.",
    "{count} nilai dibandingkan: semua angka keluar seperti semula.",
)
_CHANGED = Text("{changed} of {count} values changed:", "{changed} dari {count} nilai berubah:")
_OTHER_FILE = Text(
    "The survey file is not the one of the results: its checksum differs.",
    "Berkas survei bukan berkas hasil ini: sidik berkasnya berbeda.",
)
_VERSION = Text("{name} was {before}, is {now}.", "{name}: dahulu {before}, sekarang {now}.")
_MORE = Text("... and {count} more.", "... dan {count} lagi.")
_SHOWN = 20


@click.command("check", short_help="Run a study again and fail when a number changed.")
@click.argument("results")
@click.argument("survey")
@click.option("--lang", type=click.Choice(["en", "id"]), default="en", show_default=True, help="Language.")
@click.option("--quiet", is_flag=True, help="Print nothing; the exit code tells.")
def command(results: str, survey: str, lang: str, quiet: bool) -> None:
    """Run again on SURVEY what RESULTS (a results.json) says was asked, and compare every number.

    Exit codes: 0 nothing changed; 1 a number changed; 2 wrong usage or unreadable input.
    """
    with Progress(quiet=quiet) as progress:
        found = check_results(results, survey, lang=lang, progress=progress.step)
    if not quiet:
        for line in describe_reproduction(found, lang):
            click.echo(line)
    sys.exit(1 if found.changes else 0)


def describe_reproduction(found: Reproduction, lang: str) -> list[str]:
    """Say what a repeated run gave, line by line."""
    lines = [] if found.same_file else [_OTHER_FILE[lang]]
    lines += [_VERSION[lang].format(name=name, before=before, now=now) for name, before, now in found.versions]
    if not found.changes:
        return [*lines, _SAME[lang].format(count=found.compared)]
    lines.append(_CHANGED[lang].format(changed=len(found.changes), count=found.compared))
    for change in found.changes[:_SHOWN]:
        lines.append(localize(f"  {change.place}: {change.before} → {change.now}", lang))
    rest = len(found.changes) - _SHOWN
    return [*lines, _MORE[lang].format(count=rest)] if rest > 0 else lines
