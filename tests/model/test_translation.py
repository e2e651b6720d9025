"""Models in the languages of lavaan, Mplus and semopy: against recorded answers of lavaan, against semopy itself, and as text."""

import json
import re
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cocsem.errors import CocsemError, ModelError, ModelSyntaxError, UsageError
from cocsem.model.automatic import KINDS, Rules, rules_for
from cocsem.model.build import build_spec
from cocsem.model.translation.lavaan import to_lavaan
from cocsem.model.translation.mplus import to_mplus
from cocsem.model.translation.parameters import short_names
from cocsem.model.translation.semopy import to_semopy
from cocsem.model.translation.semopy_dialect import from_semopy

ORACLES = Path(__file__).parents[1] / "oracles"
BANK = json.loads((ORACLES / "translation_lavaan.json").read_text())["cases"]
CFA = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"


def of_case(case):
    return build_spec(
        case["model"], rules_for(case["verb"], case["switches"]), groups=tuple(case["groups"]),
        group_equal=case["group_equal"], group_partial=case["group_partial"],
    )  # fmt: skip


# ---- lavaan


@pytest.mark.parametrize("case", BANK, ids=lambda c: c["id"])
def test_lavaan_fits_the_written_script_as_the_model_itself(case):
    assert to_lavaan(of_case(case), data="d", **case["call"]) == case["script"]
    for key in ("npar", "df", "chisq", "baseline.chisq", "logl"):
        assert case["answer"][key] == pytest.approx(case["oracle"][key], rel=1e-5), key


def test_lavaan_script_names_groups_and_options():
    spec = build_spec("f =~ x1 + x2 + x3", Rules(), groups=('say "ya"', "b\\c"))
    text = to_lavaan(spec, data="d", group="who", estimator="MLR", missing="fiml", ordered=["x1"])
    assert r'group = "who", group.label = c("say \"ya\"", "b\\c"), estimator = "MLR", missing = "fiml"' in text
    assert 'ordered = c("x1"), parameterization = "delta"' in text
    with pytest.raises(UsageError, match="2 groups"):
        to_lavaan(spec)


@pytest.mark.parametrize("model", ["_f =~ x1 + x2", "f =~ if + x2", "f =~ x1 + 'a b'*x2", "f =~ x1 + 'q\"); x(\"'*x2"])
def test_names_that_r_cannot_read_are_refused(model):
    with pytest.raises(ModelError, match="Rename it"):
        to_lavaan(build_spec(model, KINDS["cfa"]))
    with pytest.raises(ModelError, match="R must be able"):
        to_lavaan(build_spec("y ~ x", KINDS["sem"]), data="d); quit(")


# ---- Mplus


def mplus_section(text, name):
    match = re.search(rf"^{re.escape(name)}:\n((?:[ !].*\n?)*)", text, re.MULTILINE)
    assert match, name
    return [line.strip() for line in match[1].splitlines()]


def test_mplus_input_is_whole_and_leaves_nothing_to_defaults():
    text = to_mplus(build_spec(CFA + "\nvisual ~~ 0*speed", KINDS["cfa"]), data_file="hs.dat")
    heads = [line for line in text.splitlines() if re.fullmatch(r"[A-Z ]+:", line)]
    assert heads == ["TITLE:", "DATA:", "VARIABLE:", "ANALYSIS:", "MODEL:"]
    assert mplus_section(text, "DATA") == ['FILE = "hs.dat";', "LISTWISE = ON;"]
    assert mplus_section(text, "VARIABLE")[0] == "NAMES = x1 x2 x3 x4 x5 x6 x7 x8 x9;"
    assert mplus_section(text, "ANALYSIS") == [
        "ESTIMATOR = ML;", "INFORMATION = EXPECTED;", "MODEL = NOMEANSTRUCTURE;",
    ]  # fmt: skip
    model = mplus_section(text, "MODEL")
    assert model[:4] == ["visual BY", "x1@1", "x2*", "x3*;"]
    assert "visual WITH speed@0;" in model and "visual WITH textual*;" in model and "x9*;" in model


def test_mplus_adds_zeros_for_covariances_it_would_free():
    spec = build_spec("f =~ x1 + x2 + x3\ny ~ f + z\nw ~ f", rules_for("sem", {"auto_cov_y": False}))
    model = mplus_section(to_mplus(spec), "MODEL")
    assert "y WITH w@0;" in model
    assert not [line for line in model if re.search(r"WITH.*\bz\b|\bz\b.*WITH|^z|y WITH f|f WITH y", line)]


