"""The rules for ordered items against lavaan's parameter tables, and what they refuse."""

import json
from pathlib import Path

import pytest

from cocsem.errors import CocsemError
from cocsem.model.automatic import rules_for
from cocsem.model.build import build_spec
from cocsem.model.printing import model_syntax, printed_rules
from cocsem.model.translation.lavaan import to_lavaan

CASES = json.loads((Path(__file__).parents[1] / "oracles" / "ordinal_tables.json").read_text())["cases"]
ITEMS = (*((f"u{i}", 2) for i in range(1, 7)), ("b1", 1), ("b2", 1))
ONE = "f =~ u1 + u2 + u3"


def spec_of(model, kind="cfa", *, groups=("",), equal=(), partial=(), items=ITEMS, **switches):
    return build_spec(
        model, rules_for(kind, switches), groups=groups, group_equal=equal, group_partial=partial, thresholds=items
    )


def free(spec, op, group=2):
    return {(r.lhs, r.rhs): r.free for r in spec.rows if r.op == op and r.group == group and r.free}


def _case_spec(case):
    options = dict(case["options"]) if isinstance(case["options"], dict) else {}
    equal = options.pop("group.equal", ())
    groups = ("a", "b") if options.pop("group", None) else ("",)
    if options.pop("conditional.x", True) is False:
        options["fixed.x"] = False
    switches = {k.replace(".", "_"): v for k, v in options.items()}
    return spec_of(case["model"], case["fun"], groups=groups, equal=equal, **switches)


def _sets_what_follows(case):
    """lavaan takes a free residual variance under delta, or a free scale under theta, and ignores it; we refuse."""
    return "u1 ~~ u1" in case["model"]


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c['fun']}-{c['model'][:18]}-{c['options']}"[:70])
def test_rows_are_those_of_lavaan(case):
    if _sets_what_follows(case):
        with pytest.raises(CocsemError, match="follows from the rest"):
            _case_spec(case)
        return
    ours = [" ".join(f"{r.lhs} {r.op} {r.rhs} {r.group} {r.free}".split()) for r in _case_spec(case).rows]
    assert ours == [" ".join(row.split()) for row in case["rows"]]


def test_the_bank_is_not_empty():
    assert len(CASES) >= 100


def test_equal_thresholds_free_intercepts_and_units_of_later_groups():
    """As in lavaan 0.7 (recorded: likert_groups_thresholds_wlsmv): the factor means stay zero until intercepts are equal."""
    spec = spec_of(ONE, groups=("a", "b"), equal=("thresholds", "loadings"))
    assert set(free(spec, "~1")) == {("u1", ""), ("u2", ""), ("u3", "")} and len(free(spec, "~*~")) == 3
    wider = spec_of(ONE, groups=("a", "b"), equal=("thresholds", "loadings", "intercepts"))
    assert set(free(wider, "~1")) == {("f", "")} and len(free(wider, "~*~")) == 3


def test_theta_frees_residual_variances_instead_of_scales():
    spec = spec_of(ONE, groups=("a", "b"), equal=("thresholds",), parameterization="theta")
    assert not free(spec, "~*~") and {("u1", "u1"), ("u2", "u2"), ("u3", "u3")} < set(free(spec, "~~"))
    strict = spec_of(
        ONE, groups=("a", "b"), equal=("thresholds", "loadings", "intercepts", "residuals"), parameterization="theta"
    )
    assert set(free(strict, "~~")) == {("f", "f")}


def test_a_binary_item_has_a_unit_of_its_own_only_where_one_threshold_suffices():
    model = "f =~ b1 + b2 + u1"
    spec = spec_of(model, groups=("a", "b"), equal=("thresholds", "loadings"))
    assert set(free(spec, "~*~")) == {("u1", "u1")} and ("b1", "") in free(spec, "~1")
    wider = spec_of(model, groups=("a", "b"), equal=("loadings", "intercepts"))
    assert set(free(wider, "~*~")) == {("b1", "b1"), ("b2", "b2"), ("u1", "u1")}


def test_partial_thresholds_leave_what_the_others_determine():
    spec = spec_of(ONE, groups=("a", "b"), equal=("thresholds",), partial=("u1 | t1", "u2|t1", "u2|t2"))
    assert set(free(spec, "~*~")) == {("u3", "u3")}
    assert set(free(spec, "~1")) == {("u1", ""), ("u3", "")}


def test_what_follows_from_the_rest_is_named():
    delta, theta = spec_of(ONE), spec_of(ONE, parameterization="theta")
    assert {r.op for r in delta.rows if delta.follows(r)} == {"~~"}
    assert {r.op for r in theta.rows if theta.follows(r)} == {"~*~"}
    assert delta.ordered == ("u1", "u2", "u3") and delta.meanstructure


@pytest.mark.parametrize(
    ("model", "options", "message"),
    [
        (ONE + "\nu1 | t3", {}, "thresholds are t1 to t2"),
        (ONE + "\nz | t1", {}, "'z' is none here"),
        (ONE + "\nu1 ~*~ u2", {}, "u1 ~\\*~ u1"),
        (ONE + "\nu1 ~~ 0.5*u1", {}, "follows from the rest"),
        (ONE + "\nu1 ~*~ NA*u1", {"parameterization": "theta"}, "follows from the rest"),
        (ONE + "\nf ~ b1", {}, "cannot be ordered: b1"),
        (ONE, {"parameterization": "gamma"}, "delta or theta"),
        (ONE, {"meanstructure": False}, "thresholds of ordered items"),
        (ONE, {"groups": ("a", "b"), "equal": ("thresholds", "residuals")}, "parameterization='theta'"),
        (ONE, {"kind": "lavaan"}, "auto_th=True"),
    ],
)
def test_what_cannot_be_is_refused(model, options, message):
    with pytest.raises(CocsemError, match=message):
        spec_of(model, **options)


@pytest.mark.parametrize("theta", [False, True])
def test_a_table_is_printed_and_read_again(theta):
    switches = {"parameterization": "theta"} if theta else {}
    spec = spec_of(
        "f =~ u1 + u2 + u3 + b1\nu2 | 0*t1 + a*t2\nf ~ w", groups=("a", "b"), equal=("thresholds",), **switches
    )
    again = build_spec(model_syntax(spec), printed_rules(spec), groups=spec.groups, thresholds=spec.thresholds)
    free = [(r.lhs, r.op, r.rhs, r.group, bool(r.free)) for r in spec.rows]
    assert sorted(free) == sorted((r.lhs, r.op, r.rhs, r.group, bool(r.free)) for r in again.rows)
    assert spec.n_free == again.n_free and again.ordered == spec.ordered


def test_the_script_for_lavaan_says_what_is_ordered():
    text = to_lavaan(spec_of(ONE, parameterization="theta"))
    assert 'ordered = c("u1", "u2", "u3"), parameterization = "theta"' in text and "u1 | t1 + t2" in text
