"""A model where a fit belongs, or a table where a model belongs, is told by name before anything is computed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import cocsem
from cocsem.arguments import checked
from cocsem.messages import message_of

HS = pd.read_csv(Path(__file__).parent / "oracles" / "data" / "hs.csv")
MODEL = "f =~ x1 + x2 + x3 + x4"


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: cocsem.cfa(HS, MODEL), r"cfa\(\) takes text, ModelSpec, Theory for 'model', but was given DataFrame"),
        (lambda: cocsem.sem(model=None, data=HS), r"sem\(\) takes .* for 'model', but was given None\."),
        (lambda: cocsem.to_lavaan(cocsem.cfa(MODEL, HS)), r"takes ModelSpec for 'spec', but was given Fit.*its \.spec"),
        (lambda: cocsem.screen(HS), r"screen\(\) takes Survey for 'survey', but was given DataFrame.*read_survey"),
        (lambda: cocsem.compare(cocsem.cfa(MODEL, HS), MODEL), r"takes Fit for 'fit1', but was given str"),
        (lambda: cocsem.write_figure(HS, "a.svg"), r"takes Figure for 'figure'.*a Figure from path_diagram"),
        (
            lambda: cocsem.compare(cocsem.cfa(MODEL, HS), cocsem.cfa(MODEL, HS), 3),
            r"takes Fit for 'more', but was given int",
        ),
        (lambda: cocsem.explain(cocsem.cfa(MODEL, HS), "cfi"), r"explain\(\) takes Fit for 'fit', but was given str"),
    ],
)
def test_things_in_the_wrong_place_are_told(call, words):
    with pytest.raises(cocsem.CocsemError, match=words):
        call()


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (
            lambda: cocsem.load_theory(3),
            r"^load_theory\(\) takes text or a path for 'code_or_path', but was given int\.$",
        ),
        (
            lambda: cocsem.wald_test(cocsem.cfa(MODEL, HS), ["a == b"]),
            r"takes text for 'constraints', but was given list",
        ),
        (lambda: cocsem.from_semopy(None), r"^from_semopy\(\) takes text for 'text', but was given None\.$"),
        (
            lambda: cocsem.residuals(cocsem.cfa(MODEL, HS), HS),
            r"^residuals\(\) takes text for 'kind', but was given DataFrame\.$",
        ),
        (
            lambda: cocsem.group_moderation(cocsem.cfa(MODEL, HS), HS, "school"),
            r"^group_moderation\(\) takes text for 'model', but was given Fit\.$",
        ),
    ],
)
def test_what_should_be_text_is_told_without_the_classes(call, words):
    with pytest.raises(cocsem.CocsemError, match=words):
        call()


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: cocsem.residuals(cocsem.cfa(MODEL, HS), 3), "kind must be one of raw, cor, standardized; 3 was given"),
        (lambda: cocsem.standardized(cocsem.cfa(MODEL, HS), 3), "kind must be one of std_lv, std_all, std_nox; 3 was"),
        (lambda: cocsem.predict(cocsem.cfa(MODEL, HS), None), 'method must be "regression" or "bartlett"; None was'),
        (lambda: cocsem.load_dataset(None), "must be one of creative_industry, holzinger_swineford"),
        (lambda: cocsem.invariance(MODEL, HS, group=3), "group must be a column of the data; '3' is none of sex"),
        (
            lambda: cocsem.invariance(MODEL, HS, HS["school"]),
            "group must be a column of the data; Series is none of sex",
        ),
        (lambda: cocsem.cfa(MODEL, HS, group=["school"]), "group must be a column of the data; list is none of sex"),
        (lambda: cocsem.explain(3), "'3' must be an index that can be explained.*There are: aic"),
    ],
)
def test_a_function_that_knows_the_choices_names_them(call, words):
    with pytest.raises(cocsem.CocsemError, match=words):
        call()


def test_the_reason_stays_behind_the_words():
    with pytest.raises(cocsem.CocsemError) as caught:
        cocsem.read_survey(3)
    assert isinstance(caught.value.__cause__, TypeError)


def test_the_words_are_said_in_indonesian_too():
    with pytest.raises(cocsem.CocsemError) as caught:
        cocsem.load_instrument(3)
    assert message_of(caught.value).id == (
        "load_instrument() menerima teks atau path untuk 'code_or_path', tetapi yang diberikan adalah int."
    )
    with pytest.raises(cocsem.CocsemError) as caught:
        cocsem.effects(3)
    assert message_of(caught.value).id.startswith(
        "effects() menerima Fit untuk 'fit', tetapi yang diberikan adalah int. Fit adalah"
    )


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