def test_mplus_writes_random_covariates():
    spec = build_spec("y ~ x + z", rules_for("sem", {"fixed_x": False, "meanstructure": True}))
    model = mplus_section(to_mplus(spec, missing="fiml"), "MODEL")
    assert {"x*;", "x WITH z*;", "z*;", "[x*];", "[y*];"} <= set(model)
    assert mplus_section(to_mplus(spec, missing="fiml"), "ANALYSIS")[1] == "INFORMATION = OBSERVED;"
    assert "LISTWISE" not in to_mplus(spec, missing="fiml")


def test_mplus_groups_have_whole_models_and_equal_rows_one_label():
    spec = build_spec("f =~ x1 + x2 + c(a, b)*x3", Rules(), groups=("Laki-laki", "Perempuan"),
                      group_equal=["loadings", "intercepts"])  # fmt: skip
    text = to_mplus(spec, group="gender")
    assert "GROUPING = gender (1 = g1 2 = g2);" in text and "!   2 = Perempuan" in text
    overall, first, second = (mplus_section(text, s) for s in ("MODEL", "MODEL g1", "MODEL g2"))
    assert "(" not in " ".join(overall)
    assert "x2* (p1)" in first and "x2* (p1)" in second
    assert "x3* (a);" in first and "x3* (b);" in second
    assert "[f@0];" in first and "[f*];" in second and "[f*];" in overall
    assert "[x1*] (p7);" in first and "[x1*] (p7);" in second
    with pytest.raises(UsageError, match="2 groups"):
        to_mplus(spec)


def test_mplus_constraints_have_a_label_or_zero_on_the_left():
    spec = build_spec(
        "f =~ x1 + a*x2 + b*x3 + lower(0)*x4 + upper(0.9)*x4\ny ~ c*f\nd := a*tanh(b)^2\na == 0.0000001*b\n"
        "a + b > 0.1\nsqrt(a) == exp(c)\nc < -d",
        KINDS["sem"],
    )
    assert mplus_section(to_mplus(spec), "MODEL CONSTRAINT") == [
        "NEW(d DIFF1);",
        "d = a*((EXP(2*b) - 1)/(EXP(2*b) + 1))**2;",
        "a = 0.0000001*b;",
        "DIFF1 = a + b - 0.1;",
        "DIFF1 > 0;",
        "0 = SQRT(a) - EXP(c);",
        "c < -d;",
        "p3 > 0;",
        "p3 < 0.9;",
    ]


def test_mplus_labels_made_equal_or_fixed_are_one_name_or_a_number():
    spec = build_spec("y ~ a*x + b*z\na == b\nw ~ k*x + -0.5*x\ns := a + b*k", KINDS["sem"])
    text = to_mplus(spec)
    assert "y ON x* (a);" in text and "y ON z* (a);" in text
    assert "s = a + a*(-0.5);" in text


def test_mplus_names_are_short_and_explained():
    spec = build_spec(
        "satisfaction =~ item_number_1 + satisfac*item_number_2 + item_number_3\nwith ~ X1*satisfaction + x1\n"
        "a_defined_parameter := X1^2",
        KINDS["sem"],
    )
    text = to_mplus(spec)
    body = "\n".join(line for line in text.splitlines() if not line.startswith("!"))
    words = re.findall(r"[A-Za-z]\w*", body[body.index("MODEL:") :])
    assert max(len(w) for w in words if w not in ("MODEL", "CONSTRAINT")) <= 8
    explained = re.findall(r"^!   (\w+) = (\S+)$", text, re.MULTILINE)
    assert {long for _, long in explained} >= {"satisfaction", "item_number_1", "with", "a_defined_parameter", "X1"}
    short = [s.upper() for s, _ in explained]
    assert len(set(short)) == len(short)
    assert max(len(line) for line in text.splitlines()) <= 90


def test_mplus_long_lists_are_wrapped():
    items = " + ".join(f"question_{i}" for i in range(60))
    text = to_mplus(build_spec(f"f =~ {items}", KINDS["cfa"]))
    assert max(len(line) for line in text.splitlines()) <= 90


@pytest.mark.parametrize(
    "options",
    [{"estimator": "DWLS"}, {"missing": "pairwise"}, {"missing": "fiml"}, {"estimator": "GLS", "missing": "fiml"},
     {"data_file": 'a".dat'}, {"columns": ["x1"]}, {"columns": ["x1", "x1", "x2", "x3"]}],
)  # fmt: skip
def test_mplus_refuses_what_it_does_not_have(options):
    with pytest.raises(UsageError):
        to_mplus(build_spec("f =~ x1 + x2 + x3", KINDS["cfa"]), **options)


