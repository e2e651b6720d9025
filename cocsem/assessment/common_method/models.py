"""The models that put a method factor beside the constructs, as text, and what they change."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from cocsem.assessment.attempts import Attempt
from cocsem.estimation.types import Fit
from cocsem.language import Text
from cocsem.model.automatic import rules_for
from cocsem.model.build import build_spec
from cocsem.model.printing import unused_name

Key = tuple[str, str, str]


ROLES = {
    "=~": Text("loading", "muatan"),
    "~": Text("path", "jalur"),
    "~~": Text("correlation", "korelasi"),
}
_START = 0.3  # loadings of one sign: a factor behind every item is easily lost from other starts


def method_factor_text(model: str, items: Sequence[str], *, equal: bool) -> str:
    """Add a factor behind all items that is unrelated to every other: with one loading for all (1, and its variance free), or one for each.

    >>> print(method_factor_text("f =~ x1 + x2 + x3", ["x1", "x2", "x3"], equal=True))
    f =~ x1 + x2 + x3
    method =~ 1*x1 + 1*x2 + 1*x3
    method ~~ method
    method ~~ 0*f
    """
    name = _free_name("method", model)
    if equal:
        lines = [f"{name} =~ {' + '.join(f'1*{item}' for item in items)}", f"{name} ~~ {name}"]
    else:
        starts = " + ".join(f"start({_START})*{item}" for item in items)
        lines = [f"{name} =~ NA*{items[0]} + {starts}", f"{name} ~~ 1*{name}"]
    return unrelated("\n".join([model, *lines]), name)


def unrelated(text: str, name: str) -> str:
    """Fix every covariance of one factor with the others at zero."""
    spec = build_spec(text, rules_for("sem", {}))
    others = [
        (row.rhs if row.lhs == name else row.lhs)
        for row in spec.rows
        if row.op == "~~" and row.lhs != row.rhs and name in (row.lhs, row.rhs)
    ]
    return "\n".join([text, *(f"{name} ~~ 0*{other}" for other in others)])


def single_factor_text(items: Sequence[str]) -> str:
    """One factor behind all items.

    >>> single_factor_text(["x1", "x2"])
    'single =~ x1 + x2'
    """
    return f"single =~ {' + '.join(items)}"


def _free_name(stem: str, model: str) -> str:
    """A name the model does not use yet."""
    words = set(model.replace("*", " ").replace("+", " ").split())
    return stem if stem not in words else unused_name(stem, words)


def standardized_values(fit: Fit, factors: Sequence[str]) -> dict[Key, float]:
    """Standardized loadings of these factors, paths, and correlations of latent variables that the model leaves free."""
    latent = set(fit.spec.latent)
    frame = fit.estimates
    out: dict[Key, float] = {}
    for lhs, op, rhs, value in zip(frame["lhs"], frame["op"], frame["rhs"], frame["std_all"], strict=True):
        loading = op == "=~" and lhs in factors
        correlation = op == "~~" and lhs != rhs and lhs in latent and rhs in latent
        if loading or op == "~" or correlation:
            out[(lhs, op, rhs)] = float(value)
    return out


def moves(base: Attempt, others: Sequence[Attempt], factors: Sequence[str]) -> pd.DataFrame:
    """Standardized loadings, paths and correlations under every model: parameter role, then one column per attempt."""
    if base.fit is None:
        return pd.DataFrame()
    own = standardized_values(base.fit, factors)
    columns: dict[str, dict[Key, float]] = {base.key: own}
    columns |= {o.key: standardized_values(o.fit, factors) for o in others if o.fit is not None and o.usable}
    rows = [
        {
            "parameter": f"{k[0]} {k[1]} {k[2]}",
            "role": ROLES[k[1]],
            **{name: column.get(k, math.nan) for name, column in columns.items()},
        }
        for k in own
    ]
    return pd.DataFrame(rows)
