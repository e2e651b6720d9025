"""Standard errors, and whether an engine's answer is an answer at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cocsem.estimation.constraints import null_space
from cocsem.estimation.options import Method
from cocsem.estimation.ordinal.variation import vary_at
from cocsem.estimation.problem import Point, Problem, by_rows, evaluate, expected_information, observed_information
from cocsem.estimation.sandwich import moment_meat, normal_meat
from cocsem.estimation.scores import first_order_information
from cocsem.moments.positive import invert_positive

Array = NDArray[np.float64]
_SINGULAR = 1e-10  # smallest eigenvalue of an information matrix with unit diagonal that is not taken for zero
_STEP_LEFT = 1e-3  # a solution whose next scoring step is longer than this share of a standard error is not the minimum


@dataclass(frozen=True, slots=True)
class Inference:
    """Covariance matrix of the estimates (k, k), whether the curvature is regular, and the step still left.

    vcov : not a number where standard errors come from cross-products of the scores that are singular. step : the longest scoring step from theta, in standard errors; small at a minimum. rank : number of active constraints.
    """

    vcov: Array
    regular: bool
    step: float
    rank: int = 0


def infer(point: Point | None, k: int) -> Inference:
    """Compute the covariance matrix of the estimates (k, k) at the point where an engine ended, if the model can be there.

    standard: I^-1 / N. robust.sem: E^-1 (Delta' V Gamma V Delta) E^-1 / N with E the expected information.
    robust.sem.nt: the same with Gamma of normal theory. robust.huber.white: A^-1 B A^-1 / N with A the (observed) information and B the cross-products of the scores.
    first.order: B^-1 / N. none: not a number. Under constraints all of it happens in the directions Z that they leave open.

    References: bollen1989 (p. 135), satorra1994, yuan2000
    """
    broken = Inference(np.full((k, k), np.nan), False, np.inf)
    if point is None or not (np.isfinite(point.information).all() and np.isfinite(point.gradient).all()):
        return broken
    problem, theta = point.problem, point.theta
    Z, rank = null_space(problem.spec, theta)
    inverse = invert(point.information, Z)
    if inverse is None:
        return broken
    step = _step_left(point, inverse)
    rows = by_rows(problem)
    if rows is not problem:
        inverse = bread_of(rows, theta, invert(expected_information(rows, theta), Z), Z)
    if inverse is not None and problem.method.ordinal and problem.method.se == "robust.sem":
        return Inference(inverse @ vary_at(point).M @ inverse / problem.count, True, step, rank)
    vcov = None if inverse is None else _covariance(rows, theta, inverse, Z)
    if vcov is None:
        return Inference(broken.vcov, scores_only(problem.method), step, rank)
    return Inference(vcov / problem.count, True, step, rank)


def _step_left(point: Point, inverse: Array) -> float:
    """The longest scoring step from a point, in standard errors."""
    reference = np.sqrt(np.maximum(inverse.diagonal() / point.problem.count, 1e-300))
    return float((np.abs(inverse @ point.gradient / 2.0) / reference).max(initial=0.0))


def stands(problem: Problem, theta: Array) -> bool:
    """True where theta (k,) without constraints is a minimum with a regular information, not a stop on the way to infinity."""
    try:
        point = evaluate(problem, theta, exact=problem.method.information == "observed")
    except np.linalg.LinAlgError:
        return False
    if point is None or not (np.isfinite(point.information).all() and np.isfinite(point.gradient).all()):
        return False
    inverse = invert(point.information, np.eye(len(theta)))
    return inverse is not None and _step_left(point, inverse) < _STEP_LEFT


def scores_only(method: Method) -> bool:
    """True where standard errors come from the cross-products of the scores alone, which may be singular at a minimum."""
    return "first.order" in (method.se, method.information) and method.se in ("first.order", "standard")


def _covariance(problem: Problem, theta: Array, inverse: Array, Z: Array) -> Array | None:
    """N times the covariance matrix of the estimates, by the kind of standard errors asked for; `inverse` is that of the
    expected or observed information, whichever was asked for."""
    method = problem.method
    if method.se == "first.order":
        return invert(first_order_information(problem, theta), Z)
    bread = invert(first_order_information(problem, theta), Z) if method.information == "first.order" else inverse
    if bread is None or method.se == "standard":
        return bread
    if method.se == "none":
        return np.full_like(bread, np.nan)
    return bread @ _FILLINGS[method.se](problem, theta) @ bread


_FILLINGS: Mapping[str, Callable[[Problem, Array], Array]] = {
    "robust.sem": moment_meat,
    "robust.sem.nt": normal_meat,
    "robust.huber.white": first_order_information,
}


def bread_of(problem: Problem, theta: Array, expected_inverse: Array | None, Z: Array) -> Array | None:
    """Inverse of the information that was asked for."""
    if problem.method.information == "observed":
        return invert(observed_information(problem, theta), Z)
    if problem.method.information == "first.order":
        return invert(first_order_information(problem, theta), Z)
    return expected_inverse


def invert(information: Array, Z: Array) -> Array | None:
    """Z (Z' I Z)^-1 Z' in the metric of the diagonal; None where the information is numerically singular there, or indefinite."""
    if not Z.shape[1]:
        return np.zeros_like(information)
    if Z.shape[0] == Z.shape[1]:
        outer = _outer_scale(information)
        found = invert_positive(information / outer)
        if (
            found is not None and np.abs(found[0]).sum(axis=0).max() < 1.0 / _SINGULAR
        ):  # a bound on 1 / smallest eigenvalue
            return found[0] / outer
    values, vectors, outer = _spectrum(information, Z)
    return None if values[0] < _SINGULAR else _from_spectrum(values, vectors, outer)


def invert_away(information: Array, Z: Array) -> Array | None:
    """Z (Z' I Z)^-1 Z' away from a minimum, where an information may be indefinite; None where it is singular."""
    values, vectors, outer = _spectrum(information, Z)
    return None if np.abs(values).min(initial=1.0) < _SINGULAR else _from_spectrum(values, vectors, outer)


def _outer_scale(information: Array) -> Array:
    scale = np.sqrt(np.abs(information.diagonal()))
    scale = np.where(scale > 0, scale, 1.0)
    return np.asarray(scale[:, None] * scale)


def _spectrum(information: Array, Z: Array) -> tuple[Array, Array, Array]:
    """Eigenvalues and eigenvectors (k, m) of the information with unit diagonal along Z (k, m), and the scale (k, k) of that diagonal."""
    outer = _outer_scale(information)
    full = Z.shape[0] == Z.shape[1]
    basis = np.eye(len(outer)) if full else np.linalg.qr(np.sqrt(outer.diagonal())[:, None] * Z)[0]
    values, vectors = np.linalg.eigh(basis.T @ (information / outer) @ basis)
    return values, basis @ vectors, outer


def _from_spectrum(values: Array, vectors: Array, outer: Array) -> Array:
    inverse = (vectors / values) @ vectors.T / outer
    return np.asarray((inverse + inverse.T) / 2)


def is_minimum(inference: Inference) -> bool:
    """True where the gradient is as good as zero, judged by the step that is left in standard errors."""
    return inference.regular and inference.step < _STEP_LEFT