def test_short_names_are_unique_whatever_their_case():
    names = short_names(["ABCDEFGHI", "abcdefgh", "abcdefghj", "kepercayaan", "é", "1x", "by"], 8,
                        reserved=frozenset({"BY"}))  # fmt: skip
    assert names["abcdefgh"] == "abcdefgh" and names["by"] != "by"
    assert len({n.upper() for n in names.values()}) == 7
    assert all(re.fullmatch(r"[A-Za-z]\w{0,7}", n, re.ASCII) for n in names.values())


# ---- semopy

SEMOPY = [
    "hs_ml", "hs_ml_stdlv", "hs_ml_orthogonal", "hs_bifactor", "hs_higher_order", "pd_ml", "pd_equal_defined", "path_ml_randomx",
]  # fmt: skip


def semopy_chisq(text, data):
    """Chi-square and number of parameters of a description, by semopy with a tight tolerance."""
    import semopy

    model = semopy.Model(text)
    for _ in range(3):
        result = model.fit(data, obj="MLW", solver="SLSQP", options={"ftol": 1e-13, "maxiter": 2000})
    return float(result.fun) * len(data), len(model.param_vals)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", SEMOPY)
def test_semopy_fits_the_written_description_as_lavaan_the_model(name):
    case = json.loads((ORACLES / "lavaan" / f"{name}.json").read_text())
    switches = {k.replace(".", "_"): v for k, v in (case["options"] or {}).items()}
    spec = build_spec(case["model"], rules_for(case["fun"], switches))
    chisq, n_par = semopy_chisq(to_semopy(spec), pd.read_csv(ORACLES / case["data"]))
    assert chisq == pytest.approx(case["fit_measures"]["chisq"], abs=1e-3)
    assert n_par == case["fit_measures"]["npar"]


@pytest.mark.filterwarnings("ignore")
def test_calc_stats_of_semopy_works_without_the_one_line_that_the_description_names():
    import semopy

    text = to_semopy(build_spec("visual =~ x1 + x2 + x3; speed =~ x7 + x8 + x9", KINDS["cfa"]))
    lines = text.splitlines()
    note = next(n for n, line in enumerate(lines) if line.startswith("# semopy.calc_stats"))
    del lines[note + 1]
    model = semopy.Model("\n".join(lines))
    model.fit(pd.read_csv(ORACLES / "data" / "hs.csv"))
    assert semopy.calc_stats(model)["DoF"].item() == 8


@pytest.mark.filterwarnings("ignore")
def test_semopy_keeps_constraints_bounds_and_starts():
    case = next(c for c in BANK if c["id"] == "hs_constraints")
    spec = build_spec(case["model"] + "\nx4 ~~ lower(0)*x4 + start(0.4)*x4\nk := 2*l2\nk < 5", KINDS["cfa"])
    text = to_semopy(spec)
    assert "CONSTRAINT(p_l2 = 0.9*p_l3)" in text and "CONSTRAINT(2*p_l2 < 5)" in text
    assert "BOUND(0, inf) p5" in text and "START(0.4) p5" in text and "# k := 2*p_l2" in text
    chisq, _ = semopy_chisq(text, pd.read_csv(ORACLES / "data" / "hs.csv"))
    assert chisq == pytest.approx(case["oracle"]["chisq"], abs=1e-3)


@pytest.mark.parametrize(
    ("model", "switches", "groups", "words"),
    [
        (CFA, {}, ("a", "b"), "one group at a time"),
        ("f =~ x1 + x2 + x3\nf ~ 1\nx1 ~ 0*1", {}, ("",), "means of this model are structured"),
        ("y ~ x\nw ~~ y", {}, ("",), "do not: w"),
        ("y ~ .x", {}, ("",), "these names: .x"),
    ],
)
def test_semopy_refuses_what_it_cannot_hold(model, switches, groups, words):
    with pytest.raises(ModelError, match=words):
        to_semopy(build_spec(model, rules_for("sem", switches), groups=groups))


# ---- from semopy


def table(text, **switches):
    spec = build_spec(text, rules_for("sem", switches))
    return {(r.lhs, r.op, r.rhs): r for r in spec.rows}, spec


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("description", "data"),
    [
        (CFA, "hs"),
        ("visual =~ a*x1 + x2 + x3\ntextual =~ x4 + x5 + a*x6\nBOUND(0, 2) a", "hs"),
        ("f =~ x1 + a*x2 + b*x3 + x4\nCONSTRAINT(a = 2*b)\nx7, x8 ~ f + x9", "hs"),
        ("DEFINE(latent) eta\neta ~ b1*x1 + b2*x2\nx4 ~ 1*eta\nx5 ~ k*eta\nx6 ~ l*eta\nSTART(0.5) b1 b2 k l", "hs"),
        ("x1 ~ x2 + x3\nx4 ~ x1 + x2\nx2 ~~ x2", "hs"),
        ("dem60 =~ y1 + y2 + y3 + y4\nind60 =~ x1 + x2 + x3\ndem60 ~ ind60\ny1 ~~ y2", "pd"),
    ],
    ids=["cfa", "labels", "outcomes", "defined", "paths", "sem"],
)
def test_descriptions_of_semopy_become_the_same_model(description, data):
    """semopy fits the description; semopy fits what we make of the translation: the same chi-square."""
    frame = pd.read_csv(ORACLES / "data" / f"{data}.csv")
    _, spec = table(from_semopy(description))
    ours, n_par = semopy_chisq(to_semopy(spec), frame)
    theirs, _ = semopy_chisq(description, frame)
    assert ours == pytest.approx(theirs, abs=1e-3)
    assert n_par == spec.n_free


