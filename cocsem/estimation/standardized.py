"""The standardized solution with delta-method standard errors.

Every standardized value is est times two powers (1 or -1) of standard deviations: model-implied ones, or residual ones for
residual covariances. So its derivative is

    d std = d est * scale + std * (e_1 dV_1 / (2 V_1) + e_2 dV_2 / (2 V_2)),

with dC_kk = 2 E_ki E_kj for an entry of A or S (half of it for a variance), i and j its columns in E = [B | C].
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cocsem.model.layout import Layout
from cocsem.model.matrices import Implied, gather
from cocsem.model.response_moments import follow_jacobian, responses_of, scale_jacobian
from cocsem.model.responses import place_of
from cocsem.model.types import ModelSpec, Row

Array = NDArray[np.float64]
Index = NDArray[np.intp]
KINDS = ("std_lv", "std_all", "std_nox")


@dataclass(frozen=True, slots=True)
class Standardized:
    """Standardized values (r,) of the rows of a table and their derivatives (r, k) by the free parameters."""

    value: Array
    jacobian: Array


def variance_jacobian(layout: Layout, implied: Implied) -> Array:
    """Derivatives of all model-implied variances C_ii by the parameters, (v, k), what follows from them included."""
    E, r = implied.E, layout.responses
    direct = gather(layout, 2.0 * layout.cell_f * E.take(layout.cell_i, axis=-1) * E.take(layout.cell_j, axis=-1))
    return direct if r is None else direct + implied.B.take(r.ordered, axis=-1) ** 2 @ follow_jacobian(layout, implied)


def standardize(spec: ModelSpec, group: int, layout: Layout, implied: Implied, theta: Array, kind: str) -> Standardized:
    """Standardize the rows of one group: latent variables only (`std_lv`), all (`std_all`), all but covariates (`std_nox`)."""
    first, second = powers(spec, group, kind)
    with np.errstate(invalid="ignore", divide="ignore"):
        sd, slope = deviations(implied), _log_slopes(layout, implied)
        scale = sd[first] * sd[second]
        value = table_values(layout, implied, theta) * scale
        jacobian = value[:, None] * (slope[first] + slope[second])
    own = layout.row_free
    jacobian[own, layout.row_par[own]] += scale[own]
    if layout.responses is not None:
        rows = {int(at): n for n, at in enumerate(layout.row_at)}
        follow = [rows[int(at)] for at in layout.responses.residual_at]
        jacobian[follow] += scale[follow, None] * follow_jacobian(layout, implied)
        units = [rows[int(at)] for at in layout.responses.scale_at[layout.responses.among_y]]
        if kind != "std_lv":  # a latent response in its own unit
            value[units], jacobian[units] = 1.0, 0.0
        elif not layout.responses.delta:  # as it is, but it follows from the rest: no parameter carries its error
            jacobian[units] = scale_jacobian(layout, implied)[layout.responses.among_y]
    return Standardized(value, jacobian)


def standardized_values(
    spec: ModelSpec, group: int, layout: Layout, implied: Implied, theta: Array, kind: str
) -> Array:
    """Standardized values (..., r) of the rows of one group for parameters theta (..., k); `est` leaves them as they are."""
    value = table_values(layout, implied, theta)
    if kind == "est":
        return value
    if layout.responses is not None and kind != "std_lv":
        value[..., np.isin(layout.row_at, layout.responses.scale_at)] = 1.0  # a latent response in its own unit
    first, second = powers(spec, group, kind)
    with np.errstate(invalid="ignore", divide="ignore"):
        sd = deviations(implied)
        return np.asarray(value * sd.take(first, axis=-1) * sd.take(second, axis=-1))


def all_values(spec: ModelSpec, group: int, layout: Layout, implied: Implied, theta: Array) -> Array:
    """Values of the rows of one group as they are, then standardized in every kind, (1 + kinds, r)."""
    if layout.responses is not None:
        kinds = ("est", *KINDS)
        return np.array([standardized_values(spec, group, layout, implied, theta, kind) for kind in kinds])
    value = table_values(layout, implied, theta)
    first, second = _all_powers(spec, group)
    with np.errstate(invalid="ignore", divide="ignore"):
        sd = deviations(implied)
        return np.asarray(value * sd[first] * sd[second])


@lru_cache(maxsize=256)
def _all_powers(spec: ModelSpec, group: int) -> tuple[Index, Index]:
    """`powers` of the plain values and of every kind, (1 + kinds, r) each."""
    kinds = [powers(spec, group, kind) for kind in KINDS]
    plain = np.full_like(kinds[0][0], 4 * (len(spec.observed) + len(spec.latent)))
    return np.array([plain, *(k[0] for k in kinds)]), np.array([plain, *(k[1] for k in kinds)])


def table_values(layout: Layout, implied: Implied, theta: Array) -> Array:
    """Values (..., r) of the rows of a group: parameters, and the fixed entries of the matrices."""
    fixed = implied.entries.take(layout.row_at, axis=-1)
    return np.where(layout.row_par >= 0, theta.take(layout.row_par, axis=-1), fixed) if theta.shape[-1] else fixed


def deviations(implied: Implied) -> Array:
    """`deviations_of` implied matrices."""
    return deviations_of(np.diagonal(implied.C, axis1=-2, axis2=-1), np.diagonal(implied.S, axis1=-2, axis2=-1))


def deviations_of(C: Array, S: Array) -> Array:
    """Model-implied and residual standard deviations, one over both, and 1: (..., 4 v + 1). Not a number below zero variance,
    but for residuals: those of an improper solution enter with the size of their variance."""
    sd = np.sqrt(np.concatenate([C, np.abs(S)], axis=-1))
    return np.concatenate([sd, 1.0 / sd, np.ones((*sd.shape[:-1], 1))], axis=-1)


def _log_slopes(layout: Layout, implied: Implied) -> Array:
    """Derivatives (4 v + 1, k) of the logarithms of `deviations`; where a variance is zero, so is all that is multiplied with it."""
    v, C, S = layout.v, implied.C.diagonal(), implied.S.diagonal()
    C, S = np.where(C == 0.0, 1.0, C), np.where(S == 0.0, 1.0, S)
    out = np.zeros((4 * v + 1, layout.n_free))
    out[:v] = variance_jacobian(layout, implied) / (2.0 * C[:, None])
    own = layout.cell_own
    at = layout.cell_i[own]
    out[v + at, layout.cell_par[own]] = 0.5 / S[at]
    if layout.responses is not None and layout.responses.delta:
        at = layout.responses.ordered
        out[v + at] = 0.5 * follow_jacobian(layout, implied) / S[at, None]
    out[2 * v : 4 * v] = -out[: 2 * v]
    return out


@lru_cache(maxsize=256)
def powers(spec: ModelSpec, group: int, kind: str) -> tuple[Index, Index]:
    """The two standard deviations each row of a group is multiplied with, as positions in `deviations`; the last one is 1."""
    names = spec.observed + spec.latent
    v = len(names)
    kept = {
        "std_lv": set(spec.latent),
        "std_all": set(names),
        "std_nox": set(names) - set(spec.covariates),  # fixed or not, since the estimates are the same
    }[kind]
    place = {name: n for n, name in enumerate(names)}
    out = []
    for row in (row for row in spec.rows if row.group == group):
        residual = v if row.op == "~~" and row.lhs != row.rhs else 0
        found = [place[n] + residual + (0 if power > 0 else 2 * v) for n, power in _powers(row) if n in kept]
        out.append((*found, 4 * v, 4 * v)[:2])
    first, second = np.array(out, dtype=np.intp).reshape(-1, 2).T
    return first, second


def _powers(row: Row) -> tuple[tuple[str, int], ...]:
    """Standard deviations a row is multiplied with (+1) or divided by (-1)."""
    if row.op == "=~":
        return ((row.lhs, 1), (row.rhs, -1))
    if row.op == "~":
        return ((row.rhs, 1), (row.lhs, -1))
    if row.op == "~~":
        return ((row.lhs, -1), (row.rhs, -1))
    return () if row.op == "~*~" else ((row.lhs, -1),)


def row_values(rows: list[Row], layout: Layout, implied: Implied, theta: Array) -> tuple[Array, Array]:
    """Unstandardized values (r,) of any rows and their derivatives (r, k): one where a row is the parameter."""
    place = {name: n for n, name in enumerate(layout.names)}
    est, slope = np.zeros(len(rows)), np.zeros((len(rows), layout.n_free))
    for n, row in enumerate(rows):
        if row.free:
            est[n], slope[n, row.free - 1] = theta[row.free - 1], 1.0
        else:
            est[n] = _entry(row, place, layout, implied)
    return est, slope


def _entry(row: Row, place: dict[str, int], layout: Layout, implied: Implied) -> Any:
    """The entry of A, S or m that a row stands for, or the threshold or scale."""
    if row.op in ("|", "~*~"):
        return implied.entries[..., place_of(responses_of(layout), place[row.lhs], row)]
    if row.op == "=~":
        return implied.A[..., place[row.rhs], place[row.lhs]]
    if row.op == "~":
        return implied.A[..., place[row.lhs], place[row.rhs]]
    if row.op == "~~":
        return implied.S[..., place[row.lhs], place[row.rhs]]
    return implied.m[..., place[row.lhs]]
