"""Where a covariance matrix or the scores of the rows are singular, a search is no rest and answers are too few: both in words."""

import numpy as np
import pandas as pd
import pytest

import cocsem
from cocsem.errors import EstimationError
from cocsem.estimation.optimise import minimise
from cocsem.moments.ordinal.margins import row_influence


class _Gone:
    """A discrepancy with a value but no slopes: the model cannot be there."""

    def value(self, theta, rows):
        return np.ones(len(theta))

    def slopes(self, theta, rows, *, exact):
        return np.full(theta.shape, np.nan), np.full((*theta.shape, theta.shape[1]), np.nan)


def test_a_place_without_slopes_is_no_rest():
    found = minimise(_Gone(), np.zeros((2, 3)))
    assert not found.rested.any()


def test_scores_of_rows_that_are_alike():
    with pytest.raises(EstimationError, match="2 rows are too few, or too much alike"):
        row_influence(np.zeros((2, 2)))


def test_draws_of_rows_that_repeat_are_counted_not_met_with_a_traceback():
    rng = np.random.default_rng(3)
    x = rng.normal(size=(8, 1)) + 0.3 * rng.normal(size=(8, 3))
    data = pd.DataFrame(x, columns=["x1", "x2", "x3"])
    fit = cocsem.growth("i =~ 1*x1 + 1*x2 + 1*x3\ns =~ 0*x1 + 1*x2 + 2*x3", data, bootstrap=60, seed=2)
    assert fit.converged is False or fit.draws is not None
