"""An explanation arrives at the number of the fit, refuses where there is none, and is complete in both languages."""

from __future__ import annotations

import json
import math
import re

import numpy as np
import pandas as pd
import pytest

import cocsem
from cocsem.criteria import load_criteria
from cocsem.estimation.modification import modification_indices
from cocsem.lesson.derivation import formula, labels_of
from cocsem.lesson.explanation_data import explanation_json
from cocsem.lesson.index_shelf import find_index, index_from, load_indices, load_symbols
from cocsem.references import load_references
from cocsem.report.show import show_html

MODEL = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
PATHS = f"{MODEL}\nspeed ~ visual + textual"
# What every fit by maximum likelihood can be asked: the steps must be written out.
STEPS = {
    "chisq", "df", "pvalue", "cfi", "rni", "tli", "nnfi", "nfi", "rfi", "ifi", "pnfi", "rmsea", "srmr", "aic", "bic", "bic2", "logl",
    "ecvi", "mfi", "cn_05", "cn_01", "gfi", "gfi_lisrel", "agfi_lisrel", "pgfi", "baseline_df",
}  # fmt: skip
SCALED = {
    "chisq_scaled",
    "pvalue_scaled",
    "cfi_scaled",
    "tli_scaled",
    "rmsea_scaled",
    "cfi_robust",
    "tli_robust",
    "rmsea_robust",
}


@pytest.fixture(scope="module")
def data():
    return cocsem.load_dataset("holzinger_swineford")


@pytest.fixture(scope="module")
def fits(data):
    quarters = data.assign(
        **{f"x{n}": pd.qcut(data[f"x{n}"], 4, labels=False, duplicates="drop") for n in range(1, 10)}
    )
    gaps = data.copy()
    gaps.loc[::7, "x2"] = np.nan
    return {
        "ML": cocsem.sem(PATHS, data),
        "MLR": cocsem.sem(PATHS, data, estimator="MLR"),
        "groups": cocsem.cfa(MODEL, data, estimator="MLM", group="school"),
        "wishart": cocsem.sem(PATHS, data, likelihood="wishart"),
        "GLS": cocsem.sem(PATHS, data, estimator="GLS"),
        "FIML": cocsem.sem(PATHS, gaps, estimator="MLR", missing="fiml"),
        "WLSMV": cocsem.sem(PATHS, quarters, ordered=True),
    }


NAMES = ("ML", "MLR", "groups", "wishart", "GLS", "FIML", "WLSMV")


@pytest.mark.parametrize("name", NAMES)
def test_every_fit_measure_is_explained_and_every_computation_arrives_at_it(fits, name):
    fit = fits[name]
    for key, value in fit.fit_measures.items():
        said = cocsem.explain(key, fit)
        found = {one.key: one for one in said.derivations}
        if math.isnan(value):
            assert key not in found
            continue
        assert found[key].value == value
        for one in said.derivations:
            assert one.value == fit.fit_measures[one.key]
            if one.steps:
                assert one.steps[-1].value == pytest.approx(fit.fit_measures[one.key], rel=1e-9, abs=1e-9)
            else:
                assert one.note is not None


@pytest.mark.parametrize(("name", "wanted"), [("ML", STEPS), ("MLR", STEPS | SCALED), ("groups", STEPS | SCALED)])
def test_the_steps_of_the_usual_indices_are_written_out(fits, name, wanted):
    for key in sorted(wanted):
        assert {one.key: one for one in cocsem.explain(key, fits[name]).derivations}[key].steps, key


def test_every_symbol_of_a_step_is_explained(fits):
    """What stands in a formula that is shown is in the legend, or was computed in a step before."""
    for key, index in load_indices().items():
        said = cocsem.explain(key, fits["MLR"])
        meant = {sign for sign, _ in said.symbols}
        shown = [
            way for way in index.ways if [formula(step) for step in way.steps] == [line for _, line in said.formulas]
        ]
        assert shown, key
        for way in shown[:1]:
            known = {step.name for step in way.steps}
            for step in way.steps:
                unknown = [label for label in labels_of(step) if label not in known]
                assert all(load_symbols()[label].sign in meant for label in unknown), (key, unknown)
    divided = cocsem.explain("chisq_scaled", fits["MLR"])
    assert [line for _, line in divided.formulas] == [step.formula for step in divided.derivations[0].steps]
    robust = {sign for sign, _ in cocsem.explain("cfi", fits["MLR"]).symbols}
    assert {"c", "c₀"} <= robust and "c" not in {sign for sign, _ in cocsem.explain("cfi", fits["ML"]).symbols}


