"""What is going on while a run works: a bar with the time left on a terminal, nothing when piped or asked to be quiet."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import TextIO

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.progress import Progress as Bar


class Progress:
    """A context manager that shows the current step, how far the run is and how long it still takes.

    Parameters
    ----------
    quiet : show nothing at all.
    file : where to show it; the standard error stream by default, so that results stay clean.

    >>> with Progress(quiet=True) as progress:
    ...     progress.step("Reading the survey")
    """

    def __init__(self, *, quiet: bool = False, file: TextIO | None = None) -> None:
        console = Console(file=file or sys.stderr)
        self._bar = _make(console) if console.is_terminal and not quiet else None
        self._task = self._bar.add_task("", total=None) if self._bar else None

    def __enter__(self) -> Progress:
        if self._bar:
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar:
            self._bar.stop()

    def step(self, text: str) -> None:
        """Show what is being done now; a text that knows its place in the run (`done`) moves the bar."""
        if self._bar is None or self._task is None:
            return
        done = getattr(text, "done", None)
        self._bar.update(self._task, description=escape(text))
        if done is not None:
            self._bar.update(self._task, completed=done, total=1.0)


def _make(console: Console) -> Bar:
    """One line that disappears when the run ends."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=16),
        TimeElapsedColumn(),
        TextColumn("/ −"),
        TimeRemainingColumn(compact=True, elapsed_when_finished=True),
    )
    return Bar(*columns, console=console, transient=True)
