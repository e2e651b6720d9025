"""The semopy engine: semopy looks for the maximum-likelihood estimates, and nothing but the estimates is taken from it.

The model is written in semopy's language with neutral names and every parameter named, its automatic covariances are
switched off one by one, its bounds are lifted, and before it starts its implied covariances are compared with ours at
the starting values: a model it cannot express is refused, never fitted as another model (docs/decisions/0002).
"""

from __future__ import annotations

import logging
import time
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cocsem.errors import EstimationError, UsageError
from cocsem.estimation.problem import Problem, Solution, implied
from cocsem.language import Text
from cocsem.model.types import ModelSpec

Array = NDArray[np.float64]
SECONDS = 120.0
PASSES = 4


_GROUPS = Text("semopy fits one group at a time", "semopy hanya mengestimasi satu kelompok")
_CONSTRAINTS = Text(
    "constraints between labels other than a == b would pass user text to sympy",
    "kendala antarlabel selain a == b akan meneruskan teks pengguna ke sympy",
)
_MEANS = Text(
    "its mean structures are wrong (only saturated means can be kept apart from the covariances)",
    "struktur rerata semopy keliru (hanya rerata jenuh yang dapat dipisahkan dari kovarians)",
)
_ACROSS = Text(
    "its matrices have no place for a covariance between a latent variable and an observed variable that causes nothing",
    "matriksnya tidak menyediakan tempat bagi kovarians antara variabel laten dan variabel teramati yang tidak memengaruhi apa pun",
)
_BOUNDS = Text("bounds are not passed on to semopy", "batas nilai parameter tidak diteruskan ke semopy")


def refusal(spec: ModelSpec) -> Text | None:
    """Return why semopy cannot fit this model, or None."""
    if len(spec.groups) > 1:
        return _GROUPS
    if spec.constraints:
        return _CONSTRAINTS
    latent_means = any(r.op == "~1" and r.lhs in spec.latent and (r.free or r.value) for r in spec.rows)
    if latent_means or not _means_saturated(spec):
        return _MEANS
    if any(r.op == "~~" and (r.free or r.value) and _is_across(spec, r.lhs, r.rhs) for r in spec.rows):
        return _ACROSS
    return _BOUNDS if any(r.free and (r.lower is not None or r.upper is not None) for r in spec.rows) else None


def _means_saturated(spec: ModelSpec) -> bool:
    """True when every observed mean has its own free intercept (or there is no mean structure)."""
    if not spec.meanstructure:
        return True
    rows = {r.lhs: r for r in spec.rows if r.op == "~1"}
    free = [rows[v].free for v in spec.observed if v not in spec.exogenous]
    return all(free) and len(set(free)) == len(free)


def describe(spec: ModelSpec, names: dict[str, str]) -> str:
    """Write a model in semopy's language: all parameters named `p<number>`, all absent covariances set to zero."""
    lines, written = [], set()
    for row in spec.rows:
        if row.exo or row.op not in ("=~", "~", "~~") or (row.op == "~~" and _is_across(spec, row.lhs, row.rhs)):
            continue
        factor = f"p{row.free}" if row.free else f"{row.value or 0.0:.15f}"
        lines.append(f"{names[row.lhs]} {row.op} {factor}*{names[row.rhs]}")
        if row.op == "~~":
            written.add(frozenset((row.lhs, row.rhs)))
    inner = [v for v in (*spec.observed, *spec.latent) if v not in spec.exogenous]
    exogenous = [(f, x) for f in spec.latent for x in spec.exogenous]
    for a, b in (*combinations(inner, 2), *exogenous):
        if frozenset((a, b)) not in written and _may_be_added(spec, a, b):
            lines.append(f"{names[a]} ~~ 0*{names[b]}")
    return "\n".join(lines)


def _may_be_added(spec: ModelSpec, a: str, b: str) -> bool:
    """semopy adds covariances among exogenous latent variables and among outcomes, never among indicators."""
    indicators = {r.rhs for r in spec.rows if r.op == "=~"}
    return not ({a, b} & (indicators - set(spec.latent)) or _is_across(spec, a, b))


def _is_across(spec: ModelSpec, a: str, b: str) -> bool:
    """True for a latent and an observed variable that causes nothing: semopy keeps them in matrices of their own."""
    causes = {r.lhs if r.op == "=~" else r.rhs for r in spec.rows if r.op in ("=~", "~")}
    return any(x in spec.latent and y not in spec.latent and y not in causes for x, y in ((a, b), (b, a)))


