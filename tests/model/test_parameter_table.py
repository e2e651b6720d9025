"""The automatic rules against lavaan's own parameter tables, row by row and in order."""

import json
from pathlib import Path

import pytest

from cocsem.model.automatic import rules_for
from cocsem.model.build import build_spec

CASES = json.loads((Path(__file__).parents[1] / "oracles" / "parameter_tables.json").read_text())["cases"]
NAMES = {"model.type": None, "group.equal": None, "ngroups": None}


def _spec(case):
    options = case["options"] if isinstance(case["options"], dict) else {}
    switches = {k.replace(".", "_"): v for k, v in options.items() if k not in NAMES}
    kind = "growth" if options.get("model.type") == "growth" else "sem"
    groups = tuple(f"g{i}" for i in range(options["ngroups"])) if "ngroups" in options else ("",)
    equal = options.get("group.equal", ())
    return build_spec(
        case["model"],
        rules_for(kind, switches),
        groups=groups,
        group_equal=[equal] if isinstance(equal, str) else equal,
    )


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c['model'][:18]}-{c['options']}"[:60])
def test_rows_are_those_of_lavaan(case):
    spec = _spec(case)
    theirs = [(r["lhs"], r["op"], r["rhs"], r["group"], r["free"], r.get("exo", 0)) for r in case["rows"]]
    ours = [(r.lhs, r.op, r.rhs, r.group, r.free, int(r.exo)) for r in spec.rows]
    assert ours == theirs
    fixed = [(r["lhs"], r["rhs"], r["ustart"]) for r in case["rows"] if r["free"] == 0 and r.get("ustart") is not None]
    assert [(r.lhs, r.rhs, r.value) for r in spec.rows if not r.free and r.value is not None] == fixed


def test_the_bank_is_not_empty():
    assert len(CASES) >= 60


HS = "visual =~ {0}x1 + x2 + x3\nspeed =~ x7 + x8 + x9"
PARTIAL = {"groups": ("a", "b", "c"), "group_equal": ["loadings"]}


@pytest.mark.parametrize("kind", [{}, {"meanstructure": True}])
def test_a_marker_that_group_partial_names_is_free_in_later_groups(kind):
    """lavaan since 0.6-20; the same as `c(1, NA, NA)*x1`."""
    rules = rules_for("cfa", kind)
    spec = build_spec(HS.format(""), rules, group_partial=["visual =~ x1"], **PARTIAL)
    written = build_spec(HS.format("c(1, NA, NA)*"), rules, group_partial=["visual=~x1"], **PARTIAL)
    assert [(r.lhs, r.rhs, r.group, r.free, r.value) for r in spec.rows] == [
        (r.lhs, r.rhs, r.group, r.free, r.value) for r in written.rows
    ]
    assert [r.free > 0 for r in spec.rows if (r.op, r.rhs) == ("=~", "x1")] == [False, True, True]


@pytest.mark.parametrize(
    "marker, options, partial",
    [
        ("", {}, []),
        ("", {"std_lv": True}, ["visual=~x1"]),
        ("1*", {}, ["visual=~x1"]),
        ("", {}, ["visual=~x1", "visual=~x2", "visual=~x3"]),
    ],
)
def test_a_marker_stays_where_nothing_else_carries_the_unit_or_the_user_fixed_it(marker, options, partial):
    spec = build_spec(HS.format(marker), rules_for("cfa", options), group_partial=partial, **PARTIAL)
    free = {r.free > 0 for r in spec.rows if (r.op, r.rhs) == ("=~", "x1")}
    assert free == {options.get("std_lv", False)}


def test_what_equal_covariances_are_follows_from_the_left_side():
    """`f ~~ y` is one of lv.covariances, `y ~~ f` one of residual.covariances: lavaan looks at the left side alone."""
    text, rules = "f =~ x1 + x2 + x3\nf ~ z\ny ~ z", rules_for("sem", {})

    def tied(text, kind):
        spec = build_spec(text, rules, groups=("a", "b"), group_equal=[kind])
        return len({r.free for r in spec.rows if r.op == "~~" and {r.lhs, r.rhs} == {"f", "y"}}) == 1

    assert tied(text, "lv.covariances") and not tied(text, "residual.covariances")
    assert tied(f"{text}\ny ~~ f", "residual.covariances") and not tied(f"{text}\ny ~~ f", "lv.covariances")
