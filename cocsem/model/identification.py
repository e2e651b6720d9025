"""Can the moments determine the parameters? The rank of the Jacobian, found before anything is fitted."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from cocsem.model.matrices import Layout, gather_square_means, imply, mean_jacobian, quadratic
from cocsem.model.response_moments import response_jacobian
from cocsem.model.types import ModelSpec, Row

Array = NDArray[np.float64]
_TOLERANCE = 1e-9
_TYPICAL = {"=~": 0.8, "~": 0.3, "~~": 0.2, "~1": 0.4}
_VARIANCE = 0.6


def undetermined(
    spec: ModelSpec, layouts: tuple[Layout, ...], theta: Array, constraints: Callable[[Array], Array] | None = None
) -> tuple[str, ...]:
    """Return the parameters that the moments cannot determine, in lavaan notation; empty when the model is identified.

    The Gram matrix J'J of the Jacobian of the implied moments is built at a generic point near theta; its null space
    names the parameters (wald1950: local identification is full column rank of the Jacobian). `constraints` gives the
    Jacobian of the equality constraints, which determine parameters too. Moments count in standard deviations and parameters
    by what they move, so that the answer does not depend on the units of the items.
    """
    return undetermined_at(spec, layouts, generic_point(spec, theta), constraints)


def undetermined_at(
    spec: ModelSpec, layouts: tuple[Layout, ...], theta: Array, constraints: Callable[[Array], Array] | None = None
) -> tuple[str, ...]:
    """As `undetermined`, at theta itself: where a model is identified in general, but not at these values; empty where it has no value."""
    gram = np.zeros((spec.n_free, spec.n_free))
    for layout in layouts:
        try:
            at = imply(layout, theta)
        except np.linalg.LinAlgError:  # effects that return all they send have no sum
            return ()
        if layout.responses is not None:
            J = response_jacobian(layout, at)
            gram += J.T @ J
            continue
        sd = np.sqrt(np.maximum(np.abs(np.diag(at.Sigma)), 1e-300))[:, None]
        X = at.X / sd
        gram += 2.0 * quadratic(layout, X.T @ X)
        if spec.meanstructure:
            J = mean_jacobian(layout, at) / sd
            gram += gather_square_means(layout, J.T @ J)
    scale = np.sqrt(np.diag(gram))
    effect = scale * np.where(theta == 0, 1.0, np.abs(theta))
    scale = np.where(
        effect > _TOLERANCE * float(effect.max(initial=0.0)), scale, np.inf
    )  # what moves nothing but by rounding
    scaled = gram / np.outer(scale, scale)
    if constraints is not None:
        J = constraints(theta) / np.where(np.isfinite(scale), scale, 1.0)
        J = J / np.maximum(np.linalg.norm(J, axis=1, keepdims=True), 1e-300)
        scaled = scaled + J.T @ J
    if not np.isfinite(scaled).all():
        return ()
    values, vectors = np.linalg.eigh(scaled)
    null = vectors[:, values < _TOLERANCE]
    involved = (np.abs(null) > 0.05).any(axis=1)
    return tuple(parameter_name(spec, int(k) + 1) for k in np.flatnonzero(involved))


def typical_parameters(spec: ModelSpec) -> Array:
    """Parameters (k,) of the size they have in standardized variables, or where the user starts them."""
    theta = np.zeros(spec.n_free)
    for row in reversed(spec.rows):
        if row.free:
            theta[row.free - 1] = _typical(row)
            if row.value is not None and np.isfinite(row.value):
                theta[row.free - 1] = row.value
    return theta


def _typical(row: Row) -> float:
    if row.op == "|":  # ascending, as thresholds are
        return 0.7 * int(row.rhs[1:]) - 1.2
    return _TYPICAL.get(row.op, 0.5) if row.lhs != row.rhs or row.op == "~*~" else _VARIANCE


def generic_point(spec: ModelSpec, theta: Array) -> Array:
    """Move theta off special places (zero paths, equal loadings) where a model loses rank only by accident."""
    rng = np.random.default_rng(20240229)
    generic = theta * rng.uniform(0.8, 1.2, size=theta.shape) + rng.uniform(0.05, 0.15, size=theta.shape)
    return np.where(np.isfinite(generic), generic, 0.1)


def parameter_name(spec: ModelSpec, number: int) -> str:
    """Name a free parameter as in the model text, such as `trust =~ tru2`."""
    row = next(r for r in spec.rows if r.free == number)
    group = f" [{spec.groups[row.group - 1]}]" if len(spec.groups) > 1 else ""
    return f"{row.lhs} ~ 1{group}" if row.op == "~1" else f"{row.lhs} {row.op} {row.rhs}{group}"
