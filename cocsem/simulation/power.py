"""How likely a study of a given size finds what is there, and how large it must be."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
import pandas as pd

from cocsem.chance import generators
from cocsem.errors import CocsemError, EstimationError, UsageError
from cocsem.estimation.distributions import chi2_quantile, noncentral_chi2_cdf, noncentrality_at
from cocsem.estimation.types import Fit
from cocsem.estimation.verbs import sem
from cocsem.model.types import ModelSpec, Row
from cocsem.simulation.model_population import ModelPopulation, population_of
from cocsem.simulation.simulate import draw

_LARGE = 10_000  # rows that the discrepancy is computed with; it does not depend on them


def power(
    model: str | Fit,
    sample_nobs: int,
    *,
    parameters: Iterable[str] | None = None,
    standardized: bool = False,
    level: float = 0.05,
    target: float = 0.8,
    draws: int = 0,
    seed: int = 1,
) -> pd.DataFrame:
    """Compute the power of the test that a parameter is zero, and the sample size that reaches a wanted power.

    The model with the parameter fixed at 0 is fitted to the population covariances (satorra1985). Its discrepancy F gives the
    noncentrality N F of the likelihood ratio test with one degree of freedom:

        power = P(chi2'(1, N F) > c),  c the (1 - level) quantile of chi2(1)

    Parameters
    ----------
    model, standardized : the population, as in `simulate`.
    sample_nobs : N, the rows of the study.
    parameters : such as `"LOY ~ TRU"`; by default every path that is not zero.
    level : of the test. target : power that `nobs_needed` reaches.
    draws : samples to simulate beside (0: none): the share in which Wald's test rejects, and how often the interval holds the value.
    seed : of the samples.

    Returns
    -------
    DataFrame lhs op rhs value nobs ncp power nobs_needed; with draws also power_simulated coverage draws_used.

    Raises
    ------
    UsageError : no such parameter, or a number out of its range. ModelError : as in `simulate`. EstimationError : the model without
        the parameter has no solution, or no sample has one.

    References: satorra1985

    >>> population = "X =~ .8*x1 + .7*x2 + .7*x3; Y =~ .8*y1 + .7*y2 + .7*y3; Y ~ .3*X"
    >>> found = power(population, 150, standardized=True).iloc[0]
    >>> round(float(found["power"]), 2), int(found["nobs_needed"])
    (0.83, 137)
    """
    _check(sample_nobs, level, target, draws)
    population = population_of(model, standardized=standardized)
    critical = chi2_quantile(1.0 - level, 1)
    wanted = noncentrality_at(critical, 1, 1.0 - target)
    rows = []
    for row in _chosen(population.analysis, parameters):
        discrepancy = _discrepancy_without(population, row)
        rows.append(
            {
                "lhs": row.lhs, "op": row.op, "rhs": row.rhs, "value": row.value, "nobs": sample_nobs,
                "ncp": sample_nobs * discrepancy,
                "power": 1.0 - noncentral_chi2_cdf(critical, 1, sample_nobs * discrepancy),
                "nobs_needed": math.ceil(wanted / discrepancy) if discrepancy > 1e-10 else math.nan,
            }
        )  # fmt: skip
    frame = pd.DataFrame(rows)
    return frame if draws == 0 else frame.assign(**_simulated(population, frame, level, draws, seed))


def _check(sample_nobs: int, level: float, target: float, draws: int) -> None:
    if isinstance(sample_nobs, bool) or not isinstance(sample_nobs, int) or sample_nobs < 2:
        raise UsageError(f"sample_nobs must be a number of rows, 2 or more; {sample_nobs!r} was given.")
    if not 0 < level < target < 1:
        raise UsageError(f"level and target must obey 0 < level < target < 1, but {level} and {target} were given.")
    if isinstance(draws, bool) or not isinstance(draws, int) or draws < 0:
        raise UsageError(f"draws must be a number of samples, 0 or more; {draws!r} was given.")


def _chosen(analysis: ModelSpec, parameters: Iterable[str] | None) -> list[Row]:
    free = {f"{row.lhs}{row.op}{row.rhs}": row for row in analysis.rows if row.free}
    if parameters is None:
        found = [row for row in free.values() if row.op == "~" and row.value]
        if not found:
            raise UsageError('This population has no path. Name what is to be found, such as parameters=["f =~ x3"].')
        return found
    asked = [parameters] if isinstance(parameters, str) else list(parameters)
    unknown = [text for text in asked if "".join(text.split()) not in free]
    if unknown or not asked:
        raise UsageError(
            f"parameters must name free parameters of the model, but {unknown[0] if unknown else 'nothing'} is not one. "
            f"There are: {', '.join(f'{row.lhs} {row.op} {row.rhs}' for row in free.values())}."
        )
    return [free["".join(text.split())] for text in asked]


def _discrepancy_without(population: ModelPopulation, tested: Row) -> float:
    """Smallest discrepancy of the population moments from the model with one parameter (and what equals it) fixed at zero."""
    rows = tuple(
        row._replace(free=row.free - (row.free > tested.free))
        if row.free != tested.free
        else row._replace(free=0, value=0.0)
        for row in population.analysis.rows
    )
    means = {"sample_mean": population.mean} if population.analysis.meanstructure else {}
    fit = sem(
        population.analysis.with_rows(rows),
        sample_cov=population.cov,
        sample_nobs=_LARGE,
        likelihood="wishart",
        **means,
    )
    if not fit.converged:
        raise EstimationError(
            f"The model without {tested.lhs} {tested.op} {tested.rhs} must have a solution in the population, but the search found none. "
            "Without it the model may not be identified: test another parameter."
        )
    return max(float(fit.fit_measures["chisq"]) / (_LARGE - 1), 0.0)


def _simulated(population: ModelPopulation, frame: pd.DataFrame, level: float, draws: int, seed: int) -> pd.DataFrame:
    """Share of samples in which each parameter is found, and in which its interval holds the value; samples without a solution are left out."""
    names = list(zip(frame["lhs"], frame["op"], frame["rhs"], strict=True))
    found, held = [], []
    for rng in generators(seed, draws):
        try:
            fit = sem(population.analysis, draw(population, int(frame["nobs"].iloc[0]), rng))
        except CocsemError:
            continue  # a sample from which this model cannot be estimated counts as one without a solution
        if not fit.converged:
            continue
        table = fit.estimates.set_index(["lhs", "op", "rhs"]).loc[names]
        found.append((table["pvalue"] < level).to_numpy())
        value = frame["value"].to_numpy()
        held.append(((table["ci_lower"] <= value) & (value <= table["ci_upper"])).to_numpy())
    if not found:
        raise EstimationError(
            f"At least one of the {draws} samples must have a solution, but none has. Ask for more rows."
        )
    return pd.DataFrame(
        {"power_simulated": np.mean(found, axis=0), "coverage": np.mean(held, axis=0), "draws_used": len(found)}
    )
