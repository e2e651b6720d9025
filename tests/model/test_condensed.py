"""The condensed form gives the same moments and slopes as the full matrices, whatever sends arrows."""

import numpy as np
import pytest

from cocsem.model.automatic import rules_for
from cocsem.model.build import build_spec
from cocsem.model.condensed import condense, imply_condensed, row_draws, slope_condensed
from cocsem.model.layout import fix_moments, lay_out
from cocsem.model.matrices import gather_means, imply, mean_jacobian, slope_of

MODELS = [
    "f =~ x1 + x2 + x3\ng =~ x4 + x5 + x6",
    "f =~ x1 + x2 + x3\ng =~ x4 + x5 + x6\ng ~ a*f + x7\nx1 ~~ x5\nx8 ~ a*f + x1",
    "x1 ~ x2 + x3\nx4 ~ x1 + x2\nx3 ~~ x2\nx5 ~ x4",
    "f =~ x1 + x2 + x3\nx4 ~ f + x5\nx6 ~~ f\nx7 ~~ x5\nx6 ~~ x1",
    "x1 ~ x2\nx2 ~ x3 + x1\nx4 ~ x2",
]


@pytest.mark.parametrize("text", MODELS)
@pytest.mark.parametrize("fixed_x", [True, False])
def test_moments_and_slopes_are_those_of_the_full_matrices(text, fixed_x):
    rng = np.random.default_rng(3)
    spec = build_spec(text, rules_for("sem", {"meanstructure": True, "fixed_x": fixed_x}))
    theta = 0.2 + 0.3 * rng.random((4, spec.n_free))
    p = len(spec.observed)
    covs = np.stack([np.eye(p) + 0.2 * b for b in range(4)])
    layout = fix_moments(lay_out(spec, 1), covs, rng.standard_normal((4, p)))
    full, condensed = imply(layout, theta), condense(layout)
    at = imply_condensed(condensed, theta)
    assert np.allclose(at.Sigma, full.Sigma) and np.allclose(at.mu, full.mu)
    latent = np.ix_(range(4), condensed.senders, condensed.senders)
    assert np.allclose(at.C, full.C[latent])
    M, u = rng.standard_normal((4, p, p)), rng.standard_normal((4, p))
    M = M + M.swapaxes(1, 2)
    slope = slope_of(layout, full.X.swapaxes(1, 2) @ M @ full.X)
    assert np.allclose(slope_condensed(condensed, at, M, None), slope)
    slope = slope - 2.0 * gather_means(layout, (u[:, None, :] @ mean_jacobian(layout, full))[:, 0])
    assert np.allclose(slope_condensed(condensed, at, M, u), slope)


def test_rows_hold_parameters_and_fixed_values():
    spec = build_spec("f =~ x1 + x2 + x3", rules_for("cfa", {}))
    theta = np.arange(2.0 * spec.n_free).reshape(2, -1)
    values = row_draws(lay_out(spec, 1), theta)
    for n, row in enumerate(spec.rows):
        assert np.array_equal(values[:, n], theta[:, row.free - 1] if row.free else np.full(2, row.value))


def test_the_inverse_by_factors_is_the_inverse():
    from cocsem.estimation.moment_slopes import invert_implied

    rng = np.random.default_rng(9)
    spec = build_spec("f =~ x1 + x2 + x3\ng =~ x4 + x5 + x6\ng ~ f", rules_for("sem", {}))
    variances = [row.free - 1 for row in spec.rows if row.op == "~~"]
    theta = rng.random((5, spec.n_free)) + 0.3
    theta[1, variances[0]] = 1e-5  # next to nothing unique: the plain inverse
    theta[2, variances[1]] = -0.05  # negative, and still positive definite
    theta[3, variances[2]] = -9.0  # no covariance matrix at all
    at = imply_condensed(condense(lay_out(spec, 1)), theta)
    assert at.unique is not None
    W, logdet = invert_implied(at)
    for b in (0, 1, 2, 4):
        assert np.allclose(W[b] @ at.Sigma[b], np.eye(6), atol=1e-9)
        assert logdet[b] == pytest.approx(np.linalg.slogdet(at.Sigma[b])[1], abs=1e-10)
    assert logdet[3] == np.inf
