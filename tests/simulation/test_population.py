"""Populations: implied correlations against matrix algebra, and answers that carry them."""

from __future__ import annotations

import numpy as np
import pytest

from cocsem.errors import UsageError
from cocsem.instrument.types import Dimension, Item, Scale
from cocsem.language import Text
from cocsem.simulation import (
    Measure,
    Population,
    csv_bytes,
    explained,
    implied_correlations,
    measurement_table,
    population_table,
    respond,
    uniforms,
)
from cocsem.simulation.defects import answer_at_random, skip_items, with_gaps

NAME = Text("n", "n")


def measures(*codes: str) -> tuple[Measure, ...]:
    return tuple(Measure(code, (0.8, 0.7, 0.75), (4.0, 4.0, 4.0), 1.4) for code in codes)


def dimensions(*codes: str, reverse: tuple[str, ...] = ()) -> dict[str, Dimension]:
    scale = Scale(1, 7)
    items = {code: tuple(f"{code.lower()}{k}" for k in (1, 2, 3)) for code in codes}
    return {
        code: Dimension(code, NAME, tuple(Item(i, NAME, scale, reverse=i in reverse) for i in names))
        for code, names in items.items()
    }


CHAIN = Population(
    measures("A", "B", "C", "D"),
    paths={("A", "C"): 0.4, ("B", "C"): 0.3, ("C", "D"): 0.5, ("A", "D"): 0.0},
    correlations={("A", "B"): 0.2},
)


def test_implied_correlations_agree_with_matrix_algebra() -> None:
    paths = {("A", "C"): 0.4, ("B", "C"): 0.3, ("C", "D"): 0.5, ("A", "B"): 0.3, ("A", "E"): 0.2, ("C", "E"): 0.35}
    population = Population(measures("A", "B", "C", "D", "E"), paths, disturbances={("D", "E"): 0.6})
    codes = population.structural
    r = np.array(implied_correlations(population))
    np.testing.assert_allclose(np.diag(r), 1.0, atol=1e-14)
    beta = np.zeros((5, 5))
    for (cause, effect), value in paths.items():
        beta[codes.index(effect), codes.index(cause)] = value
    residual = (np.eye(5) - beta) @ r @ (np.eye(5) - beta).T  # Psi: diagonal but for the one pair of disturbances
    d, e = codes.index("D"), codes.index("E")
    assert residual[d, e] / np.sqrt(residual[d, d] * residual[e, e]) == pytest.approx(0.6)
    residual[d, e] = residual[e, d] = 0.0
    np.testing.assert_allclose(residual, np.diag(np.diag(residual)), atol=1e-14)
    assert explained(population)["D"] == pytest.approx(1 - residual[d, d])


def test_causes_stand_before_effects() -> None:
    assert CHAIN.structural == ("A", "B", "C", "D")
    assert CHAIN.exogenous == ("A", "B")


def test_explained_variance_by_hand() -> None:
    assert explained(CHAIN)["C"] == pytest.approx(0.4**2 + 0.3**2 + 2 * 0.4 * 0.3 * 0.2)
    assert explained(CHAIN)["D"] == pytest.approx(0.25)


def test_a_loop_is_refused() -> None:
    with pytest.raises(UsageError, match="loop"):
        implied_correlations(Population(measures("A", "B"), {("A", "B"): 0.3, ("B", "A"): 0.3}))


def test_unknown_factors_are_refused() -> None:
    with pytest.raises(UsageError, match="'Z'"):
        Population(measures("A"), {("A", "Z"): 0.3})


def test_causes_cannot_explain_more_than_everything() -> None:
    with pytest.raises(UsageError, match="unexplained"):
        implied_correlations(Population(measures("A", "B", "C"), {("A", "C"): 0.8, ("B", "C"): 0.7}))


def test_a_location_for_every_loading() -> None:
    with pytest.raises(UsageError, match="as many locations"):
        Population((Measure("A", (0.8, 0.7), (4.0,), 1.0),), {})


def test_answers_carry_the_loadings_and_the_paths() -> None:
    shift = [{"b1": 1.0}] * 3000
    answers = respond(CHAIN, dimensions("A", "B", "C", "D", reverse=("a2",)), uniforms(3), shift)
    table = np.array([list(row.values()) for row in answers], dtype=float)
    r = np.corrcoef(table.T)
    assert table.min() >= 1
    assert table.max() <= 7
    assert r[0, 2] == pytest.approx(0.8 * 0.75, abs=0.06)  # items of one factor: product of loadings
    assert r[0, 1] == pytest.approx(-0.8 * 0.7, abs=0.06)  # one of them reversed
    assert r[0, 6] == pytest.approx(0.8 * 0.8 * (0.4 + 0.2 * 0.3), abs=0.06)  # over a path and a correlation
    assert table[:, 3].mean() - table[:, 4].mean() == pytest.approx(1.0, abs=0.12)


def test_second_order_factors_join_their_parts() -> None:
    population = Population(measures("A1", "A2"), {}, higher={"A": {"A1": 0.8, "A2": 0.7}})
    answers = respond(population, dimensions("A1", "A2"), uniforms(4), [{}] * 3000)
    table = np.array([list(row.values()) for row in answers], dtype=float)
    assert np.corrcoef(table.T)[0, 3] == pytest.approx(0.8 * 0.8 * 0.8 * 0.7, abs=0.06)


def test_alike_wording_adds_to_the_correlation() -> None:
    population = Population(measures("A"), {}, wording={("a1", "a2"): 0.5})
    answers = respond(population, dimensions("A"), uniforms(4), [{}] * 3000)
    table = np.array([list(row.values()) for row in answers], dtype=float)
    expected = 0.8 * 0.7 + 0.5 * np.sqrt((1 - 0.64) * (1 - 0.49))
    assert np.corrcoef(table.T)[0, 1] == pytest.approx(expected, abs=0.05)


def test_gaps_are_as_many_as_asked() -> None:
    answers = [dict.fromkeys("abcdef", 4) for _ in range(40)]
    spoiled = with_gaps(answers, "abcdef", uniforms(1), respondents=10, most=3)
    blanks = [sum(answer is None for answer in row.values()) for row in spoiled]
    assert sum(n > 0 for n in blanks) == 10
    assert max(blanks) <= 3
    assert sum(answer is None for answer in skip_items(answers[0], "abcdef", 2, uniforms(1)).values()) == 2
    assert answers[0] == dict.fromkeys("abcdef", 4)


def test_answers_at_random_use_the_whole_scale() -> None:
    answers = answer_at_random(dict.fromkeys([f"q{k}" for k in range(200)], 4), 1, 7, uniforms(2))
    assert set(answers.values()) == set(range(1, 8))


def test_tables_say_which_hypothesis_is_true() -> None:
    table = population_table(CHAIN, {("A", "C"): ("H1", "+"), ("C", "D"): ("H2", "-"), ("A", "D"): ("H3", "+")})
    assert [line.split("|")[-2].strip() for line in table.splitlines()[2:]] == [
        "true",
        "false: opposite sign",
        "false: no effect",
    ]
    assert "| A | | .80 .70 .75 | 4.0 4.0 4.0 | 1.4 |" in measurement_table(CHAIN)


@pytest.mark.parametrize("columns", [{"a": [1], "b": [1, 2]}, {"a": ["x,y"]}, {"a": ['"']}])
def test_a_file_that_could_be_misread_is_refused(columns: dict[str, list[int | str | None]]) -> None:
    with pytest.raises(UsageError):
        csv_bytes(columns)
