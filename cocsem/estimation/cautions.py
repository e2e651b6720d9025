"""What is true of a converged and admissible fit and still spoils its reading: a weak marker, scales that are far apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from cocsem.criteria import load_criterion
from cocsem.estimation.constraints import held
from cocsem.estimation.distributions import two_sided
from cocsem.estimation.problem import Point, Problem
from cocsem.estimation.standardized import standardize
from cocsem.language import Text, probability, proportion
from cocsem.model.types import ModelSpec, Row

_HELD = Text(
    "The estimates lie on a bound: {names}. Standard errors take it as given (that of a parameter on its own bound is 0), the degrees of "
    "freedom do not count it, and near a bound neither tests nor intervals are exact. Without the bound the data would go beyond it: "
    "look for the reason in the model before you keep it.",
    "Estimasi berada tepat pada batas: {names}. Galat baku menganggap batas itu pasti (galat baku parameter yang berada pada batasnya "
    "sendiri adalah 0), derajat bebas tidak menghitungnya, dan di dekat batas uji maupun interval tidak eksak. Tanpa batas itu data "
    "akan melampauinya: cari sebabnya dalam model sebelum batas itu dipertahankan.",
)
_NO_ERRORS = Text(
    "The scores of the rows do not tell all parameters apart, so their cross-products give no standard errors: as with a random "
    "covariate of two values (its mean says its variance), or fewer rows than parameters. The estimates and the test stand. Use another "
    "estimator or information than first-order, or leave covariates fixed.",
    "Skor baris tidak membedakan semua parameter, sehingga hasil kali silangnya tidak memberi galat baku: misalnya pada kovariat acak "
    "bernilai dua (rerata menentukan variansnya), atau bila baris lebih sedikit daripada parameter. Estimasi dan ujinya tetap berlaku. "
    "Gunakan estimator atau informasi selain orde pertama, atau biarkan kovariat tetap.",
)
Array = NDArray[np.float64]
Index = NDArray[np.intp]
_WEAK = Text(
    "The factor '{factor}'{where} has its unit from '{item}', whose standardized loading is only {std} ({p}): loadings, "
    "variances and paths in that unit are unstable. Choose another marker (`NA*{item} + 1*other`) or std_lv=True; the standardized "
    "solution and the fit stay the same.",
    "Faktor '{factor}'{where} mengambil satuannya dari '{item}', yang muatan terstandarnya hanya {std} ({p}): muatan, "
    "varians, dan jalur dalam satuan itu tidak stabil. Pilih penanda lain (`NA*{item} + 1*lain`) atau std_lv=True; solusi "
    "terstandar dan kecocokan tidak berubah.",
)
_UNLIKE = Text(
    "The variance of '{large}' is {ratio:.0f} times that of '{small}'{where}: on scales so far apart the computation loses digits. "
    "Change the unit of one of them (divide or multiply by 10, 100, ...).",
    "Varians '{large}' {ratio:.0f} kali varians '{small}'{where}: pada skala yang sangat berbeda perhitungan kehilangan ketelitian. "
    "Ubah satuan salah satunya (bagi atau kalikan dengan 10, 100, ...).",
)


def weak_markers(point: Point, vcov: Array) -> Iterator[Text]:
    """Say which factors have their unit from an item that hardly measures them.

    A marker is too weak when its standardized loading is not salient, or is below what is acceptable and does not differ
    from zero (standard error by the delta method).

    References: kline2016
    """
    spec, acceptable = point.problem.spec, load_criterion("loading")
    for g, (layout, at) in enumerate(zip(point.problem.layouts, point.implied, strict=True), start=1):
        rows, item, factor = _markers(spec, g)
        with np.errstate(invalid="ignore", divide="ignore"):
            variances = at.C.diagonal()
            loadings = at.A[item, factor] * np.sqrt(variances[factor] / variances[item])
        for (n, row), value in zip(rows, loadings.tolist(), strict=True):
            if not np.isfinite(value) or acceptable.met(abs(value)):
                continue
            slope = standardize(spec, g, layout, at, point.theta, "std_all").jacobian[n]
            se = float(np.sqrt(slope @ vcov @ slope))
            p = float(two_sided(value / se)) if se > 0 else 0.0
            if not load_criterion("marker").met(value) or not load_criterion("path_test").met(p):
                en, ind = _where(spec.groups[g - 1])
                found = {"factor": row.lhs, "item": row.rhs}
                std, chance = proportion(value), probability(p)
                yield Text(
                    _WEAK.en.format(where=en, std=std.en, p=chance.en, **found),
                    _WEAK.id.format(where=ind, std=std.id, p=chance.id, **found),
                )


@lru_cache(maxsize=64)
def _markers(spec: ModelSpec, group: int) -> tuple[tuple[tuple[int, Row], ...], Index, Index]:
    """Loadings that are fixed to give a factor its unit, with their place in the table, and the places of their items and factors:
    the only fixed one of a factor that has free ones and a free variance."""
    rows = [row for row in spec.rows if row.group == group]
    loadings = [(n, row) for n, row in enumerate(rows) if row.op == "=~"]
    fixed = Counter(row.lhs for _, row in loadings if not row.free and row.value)
    loose = {row.lhs for _, row in loadings if row.free}
    own = {row.lhs for row in rows if row.op == "~~" and row.lhs == row.rhs and row.free}
    place = {name: n for n, name in enumerate(spec.observed + spec.latent)}
    kept = ((n, r) for n, r in loadings if not r.free and r.value and fixed[r.lhs] == 1 and r.lhs in loose & own)
    chosen = tuple(kept)
    ends = np.array([(place[r.rhs], place[r.lhs]) for _, r in chosen], dtype=np.intp).reshape(-1, 2)
    return chosen, ends[:, 0], ends[:, 1]


def held_bounds(point: Point) -> Iterator[Text]:
    """Say which inequalities and bounds the estimates lie on: they are restrictions of the result, but were no part of the model."""
    names = held(point.problem.spec, point.theta)
    if names:
        listed = "; ".join(names)
        yield Text(_HELD.en.format(names=listed), _HELD.id.format(names=listed))


def without_errors(point: Point, vcov: Array) -> Iterator[Text]:
    """Say why there are no standard errors though they were asked for."""
    if point.problem.method.se != "none" and len(vcov) and not np.isfinite(vcov).any():
        yield _NO_ERRORS


def unlike_scales(problem: Problem) -> Iterator[Text]:
    """Say where the variances of the observed variables (fixed exogenous ones aside) are so far apart that digits are lost."""
    for label, stats, S in zip(problem.spec.groups, problem.statistics, problem.covs, strict=True):
        random = [i for i, name in enumerate(stats.names) if name not in problem.spec.exogenous]
        variances = S.diagonal()[random]
        ratio = float(variances.max() / variances.min())
        if len(random) > 1 and not load_criterion("variance_ratio").met(ratio):
            large, small = (stats.names[random[int(pick)]] for pick in (variances.argmax(), variances.argmin()))
            en, ind = _where(label)
            values = {"large": large, "small": small, "ratio": ratio}
            yield Text(_UNLIKE.en.format(where=en, **values), _UNLIKE.id.format(where=ind, **values))


def _where(label: str) -> tuple[str, str]:
    return (f" in group '{label}'", f" pada kelompok '{label}'") if label else ("", "")
