"""Put a fit together: the engine's estimates, our inference, and the two facts converged and admissible."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cocsem.errors import IdentificationError
from cocsem.estimation.admissibility import collinear, inadmissible
from cocsem.estimation.baseline import pose_baseline
from cocsem.estimation.bootstrap import Draws, Resampling, run_bootstrap
from cocsem.estimation.cautions import held_bounds, unlike_scales, weak_markers, without_errors
from cocsem.estimation.constraints import broken, equalities, equality_rank, start_within
from cocsem.estimation.engines import solve
from cocsem.estimation.estimates import COLUMNS, estimates_table, r_squared
from cocsem.estimation.fit_indices import fit_indices
from cocsem.estimation.fit_indices.goodness_of_fit import residual_chisq, robust_gfi, weigh_residuals
from cocsem.estimation.fit_indices.incomplete import incomplete_indices
from cocsem.estimation.fit_indices.robust_responses import scaled_response_indices
from cocsem.estimation.fit_indices.scaled import scaled_indices
from cocsem.estimation.incomplete import notes_on_missing
from cocsem.estimation.inference import infer, is_minimum
from cocsem.estimation.likelihood import TestNumbers, count_moments, test_numbers
from cocsem.estimation.likelihood_scaling import likelihood_tests
from cocsem.estimation.options import Method
from cocsem.estimation.problem import Point, Problem, Solution, by_rows, evaluate, pose
from cocsem.estimation.scaled_tests import scaled_test
from cocsem.estimation.starts import starting_values
from cocsem.estimation.types import Fit, GroupMatrices
from cocsem.language import Text
from cocsem.messages import translate
from cocsem.model.degeneracy import check_regular
from cocsem.model.identification import typical_parameters, undetermined, undetermined_at
from cocsem.model.layout import fix_moments, lay_out
from cocsem.model.types import ModelSpec
from cocsem.moments.types import SampleStatistics

Array = NDArray[np.float64]
_COUNTS = ("npar", "ntotal", "df", "fmin", "logl", "unrestricted_logl", "aic", "bic", "bic2")


def estimate(
    spec: ModelSpec,
    statistics: tuple[SampleStatistics, ...],
    method: Method,
    *,
    engine: str,
    provenance: Mapping[str, Any],
    resampling: Resampling | None = None,
) -> Fit:
    """Fit a model to moments: check identification, solve, infer, judge admissibility.

    Raises
    ------
    IdentificationError : the moments cannot determine the parameters; the message names them. ModelError : the model implies no proper
        covariance matrix, or a constraint has no value.
    """
    problem, start = pose(spec, statistics, method), start_within(spec, starting_values(spec, statistics))
    _check_identified(problem)
    solution = solve(problem, start, engine)
    return conclude(problem, solution, provenance, resampling)


def _check_identified(problem: Problem) -> None:
    spec, moments = problem.spec, count_moments(problem)
    free, rank = _determined(spec)
    if not free and spec.n_free - rank <= moments:
        return
    names = f" Not determined: {', '.join(free[:12])}{' ...' if len(free) > 12 else ''}." if free else ""
    if spec.n_free - rank > moments:
        raise IdentificationError(
            f"A model must not have more free parameters than the data have moments: {spec.n_free} parameters, {moments} moments "
            f"(df = {moments - spec.n_free}).{names} Fix or equate parameters, or add indicators."
        )
    raise IdentificationError(
        f"The data must be able to determine every parameter, but this model is not identified although df = {moments - spec.n_free}."
        f"{names} Give each factor a marker or unit variance, at least two indicators and a relation to the rest, or fix one of these."
    )


@lru_cache(maxsize=64)
def _determined(spec: ModelSpec) -> tuple[tuple[str, ...], int]:
    """Parameters that no data can determine, and the rank of the equality constraints: facts of the model alone."""
    p, held, start = len(spec.observed), equalities(spec), _typical_within(spec)
    cov = 0.3 + 0.7 * np.diag(np.linspace(0.9, 1.1, p))
    layouts = tuple(fix_moments(lay_out(spec, g), cov, np.zeros(p)) for g in range(1, len(spec.groups) + 1))
    check_regular(spec, layouts, start)
    free = undetermined(spec, layouts, start, (lambda theta: held(theta)[1]) if spec.constraints else None)
    return free, equality_rank(spec, start)


def _typical_within(spec: ModelSpec) -> Array:
    """Typical parameters; larger ones, or of the other sign, where the constraints have no value at them."""
    typical = typical_parameters(spec)
    others = (sign * typical * 4.0**n for n in range(6) for sign in (1.0, -1.0))
    return next((at for at in others if np.isfinite(equalities(spec)(at)[1]).all()), typical)


def conclude(
    problem: Problem, solution: Solution, provenance: Mapping[str, Any], resampling: Resampling | None = None
) -> Fit:
    """Judge an engine's answer and compute everything that follows from it; a failed search gives a fit without indices."""
    point = _reached(problem, solution)
    with np.errstate(all="ignore"):
        inference = infer(point, problem.spec.n_free)
    done = {**provenance, "engine": solution.engine, "iterations": solution.iterations, "message": solution.message}
    if (
        point is None
        or broken(problem.spec, point.theta)
        or not (is_minimum(inference) and np.isfinite(point.values).all())
    ):
        return _failed(problem, solution, done)
    improper = inadmissible(problem.spec, problem.layouts, point.implied)
    numbers = test_numbers(point, equality_rank(problem.spec, point.theta))
    measures = _measures(point, inference.vcov, numbers)
    draws: Draws | None = None
    told: tuple[Text, ...] = ()
    if resampling is not None:
        draws, told = run_bootstrap(problem, point.theta, resampling, measures)
    inference.vcov.setflags(write=False)
    return Fit(
        spec=problem.spec,
        statistics=problem.statistics,
        estimates=estimates_table(point, inference.vcov, draws),
        fit_measures=MappingProxyType(measures),
        draws=draws,
        method=problem.method,
        r2=MappingProxyType(r_squared(point)),
        converged=True,
        admissible=not improper,
        warnings=(*improper, *_cautions(point, inference.vcov), *notes_on_missing(problem), *told),
        n_obs=problem.n_obs,
        provenance=MappingProxyType(done),
        matrices=_matrices(point),
        theta=point.theta,
        vcov=inference.vcov,
        point=point,
    )