def test_the_baseline_and_the_p_value_stand_beside(fits):
    assert [one.key for one in cocsem.explain("chisq", fits["ML"]).derivations] == ["chisq", "pvalue"]
    assert [one.key for one in cocsem.explain("chisq", fits["MLR"]).derivations] == [
        "chisq",
        "chisq_scaled",
        "pvalue_scaled",
    ]
    assert all(one.steps for one in cocsem.explain("baseline_chisq", fits["ML"]).derivations)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("key", [key for key, index in load_indices().items() if index.per])
def test_every_coefficient_arrives_at_its_number(fits, name, key):
    said = cocsem.explain(key, fits[name])
    for one in said.derivations:
        if one.steps:
            assert one.steps[-1].value == pytest.approx(one.value, rel=1e-9)
    written = [bool(one.steps) for one in said.derivations]
    assert all(written)
    assert written or (name == "WLSMV" and key == "alpha")
    assert bool(said.notes) == (not written)


def test_coefficients_are_those_of_the_tables(data, fits):
    reliability = cocsem.reliability(MODEL, data)["scales"].set_index("scale")
    fit = cocsem.cfa(MODEL, data)
    for key in ("alpha", "omega", "composite_reliability", "ave", "h"):
        for one in cocsem.explain(key, fit).derivations:
            table = next(
                t.frame for t in cocsem.reliability(MODEL, data) if key in t.frame and one.subject in t.frame.iloc[:, 0].to_list()
            )  # fmt: skip
            row = table[table.iloc[:, 0] == one.subject].iloc[0]
            assert one.value == pytest.approx(row[key], rel=1e-9)
    assert list(reliability.index) == ["visual", "textual", "speed"]
    pairs = cocsem.validity(MODEL, data)["discriminant"]
    assert [one.value for one in cocsem.explain("htmt", fit).derivations] == pytest.approx(pairs["htmt"].to_list())
    index = cocsem.explain("mi", fits["ML"]).derivations[0]
    assert index.value == pytest.approx(modification_indices(fits["ML"])["mi"].max())
    r2 = cocsem.explain("r2", fits["ML"]).derivations
    assert [(one.subject, one.value) for one in r2] == [("speed", fits["ML"].r2["speed"])]
    loadings = cocsem.explain("loading", fits["ML"]).derivations
    table = fits["ML"].estimates.query("op == '=~'")
    assert [one.value for one in loadings] == pytest.approx(table["std_all"].to_list())


def test_one_subject_may_be_asked_for(fits):
    assert [one.subject for one in cocsem.explain("cr", fits["ML"], of="speed").derivations] == ["speed"]
    with pytest.raises(cocsem.CocsemError, match=r"'nobody' has none\. There are: visual, textual, speed"):
        cocsem.explain("ave", fits["ML"], of="nobody")


def test_a_criterion_outside_its_conditions_gives_the_reason_and_no_verdict(fits):
    judged = cocsem.explain("cfi", fits["ML"]).verdicts[0]
    assert judged.label is not None and judged.reason is None
    said = cocsem.explain("cfi", fits["MLR"])
    assert said.verdicts[0].label is None and "MLR" in said.verdicts[0].reason.en
    assert said.verdicts[0].index == "cfi_robust" and "robust CFI" in said.notes[0].en
    assert [one.key for one in said.derivations] == ["cfi", "cfi_robust"]


def test_without_convergence_there_are_no_numbers():
    """Two factors of two items each, whose items correlate with nothing across."""
    rng = np.random.default_rng(3)
    f, g = rng.normal(size=(2, 300, 1))
    left, right = f + rng.normal(size=(300, 2)), g + rng.normal(size=(300, 2))
    left, right = left - left.mean(axis=0), right - right.mean(axis=0)
    right = right - left @ np.linalg.lstsq(left, right, rcond=None)[0]
    broken = cocsem.cfa("f =~ a + b\ng =~ c + d", pd.DataFrame(np.hstack([left, right]), columns=list("abcd")))
    assert not broken.converged
    said = cocsem.explain("cfi", broken)
    assert said.refusal is not None and not said.derivations and not said.verdicts
    assert "did not converge" in said.summary().replace("\n", " ") and "tidak konvergen" in said.summary("id").replace(
        "\n", " "
    )
    assert cocsem.explain("ave", broken).derivations == ()