def test_both_spellings_of_the_operations_are_read():
    old = "f =~ x1 + a*x2 + x3\nSTART(0.5) a\nBOUND(-inf, 2) a\nCONSTRAINT(a^2 > 0.1)\nDEFINE(latent) f"
    new = "f =~ x1 + a*x2 + x3  # a comment\nstart 0.5: a\nbound -inf 2: a\nconstraint 'a^2 > 0.1'\nlatent: f"
    assert from_semopy(old) == from_semopy(new)
    rows, spec = table(from_semopy(old))
    row = rows["f", "=~", "x2"]
    assert (row.value, row.lower, row.upper, row.label) == (0.5, None, 2.0, "a")
    assert [(c.lhs, c.op, c.rhs) for c in spec.constraints] == [("a^2", ">", "0.1")]


def test_the_marker_is_the_one_semopy_takes():
    rows, _ = table(from_semopy("f =~ a*x1 + x2 + x3\ng =~ a*y1 + b*y2\nh =~ z1 + 0.5*z2"))
    assert (rows["f", "=~", "x1"].free > 0, rows["f", "=~", "x2"].value) == (True, 1.0)
    assert all(rows["g", "=~", y].free for y in ("y1", "y2"))
    assert rows["h", "=~", "z1"].free and rows["h", "=~", "z2"].value == 0.5


def test_outcomes_do_not_covary_and_single_indicators_keep_their_residual():
    rows, _ = table(from_semopy("f =~ x1\ny ~ f\nw ~ f"))
    assert rows["y", "~~", "w"].free == 0 and rows["y", "~~", "w"].value == 0.0
    assert rows["x1", "~~", "x1"].free > 0


@pytest.mark.parametrize(
    ("text", "words", "line"),
    [
        ("y ~ x\nFORCE(endo) x", "'FORCE'", 2),
        ("y ~ x\nDEFINE(ordinal) y", "'ordinal'", 2),
        ("y ~ x\nDEFINE(group) y", r"DEFINE\(group\)", 2),
        ("\nordinal: y\ny ~ x", "'ordinal'", 2),
        ("RF(g) y\ny ~ x", "'RF'", 1),
        ("y ~ 1", "ModelMeans", 1),
        ("y ~ START*x", "START", 1),
        ("y ~ x\nBOUND(1) x", "two numbers", 2),
        ("y ~ a*x\nBOUND(2, 1) a", "smaller", 2),
        ("y ~ a*x\nSTART(q) a", "A number must stand", 2),
        ("y ~ x\nSTART(1) _b1", "gives itself", 2),
        ("y ~ x\nSTART(1) k", "'k' must stand", 2),
        ("y ~ a*x\nCONSTRAINT(a)", "one of =, < and >", 2),
        ("y ~ a*x\nCONSTRAINT(a > k)", "'k' must stand", 2),
        ("y ~ a*x\nCONSTRAINT(__import__('os').getcwd() > 0)", "not known", 2),
        ("y ~ 2a*x", "one number or one label", 1),
        ("y ~ x + z\nx ~~ 0*z", "observed predictors", 2),
        ("DEFINE(latent) q\ny ~ x", "must explain", 1),
        ("nonsense", "must be an effect", 1),
    ],
)
def test_what_has_no_counterpart_is_refused_with_its_line(text, words, line):
    with pytest.raises(ModelSyntaxError, match=words) as caught:
        from_semopy(text)
    assert caught.value.number == line


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(
    ["y", "x", "a", "1", "0.5", "=~", "~", "~~", "+", "*", "\n", " ", ":", "(", ")", "START", "BOUND", "CONSTRAINT",
     "DEFINE", "latent", "start", "'", ">", "=", "_b1", "#", ",", "\u223c", "inf", "nan", "^", "NA"]), max_size=14))  # fmt: skip
def test_any_text_is_read_or_refused(words):
    try:
        text = from_semopy("".join(words))
        parsed = build_spec(text, KINDS["sem"])
    except CocsemError as fault:
        assert str(fault)
    else:
        assert parsed.rows
