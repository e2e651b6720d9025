"""What a run is asked: which theory, model or instruments on which answers, found out before anything is computed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from cocsem.errors import UsageError
from cocsem.instrument.load import load_instrument
from cocsem.instrument.types import Instrument
from cocsem.language import Text
from cocsem.model.from_theory import first_order, measurement_syntax, theory_syntax
from cocsem.model.roles import assign_roles, columns_of
from cocsem.model.syntax import parse_syntax
from cocsem.survey.codebook import read_codebook
from cocsem.survey.controls import code_controls
from cocsem.survey.focus import focus
from cocsem.survey.read import discover, read_survey
from cocsem.survey.shelf_data import dataset_codebook, dataset_path, list_datasets
from cocsem.survey.types import Codebook, Survey
from cocsem.theory.load import list_theories, load_theory
from cocsem.theory.types import Theory


@dataclass(frozen=True, slots=True)
class Question:
    """What a run was asked: the survey, and a theory, or a model, or only instruments to validate."""

    survey: Survey
    theory: Theory | None
    instruments: tuple[Instrument, ...]
    measurement: str
    structural: str
    controls: pd.DataFrame
    notes: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Request:
    """The arguments of a run that say what is to be tested on which answers."""

    source: str | Path
    theory: str | Path | Theory | None
    model: str | None
    instruments: Sequence[str | Path]
    codebook: str | Path | Codebook | None
    controls: Sequence[str]
    group: str | None
    measurement_only: bool

    @property
    def about_people(self) -> tuple[str, ...]:
        """Columns about the respondents that the analysis needs."""
        return tuple(name for name in (*self.controls, self.group) if name)

    @property
    def words(self) -> dict[str, Any]:
        """What was asked, as the arguments of `run_study` that ask it again."""
        theory = self.theory.code if isinstance(self.theory, Theory) else self.theory
        return {
            "theory": None if theory is None else str(theory),
            "model": self.model,
            "instruments": [str(one) for one in self.instruments],
            "codebook": str(self.codebook) if isinstance(self.codebook, str | Path) else None,
            "controls": list(self.controls),
            "measurement_only": self.measurement_only,
        }


def ask(request: Request) -> Question:
    """Find out what is to be tested on which answers."""
    if request.theory is not None and request.model is not None:
        raise UsageError("Give a theory or a model, not both.")
    path, book = _locate(request.source, request.codebook)
    if request.model is not None:
        return _ask_model(path, book, request, request.model)
    chosen = _choose_theory(request, book)
    wanted = request.instruments or (() if chosen else book.instruments)
    if chosen is None and not (request.measurement_only and wanted):
        raise _no_theory(path, book, request.measurement_only)
    scales = tuple(load_instrument(code) for code in (*(chosen.instruments if chosen else ()), *wanted))
    survey = read_survey(
        path,
        instruments=scales,
        codebook=book,
        constructs=chosen.constructs if chosen else (),
        demographics=request.about_people,
    )
    codes = chosen.constructs if chosen else tuple(d.code for i in survey.instruments for d in i.dimensions)
    dimensions = first_order(codes, survey.instruments)
    survey = focus(survey, tuple(d.code for d in dimensions)) if chosen else survey
    coded, notes = code_controls(survey, request.controls)
    structural = theory_syntax(chosen, scales, list(coded.columns)) if chosen else ""
    return Question(survey, chosen, scales, measurement_syntax(dimensions), structural, coded, notes)


def _choose_theory(request: Request, book: Codebook) -> Theory | None:
    """The theory that was asked for, else the one the codebook names, unless only instruments were asked for."""
    if isinstance(request.theory, Theory):
        return request.theory
    name = request.theory or (None if request.instruments else book.theory)
    return load_theory(name) if name else None


def _locate(source: str | Path, codebook: str | Path | Codebook | None) -> tuple[Path, Codebook]:
    """A shipped data set by its name, else a file; with its codebook."""
    shipped = str(source) in list_datasets() and not Path(source).is_file()
    path = dataset_path(str(source)) if shipped else Path(source)
    if isinstance(codebook, Codebook):
        return path, codebook
    found = codebook if codebook is not None else dataset_codebook(str(source)) if shipped else None
    return path, read_codebook(found) if found is not None else Codebook()


def _ask_model(path: Path, book: Codebook, request: Request, model: str) -> Question:
    """A model text on any columns of any file."""
    if request.controls:
        raise UsageError(
            "--controls belongs to a theory. In a model text, write the control variables into the lines themselves."
        )
    statements = parse_syntax(model)[0]
    products = [t.name for s in statements if s.op == "=~" for t in s.terms if ":" in t.name]
    if products:
        raise UsageError(
            f"An item of a scale must be a column of the file, but '{products[0]}' is a product. Add it to the file as a column."
        )
    scales = tuple(load_instrument(code) for code in request.instruments)
    survey = read_survey(
        path,
        instruments=scales,
        codebook=replace(book, instruments=()),
        columns=columns_of(assign_roles(statements).observed),
        demographics=request.about_people,
    )
    paths = any(s.op == "~" for s in statements)
    blocks = item_blocks(model, survey.data)
    lines = "\n".join(f"{factor} =~ {' + '.join(map(str, items.columns))}" for factor, items in blocks.items())
    measurement = (lines if paths else model) if blocks else ""
    none = pd.DataFrame(index=survey.data.index)
    return Question(survey, None, scales, measurement, model if paths else "", none, ())


def _no_theory(path: Path, book: Codebook, measurement_only: bool) -> UsageError:
    """Say what the file would allow: the theories whose constructs all occur, the instruments that are complete."""
    found = discover(path, codebook=book)
    codes = {code for f in found for code in f.constructs}
    fitting = [name for name in list_theories() if set(load_theory(name).constructs) <= codes]
    complete = [f.instrument.code for f in found if f.complete]
    hints = [
        f"Theories whose constructs are all in the file: {', '.join(fitting)} (choose one with --theory)."
        if fitting
        else "No theory of the shelf finds all its constructs in the file.",
        f"Instruments that are complete in the file: {', '.join(complete)}. To validate them: `python -m cocsem validate "
        f"{path.name} {' '.join(f'--instrument {code}' for code in complete)}`."
        if complete
        else "No instrument of the shelf is complete in it either: see `python -m cocsem instruments list`, and map "
        "headers to items with --codebook if they are named otherwise.",
        "For a model of your own on any columns, use --model FILE; for paths between scales, write a theory "
        "(python -m cocsem theories new NAME)."
        if not fitting
        else "",
    ]
    wanted = "an instrument or a theory" if measurement_only else "a theory or a model"
    return UsageError(f"For a file of your own, {wanted} must be named. {' '.join(h for h in hints if h)}")


def item_blocks(model: str, data: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Item columns of every factor of a model text that observed items measure."""
    statements = parse_syntax(model)[0]
    observed = assign_roles(statements).observed
    items: dict[str, list[str]] = {}
    for s in statements:
        for factor in s.lhs if s.op == "=~" else ():
            items.setdefault(factor, []).extend(t.name for t in s.terms if t.name in observed)
    return {factor: data[list(dict.fromkeys(names))] for factor, names in items.items() if names}