def test_what_is_not_admissible_gets_no_verdict(data):
    fit = cocsem.cfa("visual =~ x1 + x2\nspeed =~ x7 + x8 + x9\nvisual ~~ speed\nx1 ~~ -0.2*x1", data)
    assert fit.converged and not fit.admissible
    for key in ("cfi", "ave"):
        said = cocsem.explain(key, fit)
        assert said.derivations and all(
            one.label is None and "not admissible" in one.reason.en for one in said.verdicts
        )


@pytest.mark.parametrize("key", list(load_indices()))
@pytest.mark.parametrize("lang", ["en", "id"])
def test_every_index_shows_itself_within_80_columns(fits, key, lang):
    for said in (cocsem.explain(key), cocsem.explain(key, fits["MLR"]), cocsem.explain(key, fits["groups"])):
        lines = said.summary(lang).splitlines()
        assert max(map(len, lines)) <= 80 and len(lines) > 15
        assert not re.search(r"Text\(|[{}]|\bNone\b|\bnan\b", "\n".join(lines))
        assert "<pre>" in show_html(said, lang)


@pytest.mark.parametrize("key", list(load_indices()))
def test_an_index_is_complete(key):
    index = find_index(key)
    assert index.misreadings and index.references and set(index.references) <= set(load_references())
    assert set(index.criteria) <= set(load_criteria())
    assert key in load_symbols()
    for text in (index.name, index.what, index.advice, index.apa, *index.misreadings):
        assert text.en != text.id or text.en.isupper() or text == index.apa or key == "logl"
        assert len(text.en) > 2 and len(text.id) > 2


def test_names_are_found_as_people_write_them():
    for written, key in {
        "CFI": "cfi",
        "cr": "composite_reliability",
        "chi-square": "chisq",
        "R.squared": "r2",
        "NNFI": "tli",
    }.items():
        assert find_index(written).key == key
    with pytest.raises(cocsem.CocsemError, match=r"'rmsae' must be an index.*The closest are: rmsea"):
        cocsem.explain("rmsae")
    with pytest.raises(cocsem.CocsemError, match=r"There are: aic, alpha"):
        cocsem.explain("zzzzzz")


def test_a_file_that_is_wrong_says_where():
    entry = {name: {"en": "a", "id": "b"} for name in ("name", "what", "advice", "apa")}
    assert index_from(entry, "x").per == ""
    with pytest.raises(cocsem.CocsemError, match="Index 'x': per must be one of construct"):
        index_from(entry | {"per": "village"}, "x")
    with pytest.raises(cocsem.CocsemError, match="Index 'x': what must be written"):
        index_from({"name": entry["name"]}, "x")


def test_an_explanation_is_data_too(fits):
    for name in NAMES:
        found = json.loads(explanation_json(cocsem.explain("rmsea", fits[name])))
        assert found["index"] == "rmsea" and found["apa"]["id"] and found["references"]
    assert found["verdicts"][0]["label"] is None


def test_a_saturated_model_has_numbers_and_no_verdict(data):
    fit = cocsem.cfa("visual =~ x1 + x2 + x3", data)
    said = cocsem.explain("cfi", fit)
    assert said.derivations[0].value == 1.0 and said.verdicts[0].label is None
    assert said.summary() and cocsem.explain("rmsea", fit).summary("id")


@pytest.mark.parametrize("index", ["rmsea", "gfi"])
def test_limits_of_an_interval_are_written_as_the_index_is(fits, index):
    limits = cocsem.explain(index, fits["ML"]).apa.en.partition("[")[2].rstrip("]").split(", ")
    assert len(limits) == 2 and all(limit.startswith((".", "1.")) for limit in limits)


@pytest.mark.parametrize(("name", "key"), [("PCLOSE", "rmsea"), ("CMIN", "chisq")])
def test_names_of_amos_are_understood(name, key):
    assert cocsem.explain(name).index.key == key


@pytest.mark.parametrize(
    ("index", "said"), [("loading", "sumber tidak dibaca"), ("cfi", "Hu dan Bentler (1999), abstrak.")]
)
def test_what_was_not_read_is_said_in_indonesian_too(index, said):
    assert said in " ".join(cocsem.explain(index).summary("id").split())
