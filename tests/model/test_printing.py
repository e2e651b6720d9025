"""A model written back as text is the same model: over lavaan's table bank and over random models."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cocsem.errors import CocsemError
from cocsem.model.arithmetic import expression_text, number_text
from cocsem.model.automatic import KINDS, Rules, rules_for
from cocsem.model.build import build_spec
from cocsem.model.draft import row_key
from cocsem.model.expressions import parse_expression
from cocsem.model.layout import fix_moments, lay_out
from cocsem.model.matrices import imply
from cocsem.model.printing import merged_labels, model_syntax, parameter_labels, printed_rules

CASES = json.loads((Path(__file__).parents[1] / "oracles" / "parameter_tables.json").read_text())["cases"]
SETTINGS = ("model.type", "group.equal", "ngroups")
EQUAL = ("loadings", "intercepts", "residuals", "lv.variances", "regressions")


def read_again(spec):
    return build_spec(model_syntax(spec), printed_rules(spec), groups=spec.groups)


def keyed(spec):
    return {(*row_key(r.lhs, r.op, r.rhs), r.group): r for r in spec.rows}


def check_same(spec):
    """The printed text reads as an equivalent table, and prints as itself."""
    again = read_again(spec)
    assert model_syntax(again) == model_syntax(spec)
    assert (again.observed, again.latent, again.exogenous) == (spec.observed, spec.latent, spec.exogenous)
    assert (again.n_free, again.meanstructure) == (spec.n_free, spec.meanstructure)
    assert again.constraints == spec.constraints or len(again.constraints) == len(spec.constraints)
    old, new = keyed(spec), keyed(again)
    assert old.keys() == new.keys()
    partition = {}
    for key, row in old.items():
        other = new[key]
        assert (row.free > 0, row.exo, row.lower, row.upper) == (other.free > 0, other.exo, other.lower, other.upper)
        assert (row.value or 0.0) == (other.value or 0.0) and (not row.free or row.value == other.value)
        if row.free:
            assert partition.setdefault(row.free, other.free) == other.free
    assert len(set(partition.values())) == len(partition) == spec.n_free
    return again, partition


def _spec(case):
    options = case["options"] if isinstance(case["options"], dict) else {}
    switches = {k.replace(".", "_"): v for k, v in options.items() if k not in SETTINGS}
    kind = "growth" if options.get("model.type") == "growth" else "sem"
    groups = tuple(f"g{i}" for i in range(options["ngroups"])) if "ngroups" in options else ("",)
    equal = options.get("group.equal", ())
    equal = [equal] if isinstance(equal, str) else equal
    return build_spec(case["model"], rules_for(kind, switches), groups=groups, group_equal=equal)


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c['model'][:18]}-{c['options']}"[:60])
def test_models_of_the_table_bank_print_as_themselves(case):
    check_same(_spec(case))


def test_every_kind_of_modifier_is_kept():
    text = "\n".join([
        "f =~ x1 + start(0.5)*x2 + lower(0.1)*x3 + upper(2)*x3 + a*x3 + equal('f=~x2')*x4",
        "x1 ~~ -0.25*x2", "f ~ 1e-05*z", 'y ~ "a b"*f', "y ~ NA*1", "d := a^2/(1 - a) - -a", "a > 0.2",
    ])  # fmt: skip
    again, _ = check_same(build_spec(text, KINDS["sem"]))
    rows = {(r.lhs, r.op, r.rhs): r for r in again.rows}
    assert rows["f", "=~", "x2"].value == 0.5 and rows["f", "=~", "x2"].free == rows["f", "=~", "x4"].free
    assert (rows["f", "=~", "x3"].lower, rows["f", "=~", "x3"].upper, rows["f", "=~", "x3"].label) == (0.1, 2.0, "a")
    assert rows["f", "~", "z"].value == 1e-05 and rows["x1", "~~", "x2"].value == -0.25
    assert rows["y", "~", "f"].label == "a b"
    assert [d.rhs for d in again.definitions] == ["a^2/(1-a)-(-a)"]


def test_shared_parameters_get_a_label_that_is_not_used():
    spec = build_spec("f =~ x1 + eq1*x2 + x3\ng =~ x4 + x5\neq2 := eq1*2", Rules(), groups=("a", "b"),
                      group_equal=["loadings"])  # fmt: skip
    labels = dict(zip([(r.lhs, r.op, r.rhs, r.group) for r in spec.rows], parameter_labels(spec), strict=True))
    assert labels["f", "=~", "x2", 2] == "eq1"
    assert labels["f", "=~", "x3", 1] == labels["f", "=~", "x3", 2] == "eq3"
    assert labels["g", "=~", "x5", 1] == labels["g", "=~", "x5", 2] == "eq4"
    assert "c(eq3, eq3)*x3" in model_syntax(spec)


def test_labels_made_equal_stay_two_names_of_one_parameter():
    spec = build_spec("y ~ a*x + b*z + c*w\na == b\nsum := a + b", KINDS["sem"])
    assert merged_labels(spec) == (("a", "b"),)
    again, _ = check_same(spec)
    assert again.n_free == 3 and "a == b" in model_syntax(spec)


def test_groups_with_different_rows_of_a_kind():
    spec = build_spec("f =~ x1 + c(0.5, NA)*x2 + c(a, b)*x3 + start(c(1, 0.9))*x3", Rules(), groups=("p", "q"))
    assert "c(0.5, NA)*x2 + c(a, b)*x3 + start(c(1, 0.9))*x3" in model_syntax(spec)
    check_same(spec)


def test_covariates_keep_their_part():
    for fixed_x in (True, False):
        spec = build_spec("y ~ x + z", rules_for("sem", {"fixed_x": fixed_x, "meanstructure": True}))
        again, _ = check_same(spec)
        assert again.covariates == spec.covariates == ("x", "z")
        assert "x ~~" not in model_syntax(spec)


def test_a_row_missing_in_a_group_is_a_zero_there():
    spec = build_spec("f =~ x1 + x2 + x3\nx1 ~~ x2", Rules(), groups=("a", "b"))
    edited = spec.with_rows(tuple(r for r in spec.rows if (r.lhs, r.rhs, r.group) != ("x1", "x2", 2)))
    assert "x1 ~~ c(NA, 0)*x2" in model_syntax(edited)


def test_numbers_and_expressions_read_back_exactly():
    for value in (0.1, -1 / 3, 1e-12, 12345678.9, 1e20, 2.0):
        assert float(number_text(value)) == value
    for text in ("a-(b-c)", "a/(b*c)", "-a^2", "(-a)^2", "2^-a", "a^b^c", "(a^b)^c", "exp(a+b)*-c", "a+(b+c)"):
        tree = parse_expression(text)
        assert parse_expression(expression_text(tree, {})) == tree


ITEMS = st.integers(2, 4)
NUMBER = st.floats(-3, 3, allow_nan=False).map(lambda v: round(v, 3))


def _modifier(draw, n_groups):
    kind = draw(st.sampled_from(["", "", "", "", "number", "free", "label", "start", "bound", "groups"]))
    label = st.sampled_from(["a", "b", ".c", "d_1", "eq1"])
    number = draw(NUMBER)
    return {
        "": "", "number": f"{number}*", "free": "NA*", "label": f"{draw(label)}*", "start": f"start({number})*",
        "bound": f"lower({number})*",
        "groups": f"c({', '.join(draw(label) for _ in range(n_groups))})*",
    }[kind]  # fmt: skip


@st.composite
def models(draw):
    """Random models: factors, paths in one direction, covariates, residual covariances, groups, equalities, switches."""
    n_groups = draw(st.integers(1, 3))
    lines, factors, items = [], [], []
    for f in range(draw(st.integers(1, 3))):
        names = [f"x{f}{i}" for i in range(draw(ITEMS))]
        lines.append(f"f{f} =~ " + " + ".join(_modifier(draw, n_groups) + n for n in names))
        factors.append(f"f{f}")
        items += names
    for target, source in draw(st.sets(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=3)):
        names = [*factors, "z1", "z2"]
        if target < source < len(names) and target < len(factors):
            lines.append(f"{names[target]} ~ {_modifier(draw, n_groups)}{names[source]}")
    if draw(st.booleans()):
        lines.append(f"y ~ {_modifier(draw, n_groups)}f0 + z1")
    if draw(st.booleans()):
        lines.append(f"{items[0]} ~~ {_modifier(draw, n_groups)}{items[-1]}")
    if draw(st.booleans()):
        lines.append(f"{items[0]} ~ {_modifier(draw, n_groups)}1")
    switches = {
        "std_lv": draw(st.booleans()), "orthogonal": draw(st.booleans()), "fixed_x": draw(st.booleans()),
        "meanstructure": True if n_groups > 1 else draw(st.sampled_from([True, None])),
    }  # fmt: skip
    kind = draw(st.sampled_from(["cfa", "sem", "growth", "lavaan"]))
    if kind == "growth":
        switches["meanstructure"] = True
    equal = draw(st.sets(st.sampled_from(EQUAL))) if n_groups > 1 else ()
    return build_spec("\n".join(lines), rules_for(kind, switches), groups=tuple("pqr"[:n_groups]),
                      group_equal=sorted(equal))  # fmt: skip


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.data())
def test_random_models_print_as_themselves_and_imply_the_same_moments(data):
    try:
        spec = data.draw(models())
    except CocsemError:
        assume(False)
    again, partition = check_same(spec)
    theta = np.random.default_rng(7).uniform(0.1, 0.4, size=spec.n_free)
    other = np.zeros(again.n_free)
    for number, place in partition.items():
        other[place - 1] = theta[number - 1]
    p = len(spec.observed)
    for group in range(1, len(spec.groups) + 1):
        ours, theirs = (
            imply(fix_moments(lay_out(s, group), np.eye(p) + 0.2, np.arange(p) + 1.0), t)
            for s, t in ((spec, theta), (again, other))
        )
        np.testing.assert_allclose(ours.Sigma, theirs.Sigma, rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(ours.mu, theirs.mu, rtol=1e-12, atol=1e-12)
