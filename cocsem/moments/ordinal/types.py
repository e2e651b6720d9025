"""What estimation needs of ordered and mixed answers: thresholds, moments of the latent responses, and how sure they are."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from cocsem.language import Text

Array = NDArray[np.float64]
Index = NDArray[np.intp]
Label = tuple[str, str, str]  # lhs, op, rhs, as in the parameter table


@dataclass(frozen=True, slots=True)
class LatentMoments:
    """Moments of the latent responses of one group, given the exogenous x: y* = intercept + slopes x + e, cov(e) = cov.

    An ordered variable has y* of residual variance 1 and intercept 0, cut at its thresholds; a continuous one is y* itself.

    Attributes
    ----------
    names : p variables, ordered and continuous, in model order; x's are not among them.
    x_names : q exogenous covariates, empty without.
    categories : p tuples of the observed values of an ordered variable, lowest first, or their names where it is a Categorical
        column; empty for a continuous one.
    thresholds : p vectors, ascending, one shorter than the categories; empty for a continuous one.
    intercepts : (p,) means, or intercepts of the regressions on x; 0 for an ordered one.
    slopes : (p, q) slopes on x: of a probit regression for an ordered one, of a linear one else.
    cov : (p, p) covariances of the latent responses given x; 1 on the diagonal of an ordered one.
    """

    names: tuple[str, ...]
    x_names: tuple[str, ...]
    categories: tuple[tuple[float | str, ...], ...]
    thresholds: tuple[Array, ...]
    intercepts: Array
    slopes: Array
    cov: Array

    @property
    def ordered(self) -> NDArray[np.bool_]:
        """(p,) which variables are ordered."""
        return np.array([bool(c) for c in self.categories])


@dataclass(frozen=True, slots=True)
class OrdinalStatistics:
    """The moments of one group as one vector with its asymptotic covariance matrix.

    The order of the vector is lavaan's (its WLS.obs), and `labels` spells it out:

    1. by variable in model order: its thresholds, (y, "|", "t1") ...; for a continuous one minus its intercept, (y, "~1", "");
    2. slopes on x, column by column of `slopes`: (y1, "~", x1), (y2, "~", x1), ..., (y1, "~", x2), ...;
    3. variances of the continuous variables in model order, (y, "~~", y);
    4. the lower triangle of `cov` without its diagonal, column by column: (y1, "~~", y2), (y1, "~~", y3), ..., (y2, "~~", y3), ...

    Attributes
    ----------
    latent : the same moments as matrices.
    vector : (m,) the moments in the order above.
    labels : m rows of (lhs, op, rhs).
    gamma : (m, m) asymptotic covariance of sqrt(n_obs) times the vector (lavaan's NACOV), two-step maximum likelihood; gamma / n_obs
        is the covariance matrix of the estimates. WLS weighs with gamma^-1, DWLS with 1 / diag(gamma), ULS with the identity.
    x_mean, x_cov : (q,) and (q, q) moments of x with divisor N, not part of the vector.
    n_obs : rows used; n_total : rows given; group : label of the group.
    data : (n_obs, p + q) the rows used, names then x; ordered answers as category numbers 0, 1, ...; not-a-number where missing
        (pairwise only).
    rows : (n_obs,) positions of the used rows in the data given.
    warnings : what a reader must know about single items or pairs (empty cells, correlations at their bound).

    References: muthen1984, joreskog1994
    """

    latent: LatentMoments
    vector: Array
    labels: tuple[Label, ...]
    gamma: Array
    x_mean: Array
    x_cov: Array
    n_obs: int
    n_total: int
    group: str
    data: Array
    rows: NDArray[np.int64]
    warnings: tuple[Text, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The p variables in model order, without x."""
        return self.latent.names


def vector_labels(latent: LatentMoments) -> tuple[Label, ...]:
    """Name every element of the moment vector, (m,) rows of (lhs, op, rhs)."""
    first = [
        (name, "|", f"t{k + 1}") if cuts.size else (name, "~1", "")
        for name, cuts in zip(latent.names, latent.thresholds, strict=True)
        for k in range(max(1, cuts.size))
    ]
    slopes = [(name, "~", x) for x in latent.x_names for name in latent.names]
    variances = [
        (name, "~~", name) for name, cuts in zip(latent.names, latent.thresholds, strict=True) if not cuts.size
    ]
    pairs = [(a, "~~", b) for j, a in enumerate(latent.names) for b in latent.names[j + 1 :]]
    return (*first, *slopes, *variances, *pairs)


def moment_vector(latent: LatentMoments) -> Array:
    """The moments in the order of `vector_labels`, (m,).

    >>> cuts = (np.array([-1.0, 0.5]), np.array([]))
    >>> cov = np.array([[1.0, 0.3], [0.3, 2.0]])
    >>> latent = LatentMoments(("y", "z"), (), ((1, 2, 3), ()), cuts, np.array([0.0, 4.0]), np.zeros((2, 0)), cov)
    >>> print(moment_vector(latent), vector_labels(latent)[2:])
    [-1.   0.5 -4.   2.   0.3] (('z', '~1', ''), ('z', '~~', 'z'), ('y', '~~', 'z'))
    """
    first = [
        cuts if cuts.size else np.array([-mean])
        for cuts, mean in zip(latent.thresholds, latent.intercepts, strict=True)
    ]
    columns, rows = pair_index(len(latent.names))
    continuous = ~latent.ordered
    return np.concatenate([*first, latent.slopes.T.ravel(), np.diag(latent.cov)[continuous], latent.cov[rows, columns]])


@lru_cache(maxsize=32)
def pair_index(p: int) -> tuple[Index, Index]:
    """First and second variable of every pair, in the order of the vector: (0, 1), (0, 2), ..., (1, 2), ..."""
    first, second = np.triu_indices(p, k=1)
    for part in (first, second):
        part.setflags(write=False)
    return first, second
