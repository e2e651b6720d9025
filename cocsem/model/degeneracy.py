"""Models that imply no proper covariance matrix whatever their parameters: told before anything is fitted."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cocsem.errors import ModelError
from cocsem.model.identification import generic_point
from cocsem.model.matrices import Layout, imply
from cocsem.model.types import ModelSpec

Array = NDArray[np.float64]
_SINGULAR = 1e-9  # eigenvalue of an implied correlation matrix that is not taken for anything but zero
_TAKES_PART = 0.05  # weight in its direction from which a variable is named


def check_regular(spec: ModelSpec, layouts: tuple[Layout, ...], theta: Array) -> None:
    """Refuse a model whose Sigma is singular, or whose effects have no sum, at a generic point near theta (k,): it then is everywhere.

    Raises
    ------
    ModelError : with the variables involved.
    """
    point = generic_point(spec, theta)
    for layout in layouts:
        if layout.responses is not None:
            continue
        try:
            Sigma = imply(layout, point).Sigma
        except np.linalg.LinAlgError:
            raise ModelError(
                f"Directed effects that run in a circle must lose something on the way, but those among {', '.join(_in_circles(spec))} "
                "return all that they send, whatever the parameters. Free one of the fixed effects, or leave one out."
            ) from None
        names = _without_own_variance(Sigma, layout.names)
        if names:
            raise ModelError(
                f"Observed variables must not be exact functions of one another, but in this model {', '.join(names)} are, whatever the "
                "parameters: residual variances are missing, or fixed at zero. Write them (x1 ~~ x1), or use cfa() or sem(), which add them."
            )


def _without_own_variance(Sigma: Array, names: tuple[str, ...]) -> list[str]:
    """Variables of the directions in which Sigma (p, p) has no variance."""
    sd = np.sqrt(np.abs(Sigma.diagonal()))
    if not sd.all():
        return [name for name, own in zip(names, sd, strict=False) if own == 0.0]
    values, vectors = np.linalg.eigh(Sigma / np.outer(sd, sd))
    empty = np.abs(vectors[:, np.abs(values) < _SINGULAR]) > _TAKES_PART
    return [name for name, involved in zip(names, empty.any(axis=1), strict=False) if involved]


def _in_circles(spec: ModelSpec) -> list[str]:
    """Variables that send effects to themselves through others."""
    names = spec.observed + spec.latent
    place = {name: n for n, name in enumerate(names)}
    reach = np.zeros((len(names), len(names)), dtype=bool)
    for row in spec.rows:
        if row.op in ("=~", "~"):
            sender, receiver = (row.lhs, row.rhs) if row.op == "=~" else (row.rhs, row.lhs)
            reach[place[sender], place[receiver]] = True
    for middle in range(len(names)):
        reach |= reach[:, middle, None] & reach[middle]
    return [name for name, at in place.items() if reach[at, at]]
