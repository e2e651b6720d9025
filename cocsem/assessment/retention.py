"""How many factors: parallel analysis, Velicer's minimum average partial, and Kaiser's criterion for comparison."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cocsem.assessment.scales import complete_rows, item_data
from cocsem.assessment.types import Assessment, Table
from cocsem.assessment.wording import fill
from cocsem.chance import generator
from cocsem.errors import EstimationError, UsageError
from cocsem.language import Text
from cocsem.moments.ordinal.correlations import polychoric_correlations, unrelated_polychorics
from cocsem.survey.types import Survey

Array = NDArray[np.float64]

_REFERENCES = ("horn1965", "glorfeld1995", "humphreys1975", "velicer1976", "kaiser1960", "braeken2017")
_LATENT = ("olsson1979", "buja1992", "garrido2013")
KINDS = ("factor", "component")
CORRELATIONS = ("pearson", "polychoric")
_NOTHING_LEFT = 1e-10  # of the variance 1 of an item, after components are taken out
_PERCENTILE = 95.0  # part of the method's name in the table, not a limit for judging

_TITLE = Text("Number of factors", "Banyaknya faktor")
_NOTE = {
    "factor": Text(
        "Eigenvalues of the correlation matrix with squared multiple correlations on its diagonal (common factors).",
        "Nilai eigen matriks korelasi dengan korelasi ganda kuadrat pada diagonalnya (faktor bersama).",
    ),
    "component": Text(
        "Eigenvalues of the correlation matrix (principal components).",
        "Nilai eigen matriks korelasi (komponen utama).",
    ),
}
_HOW = Text(
    "random_mean and random_percentile95 come from {iterations} sets of unrelated normal items of the same size "
    "(seed {seed}); "
    "MAP is the average squared partial correlation after that many components (Velicer); "
    "component_eigenvalue is what Kaiser's criterion (larger than 1) looks at, which keeps too many.",
    "random_mean dan random_percentile95 berasal dari {iterations} set butir normal tak berhubungan berukuran sama "
    "(benih acak {seed}); "
    "MAP adalah rerata kuadrat korelasi parsial setelah sekian komponen (Velicer); "
    "component_eigenvalue dipakai kriteria Kaiser (lebih dari 1), yang cenderung mempertahankan terlalu banyak.",
)
_HOW_LATENT = Text(
    "Polychoric correlations; random_mean and random_percentile95 come from {iterations} shuffles of the answers to each item among the "
    "respondents (seed {seed}), which keep how often each category was chosen; "
    "MAP is the average squared partial correlation after that many components (Velicer); "
    "component_eigenvalue is what Kaiser's criterion (larger than 1) looks at, which keeps too many.",
    "Korelasi polikorik; random_mean dan random_percentile95 berasal dari {iterations} pengacakan jawaban setiap butir antarresponden "
    "(benih acak {seed}), yang mempertahankan frekuensi setiap kategori; "
    "MAP adalah rerata kuadrat korelasi parsial setelah sekian komponen (Velicer); "
    "component_eigenvalue dipakai kriteria Kaiser (lebih dari 1), yang cenderung mempertahankan terlalu banyak.",
)
_FINDING = Text(
    "Parallel analysis of {n} complete rows keeps {n_factors_parallel} factors by the 95th percentile "
    "and {n_factors_parallel_mean} by the mean of random data; "
    "the minimum average partial (MAP) points to {n_factors_map}, the empirical Kaiser criterion to {n_factors_ekc}, Kaiser's own to "
    "{n_factors_kaiser}.",
    "Analisis paralel atas {n} baris lengkap mempertahankan {n_factors_parallel} faktor menurut persentil ke-95 "
    "dan {n_factors_parallel_mean} menurut rerata data acak; "
    "korelasi parsial rerata minimum (MAP) menunjuk {n_factors_map} faktor, kriteria Kaiser empiris {n_factors_ekc}, kriteria Kaiser asli "
    "{n_factors_kaiser}.",
)


def parallel_analysis(
    data: Survey | pd.DataFrame,
    *,
    kind: str = "factor",
    correlation: str = "pearson",
    seed: int = 1,
    iterations: int = 100,
) -> Assessment:
    """Compare the eigenvalues of the items with those of unrelated items of the same number and sample size.

    A factor is kept as long as its eigenvalue is larger than the mean, or the 95th percentile, of the random ones.

    Parameters
    ----------
    data : items; rows with a missing answer are left out.
    kind : `factor` (reduced correlation matrix) or `component`.
    correlation : `pearson`, compared with unrelated normal items; or `polychoric`, compared with the same answers shuffled within
        each item.
    seed, iterations : of the random data.

    Returns
    -------
    An assessment with the table `parallel_analysis` and the facts n_factors_parallel, n_factors_parallel_mean,
    n_factors_map, n_factors_ekc, n_factors_kaiser.

    References: horn1965, glorfeld1995, humphreys1975, velicer1976, kaiser1960, braeken2017, buja1992, garrido2013

    >>> rng = np.random.default_rng(3)
    >>> items = pd.DataFrame(rng.normal(size=(300, 1)) + rng.normal(size=(300, 6)))
    >>> parallel_analysis(items).facts["n_factors_parallel"]
    1
    """
    _check(kind, correlation, iterations)
    rows = complete_rows(item_data(data), "Parallel analysis", at_least=2)
    if correlation == "polychoric":
        cor = _definite(polychoric_correlations(rows), kind)
        random = eigenvalues(unrelated_polychorics(rows, seed=seed, iterations=iterations), kind)
    else:
        cor = np.corrcoef(rows.to_numpy(), rowvar=False)
        random = random_eigenvalues(len(rows), len(cor), kind=kind, seed=seed, iterations=iterations)
    partials = minimum_average_partial(cor)
    frame = _table(cor, eigenvalues(cor, kind), random, partials)
    frame["ekc_reference"] = empirical_kaiser(cor, len(rows))
    settings = {"kind": kind, "correlation": correlation, "n": len(rows), "seed": seed, "iterations": iterations}
    return _assess(frame, _counts(frame, partials), settings)


def _assess(frame: pd.DataFrame, counts: Mapping[str, int], settings: Mapping[str, object]) -> Assessment:
    """Write down what the eigenvalues show."""
    latent = settings["correlation"] == "polychoric"
    how = fill(_HOW_LATENT if latent else _HOW, {"iterations": settings["iterations"], "seed": settings["seed"]})
    table = Table("parallel_analysis", _TITLE, frame, (_NOTE[str(settings["kind"])], how))
    finding = fill(_FINDING, {**counts, "n": settings["n"]})
    return Assessment(
        "parallel_analysis",
        _TITLE,
        (table,),
        {**counts, **settings},
        text=(finding,),
        references=_REFERENCES + _LATENT * latent,
    )


def _definite(cor: Array, kind: str) -> Array:
    """The matrix itself; squared multiple correlations exist only where it is positive definite."""
    if kind == "factor" and np.linalg.eigvalsh(cor)[0] <= 0:
        raise EstimationError(
            "Common factors need a positive definite correlation matrix, but the polychoric correlations do not form one: each was estimated "
            'alone, from few answers. Use kind="component", fewer categories or fewer items.'
        )
    return cor


def eigenvalues(cor: Array, kind: str) -> Array:
    """Return the eigenvalues of one or many correlation matrices, largest first.

    Parameters
    ----------
    cor : (..., p, p) correlation matrices. kind : `component`, or `factor` for 1 - 1/diag(inv R) on the diagonal.
    """
    if kind == "factor":
        cor = cor.copy()
        index = np.arange(cor.shape[-1])
        inverse = np.linalg.inv(cor)
        cor[..., index, index] = 1.0 - 1.0 / inverse[..., index, index]
    return np.asarray(np.linalg.eigvalsh(cor)[..., ::-1], dtype=np.float64)


def random_eigenvalues(n_obs: int, n_items: int, *, kind: str, seed: int, iterations: int) -> Array:
    """Return (iterations, p) eigenvalues for unrelated normal items.

    The covariance matrix of normal rows is drawn directly as A A' with A lower triangular, chi on its diagonal and
    normal below it, so the cost does not grow with the number of respondents.

    References: odell1966
    """
    rng = generator(seed)
    factor = np.tril(rng.standard_normal((iterations, n_items, n_items)), -1)
    index = np.arange(n_items)
    factor[:, index, index] = np.sqrt(rng.chisquare(n_obs - 1 - index, size=(iterations, n_items)))
    cov = factor @ factor.transpose(0, 2, 1)
    spread = np.sqrt(cov[:, index, index])
    return eigenvalues(cov / (spread[:, :, None] * spread[:, None, :]), kind)


def minimum_average_partial(cor: Array) -> Array:
    """Return the average squared partial correlation after 0, 1, ..., p - 2 components are taken out.

    The number of components with the smallest value is kept. NaN where the components leave nothing of an item.

    References: velicer1976
    """
    values, vectors = np.linalg.eigh(cor)
    parts = vectors[:, ::-1] * np.sqrt(np.maximum(values[::-1], 0.0))
    n_items = len(cor)
    averages = []
    for m in range(n_items - 1):
        rest = cor - parts[:, :m] @ parts[:, :m].T
        spread = np.sqrt(np.where(np.diag(rest) > _NOTHING_LEFT, np.diag(rest), np.nan))
        partial = rest / np.outer(spread, spread)
        averages.append((np.sum(partial**2) - n_items) / (n_items * (n_items - 1)))
    return np.array(averages)


def empirical_kaiser(cor: Array, n_obs: int) -> Array:
    """Return the reference eigenvalues (p,) of the empirical Kaiser criterion.

    max((p - sum of the eigenvalues before j)/(p - j + 1) (1 + sqrt(p/n))^2, 1): what the j-th component eigenvalue of unrelated items
    reaches in samples of this size, given the larger ones. A factor is kept as long as its component eigenvalue is larger. semTools
    leaves out the 1, which the article has.

    References: braeken2017

    >>> empirical_kaiser(np.eye(4), 400).round(3).tolist()
    [1.21, 1.21, 1.21, 1.21]
    """
    values = eigenvalues(cor, "component")
    p = len(values)
    before = np.concatenate([[0.0], np.cumsum(values)[:-1]])
    left = (p - before) / np.arange(p, 0, -1)
    return np.asarray(np.maximum(left * (1.0 + np.sqrt(p / n_obs)) ** 2, 1.0))


def _check(kind: str, correlation: str, iterations: int) -> None:
    if kind not in KINDS:
        raise UsageError(f"kind must be one of {', '.join(KINDS)}, not {kind!r}.")
    if correlation not in CORRELATIONS:
        raise UsageError(f"correlation must be one of {', '.join(CORRELATIONS)}, not {correlation!r}.")
    if not isinstance(iterations, int) or iterations < 2:
        raise UsageError(f"iterations must be at least 2, not {iterations!r}.")


def _table(cor: Array, observed: Array, random: Array, partials: Array) -> pd.DataFrame:
    mean, percentile = random.mean(axis=0), np.percentile(random, _PERCENTILE, axis=0)
    after = np.full(len(cor), np.nan)
    after[: len(partials) - 1] = partials[1:]
    return pd.DataFrame(
        {
            "number": np.arange(1, len(cor) + 1),
            "eigenvalue": observed,
            "random_mean": mean,
            "random_percentile95": percentile,
            "kept": leading(observed > percentile),
            "map": after,
            "component_eigenvalue": eigenvalues(cor, "component"),
        }
    )


def leading(above: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Keep only the unbroken run of True at the beginning.

    >>> leading(np.array([True, True, False, True])).tolist()
    [True, True, False, False]
    """
    return np.logical_and.accumulate(above)


def _counts(frame: pd.DataFrame, partials: Array) -> dict[str, int]:
    """Count the factors each rule keeps; Kaiser's 1 is the variance of one standardized item."""
    eigenvalue = frame["eigenvalue"].to_numpy()
    return {
        "n_factors_parallel": int(frame["kept"].sum()),
        "n_factors_parallel_mean": int(leading(eigenvalue > frame["random_mean"].to_numpy()).sum()),
        "n_factors_map": int(np.nanargmin(partials)),
        "n_factors_ekc": int(
            leading(frame["component_eigenvalue"].to_numpy() > frame["ekc_reference"].to_numpy()).sum()
        ),
        "n_factors_kaiser": int((frame["component_eigenvalue"] > 1.0).sum()),
    }
