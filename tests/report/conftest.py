"""One small run built by hand: the industrialisation and democracy model, with the numbers of lavaan 0.7.2."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from cocsem.assessment.types import Assessment, Table, Verdict
from cocsem.estimation.types import Fit, GroupMatrices
from cocsem.instrument.types import Dimension, HigherOrder, Instrument, Item, Scale
from cocsem.language import Text
from cocsem.model.types import ModelSpec, Row
from cocsem.report import Report, compose
from cocsem.survey.types import Codebook, LogEntry, Survey
from cocsem.theory.types import Hypothesis, Path, Replacement, Rival, Theory

# lhs, op, rhs, est, se, z, p, lower, upper, std (lavaan 0.7.2, sem() on political democracy with residual covariances).
PARAMETERS = [
    ("IND60", "=~", "x1", 1.0, 0.0, None, None, 1.0, 1.0, 0.920),
    ("IND60", "=~", "x2", 2.180, 0.139, 15.742, 0.0, 1.909, 2.452, 0.973),
    ("IND60", "=~", "x3", 1.819, 0.152, 11.967, 0.0, 1.521, 2.116, 0.872),
    ("DEM60", "=~", "y1", 1.0, 0.0, None, None, 1.0, 1.0, 0.850),
    ("DEM60", "=~", "y2", 1.257, 0.182, 6.889, 5.6e-12, 0.899, 1.614, 0.717),
    ("DEM65", "=~", "y5", 1.0, 0.0, None, None, 1.0, 1.0, 0.808),
    ("DEM60", "~", "IND60", 1.483, 0.399, 3.715, 0.0002, 0.701, 2.265, 0.447),
    ("DEM65", "~", "IND60", 0.572, 0.221, 2.586, 0.0097, 0.139, 1.006, 0.182),
    ("DEM65", "~", "DEM60", 0.837, 0.098, 8.514, 0.0, 0.645, 1.030, 0.885),
    ("y1", "~~", "y5", 0.624, 0.358, 1.741, 0.0817, -0.079, 1.326, 0.296),
    ("IND60", "~~", "IND60", 0.448, 0.087, 5.173, 2.3e-07, 0.279, 0.618, 1.0),
]
MEASURES = {
    "npar": 31,
    "ntotal": 75,
    "chisq": 38.12521823,
    "df": 35,
    "pvalue": 0.329180353,
    "cfi": 0.995374529,
    "tli": 0.992731403,
    "rmsea": 0.034504483,
    "rmsea_ci_lower": 0.0,
    "rmsea_ci_upper": 0.092232676,
    "srmr": 0.044417546,
    "logl": -1547.790943,
    "aic": 3157.581887,
    "bic": 3229.424018,
    "bic2": 3131.720186,
}
COLUMNS = ["lhs", "op", "rhs", "est", "se", "z", "pvalue", "ci_lower", "ci_upper", "std_all"]
SUPPORTED, NOT_SUPPORTED = Text("supported", "didukung"), Text("not supported", "tidak didukung")
OPPOSITE, NO_VERDICT = Text("opposite sign", "berlawanan arah"), Text("no verdict", "tidak ada putusan")


def make_fit(*, converged: bool = True) -> Fit:
    estimates = pd.DataFrame(PARAMETERS, columns=COLUMNS).assign(group="", label="")
    estimates["std_lv"] = estimates["std_all"]
    latent = ("IND60", "DEM60", "DEM65")
    observed = ("x1", "x2", "x3", "y1", "y2", "y5")
    rows = tuple(Row(p[0], p[1], p[2], free=i) for i, p in enumerate(PARAMETERS))
    correlations = np.array([[1.0, 0.447, 0.578], [0.447, 1.0, 0.967], [0.578, 0.967, 1.0]])
    matrices = GroupMatrices(latent, observed, np.zeros((6, 3)), correlations, np.eye(6), np.eye(6), np.zeros(6))
    stop = Text("The optimiser stopped early. Give start values.", "Pengoptimal berhenti lebih awal. Beri nilai awal.")
    return Fit(
        spec=ModelSpec(rows, observed=observed, latent=latent),
        statistics=(),
        estimates=estimates,
        fit_measures=MEASURES if converged else {"npar": 31, "ntotal": 75},
        r2={"DEM60": 0.199552487, "DEM65": 0.960995242},
        converged=converged,
        admissible=True if converged else None,
        warnings=() if converged else (stop,),
        n_obs=75,
        provenance={"estimator": "ML", "engine": "semopy"},
        matrices=(matrices,) if converged else (),
        theta=np.zeros(1),
        vcov=np.zeros((1, 1)),
    )


def make_theory() -> Theory:
    def hypothesis(number: int, source: str, target: str, sign: str = "+") -> Hypothesis:
        statement = Text(f"{source} <raises> {target}.", f"{source} <menaikkan> {target}.")
        return Hypothesis(f"H{number}", source, target, sign, statement, (), ("laurent1985", "mine2020"))

    return Theory(
        code="democracy",
        title=Text("Industry & democracy", "Industri & demokrasi"),
        about=Text("Industry comes first.", "Industri mendahului."),
        instruments=("panel",),
        hypotheses=(
            hypothesis(1, "IND60", "DEM60"),
            hypothesis(2, "IND60", "DEM65", "-"),
            hypothesis(3, "DEM60", "DEM65"),
        ),
        rivals=(
            Rival("M2", Text("No direct path.", "Tanpa jalur langsung."), (Replacement(Path("IND60", "DEM65"), None),)),
        ),
    )


def make_instrument() -> Instrument:
    scale = Scale(1, 7)
    items = tuple(Item(f"x{i}", Text(f"question {i}", f"pertanyaan {i}"), scale, reverse=i == 2) for i in (1, 2, 3))
    return Instrument(
        code="panel",
        title=Text("Panel <scale>", "Skala <panel>"),
        purpose=Text("Measures industry.", "Mengukur industri."),
        dimensions=(Dimension("IND60", Text("industry", "industri"), items),),
        higher=(HigherOrder("ALL", Text("everything", "semuanya"), ("IND60",)),),
        status=Text("original wording, not yet validated", "redaksi asli, belum divalidasi"),
        structure=("zaichkowsky1994",),
    )


def make_survey(*, simulated: bool = True) -> Survey:
    data = pd.DataFrame({"x1": [1.0, 2.0], "x2": [2.0, np.nan], "x3": [3.0, 4.0]}, index=[1, 3])
    return Survey(
        data=data,
        answers=data,
        demographics=pd.DataFrame({"gender": ["f", "m"]}, index=data.index),
        paradata=pd.DataFrame(index=data.index),
        instruments=(make_instrument(),),
        codebook=Codebook(simulated=simulated),
        log=(
            LogEntry("read", 3, Text("3 rows read.", "3 baris dibaca.")),
            LogEntry("empty", 1, Text("1 left.", "1 keluar.")),
        ),
        source="panel.csv",
        sha256="ab" * 32,
        n_read=3,
    )


def hypotheses_frame() -> pd.DataFrame:
    rows = []
    verdicts = [SUPPORTED, OPPOSITE, SUPPORTED]
    for hypothesis, verdict in zip(make_theory().hypotheses, verdicts, strict=True):
        found = next(p for p in PARAMETERS if p[:3] == (hypothesis.target, "~", hypothesis.source))
        rows.append(
            {
                "id": hypothesis.id,
                "source": hypothesis.source,
                "target": hypothesis.target,
                "sign": hypothesis.sign,
                **dict(
                    zip(("est", "se", "pvalue", "ci_lower", "ci_upper", "std"), (*found[3:5], *found[6:]), strict=True)
                ),
                "verdict": verdict,
                "statement": hypothesis.statement,
                "references": hypothesis.references,
            }
        )
    return pd.DataFrame(rows)


def make_assessments() -> dict[str, Assessment]:
    fit_row = pd.DataFrame([{"model": Text("Structural model", "Model struktural"), **MEASURES}])
    effects = {"lhs": "DEM65", "path": "IND60 → DEM60 → DEM65", "est": 1.242, "se": 0.356, "pvalue": 0.0005}
    effects |= {"ci_lower": 0.544, "ci_upper": 1.94, "std": 0.395}
    rivals = pd.DataFrame(
        [
            {"model": "theory", "chisq": 38.125, "df": 35, "aic": 3157.58, "note": None},
            {"model": "M2", "chisq": 38.1250001, "df": 35, "aic": 3157.58, "note": Text("equivalent", "setara")},
            {
                "model": "M3",
                "chisq": None,
                "df": None,
                "aic": None,
                "note": Text("not identified", "tidak teridentifikasi"),
            },
        ]
    )
    audit = pd.DataFrame([{"quantity": "chisq", "ours": 38.125, "theirs": 38.1251, "difference": 1e-4, "note": ""}])
    scales = pd.DataFrame(
        {"scale": ["A", "B"], "alpha": [0.7, 0.9], "alpha_ci_lower": [0.6, 0.8], "alpha_ci_upper": [0.8, 0.95]}
    )
    verdict = Verdict("model", "cfi", 0.9954, "cfi", Text("close to the cutoff", "mendekati batas"))
    silent = Verdict("model", "srmr", 0.0444, "srmr", None, Text("other estimator", "penaksir lain"))

    def one(key: str, frame: pd.DataFrame, **fields: tuple[object, ...]) -> Assessment:
        table = Table(key if key not in ("cfa", "structural") else "fit", Text(f"{key} table", f"tabel {key}"), frame)
        return replace(Assessment(key, Text(key, key), (table,)), **fields)

    warning = Text("Item x2 is odd <script>.", "Butir x2 janggal <script>.")
    return {
        "reliability": Assessment(
            "reliability",
            Text("Reliability", "Reliabilitas"),
            (Table("scales", Text("Scales", "Skala"), scales),),
            warnings=(warning,),
        ),
        "cfa": one("cfa", fit_row, verdicts=(verdict, silent), references=("hu1999",)),
        "structural": one("structural", fit_row),
        "hypotheses": one("hypotheses", hypotheses_frame()),
        "effects": one("effects", pd.DataFrame([effects])),
        "rivals": one("rivals", rivals),
        "audit": one("audit", audit),
    }


def make_report(lang: str = "en", *, converged: bool = True) -> Report:
    fit = make_fit(converged=converged)
    return compose(
        title=Text("Industry <and> democracy", "Industri <dan> demokrasi"),
        survey=make_survey(),
        theory=make_theory(),
        fits={"measurement": fit, "structural": fit},
        assessments=make_assessments(),
        provenance={"seed": 1, "versions": {"numpy": "2.4.0"}, "share": float("nan")},
        lang=lang,
    )


@pytest.fixture
def fit() -> Fit:
    return make_fit()


@pytest.fixture
def failed_fit() -> Fit:
    return make_fit(converged=False)


@pytest.fixture
def theory() -> Theory:
    return make_theory()


@pytest.fixture
def instrument() -> Instrument:
    return make_instrument()


@pytest.fixture
def survey() -> Survey:
    return make_survey()


@pytest.fixture
def assessments() -> dict[str, Assessment]:
    return make_assessments()


@pytest.fixture
def report() -> Report:
    return make_report()


@pytest.fixture
def laporan() -> Report:
    return make_report("id")


@pytest.fixture
def failed_report() -> Report:
    fit = make_fit(converged=False)
    assessments = make_assessments()
    frame = hypotheses_frame().assign(est=None, std=None, se=None, ci_lower=None, ci_upper=None, pvalue=None)
    frame["verdict"] = [NO_VERDICT] * 3
    empty = pd.DataFrame([{"model": "M", "chisq": float("nan"), "df": float("nan")}])
    failed = {
        "cfa": replace(
            assessments["cfa"], verdicts=(), tables=(Table("fit", Text("fit table", "tabel kecocokan"), empty),)
        ),
        "hypotheses": replace(assessments["hypotheses"], tables=(Table("hypotheses", Text("h", "h"), frame),)),
    }
    return compose(
        title="Failed",
        survey=make_survey(simulated=False),
        theory=make_theory(),
        fits={"measurement": fit, "structural": fit},
        assessments=failed,
        provenance={},
    )
