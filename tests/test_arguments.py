"""A model where a fit belongs, or a table where a model belongs, is told by name before anything is computed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import cocsem
from cocsem.arguments import checked

HS = pd.read_csv(Path(__file__).parent / "oracles" / "data" / "hs.csv")
MODEL = "f =~ x1 + x2 + x3 + x4"


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: cocsem.cfa(HS, MODEL), r"cfa\(\) takes str, ModelSpec, Theory for 'model', but was given DataFrame"),
        (lambda: cocsem.sem(model=None, data=HS), r"sem\(\) takes .* for 'model', but was given NoneType"),
        (lambda: cocsem.to_lavaan(cocsem.cfa(MODEL, HS)), r"takes ModelSpec for 'spec', but was given Fit.*its \.spec"),
        (lambda: cocsem.screen(HS), r"screen\(\) takes Survey for 'survey', but was given DataFrame.*read_survey"),
        (lambda: cocsem.compare(cocsem.cfa(MODEL, HS), MODEL), r"takes Fit for 'fit1', but was given str"),
        (lambda: cocsem.load_theory(3), r"takes str, PathLike for 'code_or_path'"),
    ],
)
def test_things_in_the_wrong_place_are_told(call, words):
    with pytest.raises(cocsem.CocsemError, match=words):
        call()


def test_what_was_meant_is_let_through():
    fit = cocsem.cfa(model=MODEL, data=HS)
    assert cocsem.cfa(fit.spec, HS).fit_measures["chisq"] == fit.fit_measures["chisq"]
    assert np.isfinite(cocsem.standardized(fit)["est_std"]).all()


def test_arguments_of_other_kinds_are_left_to_the_function():
    @checked
    def verb(name: str, table: pd.DataFrame, count: int = 3, *more: str, path: str = "") -> tuple[object, ...]:
        return name, table, count, more, path

    assert verb("a", None, "b", 4, path=5) == ("a", None, "b", (4,), 5)
    with pytest.raises(TypeError, match="missing"):
        verb("a")


def test_every_public_function_says_what_it_takes():
    for name in cocsem.__all__:
        found = getattr(cocsem, name)
        if hasattr(found, "__wrapped__"):
            with pytest.raises((cocsem.CocsemError, TypeError)):
                found(object())
