"""The exploratory factor analysis: extract, rotate, test."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cocsem.errors import EstimationError, UsageError
from cocsem.estimation.alignment import frame_of, pick_columns
from cocsem.estimation.efa.errors import with_errors
from cocsem.estimation.efa.extraction import LOWEST_UNIQUENESS, OBJECTIVES, Extraction, extract, ml_discrepancy
from cocsem.estimation.efa.rotation import ROTATIONS, explained, rotate
from cocsem.estimation.efa.types import FactorSolution
from cocsem.moments.continuous import require_finite
from cocsem.moments.ordinal.correlations import polychoric_correlations
from cocsem.survey.types import Survey

Array = NDArray[np.float64]


def efa(
    data: Survey | pd.DataFrame,
    n_factors: int,
    *,
    method: str = "ml",
    rotation: str = "oblimin",
    correlation: str = "pearson",
    bootstrap: int = 0,
    seed: int = 1,
) -> FactorSolution:
    """Find the common factors behind a set of items.

    R = L Phi L' + Psi; the test is (N - 1 - (2p + 5)/6 - 2k/3) F with ((p - k)^2 - (p + k))/2 degrees of freedom.

    Parameters
    ----------
    data : items; rows with a missing answer are left out. n_factors : number of factors k.
    method : `ml` (maximum likelihood) or `minres` (minimum residuals).
    rotation : `oblimin`, `promax`, `geomin` (oblique); `varimax`, `quartimax`, `geomin_orthogonal`; or `none`.
    correlation : `pearson`, or `polychoric` (of the latent responses behind ordered answers); then there is no test, because the
        chi-square holds for covariances of continuous answers only.
    bootstrap, seed : resamples of the rows for standard errors of the rotated loadings and the factor correlations (0: none).

    Raises
    ------
    UsageError : an unknown method, rotation or correlation, or more factors than the items can determine.
    EstimationError : too few complete rows, a constant item, items that determine one another, or polychoric correlations that no
        maximum likelihood exists for.

    References: joreskog1967, harman1966, bartlett1951, olsson1979

    >>> rng = np.random.default_rng(1)
    >>> common = rng.normal(size=(200, 1))
    >>> solution = efa(pd.DataFrame(common + rng.normal(size=(200, 4)), columns=list("abcd")), 1)
    >>> solution.df, solution.converged
    (2, True)
    """
    items = _items(data)
    _check(items, n_factors, method, rotation)
    _check_correlation(correlation)
    cor, n_obs = CORRELATIONS[correlation](items)
    _check_definite(cor, method)
    found = extract(cor, n_factors, method)
    rotation = rotation if n_factors > 1 else "none"
    df = degrees_of_freedom(len(cor), n_factors)
    test = _test(cor, found, n_obs) if correlation == "pearson" else (float("nan"), df, float("nan"))
    how = (method, rotation, n_obs, correlation)
    solution = _label([str(name) for name in items], found, rotate(found.loadings, rotation), test, how)
    return with_errors(solution, items.dropna(), CORRELATIONS[correlation], bootstrap, seed) if bootstrap else solution


def _items(data: Survey | pd.DataFrame) -> pd.DataFrame:
    """The items as finite numbers."""
    frame = data.data if isinstance(data, Survey) else frame_of(data)
    items = pick_columns(frame, tuple(frame.columns))
    require_finite(items.to_numpy(dtype=np.float64), [str(name) for name in items])
    return items


def _label(
    items: list[str],
    found: Extraction,
    rotated: tuple[Array, Array],
    test: tuple[float, int, float],
    how: tuple[str, str, int, str],
) -> FactorSolution:
    """Give the numbers of a solution the names of items and factors."""
    (loadings, phi), (method, rotation, n_obs, correlation) = rotated, how
    factors = [f"F{j + 1}" for j in range(len(phi))]
    return FactorSolution(
        pd.DataFrame(loadings, index=items, columns=factors),
        pd.DataFrame(phi, index=factors, columns=factors),
        pd.Series(np.diag(loadings @ phi @ loadings.T), index=items),
        pd.Series(found.uniquenesses, index=items),
        pd.Series(explained(loadings, phi), index=factors),
        *test,
        method=method,
        rotation=rotation,
        n_obs=n_obs,
        converged=found.converged,
        correlation=correlation,
        heywood=tuple(i for i, psi in zip(items, found.uniquenesses, strict=True) if psi <= LOWEST_UNIQUENESS),
    )


def correlations(data: pd.DataFrame) -> tuple[Array, int]:
    """Return the correlation matrix of the rows that answered every item, and their number."""
    rows = data.dropna().to_numpy(dtype=np.float64)
    if len(rows) <= data.shape[1]:
        raise EstimationError(
            f"Factor analysis needs more complete rows than items ({data.shape[1]}), but there are {len(rows)}. "
            "Use fewer items."
        )
    constant = [str(name) for name, spread in zip(data.columns, np.ptp(rows, axis=0), strict=True) if spread == 0]
    if constant:
        raise EstimationError(f"Items must vary, but {', '.join(constant)} has one answer only. Leave it out.")
    cor = np.corrcoef(rows, rowvar=False)
    if np.linalg.matrix_rank(cor) < len(cor):
        raise EstimationError(
            "No item may follow from the others, but here one does. Look for an item that stands in the data twice."
        )
    return cor, len(rows)


def latent_correlations(data: pd.DataFrame) -> tuple[Array, int]:
    """Return the polychoric correlations of the rows that answered every item, and their number."""
    rows = data.dropna()
    return polychoric_correlations(rows), len(rows)


CORRELATIONS: Mapping[str, Callable[[pd.DataFrame], tuple[Array, int]]] = MappingProxyType(
    {"pearson": correlations, "polychoric": latent_correlations}
)


def _check_correlation(correlation: str) -> None:
    if correlation not in CORRELATIONS:
        raise UsageError(f"correlation must be one of {', '.join(CORRELATIONS)}, not {correlation!r}.")


def _check_definite(cor: Array, method: str) -> None:
    if method == "ml" and np.linalg.eigvalsh(cor)[0] <= 0:
        raise EstimationError(
            "Maximum likelihood needs a positive definite correlation matrix, but the polychoric correlations do not form one: each was estimated "
            'alone, from few answers. Use method="minres", fewer categories or fewer items.'
        )


def _check(data: pd.DataFrame, n_factors: int, method: str, rotation: str) -> None:
    if method not in OBJECTIVES:
        raise UsageError(f"method must be one of {', '.join(OBJECTIVES)}, not {method!r}.")
    if rotation not in ROTATIONS:
        raise UsageError(f"rotation must be one of {', '.join(ROTATIONS)}, not {rotation!r}.")
    if isinstance(n_factors, bool) or not isinstance(n_factors, int | np.integer) or n_factors < 1:
        raise UsageError(f"n_factors must be a whole number from 1 on, not {n_factors!r}.")
    if n_factors >= data.shape[1] or degrees_of_freedom(data.shape[1], n_factors) < 0:
        raise UsageError(f"{data.shape[1]} items cannot determine {n_factors} factors. Ask for fewer factors.")


def degrees_of_freedom(n_items: int, n_factors: int) -> int:
    """Return ((p - k)^2 - (p + k)) / 2.

    >>> degrees_of_freedom(19, 5)
    86
    """
    return ((n_items - n_factors) ** 2 - (n_items + n_factors)) // 2


def _test(cor: Array, found: Extraction, n_obs: int) -> tuple[float, int, float]:
    """Test k factors against any correlation matrix, with Bartlett's correction."""
    from scipy.stats import chi2

    n_items, n_factors = found.loadings.shape
    df = degrees_of_freedom(n_items, n_factors)
    factor = n_obs - 1 - (2 * n_items + 5) / 6 - 2 * n_factors / 3
    statistic = factor * ml_discrepancy(cor, found.loadings @ found.loadings.T + np.diag(found.uniquenesses))
    return float(statistic), df, float(chi2.sf(statistic, df)) if df > 0 else float("nan")