def solve(problem: Problem, start: Array) -> Solution:
    """Let semopy minimise the ML discrepancy from our starting values.

    Raises
    ------
    UsageError : semopy cannot hold this model. EstimationError : it found no finite answer in time.
    """
    reason = refusal(problem.spec)
    if reason:
        raise UsageError(f'engine="semopy" cannot fit this model: {reason.en}. Use engine="native".')
    try:
        return _searched(problem, start)
    except (ValueError, KeyError, IndexError, np.linalg.LinAlgError) as fault:
        raise EstimationError(
            f'semopy broke off on this model ({type(fault).__name__}: {fault}). Use engine="native".'
        ) from fault


def _searched(problem: Problem, start: Array) -> Solution:
    stats = problem.statistics[0]
    names = {v: f"v{n}" for n, v in enumerate(problem.spec.observed)} | {
        f: f"f{n}" for n, f in enumerate(problem.spec.latent)
    }
    model = _timed_model(describe(problem.spec, names))
    columns = [names[v] for v in stats.names]
    order = _order(model, start)
    model.load(cov=pd.DataFrame(stats.cov, index=columns, columns=columns), n_samples=stats.n_obs)
    _compare(problem, model, start, columns)
    theta, iterations, message = np.array(start), 0, ""
    for _ in range(PASSES):
        before = float(model.obj_mlw(model.param_vals))
        result = model.fit(obj="MLW", solver="SLSQP", options={"ftol": 1e-13, "maxiter": 2000})
        iterations += int(result.n_it)
        message = str(result.message)
        if not np.isfinite(result.fun) or abs(before - float(result.fun)) < 1e-11:
            break
    theta[order] = model.param_vals
    return Solution(_with_means(problem, theta), message, iterations, "semopy")


def _timed_model(description: str) -> Any:
    """A semopy Model whose objective gives up after a time limit (its search can run away)."""
    import semopy

    logging.getLogger().addFilter(_unneeded)

    class TimedModel(semopy.Model):
        """semopy's Model with a deadline."""

        deadline = time.monotonic() + SECONDS

        def obj_mlw(self, x: Array) -> float:
            if time.monotonic() > self.deadline:
                raise EstimationError(
                    f'semopy found no answer within {SECONDS:.0f} seconds. Is the model identified? Try engine="native".'
                )
            return float(super().obj_mlw(x))

    return TimedModel(description)


def _unneeded(record: logging.LogRecord) -> bool:
    """Keep semopy's remarks on scales and solvers off the screen: we check both ourselves."""
    return not record.getMessage().startswith(("No fixed loadings for", "Solver didn"))


def _order(model: Any, start: Array) -> list[int]:
    """Hand over our starting values, lift the bounds, and return the place of each semopy parameter in theta.

    This comes before the moments are loaded: semopy's own search for starting values never ends without a fixed loading.
    """
    order = []
    for name, parameter in model.parameters.items():
        parameter.bound = (None, None)
        if parameter.active:
            number = int(name[1:]) - 1 if name.startswith("p") and name[1:].isdigit() else -1
            if number < 0:
                raise UsageError(
                    f'engine="semopy" would add a parameter that the model does not have ({name}). Use engine="native".'
                )
            parameter.start = float(start[number])
            order.append(number)
    return order


def _compare(problem: Problem, model: Any, start: Array, columns: list[str]) -> None:
    """Refuse a model that semopy reads differently: both must imply the same covariances at the start."""
    model.update_matrices(model.param_vals)
    theirs = pd.DataFrame(model.calc_sigma()[0], index=model.vars["observed"], columns=model.vars["observed"])
    ours = implied(problem, start)[0].Sigma
    difference = np.abs(theirs.loc[columns, columns].to_numpy() - ours).max()
    if not difference < 1e-8 * max(1.0, float(np.abs(ours).max())):
        raise UsageError(
            'engine="semopy" cannot express this model (its implied covariances differ from the model\'s). Use engine="native".'
        )


def _with_means(problem: Problem, theta: Array) -> Array:
    """Saturated means are fitted exactly: each intercept takes up what the rest of the model leaves of its mean."""
    if not problem.spec.meanstructure:
        return theta
    stats, layout = problem.statistics[0], problem.layouts[0]
    A = implied(problem, theta)[0].A[: layout.p, : layout.p]
    target = stats.mean - A @ stats.mean
    for row in problem.spec.rows:
        if row.op == "~1" and row.free:
            theta[row.free - 1] = target[stats.names.index(row.lhs)]
    return theta
