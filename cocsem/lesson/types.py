"""What an explanation is: an index in general, and how its number came about in one fitted model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cocsem.assessment.types import Table, Verdict
from cocsem.display import Displayed
from cocsem.language import Text


@dataclass(frozen=True, slots=True)
class Instruction:
    """One step of a computation, as its file states it.

    `name` is what it computes, `of` an expression of numbers known before. `rule` says what is done with it: nothing, or
    `max` (not below `limit`), `tail` (P of a chi-square with `limit` degrees of freedom beyond it), `quantile`; with a third number,
    `more`: `noncentrality` (the one at which chi-square stays below with probability `more`), `noncentral_tail` (that of `more`).
    """

    name: str
    of: str
    rule: str = ""
    limit: str = ""
    more: str = ""


@dataclass(frozen=True, slots=True)
class Way:
    """A way to arrive at the number `key`: its steps, the last of which gives it.

    `apa` is the sentence for the report where the number was come by in this way; None leaves that of the index.
    """

    key: str
    steps: tuple[Instruction, ...]
    apa: Text | None = None


@dataclass(frozen=True, slots=True)
class Index:
    """One index as its file explains it.

    Attributes
    ----------
    key : its name in `fit.fit_measures`, or that of the coefficient. also : further names explained here; beside : numbers of a fit
        that are always shown with it.
    per : what there is one number of: "" the model, `construct`, `item`, `pair`, `variable` or `parameter`.
    criteria : keys of cocsem/criteria. ways : how the number is computed, the simplest first.
    misreadings : what it does not say. apa : a sentence as a report has it, with names of numbers in braces.
    """

    key: str
    also: tuple[str, ...]
    beside: tuple[str, ...]
    per: str
    name: Text
    what: Text
    criteria: tuple[str, ...]
    ways: tuple[Way, ...]
    misreadings: tuple[Text, ...]
    advice: Text
    apa: Text
    references: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One step done: its symbol, the formula, the formula with the numbers put in, and the value.

    `plain` : the formula is one known number and nothing was computed.
    """

    symbol: str
    formula: str
    filled: Text
    value: float


@dataclass(frozen=True, slots=True)
class Derivation:
    """How one number of a fit came about.

    `subject` is the construct, item, pair or variable it belongs to ("" for the model). `steps` is empty where the steps are
    not written out; `note` then says why, or what the numbers are.
    """

    subject: str
    key: str
    steps: tuple[Step, ...]
    value: float
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class Explanation(Displayed):
    """An index explained, in general or with the numbers of one fit.

    Attributes
    ----------
    index : what is explained. asked : the name it was asked for by.
    formulas : (symbol, formula) of every step of the simplest way. symbols : (symbol, meaning) of what they hold.
    setting : the fit in a sentence; None without one. refusal : why there are no numbers though there is a fit.
    derivations : the numbers of the fit. verdicts : against the criteria, or the reason why there is none.
    apa : the sentence for the report, with the numbers of the fit where there are any.
    """

    index: Index
    asked: str
    formulas: tuple[tuple[str, str], ...]
    symbols: tuple[tuple[str, Text], ...]
    apa: Text
    setting: Text | None = None
    refusal: Text | None = None
    derivations: tuple[Derivation, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    notes: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Work:
    """What is done with a survey: a kind of analysis, the model it takes, and what else it asks.

    `group` names the column of the groups, `chain` three constructs in the order of their arrows, `about` one construct.
    """

    analysis: str
    model: str
    group: str = ""
    chain: tuple[str, ...] = ()
    about: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """What an analysis found: facts that fill sentences, tables, paragraphs, and marks that a key is compared with."""

    facts: Mapping[str, object]
    tables: tuple[Table, ...]
    text: tuple[Text, ...]
    marks: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Example:
    """A worked example: a data set that ships with cocsem, what is done with it, and the words around the numbers."""

    dataset: str
    work: Work
    before: Text
    after: Text


@dataclass(frozen=True, slots=True)
class Exercise:
    """An exercise: what is planted, what the student is told and asked, and the sentences of the key.

    `planted` holds one sentence per variant of the truth; `found` says what the program finds; `points` are what a good answer holds.
    """

    plant: str
    work: Work
    task: Text
    questions: tuple[Text, ...]
    commands: tuple[str, ...]
    planted: Mapping[str, Text]
    found: Text
    points: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Lesson:
    """A lesson as its file states it. `indices` are names that `explain` knows."""

    code: str
    place: int
    title: Text
    aim: Text
    text: Text
    example: Example
    exercise: Exercise
    indices: tuple[str, ...]
    references: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LessonPage(Displayed):
    """A lesson with its example worked: `finding` was computed when the page was made."""

    lesson: Lesson
    finding: Finding
    before: Text
    after: Text


@dataclass(frozen=True, slots=True)
class AnswerKey(Displayed):
    """The key of an exercise for one seed: what was planted, what the program finds, and whether the two agree."""

    lesson: Lesson
    number: int
    planted: Text
    found: Text
    finding: Finding
    agrees: bool