def _cautions(point: Point, vcov: Array) -> tuple[Text, ...]:
    """What to heed in a result that stands."""
    near = collinear(point.problem.spec, point.implied)
    lacking = without_errors(point, vcov)
    return (*near, *lacking, *held_bounds(point), *weak_markers(point, vcov), *unlike_scales(point.problem))


def _reached(problem: Problem, solution: Solution) -> Point | None:
    """The problem at the engine's answer, with the information that was asked for; None where the model cannot be there."""
    theta = np.array(solution.theta)
    theta.setflags(write=False)
    if not np.isfinite(theta).all():
        return None
    with np.errstate(all="ignore"):
        try:
            return evaluate(problem, theta, exact=problem.method.information == "observed")
        except np.linalg.LinAlgError:
            return None


def _measures(point: Point, vcov: Array, numbers: TestNumbers) -> dict[str, float]:
    """All fit measures; where the method scales its test, the scaled and robust ones too."""
    problem, theta = point.problem, point.theta
    if problem.method.ordinal:
        plain = fit_indices(point, numbers, (), math.nan)
        return _untested(plain) if problem.method.test == "none" else plain | scaled_response_indices(point, numbers)
    weighed = weigh_residuals(point)
    residual = residual_chisq(point, numbers, weighed)
    measures = fit_indices(point, numbers, weighed, residual)
    if problem.method.test == "none":
        return _untested(measures)
    robust = incomplete_indices(problem, theta, numbers) if problem.method.missing == "fiml" else {}
    if not problem.method.scaled:
        return measures | robust
    if problem.method.test == "yuan.bentler.mplus":
        tests = likelihood_tests(point, vcov, numbers)
    else:
        base, at = pose_baseline(problem)
        tests = scaled_test(by_rows(problem), theta, numbers.df), scaled_test(by_rows(base), at, numbers.df_baseline)
    adjusted = problem.method.test == "mean.var.adjusted"
    if not (adjusted or robust):
        robust = robust_gfi(residual, len(problem.spec.observed), numbers, tests[0])
    return measures | scaled_indices(numbers, *tests, adjusted=adjusted) | robust


