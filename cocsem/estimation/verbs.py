"""The verbs people type: cfa, sem, growth and fit_model."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cocsem.errors import UsageError
from cocsem.estimation.alignment import frame_of, group_label, group_labels
from cocsem.estimation.bootstrap import Resampling
from cocsem.estimation.given_moments import GivenMoments, read_given, statistics_of
from cocsem.estimation.incomplete import moments_for, with_means
from cocsem.estimation.options import Options, resolve, single_test, spelled
from cocsem.estimation.ordinal.answers import find_ordered
from cocsem.estimation.results import estimate
from cocsem.estimation.types import Fit
from cocsem.instrument.load import load_instrument
from cocsem.model.automatic import rules_for
from cocsem.model.build import build_spec
from cocsem.model.from_theory import theory_syntax
from cocsem.model.ordinal_rows import Counts
from cocsem.model.types import ModelSpec
from cocsem.moments.types import SampleStatistics
from cocsem.survey.types import Survey
from cocsem.theory.types import Theory

Model = str | ModelSpec | Theory
Data = pd.DataFrame | Survey | str | Path | None


def _verb(kind: str, name: str, doc: str) -> Callable[..., Fit]:
    """Make a public verb: one signature, other automatic rules."""

    def verb(
        model: Model,
        data: Data = None,
        *,
        estimator: str | None = None,
        ordered: bool | Iterable[str] | None = None,
        missing: str = "listwise",
        group: str | None = None,
        group_equal: Iterable[str] = (),
        group_partial: Iterable[str] = (),
        meanstructure: bool | None = None,
        std_lv: bool = False,
        orthogonal: bool = False,
        fixed_x: bool | None = None,
        information: str | None = None,
        se: str | None = None,
        test: str | Iterable[str] | None = None,
        bootstrap: int = 0,
        seed: int | None = None,
        parameterization: str = "delta",
        likelihood: str = "normal",
        engine: str = "native",
        sample_cov: Any = None,
        sample_mean: Any = None,
        sample_nobs: Any = None,
        auto_var: bool | None = None,
        auto_cov_lv_x: bool | None = None,
        auto_cov_y: bool | None = None,
        auto_fix_first: bool | None = None,
        auto_fix_single: bool | None = None,
        auto_th: bool | None = None,
        auto_delta: bool | None = None,
        int_ov_free: bool | None = None,
        int_lv_free: bool | None = None,
        cluster: str | None = None,
        sampling_weights: str | None = None,
    ) -> Fit:
        frame, asked_test = None if data is None else frame_of(data), single_test(test)
        estimator, missing, likelihood = (
            spelled(*one) for one in (("estimator", estimator), ("missing", missing), ("likelihood", likelihood))
        )
        information, se = spelled("information", information), spelled("se", se)
        model = (
            theory_syntax(model, [load_instrument(code) for code in model.instruments])
            if isinstance(model, Theory)
            else model
        )
        items = find_ordered(model, ordered, frame, missing)
        method = resolve(Options(
            estimator=estimator, ordered=bool(items.categories) or (None if ordered is None else False), missing=missing, information=information, se=se, test=asked_test,
            likelihood=likelihood, cluster=cluster, sampling_weights=sampling_weights,
        ))  # fmt: skip
        given = read_given(sample_cov, sample_mean, sample_nobs) if frame is None else None
        if given is not None and meanstructure is None:
            meanstructure = given.means is not None
        switches = {
            "meanstructure": with_means(method.missing, meanstructure, frame), "std_lv": std_lv, "orthogonal": orthogonal,
            "fixed_x": method.likely or method.ordinal if fixed_x is None else fixed_x,
            "auto_var": auto_var, "auto_cov_lv_x": auto_cov_lv_x, "auto_cov_y": auto_cov_y, "auto_fix_first": auto_fix_first,
            "auto_fix_single": auto_fix_single, "auto_th": auto_th, "auto_delta": auto_delta,
            "int_ov_free": int_ov_free, "int_lv_free": int_lv_free, "parameterization": parameterization,
        }  # fmt: skip
        groups = _groups(frame, group, given)
        spec = _specify(model, kind, switches, groups, (group_equal, group_partial, items.thresholds))
        statistics = (
            statistics_of(spec, given or read_given(None, None, None))
            if frame is None
            else _moments(
                spec, items.answers(frame, spec), None if group is None else frame[group],
                moments_for(method.missing, spec, items.categories),
            )
        )  # fmt: skip
        provenance = {
            "verb": name, "estimator": method.estimator, "likelihood": likelihood, "missing": missing,
            "information": method.information, "se": method.se, "test": method.test, "group": group,
            "rows_given": sum(s.n_total for s in statistics), "rows_used": sum(s.n_obs for s in statistics), "seed": seed,
            "versions": versions(),
        }  # fmt: skip
        fit = estimate(
            spec,
            statistics,
            method,
            engine=engine,
            provenance=provenance,
            resampling=_resampling(bootstrap, seed, asked_test, se),
        )
        return replace(fit, warnings=(*fit.warnings, *items.told)) if items.told else fit

    verb.__name__ = verb.__qualname__ = name
    verb.__doc__ = doc + _SHARED
    return verb


_SHARED = """

    Parameters
    ----------
    model : lavaan syntax, a ModelSpec, or a Theory (whose instruments are on the shelf).
    data : DataFrame, Survey, or path of a csv, xlsx, sav or parquet file; or None with
        sample_cov (DataFrame, divisor N - 1), sample_mean and sample_nobs; for groups lists of them, or mappings from labels.
    estimator, missing, likelihood, std_lv, orthogonal, meanstructure, auto_*, int_* : as in lavaan, `_` for `.`.
    ordered : True where all items are ordered categories, or the names of those that are; the default estimator is then WLSMV
        (else ML). Ordered Categorical columns that the model explains are ordered too, unless False is said; other ordered
        Categorical columns, and Categorical ones of two categories, count as numbers. parameterization : delta or theta, whether
        scale or residual variance of a latent response is a parameter.
    fixed_x : take the moments of observed covariates as given; by default under maximum likelihood and with ordered items, not
        under least squares of continuous ones.
    engine : "native" (our own search) or "semopy" (maximum likelihood, one group); inference is ours in both.

    Returns
    -------
    Fit : estimates, fit_measures, r2, converged, admissible, warnings, provenance.

    Raises
    ------
    CocsemError : model text, data or options that cannot be used, with what to do.

    References: rosseel2012
