"""The command line: one file per verb, loaded only when its verb is called."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from itertools import pairwise

import click

from cocsem.errors import CocsemError
from cocsem.language import LANGUAGES, Text
from cocsem.messages import message_of, translate

COMMANDS = {
    "fit": ("cocsem.cli.fit", "Validate the scales, test the theory, write the report."),
    "power": ("cocsem.cli.power", "Power of a study before the survey, and the respondents it needs."),
    "simulate": ("cocsem.cli.simulate", "Draw a sample from a model with given values."),
    "content": ("cocsem.cli.content", "Content validity from the ratings of experts, before the survey."),
    "pilot": ("cocsem.cli.pilot", "Pilot test: item-total correlations against the r table, alpha."),
    "screen": ("cocsem.cli.screen", "Missing, careless and late answers; nobody is dropped."),
    "retest": ("cocsem.cli.retest", "The same people asked twice: intraclass correlations."),
    "validate": ("cocsem.cli.validate", "Stop after the measurement model."),
    "invariance": ("cocsem.cli.invariance", "Compare the measurement between groups, step by step."),
    "moderate": ("cocsem.cli.moderate", "Latent interactions with simple slopes; paths compared between groups."),
    "explain": ("cocsem.cli.explain", "What an index says, with the numbers of a study put into its formula."),
    "lessons": ("cocsem.cli.lessons", "Lessons for teaching, with exercises and their keys."),
    "instruments": ("cocsem.cli.instruments", "List, show or start questionnaire instruments."),
    "theories": ("cocsem.cli.theories", "List, show or start theories."),
    "audit": ("cocsem.cli.audit", "Ask other programs the same: lavaan, seminr, pingouin."),
    "check": ("cocsem.cli.check", "Run a study again and fail when a number changed."),
    "export": ("cocsem.cli.export", "Write questionnaires, models and data for other programs."),
    "datasets": ("cocsem.cli.datasets", "List or show the data sets that ship with cocsem."),
}
_ERROR = Text("Error", "Galat")
_ABORTED = Text("Aborted.", "Dibatalkan.")
_USAGE = Text(
    "Usage: {usage}\nTry '{command} --help' for help.",
    "Pemakaian: {usage}\nCoba '{command} --help' untuk bantuan (dalam bahasa Inggris).",
)
_HELP = """From a questionnaire to tested theory.

\b
Try it on a simulated survey that ships with cocsem:
  python -m cocsem fit creative_industry --out report
On your own file:
  python -m cocsem fit answers.csv --theory involvement_engagement_loyalty --out report
  python -m cocsem fit answers.sav --model model.txt --lang id --out laporan

Exit codes: 0 fine; 1 a model did not converge or is not admissible; 2 wrong usage or unreadable input.
"""


class _Lazy(click.Group):
    """A group whose commands are imported when they are needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of the verbs, in the order of the work."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one verb."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(COMMANDS[cmd_name][0]).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Print the verbs without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(cls=_Lazy, help=_HELP, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="cocsem", prog_name="cocsem")
def group() -> None:
    """Entry of the command line."""


def _language(arguments: list[str] | None) -> str:
    """The language that was asked for, read from the words themselves: the fault may have come before they were parsed."""
    words = sys.argv[1:] if arguments is None else arguments
    asked = [after for word, after in pairwise(words) if word == "--lang"]
    asked += [word.removeprefix("--lang=") for word in words if word.startswith("--lang=")]
    return asked[-1] if asked and asked[-1] in LANGUAGES else "en"


def _say_misuse(fault: click.ClickException, lang: str) -> None:
    """Say what click found wrong in the command, with the way to its help."""
    context = fault.ctx if isinstance(fault, click.UsageError) else None
    if context is not None:
        usage = context.command.get_usage(context).removeprefix("Usage:").strip()
        click.echo(f"{_USAGE[lang].format(usage=usage, command=context.command_path)}\n", err=True)
    click.echo(f"{_ERROR[lang]}: {Text(fault.format_message(), translate(fault.format_message()))[lang]}", err=True)


def _compute_on_one_thread() -> None:
    """Keep the linear algebra on one thread, unless its user says otherwise; to be called before numpy is loaded.

    The matrices of questionnaires are small: threads that share one wait for one another far longer than they compute,
    above all where other programs run as well.
    """
    for library in ("OPENBLAS", "MKL", "OMP"):
        os.environ.setdefault(f"{library}_NUM_THREADS", "1")


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; every error a person can cause ends in one message and exit code 2."""
    _compute_on_one_thread()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    lang = _language(arguments)
    try:
        sys.exit(group.main(args=arguments, prog_name="python -m cocsem", standalone_mode=False))
    except click.exceptions.NoArgsIsHelpError as fault:
        fault.show()
        sys.exit(2)
    except click.ClickException as fault:
        _say_misuse(fault, lang)
        sys.exit(fault.exit_code)
    except CocsemError as fault:
        click.echo(f"{_ERROR[lang]}: {message_of(fault)[lang]}", err=True)
        sys.exit(2)
    except click.Abort:
        click.echo(_ABORTED[lang], err=True)
        sys.exit(1)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
