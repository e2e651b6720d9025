"""The standardized solution with delta-method standard errors.

Every standardized value is est * prod sd_i^e_i, with exponents e of -2 to 1 on model-implied standard deviations
(and, for residual covariances, on residual standard deviations). So its derivative is

    d std = d est * scale + std * (sum e_i dC_ii / (2 C_ii) + sum e_i dS_ii / (2 S_ii)),

with dC_kk = 2 B_ki C_jk for an entry A_ij and 2 B_ki B_kj (half of it on the diagonal) for an entry S_ij.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cocsem.model.matrices import Implied, Layout, gather
from cocsem.model.types import ModelSpec, Row

Array = NDArray[np.float64]
KINDS = ("std_lv", "std_all", "std_nox")


@dataclass(frozen=True, slots=True)
class Standardized:
    """Standardized values (r,) of the rows of a table and their derivatives (r, k) by the free parameters."""

    value: Array
    jacobian: Array


def variance_jacobian(layout: Layout, implied: Implied) -> Array:
    """Derivatives of all model-implied variances C_ii by the parameters, (v, k)."""
    E = implied.E
    return gather(layout, 2.0 * layout.cell_f * E.take(layout.cell_i, axis=-1) * E.take(layout.cell_j, axis=-1))


def standardize(spec: ModelSpec, group: int, layout: Layout, implied: Implied, theta: Array, kind: str) -> Standardized:
    """Standardize the rows of one group: latent variables only (`std_lv`), all (`std_all`), all but fixed x (`std_nox`)."""
    rows = [row for row in spec.rows if row.group == group]
    est, slope = row_values(rows, layout, implied, theta)
    implied_exponents, residual_exponents = _exponents(spec, rows, layout, kind)
    C, S = np.diag(implied.C), np.abs(np.diag(implied.S))
    dS = _residual_jacobian(layout)
    used_c, used_s = implied_exponents.any(axis=0), residual_exponents.any(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        logs = implied_exponents[:, used_c] @ np.log(C[used_c]) + residual_exponents[:, used_s] @ np.log(S[used_s])
        scale = np.exp(0.5 * logs)
        shift = implied_exponents[:, used_c] @ (variance_jacobian(layout, implied)[used_c] / (2.0 * C[used_c, None]))
        shift = shift + residual_exponents[:, used_s] @ (dS[used_s] / (2.0 * np.diag(implied.S)[used_s, None]))
        value = est * scale
        return Standardized(value, slope * scale[:, None] + value[:, None] * shift)


def standardized_values(
    spec: ModelSpec, group: int, layout: Layout, implied: Implied, theta: Array, kind: str
) -> Array:
    """Standardized values (b, r) of the rows of one group for a batch of parameters theta (b, k); `est` leaves them as they are."""
    rows = [row for row in spec.rows if row.group == group]
    place = {name: n for n, name in enumerate(layout.names)}
    est = np.empty((len(theta), len(rows)))
    for n, row in enumerate(rows):
        est[:, n] = theta[:, row.free - 1] if row.free else _entry(row, place, implied)
    if kind == "est":
        return est
    by_implied, by_residual = _exponents(spec, rows, layout, kind)
    used_c, used_s = by_implied.any(axis=0), by_residual.any(axis=0)
    C = np.diagonal(implied.C, axis1=-2, axis2=-1)[:, used_c]
    S = np.abs(np.diagonal(implied.S, axis1=-2, axis2=-1))[:, used_s]
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(
            est * np.exp(0.5 * (np.log(C) @ by_implied[:, used_c].T + np.log(S) @ by_residual[:, used_s].T))
        )


def _entry(row: Row, place: dict[str, int], implied: Implied) -> Any:
    """The entry of A, S or m that a row stands for."""
    if row.op == "=~":
        return implied.A[..., place[row.rhs], place[row.lhs]]
    if row.op == "~":
        return implied.A[..., place[row.lhs], place[row.rhs]]
    if row.op == "~~":
        return implied.S[..., place[row.lhs], place[row.rhs]]
    return implied.m[..., place[row.lhs]]


def row_values(rows: list[Row], layout: Layout, implied: Implied, theta: Array) -> tuple[Array, Array]:
    """Unstandardized values (r,) of table rows and their derivatives (r, k): one where a row is the parameter."""
    place = {name: n for n, name in enumerate(layout.names)}
    est, slope = np.zeros(len(rows)), np.zeros((len(rows), layout.n_free))
    for n, row in enumerate(rows):
        if row.free:
            est[n], slope[n, row.free - 1] = theta[row.free - 1], 1.0
        else:
            est[n] = _entry(row, place, implied)
    return est, slope


def _residual_jacobian(layout: Layout) -> Array:
    out = np.zeros((layout.v, layout.n_free))
    own = layout.cell_i == layout.cell_j
    out[layout.cell_i[own], layout.cell_par[own]] = 1.0
    return out


def _exponents(spec: ModelSpec, rows: list[Row], layout: Layout, kind: str) -> tuple[Array, Array]:
    """Exponents of implied and of residual standard deviations for every row, (r, v) each."""
    place = {name: n for n, name in enumerate(layout.names)}
    kept = {
        "std_lv": set(spec.latent),
        "std_all": set(layout.names),
        "std_nox": set(layout.names) - set(spec.exogenous),
    }[kind]
    by_implied, by_residual = np.zeros((len(rows), layout.v)), np.zeros((len(rows), layout.v))
    for n, row in enumerate(rows):
        for name, power in _powers(row):
            if name in kept:
                target = by_residual if row.op == "~~" and row.lhs != row.rhs else by_implied
                target[n, place[name]] += power
    return by_implied, by_residual


def _powers(row: Row) -> tuple[tuple[str, int], ...]:
    """Standard deviations a row is multiplied with (+1) or divided by (-1)."""
    if row.op == "=~":
        return ((row.lhs, 1), (row.rhs, -1))
    if row.op == "~":
        return ((row.rhs, 1), (row.lhs, -1))
    if row.op == "~~":
        return ((row.lhs, -1), (row.rhs, -1))
    return ((row.lhs, -1),)
