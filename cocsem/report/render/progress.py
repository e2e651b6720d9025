"""What is going on while a run works: one moving line on a terminal, nothing when piped or asked to be quiet."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import TextIO

from rich.console import Console
from rich.status import Status


class Progress:
    """A context manager that shows the current step.

    Parameters
    ----------
    quiet : show nothing at all.
    file : where to show it; the standard error stream by default, so that results stay clean.

    >>> with Progress(quiet=True) as progress:
    ...     progress.step("Reading the survey")
    """

    def __init__(self, *, quiet: bool = False, file: TextIO | None = None) -> None:
        console = Console(file=file or sys.stderr)
        self._status = Status("", console=console) if console.is_terminal and not quiet else None

    def __enter__(self) -> Progress:
        if self._status:
            self._status.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._status:
            self._status.stop()

    def step(self, text: str) -> None:
        """Show what is being done now."""
        if self._status:
            self._status.update(text.replace("[", "\\["))