"""


def _resampling(draws: int, seed: int | None, test: object, se: str | None) -> Resampling | None:
    """Which bootstrap was asked for; a seed is drawn and noted where none was given."""
    if not isinstance(draws, int | np.integer) or draws < 0 or draws == 1:
        raise UsageError(f"bootstrap must be a number of draws, 0 or at least 2; {draws!r} was given.")
    if not draws and test != "bollen.stine" and se != "bootstrap":
        return None
    noted = int(np.random.SeedSequence().generate_state(1)[0]) if seed is None else seed
    return Resampling(int(draws) or 1000, noted, test == "bollen.stine")


@cache
def versions() -> Mapping[str, str]:
    """Versions of the packages that took part."""
    return {package: version(package) for package in ("cocsem", "semopy", "numpy", "scipy", "pandas")}


def _specify(
    model: Model,
    kind: str,
    switches: dict[str, Any],
    groups: tuple[str, ...],
    more: tuple[Iterable[str], Iterable[str], Counts],
) -> ModelSpec:
    if isinstance(model, ModelSpec):
        if model.groups != groups:
            raise UsageError(
                f"The ModelSpec has the groups {model.groups}, the data have {groups}. Build it for these groups."
            )
        return model
    if not isinstance(model, str):
        raise UsageError(f"model must be lavaan syntax, a ModelSpec or a Theory, not {type(model).__name__}.")
    equal, partial, thresholds = more
    rules = rules_for(kind, switches)
    return build_spec(model, rules, groups=groups, group_equal=equal, group_partial=partial, thresholds=thresholds)


def _groups(frame: pd.DataFrame | None, group: str | None, given: GivenMoments | None) -> tuple[str, ...]:
    if given is not None:
        if group is not None and len(given.labels) < 2:
            raise UsageError(
                "group= needs data, or sample_cov, sample_mean and sample_nobs as lists with one entry per group."
            )
        return given.labels
    return ("",) if group is None or frame is None else group_labels(frame, group)


def _moments(
    spec: ModelSpec,
    answers: pd.DataFrame | NDArray[np.float64],
    labels: pd.Series | None,
    moments: Callable[[Any, str], SampleStatistics],
) -> tuple[SampleStatistics, ...]:
    if labels is None:
        return (moments(answers, ""),)
    known = labels.notna()
    member = np.array([group_label(label) if is_known else None for label, is_known in zip(labels, known, strict=True)])
    out = []
    for label in spec.groups:
        at = np.flatnonzero(member == label)
        stats = moments(answers.iloc[at] if isinstance(answers, pd.DataFrame) else answers[at], label)
        out.append(replace(stats, rows=None if stats.rows is None else at[stats.rows]))
    return tuple(out)


cfa = _verb(
    "cfa", "cfa", "Fit a confirmatory factor analysis: all exogenous factors covary, each is scaled by its first item."
)
sem = _verb("sem", "sem", "Fit a structural equation model: measurement (`=~`), paths (`~`), covariances (`~~`).")
growth = _verb("growth", "growth", "Fit a growth curve model: item intercepts are zero, factor means are free.")
fit_model = _verb(
    "lavaan", "fit_model", "Fit a model without any automatic rule; auto_* and int_* switch single rules on."
)
