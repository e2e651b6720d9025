"""Defined parameters (`:=`) with delta-method standard errors."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cocsem.model.expressions import Dual, parse_expression
from cocsem.model.types import ModelSpec

Array = NDArray[np.float64]


def define(spec: ModelSpec, value: Array, jacobian: Array) -> tuple[Array, Array]:
    """Evaluate the `:=` rows from values (r,) of the table rows and their derivatives (r, k).

    Var(g) = dg' V dg (delta method).

    Returns
    -------
    Values (d,) and derivatives (d, k) of the defined parameters, in the order of the text.

    References: bollen1989, p. 376
    """
    known: dict[str, Dual] = {}
    for n, row in enumerate(spec.rows):
        if row.label:
            known.setdefault(row.label, Dual(value[n], jacobian[n]))
    values, slopes = [], []
    for definition in spec.definitions:
        with np.errstate(all="ignore"):
            result = parse_expression(definition.rhs).evaluate(known)
        dual = result if isinstance(result, Dual) else Dual(np.float64(result), np.zeros(jacobian.shape[1]))
        dual = Dual(dual.value, np.broadcast_to(dual.grad, (jacobian.shape[1],)))
        known[definition.lhs] = dual
        values.append(float(dual.value))
        slopes.append(dual.grad)
    return np.array(values), np.array(slopes).reshape(len(values), jacobian.shape[1])


def define_draws(spec: ModelSpec, value: Array) -> Array:
    """Evaluate the `:=` rows for a batch of values (b, r) of the table rows, (b, d)."""
    known: dict[str, Array] = {}
    for n, row in enumerate(spec.rows):
        if row.label:
            known.setdefault(row.label, value[:, n])
    out = np.empty((len(value), len(spec.definitions)))
    for d, definition in enumerate(spec.definitions):
        with np.errstate(all="ignore"):
            out[:, d] = parse_expression(definition.rhs).evaluate(known)
        known[definition.lhs] = out[:, d]
    return out
