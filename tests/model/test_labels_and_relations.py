"""Labels that become one parameter, labels that are fixed, and relations that must stay constraints."""

import pytest

import cocsem
from cocsem.errors import ModelError, ModelSyntaxError
from cocsem.model.automatic import rules_for
from cocsem.model.build import build_spec

CFA = rules_for("cfa", {})


def _rows(spec):
    return {(r.lhs, r.op, r.rhs): r for r in spec.rows}


def test_two_labels_held_equal_are_one_parameter():
    spec = build_spec("f =~ x1 + a*x2 + b*x3 + x4\na == b", CFA)
    rows = _rows(spec)
    assert rows["f", "=~", "x2"].free == rows["f", "=~", "x3"].free > 0
    assert not spec.constraints


def test_a_defined_name_held_equal_stays_a_constraint():
    spec = build_spec("f =~ x1 + a*x2 + b*x3 + c*x4\nab := a*b\nab == c", CFA)
    assert [tuple(c) for c in spec.constraints] == [("ab", "==", "c")]


def test_a_label_equal_to_a_fixed_one_is_fixed():
    spec = build_spec("f =~ x1 + 0.7*x2 + b*x3 + x4\nf =~ a*x2\na == b", CFA)
    row = _rows(spec)["f", "=~", "x3"]
    assert row.free == 0 and row.value == 0.7


def test_thousands_of_brackets_are_a_message():
    with pytest.raises(ModelSyntaxError, match="too many brackets"):
        build_spec("f =~ x1 + a*x2 + x3\nd := " + "(" * 5000 + "a" + ")" * 5000, CFA)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "at least one line"),
        ("f =~", "at least one variable"),
        ("f =~ x1 + x2 + x3 x4", "A term must be a variable"),
        ("f =~ x1 + 2x2", "must be a variable|no meaning"),
        ("f <~ x1 + x2", "Composites"),
        ("f =~ x1 + x2 + x3\ny ~ f:z", "cocsem.moderation"),
        ("level: 1\ny ~ x", "Blocks"),
        ('efa("b")*f =~ x1 + x2', "efa"),
        ("y ~ x\nd := q*2", "label 'q'"),
        ("f =~ c(1, 2)*x1 + x2", "one entry per group"),
        ("f =~ x1 + f", "must not explain itself"),
        ("f =~ (x1", "bracket"),
        ("f =~ x1 + x2\nf2 =~ x1 ~ x2", "one operator only"),
    ],
)
def test_errors_show_the_line_with_a_caret(text, message):
    with pytest.raises(ModelSyntaxError, match=message) as caught:
        build_spec(text, CFA)
    if text:
        assert "^" in str(caught.value)


@pytest.mark.parametrize("target", ["f=~y", "x2", "g=~x2"])
def test_equal_must_name_something(target):
    with pytest.raises(ModelError, match="equal\\(\\) must name a row"):
        build_spec(f'f =~ x1 + a*x2 + equal("{target}")*x3', CFA)
    for known in ("f=~x2", "f =~ x2", "a"):
        rows = _rows(build_spec(f'f =~ x1 + a*x2 + equal("{known}")*x3', CFA))
        assert rows["f", "=~", "x2"].free == rows["f", "=~", "x3"].free


@pytest.mark.parametrize("later", ["x1 ~~ 0*x2", "x2 ~~ 0.3*x1", "f =~ 0.5*x2", "f =~ NA*x1"])
def test_lines_that_contradict_one_another_are_refused(later):
    with pytest.raises(ModelSyntaxError, match=r"two things.* earlier line"):
        cocsem.cfa(f"f =~ x1 + x2 + x3 + x4\nx1 ~~ x2\n{later}", cocsem.load_dataset("holzinger_swineford"))


@pytest.mark.parametrize("later", ["x1 ~~ x2", "x2 ~~ a*x1", "f =~ b*x2", "f =~ start(0.5)*x2"])
def test_lines_that_say_more_of_a_parameter_are_kept(later):
    data = cocsem.load_dataset("holzinger_swineford")
    model = "f =~ x1 + x2 + x3 + x4\nx1 ~~ x2"
    assert cocsem.cfa(f"{model}\n{later}", data).fit_measures["df"] == cocsem.cfa(model, data).fit_measures["df"] == 1
