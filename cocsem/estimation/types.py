"""What estimation gives: a model met with data, once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cocsem.display import Displayed
from cocsem.estimation.bootstrap import Draws
from cocsem.estimation.options import ML, Method
from cocsem.estimation.problem import Point
from cocsem.language import Text
from cocsem.model.types import ModelSpec
from cocsem.moments.types import SampleStatistics

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class GroupMatrices:
    """Model matrices of one group at the estimates (all-y notation of LISREL, from the RAM form).

    latent : names of the m latent variables; observed : names of the p observed variables.
    loadings : (p, m) direct effects of latent on observed variables. latent_cov : (m, m) model-implied covariances of the latent variables.
    residual_cov : (p, p) residual covariances of the observed variables. cov : (p, p) implied covariances. mean : (p,) implied means.
    """

    latent: tuple[str, ...]
    observed: tuple[str, ...]
    loadings: Array
    latent_cov: Array
    residual_cov: Array
    cov: Array
    mean: Array


@dataclass(frozen=True, slots=True)
class Fit(Displayed):
    """A fitted model.

    Attributes
    ----------
    spec : the model; never changed by estimation.
    statistics : the moments it met, one per group.
    estimates : DataFrame lhs op rhs group label est se z pvalue ci_lower ci_upper std_lv std_all (lavaan's rows and order).
    fit_measures : mapping npar chisq df pvalue cfi tli rmsea rmsea_ci_lower rmsea_ci_upper srmr logl aic bic bic2 ntotal ...;
        without indices (only npar, ntotal) when the model did not converge or is not identified.
    r2 : mapping of endogenous variable to explained share of variance (nested by group label when there are groups).
    converged, admissible : two different facts; `admissible` is None when not converged.
    warnings : sentences in both languages.
    n_obs : rows used. provenance : engine, estimator, versions, missing-data policy, rows given, what was asked and what was done.
    matrices : model matrices per group, () when not converged.
    draws : bootstrap draws, where asked for. method : how it was estimated. theta, vcov : (k,) free parameters and their (k, k) covariance matrix.
    point : the problem at the estimates, None when not converged.
    """

    spec: ModelSpec
    statistics: tuple[SampleStatistics, ...]
    estimates: pd.DataFrame
    fit_measures: Mapping[str, float]
    r2: Mapping[str, Any]
    converged: bool
    admissible: bool | None
    warnings: tuple[Text, ...]
    n_obs: int
    provenance: Mapping[str, Any]
    matrices: tuple[GroupMatrices, ...]
    theta: Array
    vcov: Array
    method: Method = ML
    draws: Draws | None = None
    point: Point | None = field(default=None, repr=False, compare=False)
