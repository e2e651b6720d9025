"""Constraints between labels as functions of the free parameters, with exact Jacobians."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cocsem.errors import ModelError
from cocsem.estimation.starts import within_bounds
from cocsem.model.expressions import Dual, Expression, parse_expression
from cocsem.model.identification import parameter_name
from cocsem.model.types import Constraint, ModelSpec

Array = NDArray[np.float64]
Restriction = Callable[[Array], tuple[Array, Array]]
_STEPS_OFF = (0.1, -0.1, 0.4, -0.4)  # where parameters begin whose start of zero leaves a constraint without a value


@lru_cache(maxsize=64)
def equalities(spec: ModelSpec) -> Restriction:
    """Return h with h(theta) = 0 for every `==` constraint: values (m,) and Jacobian (m, k)."""
    return _restriction(spec, [c for c in spec.constraints if c.op == "=="])


@lru_cache(maxsize=64)
def inequalities(spec: ModelSpec) -> Restriction:
    """Return g with g(theta) >= 0 for every `<` and `>` constraint and every bound."""
    written = _restriction(spec, [c for c in spec.constraints if c.op != "=="])
    bounds = [(r.free - 1, 1.0, r.lower) for r in spec.rows if r.free and r.lower is not None]
    bounds += [(r.free - 1, -1.0, r.upper) for r in spec.rows if r.free and r.upper is not None]
    J = np.zeros((len(bounds), spec.n_free))
    limits = np.zeros(len(bounds))
    for n, (at, sign, limit) in enumerate(bounds):
        J[n, at], limits[n] = sign, sign * limit

    def evaluate(theta: Array) -> tuple[Array, Array]:
        values, slopes = written(theta)
        return np.concatenate([values, J @ theta - limits]), np.concatenate([slopes, J])

    return evaluate


@lru_cache(maxsize=64)
def is_restricted(spec: ModelSpec) -> bool:
    """True when the search must heed constraints or bounds."""
    return bool(spec.constraints) or any(r.free and (r.lower is not None or r.upper is not None) for r in spec.rows)


def start_within(spec: ModelSpec, start: Array) -> Array:
    """Starting values (k,) at which every constraint has a value and a slope: those given, or with labelled parameters that begin at
    zero, where `a/(a + b)` or `log(a)` have none, moved off it.

    Raises
    ------
    ModelError : with the first constraint that has none anywhere there.
    """
    c = _undefined(spec, start)
    if c is None:
        return start
    moved = [r.free - 1 for r in spec.rows if r.free and r.label and r.value is None and start[r.free - 1] == 0.0]
    for size in _STEPS_OFF:
        theta = start.copy()
        theta[moved] = size
        theta = within_bounds(spec, theta)
        if _undefined(spec, theta) is None:
            return theta
    raise ModelError(
        f"A constraint must have a value and a slope where the search begins, but '{c.lhs} {c.op} {c.rhs}' has none: it divides by "
        "zero, or takes the logarithm or a root of what is not positive. Correct it, or let its parameters begin elsewhere (start())."
    )


def _undefined(spec: ModelSpec, theta: Array) -> Constraint | None:
    """The first constraint without a value or a slope at theta (k,)."""
    for c in spec.constraints:
        value, slope = _restriction(spec, [c])(theta)
        if not (np.isfinite(value).all() and np.isfinite(slope).all()):
            return c
    return None


def _restriction(spec: ModelSpec, constraints: list[Constraint]) -> Restriction:
    sides: list[tuple[Expression, Expression, float]] = []
    for c in constraints:
        sides.append((parse_expression(c.lhs), parse_expression(c.rhs), -1.0 if c.op == "<" else 1.0))
    definitions = [(d.lhs, parse_expression(d.rhs)) for d in spec.definitions]

    def evaluate(theta: Array) -> tuple[Array, Array]:
        known = label_values(spec, theta)
        with np.errstate(all="ignore"):
            for name, expression in definitions:
                known[name] = _as_dual(expression.evaluate(known), len(theta))
            duals = [_as_dual((left.evaluate(known) - right.evaluate(known)), len(theta)) for left, right, _ in sides]
        signs = np.array([sign for _, _, sign in sides])
        values = np.array([float(d.value) for d in duals])
        slopes = np.array([d.grad for d in duals]).reshape(len(sides), len(theta))
        return signs * values, signs[:, None] * slopes

    return evaluate


def _as_dual(value: Any, k: int) -> Dual:
    dual = value if isinstance(value, Dual) else Dual(np.float64(value), np.zeros(k))
    return Dual(dual.value, np.broadcast_to(dual.grad, (k,)))


def label_values(spec: ModelSpec, theta: Array) -> dict[str, Dual]:
    """Values of all labels as duals in theta; labels of fixed rows are constants."""
    k = len(theta)
    known: dict[str, Dual] = {}
    for row in spec.rows:
        if row.label and row.label not in known:
            if row.free:
                grad = np.zeros(k)
                grad[row.free - 1] = 1.0
                known[row.label] = Dual(theta[row.free - 1], grad)
            else:
                known[row.label] = Dual(np.float64(row.value or 0.0), np.zeros(k))
    return known


def null_space(spec: ModelSpec, theta: Array, tolerance: float = 1e-7) -> tuple[Array, int]:
    """Directions the active constraints leave open, Z (k, k - m), and their rank m at theta.

    Equalities are always active; an inequality or bound is where it holds with equality.
    """
    k = spec.n_free
    if not is_restricted(spec):
        return np.eye(k), 0
    J = [equalities(spec)(theta)[1]]
    g, Jg = inequalities(spec)(theta)
    J.append(Jg[np.abs(g) < tolerance])
    stacked = np.concatenate(J)
    if not len(stacked):
        return np.eye(k), 0
    _, s, Vt = np.linalg.svd(stacked)
    rank = int((s > 1e-10 * max(1.0, float(s[0]))).sum())
    return Vt[rank:].T, rank


def held(spec: ModelSpec, theta: Array, tolerance: float = 1e-7) -> tuple[str, ...]:
    """Inequalities and bounds that hold with equality at theta, in words."""
    if not is_restricted(spec):
        return ()
    values = inequalities(spec)(theta)[0]
    return tuple(dict.fromkeys(name for name, g in zip(_above(spec), values, strict=True) if abs(g) < tolerance))


def _above(spec: ModelSpec) -> list[str]:
    """The restrictions of `inequalities`, in its order and in words."""
    names = [f"{c.lhs} {c.op} {c.rhs}" for c in spec.constraints if c.op != "=="]
    names += [f"{parameter_name(spec, r.free)} >= {r.lower:g}" for r in spec.rows if r.free and r.lower is not None]
    names += [f"{parameter_name(spec, r.free)} <= {r.upper:g}" for r in spec.rows if r.free and r.upper is not None]
    return names


def broken(spec: ModelSpec, theta: Array, tolerance: float = 1e-6) -> tuple[str, ...]:
    """Constraints and bounds that do not hold at theta, in words: those that contradict one another end so."""
    if not is_restricted(spec):
        return ()
    h, Jh = equalities(spec)(theta)
    g, Jg = inequalities(spec)(theta)
    gaps = np.concatenate([np.abs(h), -g]) / (1.0 + np.abs(np.concatenate([Jh, Jg]) * theta).sum(axis=1))
    names = [f"{c.lhs} {c.op} {c.rhs}" for c in spec.constraints if c.op == "=="] + _above(spec)
    return tuple(dict.fromkeys(name for name, gap in zip(names, gaps, strict=True) if gap > tolerance))


def equality_rank(spec: ModelSpec, theta: Array) -> int:
    """Rank of the equality constraints at theta: as many degrees of freedom as they give back."""
    if not spec.constraints:
        return 0
    J = equalities(spec)(theta)[1]
    return int(np.linalg.matrix_rank(J)) if len(J) else 0
