"""The same question put to another engine."""

import numpy as np
import pandas as pd
import pytest

import cocsem

MODEL = "m ~ x\ny ~ m + x"


@pytest.fixture
def data():
    rng = np.random.default_rng(1)
    x = rng.normal(size=400)
    m = 0.5 * x + rng.normal(size=400)
    return pd.DataFrame({"x": x, "m": m, "y": 0.4 * m + 0.3 * x + rng.normal(size=400)})


def test_the_second_engine_agrees(data):
    fit = cocsem.sem(MODEL, data)
    result = cocsem.audit(fit)
    assert set(result.facts["engines"]) == {"native", "semopy"}
    assert result.facts["largest_difference"] < 1e-5
    assert abs(result.facts["chisq_difference"]) < 1e-8


def test_the_audit_says_why_nobody_was_asked(data):
    fit = cocsem.sem("m ~ x", data.assign(g=np.where(np.arange(400) % 2, "a", "b")), group="g")
    result = cocsem.audit(fit)
    assert not result.tables and "one group" in result.text[0].en and "satu kelompok" in result.text[0].id


def test_the_audit_turns_the_engines_around(data):
    assert cocsem.audit(cocsem.sem(MODEL, data, engine="semopy")).facts["engines"] == ("semopy", "native")


def test_no_audit_of_a_method_that_semopy_gets_wrong(data):
    result = cocsem.audit(cocsem.sem(MODEL, data, likelihood="wishart"))
    assert not result.tables and "maximum likelihood" in result.text[0].en
