"""Latent responses in the matrices: derivatives against differences, and what a model of them must obey."""

import numpy as np
import pytest

from cocsem.model.automatic import rules_for
from cocsem.model.build import build_spec
from cocsem.model.layout import fix_moments, lay_out
from cocsem.model.matrices import imply
from cocsem.model.response_moments import follow_jacobian, response_jacobian, response_moments, scale_jacobian

ITEMS = (*((f"u{i}", 2) for i in range(1, 5)), ("b1", 1), ("b2", 1))
MODELS = {
    "factor": "f =~ u1 + u2 + u3 + u4",
    "covariates": "f =~ u1 + u2 + y1 + y2\nf ~ w + v\nu1 ~ w",
    "ordered cause": "f =~ u1 + u2 + u3\nf ~ w\nb1 ~ f + w\ny1 ~ f + b1",
    "probit path": "b1 ~ w + v\nb2 ~ b1 + w\ny1 ~ b1 + b2",
    "second order": "h =~ f + g\nf =~ u1 + u2\ng =~ u3 + u4\nu1 ~~ u3",
}


def layouts(model, parameterization, equal=(), *, std_lv=False):
    rules = rules_for("sem", {"parameterization": parameterization, "std_lv": std_lv})
    spec = build_spec(MODELS[model], rules, groups=("a", "b"), group_equal=equal, thresholds=ITEMS)
    p = len(spec.observed)
    cov, mean = np.eye(p) * 1.3 + 0.2, np.arange(p) * 0.1
    return spec, [fix_moments(lay_out(spec, g), cov, mean) for g in (1, 2)]


def differences(function, theta, step=1e-6):
    columns = [(function(theta + step * e) - function(theta - step * e)) / (2 * step) for e in np.eye(len(theta))]
    return np.array(columns).T


@pytest.mark.parametrize("equal", [(), ("thresholds", "loadings")], ids=["apart", "equal"])
@pytest.mark.parametrize("parameterization", ["delta", "theta"])
@pytest.mark.parametrize("model", MODELS)
def test_derivatives_are_exact(model, parameterization, equal):
    spec, groups = layouts(model, parameterization, equal)
    theta = np.random.default_rng(1).uniform(0.3, 0.6, spec.n_free)
    for layout in groups:
        at, r = imply(layout, theta), layout.responses
        expected = differences(lambda t, layout=layout: response_moments(layout, imply(layout, t)), theta)
        assert expected.shape == (r.n_moments, spec.n_free)
        np.testing.assert_allclose(response_jacobian(layout, at), expected, atol=1e-8)
        scales = differences(lambda t, layout=layout, r=r: imply(layout, t).entries[r.scale_at], theta)
        np.testing.assert_allclose(scale_jacobian(layout, at), scales, atol=1e-8)
        if r.delta:
            follows = differences(lambda t, layout=layout, r=r: imply(layout, t).entries[r.residual_at], theta)
            np.testing.assert_allclose(follow_jacobian(layout, at), follows, atol=1e-8)


@pytest.mark.parametrize("parameterization", ["delta", "theta"])
@pytest.mark.parametrize("model", MODELS)
def test_a_batch_is_the_same_as_one_by_one(model, parameterization):
    spec, (layout, _) = layouts(model, parameterization)
    theta = np.random.default_rng(2).uniform(0.3, 0.6, (3, spec.n_free))
    together = imply(layout, theta)
    for b, one in enumerate(theta):
        at = imply(layout, one)
        np.testing.assert_allclose(response_moments(layout, together)[b], response_moments(layout, at), atol=1e-13)
        np.testing.assert_allclose(response_jacobian(layout, together)[b], response_jacobian(layout, at), atol=1e-13)


@pytest.mark.parametrize("model", MODELS)
def test_the_two_parameterizations_say_the_same(model):
    """Divide each y* by the root of its residual variance: the theta model of a delta model, with the same moments."""
    spec, (layout, _) = layouts(model, "delta", std_lv=True)
    theta = np.random.default_rng(3).uniform(0.1, 0.3, spec.n_free)
    at, r = imply(layout, theta), layout.responses
    unit = np.ones(layout.v)
    unit[r.ordered] = at.entries[r.residual_at] ** -0.5
    of = dict(zip(layout.names, unit, strict=True))
    twin_spec, (twin, _) = layouts(model, "theta", std_lv=True)
    moved = np.empty(twin_spec.n_free)
    for row, other in zip(spec.rows, twin_spec.rows, strict=True):
        if row.free:
            power = {"=~": of.get(row.rhs, 1.0) / of[row.lhs], "~": of[row.lhs] / of.get(row.rhs, 1.0)}
            power |= {"~~": of[row.lhs] * of.get(row.rhs, 1.0), "|": of[row.lhs], "~1": of[row.lhs]}
            moved[other.free - 1] = theta[row.free - 1] * power[row.op]
    np.testing.assert_allclose(response_moments(twin, imply(twin, moved)), response_moments(layout, at), atol=1e-12)
