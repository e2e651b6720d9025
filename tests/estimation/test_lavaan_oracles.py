"""Complete-data, single-group maximum likelihood against lavaan's recorded answers, through the public names."""

import json
import math
from pathlib import Path

import pandas as pd
import pytest

import cocsem

ORACLES = Path(__file__).parents[1] / "oracles"
CASES = sorted(p.stem for p in (ORACLES / "lavaan").glob("*.json"))
INDICES = [
    "npar", "fmin", "chisq", "df", "pvalue", "baseline.chisq", "baseline.df", "cfi", "tli", "nnfi", "rfi", "nfi", "pnfi", "ifi", "rni", "logl",
    "unrestricted.logl", "aic", "bic", "ntotal", "bic2", "rmsea", "rmsea.ci.lower", "rmsea.ci.upper", "rmsea.pvalue",
    "rmsea.notclose.pvalue", "rmr", "rmr_nomean", "srmr", "srmr_bentler", "srmr_bentler_nomean", "crmr", "crmr_nomean", "srmr_mplus",
    "srmr_mplus_nomean", "cn_05", "cn_01", "gfi_lisrel", "agfi_lisrel", "pgfi", "mfi", "ecvi",
]  # fmt: skip


@pytest.fixture(scope="module", params=CASES)
def pair(request):
    record = json.loads((ORACLES / "lavaan" / f"{request.param}.json").read_text())
    data = pd.read_csv(ORACLES / record["data"])
    options = {k.replace(".", "_"): v for k, v in dict(record["options"] or {}).items()}
    return record, getattr(cocsem, record["fun"])(record["model"], data, **options)


def _row(frame, record):
    at = (frame["lhs"] == record["lhs"]) & (frame["op"] == record["op"])
    rows = frame[at & ((frame["rhs"] == record["rhs"]) | (record["op"] == ":="))]
    assert len(rows) == 1, record
    return rows.iloc[0]


def test_thirteen_cases_are_recorded():
    assert len(CASES) >= 13


def test_estimates_and_standard_errors(pair):
    record, fit = pair
    assert fit.converged and fit.admissible == record["admissible"]
    assert len(fit.estimates) == len(record["estimates"])
    for theirs in record["estimates"]:
        ours = _row(fit.estimates, theirs)
        se = theirs["se"]
        assert ours["est"] == pytest.approx(theirs["est"], abs=1e-3 * se if se else 1e-7)
        assert ours["se"] == pytest.approx(se, rel=1e-4, abs=1e-9)
        for name, other in (("std.lv", "std_lv"), ("std.all", "std_all"), ("std.nox", "std_nox")):
            if theirs.get(name) is not None:
                assert ours[other] == pytest.approx(theirs[name], rel=1e-4, abs=2e-5)
        if se:
            # lavaan stops where its gradient is small: its estimates lie up to 1e-4 SE from the minimum, hence p up to 5e-5.
            assert ours["pvalue"] == pytest.approx(theirs["pvalue"], abs=5e-5)
            assert ours["ci_lower"] == pytest.approx(theirs["ci.lower"], abs=2e-3 * se)


def test_standardized_solution_with_its_own_errors(pair):
    record, fit = pair
    table = cocsem.standardized(fit)
    for theirs in record["standardized"]:
        ours = _row(table, theirs)
        assert ours["est_std"] == pytest.approx(theirs["est.std"], rel=1e-4, abs=2e-5)
        assert ours["se"] == pytest.approx(theirs["se"], rel=2e-4, abs=1e-6)


@pytest.mark.parametrize("name", INDICES)
def test_fit_measures(pair, name):
    record, fit = pair
    ours = fit.fit_measures[name.replace(".", "_")]
    assert ours == pytest.approx(record["fit_measures"][name], rel=1e-5, abs=2e-6)


def test_r2(pair):
    record, fit = pair
    theirs = record["r2"] or {}
    assert theirs
    for name, value in theirs.items():
        assert fit.r2[name] == pytest.approx(float("nan") if value is None else value, abs=2e-5, nan_ok=True)


def test_factor_scores():
    record = json.loads((ORACLES / "lavaan" / "hs_ml.json").read_text())
    fit = cocsem.cfa(record["model"], pd.read_csv(ORACLES / record["data"]))
    for method, key in (("regression", "factor_scores_first5"), ("bartlett", "factor_scores_bartlett_first5")):
        theirs = pd.DataFrame(record["extras"][key])[list(fit.spec.latent)]
        ours = cocsem.predict(fit, method=method).head(5)
        assert abs(ours.to_numpy() - theirs.to_numpy()).max() < 5e-5


def test_information_criteria_identity(pair):
    _, fit = pair
    m = fit.fit_measures
    assert m["aic"] - m["bic"] == pytest.approx(m["npar"] * (2 - math.log(m["ntotal"])))
    assert m["chisq"] == pytest.approx(2 * (m["unrestricted_logl"] - m["logl"]), abs=1e-8)
