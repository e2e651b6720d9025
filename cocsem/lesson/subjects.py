"""Coefficients of which a fit holds several: one per construct, item, pair of constructs, variable or parameter.

Each gives, by subject, the number itself as the house computes it, and the numbers its formula is made of.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cocsem.assessment.measurement import Block, blocks
from cocsem.assessment.reliability.coefficients import alpha_of
from cocsem.assessment.reliability.congeneric import (
    average_variance_extracted,
    coefficient_h,
    composite_reliability,
    omega,
    omega_sums,
)
from cocsem.assessment.validity.correlation_ratios import htmt
from cocsem.assessment.wording import fill
from cocsem.estimation.candidates import absent_rows, fixed_rows
from cocsem.estimation.modification import modification_indices, slopes_of
from cocsem.estimation.problem import pose
from cocsem.estimation.types import Fit
from cocsem.language import LANGUAGES, Text, number

Array = NDArray[np.float64]
_LOADINGS = Text("Standardized loadings: {values}.", "Muatan terstandar: {values}.")
_BOTH = Text("{loadings} {thresholds}", "{loadings} {thresholds}")
_CUTS = Text("{item} ({values})", "{item} ({values})")
_THRESHOLDS = Text("Thresholds: {items}.", "Ambang: {items}.")
_NO_THRESHOLDS = Text(
    "Some of these items are not ordered, or covariates move them, so that no thresholds hold for everybody.",
    "Sebagian butir ini tidak ordinal, atau digerakkan kovariat, sehingga tidak ada ambang yang berlaku bagi semua orang.",
)
_EPC = Text("Expected parameter change: {value}.", "Perubahan parameter yang diharapkan: {value}.")
_MOST_PARAMETERS = 5


@dataclass(frozen=True, slots=True)
class Subject:
    """One of several numbers: whose it is, its value, and what its formula is made of.

    `context` is what a criterion may ask about; `note` says what the parts are.
    """

    name: str
    value: float
    numbers: Mapping[str, float]
    context: Mapping[str, object] = field(default_factory=dict)
    note: Text | None = None


def subjects_of(fit: Fit, key: str, per: str) -> tuple[Subject, ...]:
    """Return a coefficient of every subject it belongs to.

    Parameters
    ----------
    fit : a converged fit. key : the coefficient. per : what there is one of it for.

    >>> import cocsem
    >>> fit = cocsem.cfa("visual =~ x1 + x2 + x3; speed =~ x7 + x8 + x9", cocsem.load_dataset("holzinger_swineford"))
    >>> [(one.name, round(one.value, 3)) for one in subjects_of(fit, "alpha", "construct")]
    [('visual', 0.626), ('speed', 0.688)]
    """
    return tuple(_BY_KIND[per](fit, key))


_OF_CONSTRUCT: Mapping[str, Callable[[Block], object]] = {
    "alpha": lambda block: alpha_of(block.observed),
    "omega": omega,
    "composite_reliability": composite_reliability,
    "ave": average_variance_extracted,
    "h": coefficient_h,
}


def _constructs(fit: Fit, key: str) -> Iterator[Subject]:
    for block in blocks(fit):
        ordered = block.thresholds is not None
        if len(block.items) < 2 or (
            key == "alpha" and ordered
        ):  # alpha of the answers is not to be had from latent responses
            continue
        value = float(np.asarray(_OF_CONSTRUCT[key](block)))
        note, parts = fill(_LOADINGS, {"values": _written(block.standardized)}), _parts(block)
        if key == "omega" and ordered:
            note, parts = fill(_BOTH, {"loadings": note, "thresholds": _thresholds(block)}), _answer_parts(block)
        name, context = _in_group(block.construct, block.group), {"items": len(block.items)}
        yield Subject(name, value, parts, context, None if key == "alpha" else note)


def _written(values: Array) -> Text:
    return Text(*("; ".join(number(float(one))[lang] for one in values) for lang in LANGUAGES))


def _thresholds(block: Block) -> Text:
    """The thresholds of every item, in words."""
    cuts = block.thresholds or ()
    if not all(len(one) for one in cuts):
        return _NO_THRESHOLDS
    said = [fill(_CUTS, {"item": item, "values": _written(one)}) for item, one in zip(block.items, cuts, strict=True)]
    return fill(_THRESHOLDS, {"items": Text(*(", ".join(one[lang] for one in said) for lang in LANGUAGES))})


def _answer_parts(block: Block) -> dict[str, float]:
    """Covariances of the answers of a construct, added over its items and over their pairs."""
    sums = omega_sums(block)
    if sums is None:
        return {}
    return {
        "answers_shared": float(sums.own_shared),
        "pairs_shared": float(sums.pairs_shared),
        "answers_own": float(sums.own),
        "pairs_own": float(sums.pairs),
    }


def _parts(block: Block) -> dict[str, float]:
    """Sums over the items of a construct."""
    squares = block.standardized**2
    information = squares / (1.0 - squares) if np.all(squares < 1.0) else np.full(len(squares), np.nan)
    return {
        "items": float(len(block.items)),
        "item_variances": float(np.trace(block.observed)),
        "sum_variance": float(block.observed.sum()),
        "sum_unstandardized": float(block.loadings.sum()),
        "construct_variance": float(block.variance),
        "implied_variance": float(block.implied.sum()),
        "sum_loadings": float(block.standardized.sum()),
        "sum_squares": float(squares.sum()),
        "sum_residual": float(block.standardized_residual.sum()),
        "information": float(information.sum()),
    }


def _items(fit: Fit, key: str) -> Iterator[Subject]:
    del key
    for block in blocks(fit):
        spreads, loadings = np.sqrt(block.item_variances), block.standardized
        for n, item in enumerate(block.items):
            numbers = {
                "estimate": float(block.loadings[n]),
                "construct_sd": float(block.variance) ** 0.5 if block.variance >= 0 else np.nan,
                "item_sd": float(spreads[n]),
            }
            name = _in_group(f"{block.construct} =~ {item}", block.group)
            yield Subject(name, float(loadings[n]), numbers)


def _pairs(fit: Fit, key: str) -> Iterator[Subject]:
    del key
    found = list(blocks(fit))
    for sample in fit.statistics:
        here = {b.construct: b.items for b in found if b.group == sample.group and len(b.items) > 1}
        spread = np.sqrt(np.diag(sample.cov))
        cor = pd.DataFrame(sample.cov / np.outer(spread, spread), index=list(sample.names), columns=list(sample.names))
        table = htmt(cor, here)
        for one, other in combinations(here, 2):
            numbers = {
                "between": float(cor.loc[list(here[one]), list(here[other])].abs().to_numpy().mean()),
                "within_one": _within(cor, here[one]),
                "within_other": _within(cor, here[other]),
            }
            name = _in_group(f"{one} ~~ {other}", sample.group)
            yield Subject(name, float(np.asarray(table.loc[one, other])), numbers)


def _within(cor: pd.DataFrame, items: tuple[str, ...]) -> float:
    inside = cor.loc[list(items), list(items)].abs().to_numpy()
    return float(inside[np.triu_indices(len(items), 1)].mean())


def _variables(fit: Fit, key: str) -> Iterator[Subject]:
    """Explained variances: of what paths lead to where there are paths, else of the items."""
    del key
    outcomes = {row.lhs for row in fit.spec.rows if row.op == "~"}
    residual = fit.estimates[(fit.estimates["op"] == "~~") & (fit.estimates["lhs"] == fit.estimates["rhs"])]
    left = {(str(r["lhs"]), str(r["group"])): float(r["est"]) for r in residual.to_dict("records")}
    several = len(fit.matrices) > 1
    for sample, matrices in zip(fit.statistics, fit.matrices, strict=True):
        r2 = fit.r2[sample.group] if several else fit.r2
        totals = dict(zip(matrices.observed, np.diag(matrices.cov), strict=True))
        totals |= dict(zip(matrices.latent, np.diag(matrices.latent_cov), strict=True))
        for name, value in r2.items():
            if not outcomes or name in outcomes:
                numbers = {
                    "residual": left.get((name, sample.group), np.nan),
                    "total_variance": float(totals.get(name, np.nan)),
                }
                yield Subject(_in_group(name, sample.group if several else ""), float(value), numbers)


def _parameters(fit: Fit, key: str) -> Iterator[Subject]:
    """The parameters whose release would gain most."""
    del key
    table = modification_indices(fit).nlargest(_MOST_PARAMETERS, "mi")
    problem = pose(fit.spec, fit.statistics, fit.method)
    candidates = (*fixed_rows(fit.spec), *absent_rows(fit.spec))
    rows = {(row.lhs, row.op, row.rhs, fit.spec.groups[row.group - 1]): row for row in candidates}
    for found in table.to_dict("records"):
        place = (str(found["lhs"]), str(found["op"]), str(found["rhs"]), str(found["group"]))
        slopes = slopes_of(problem, fit.theta, (rows[place],))
        numbers = {"ntotal": float(fit.n_obs), "slope": float(slopes.slope[0]), "left": float(slopes.left[0, 0])}
        value = number(float(found["epc"]))
        note = Text(_EPC.en.format(value=value.en), _EPC.id.format(value=value.id))
        yield Subject(_in_group(" ".join(place[:3]), place[3]), float(found["mi"]), numbers, note=note)


def _in_group(name: str, group: str) -> str:
    return f"{name} ({group})" if group else name


_BY_KIND: Mapping[str, Callable[[Fit, str], Iterator[Subject]]] = {
    "construct": _constructs,
    "item": _items,
    "pair": _pairs,
    "variable": _variables,
    "parameter": _parameters,
}