def _untested(measures: Mapping[str, float]) -> dict[str, float]:
    """What there is to say of the fit without a test: the likelihood, the residuals, the counts."""
    return {
        name: value for name, value in measures.items() if name in _COUNTS or "rmr" in name or name.startswith("crmr")
    }


def _failed(problem: Problem, solution: Solution, provenance: Mapping[str, Any]) -> Fit:
    """A fit that did not converge: no estimates to read, no fit table."""
    spec = problem.spec
    adrift = _adrift(problem, solution.theta)
    reason = solution.message or "no minimum found"
    rows = [(r.lhs, r.op, r.rhs, spec.groups[r.group - 1], r.label, *[np.nan] * (len(COLUMNS) - 5)) for r in spec.rows]
    warning = Text(
        f"The search for the estimates did not converge ({reason}): there are no results to read. "
        "Check the scale and the number of items, simplify the model, or collect more answers.",
        f"Pencarian estimasi tidak konvergen ({translate(reason)}): tidak ada hasil yang dapat dibaca. "
        "Periksa skala dan jumlah butir, sederhanakan model, atau tambah responden.",
    )
    k = spec.n_free
    return Fit(
        spec=spec,
        statistics=problem.statistics,
        estimates=pd.DataFrame(rows, columns=COLUMNS),
        fit_measures=MappingProxyType({"npar": float(k), "ntotal": float(problem.n_obs)}),
        r2=MappingProxyType({}),
        method=problem.method,
        converged=False,
        admissible=None,
        warnings=(warning, *_contradictions(problem, solution.theta), *adrift, *unlike_scales(problem)),
        n_obs=problem.n_obs,
        provenance=MappingProxyType(dict(provenance)),
        matrices=(),
        theta=np.full(k, np.nan),
        vcov=np.full((k, k), np.nan),
    )


def _contradictions(problem: Problem, theta: Array) -> tuple[Text, ...]:
    """Where a search ended without keeping a constraint, name it."""
    names = broken(problem.spec, theta) if np.isfinite(theta).all() else ()
    if not names:
        return ()
    listed = "; ".join(names)
    return (
        Text(
            f"Where the search ended these do not hold: {listed}. Do they contradict one another, or leave no admissible value?",
            f"Di titik akhir pencarian ini tidak berlaku: {listed}. Apakah saling bertentangan, atau tidak menyisakan nilai yang layak?",
        ),
    )


def _adrift(problem: Problem, theta: Array) -> tuple[Text, ...]:
    """Where a search ended without a minimum, name the parameters that the moments do not determine there."""
    held = equalities(problem.spec)
    if not np.isfinite(theta).all():
        return ()
    with np.errstate(all="ignore"):  # a search that did not end may have run anywhere
        names = undetermined_at(problem.spec, problem.layouts, theta, lambda at: held(at)[1])
    if not names:
        return ()
    listed = f"{', '.join(names[:12])}{' ...' if len(names) > 12 else ''}"
    return (
        Text(
            f"Where the search ended the data do not determine {listed} (empirical underidentification: the model could be "
            "identified, but not with these moments, for example a factor of two items that is related to nothing else).",
            f"Di titik akhir pencarian data tidak menentukan {listed} (kurang teridentifikasi secara empiris: model dapat "
            "teridentifikasi, tetapi tidak dengan momen ini, misalnya faktor dua butir yang tidak berhubungan dengan apa pun).",
        ),
    )


def _matrices(point: Point) -> tuple[GroupMatrices, ...]:
    spec, p = point.problem.spec, len(point.problem.spec.observed)
    return tuple(
        GroupMatrices(
            latent=spec.latent,
            observed=spec.observed,
            loadings=at.A[:p, p:],
            latent_cov=at.C[p:, p:],
            residual_cov=at.S[:p, :p],
            cov=at.Sigma,
            mean=at.mu,
        )
        for at in point.implied
    )
