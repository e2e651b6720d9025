"""Every error a person can cause, as one small tree.

    CocsemError
    |- UsageError              an argument or option that cannot be used, or a combination that is refused
    |- ShelfError              an instrument, theory, data set or reference file that is missing or wrong
    |- SurveyError             a survey file that cannot be read or does not fit its instrument
    |- ModelError              a model that cannot be built
    |  |- ModelSyntaxError     model text that cannot be read; shows the line with a caret
    |  |- IdentificationError  a model whose parameters the data cannot determine
    |- EstimationError         statistics that cannot be computed (singular matrix, too few rows)

The text of an error says what must hold, what was given, where, and then what to do.
"""

from __future__ import annotations


class CocsemError(Exception):
    """Base of every error that cocsem raises on purpose; its text is meant for the person at the keyboard."""


class UsageError(CocsemError):
    """An argument or option cannot be used, or a combination of options is refused."""


class ShelfError(CocsemError):
    """An instrument, theory, data set or reference file is missing or wrong."""


class SurveyError(CocsemError):
    """A survey file cannot be read or does not fit its instrument."""


class ModelError(CocsemError):
    """A model cannot be built."""


class ModelSyntaxError(ModelError):
    """Model text cannot be read.

    Parameters
    ----------
    message : what must hold and what to do.
    line : the offending line of the model, shown with a caret.
    number : its line number, counted from 1.
    column : the position of the caret, counted from 0.
    """

    def __init__(self, message: str, line: str = "", number: int = 0, column: int = 0) -> None:
        self.message, self.line, self.number, self.column = message, line, number, column
        super().__init__(message + self.place("line"))

    def place(self, word: str) -> str:
        """Return the offending line, after the word for `line`, with a caret under the mistake; nothing without a line."""
        if not self.line:
            return ""
        head = f"{word} {self.number}: "
        return f"\n  {head}{self.line}\n  {' ' * (len(head) + self.column)}^"


class IdentificationError(ModelError):
    """The data cannot determine the parameters of a model."""


class EstimationError(CocsemError):
    """Statistics cannot be computed from these data."""
