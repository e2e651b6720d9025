"""The Wald test of constraints that a fitted model does not hold."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cocsem.errors import ModelSyntaxError, UsageError
from cocsem.estimation.constraints import equalities
from cocsem.estimation.distributions import chi2_sf
from cocsem.estimation.standardized_solution import require_converged
from cocsem.estimation.types import Fit
from cocsem.model.expressions import parse_expression
from cocsem.model.tokens import Token, split_statements
from cocsem.model.types import Constraint, ModelSpec

Array = NDArray[np.float64]


class WaldTest(NamedTuple):
    """Wald statistic, its degrees of freedom and its p-value."""

    statistic: float
    df: int
    pvalue: float


def wald_test(fit: Fit, constraints: str) -> WaldTest:
    """Test constraints among labels together, such as `"a == b; c == 0"`.

    W = h' (J V J')^-1 h, with h the left sides less the right sides at the estimates, J their derivatives and V the covariance
    matrix of the estimates (the robust one where the fit has robust standard errors); chi-square with as many df as constraints.

    Parameters
    ----------
    fit : a converged fit whose model labels the parameters. constraints : equalities, one per line or separated by `;`;
        expressions may use labels and the names of `:=` rows.

    Returns
    -------
    WaldTest : statistic, df, pvalue.

    Raises
    ------
    ModelSyntaxError, UsageError : the constraints cannot be read, name unknown labels, or contradict or repeat one another.

    References: wald1943

    >>> import cocsem
    >>> fit = cocsem.cfa("visual =~ x1 + a*x2 + b*x3; speed =~ x7 + x8 + x9", cocsem.load_dataset("holzinger_swineford"))
    >>> cocsem.wald_test(fit, "a == b").df
    1
    """
    require_converged(fit)
    if fit.method.se == "none":
        raise UsageError('A Wald test needs the standard errors, but the fit has se="none". Leave se= out.')
    if not np.isfinite(fit.vcov).all():
        raise UsageError("A Wald test needs the standard errors, but this fit has none: see fit.warnings.")
    asked = _read(fit.spec, constraints)
    with np.errstate(invalid="ignore", divide="ignore"):
        h, J = equalities(_only(fit.spec, asked))(fit.theta)
    covariance = J @ fit.vcov @ J.T
    scale = np.sqrt(np.diag(covariance))
    if (
        not (scale > 0).all()
        or not np.isfinite(h).all()
        or np.linalg.matrix_rank(covariance / np.outer(scale, scale), tol=1e-8) < len(h)
    ):
        raise UsageError(
            f"The constraints must be independent and speak of estimated parameters, but {len(h)} were given that are not: {constraints.strip()!r}. "
            "Leave out those that follow from the others or hold in the model already."
        )
    statistic = float(h @ np.linalg.solve(covariance, h))
    return WaldTest(statistic, len(h), chi2_sf(statistic, len(h)))


def _only(spec: ModelSpec, constraints: tuple[Constraint, ...]) -> ModelSpec:
    return replace(spec, constraints=constraints)


def _read(spec: ModelSpec, text: str) -> tuple[Constraint, ...]:
    known = {row.label for row in spec.rows if row.label} | {d.lhs for d in spec.definitions}
    asked = [_read_one(tokens, known) for tokens in split_statements(text)]
    if not asked:
        raise UsageError("wald_test needs at least one constraint among labels, such as 'a == b' or 'c == 0'.")
    return tuple(asked)


def _read_one(tokens: tuple[Token, ...] | list[Token], known: set[str]) -> Constraint:
    signs = [n for n, token in enumerate(tokens) if token.text == "=="]
    if len(signs) != 1:
        raise ModelSyntaxError(
            "A constraint must hold one '==' between labels, such as 'a == b' or 'c == 0'.",
            tokens[0].source,
            tokens[0].line,
            tokens[0].column,
        )
    left, right = tokens[: signs[0]], tokens[signs[0] + 1 :]
    for side in (left, right):
        for name in parse_expression(list(side)).labels():
            if name not in known:
                token = next(t for t in side if t.text == name)
                raise token.fault(
                    f"The label '{name}' must be one of the model's; it has {', '.join(sorted(known)) or 'none'}. "
                    "Write it before a term of the model, as in b*x, and fit again."
                )
    return Constraint("".join(t.text for t in left), "==", "".join(t.text for t in right))
