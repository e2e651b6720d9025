"""Converged and admissible are two facts: whether the estimates can be variances and correlations at all."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from cocsem.criteria import load_criterion
from cocsem.language import Text
from cocsem.model.condensed import condense, imply_condensed
from cocsem.model.matrices import Implied, Layout, fill, imply
from cocsem.model.types import ModelSpec
from cocsem.moments.positive import exceeds

Array = NDArray[np.float64]
_TAKES_PART = 0.2  # weight in the combination that hardly varies, of a vector of length one


def inadmissible(spec: ModelSpec, layouts: tuple[Layout, ...], implied: tuple[Implied, ...]) -> tuple[Text, ...]:
    """Return a sentence for each thing that cannot be: negative variances, covariance matrices that are not positive definite."""
    found: list[Text] = []
    for label, layout, moments in zip(spec.groups, layouts, implied, strict=True):
        en, ind = (f" in group '{label}'", f" pada kelompok '{label}'") if label else ("", "")
        variances = moments.S.diagonal()
        for name in (layout.names[n] for n in np.flatnonzero(variances < -1e-10)):
            found.append(Text(
                f"The variance of '{name}' is negative{en}: an improper solution (Heywood case). Check this item or factor.",
                f"Varians '{name}' bernilai negatif{ind}: solusi tidak layak (kasus Heywood). Periksa butir atau faktor ini.",
            ))  # fmt: skip
        block = moments.C[layout.p :, layout.p :]
        if len(block) > 1 and _indefinite(block):
            found.append(Text(
                f"The covariance matrix of the latent variables is not positive definite{en}: {_closest(block, spec.latent)}.",
                f"Matriks kovarians variabel laten tidak definit positif{ind}: {_closest(block, spec.latent)}.",
            ))  # fmt: skip
        theta = moments.S[: layout.p, : layout.p]
        if _related_residuals(spec) and (variances[: layout.p] >= 0).all() and _indefinite(theta):
            found.append(Text(
                f"The covariance matrix of the residuals is not positive definite{en}.",
                f"Matriks kovarians residual tidak definit positif{ind}.",
            ))  # fmt: skip
    return tuple(found)


def admissible_draws(layout: Layout, theta: Array) -> NDArray[np.bool_]:
    """Return for a batch of parameters (b, k) of one group whether they are free of what `inadmissible` finds in one."""
    factors, S = _draw_matrices(layout, theta)
    blocks = [factors]
    proper = (np.diagonal(S, axis1=1, axis2=2) >= -1e-10).all(axis=1) & np.isfinite(theta).all(axis=1)
    good: NDArray[np.bool_] = np.asarray(proper)
    residual = S[:, : layout.p, : layout.p]
    if np.triu(residual.any(axis=0), 1).any():
        blocks.append(residual)
    for block in blocks:
        if block.shape[1] > 1 and good.any():
            size = np.maximum(1.0, np.abs(block[good]).max(axis=(1, 2)))
            good[good] = np.linalg.eigvalsh(block[good])[:, 0] >= -1e-8 * size
    return good


def _draw_matrices(layout: Layout, theta: Array) -> tuple[Array, Array]:
    """Covariances of the latent variables (b, f, f), and what of all variables is not explained (b, v, v)."""
    if layout.responses is not None:  # residual variances of latent responses follow from the other matrices
        at = imply(layout, theta)
        return at.C[:, layout.p :, layout.p :], at.S
    condensed, v = condense(layout), layout.v
    latent = condensed.senders >= layout.p
    S = fill(layout, theta)[:, v * v : 2 * v * v].reshape(-1, v, v)
    return imply_condensed(condensed, theta).C[:, latent][:, :, latent], S


def _indefinite(matrix: Array) -> bool:
    """True where the smallest eigenvalue is below zero by more than rounding."""
    if exceeds(matrix, 0.0):
        return False
    smallest = float(np.linalg.eigvalsh(matrix)[0])
    return smallest < 0.0 and smallest < -1e-8 * max(1.0, float(np.abs(matrix).max()))


@lru_cache(maxsize=64)
def _related_residuals(spec: ModelSpec) -> bool:
    """True where some observed variables have a covariance of their own: else their residuals are as good as their variances."""
    return any(r.op == "~~" and r.lhs != r.rhs and {r.lhs, r.rhs} <= set(spec.observed) for r in spec.rows)


def collinear(spec: ModelSpec, implied: tuple[Implied, ...]) -> tuple[Text, ...]:
    """Warn where the latent variables are so nearly the same that path coefficients among them mean nothing."""
    found = []
    for label, moments in zip(spec.groups, implied, strict=True):
        names, latent = _first_order(spec)
        block = moments.C[latent[:, None], latent]
        if len(latent) < 2 or not (block.diagonal() > 0).all():
            continue
        sd = np.sqrt(block.diagonal())
        correlations = block / (sd[:, None] * sd)
        if exceeds(correlations, load_criterion("latent_collinearity").weakest):
            continue
        smallest = float(np.linalg.eigvalsh(correlations)[0])
        if smallest > 0 and not load_criterion("latent_collinearity").met(smallest):
            vector = np.linalg.eigh(correlations)[1][:, 0]
            where = f" ({label})" if label else ""
            involved = ", ".join(n for n, w in zip(names, vector, strict=True) if abs(w) > _TAKES_PART)
            found.append(Text(
                f"The latent variables {involved} are nearly collinear{where}: smallest eigenvalue of the latent correlations "
                f"{smallest:.4f}; {_closest(block, names)}. Path coefficients among them are not to be read: leave one out or merge.",
                f"Variabel laten {involved} hampir kolinear{where}: nilai eigen terkecil korelasi laten {smallest:.4f}; "
                f"{_closest(block, names)}. Koefisien jalur di antaranya tidak dapat ditafsirkan: keluarkan salah satu atau gabungkan.",
            ))  # fmt: skip
    return tuple(found)


@lru_cache(maxsize=64)
def _first_order(spec: ModelSpec) -> tuple[tuple[str, ...], NDArray[np.intp]]:
    """Factors that have no factors for indicators, and their places: second-order ones stand close to their dimensions by
    construction, and are not counted as collinear."""
    second = {r.lhs for r in spec.rows if r.op == "=~" and r.rhs in spec.latent}
    names = tuple(f for f in spec.latent if f not in second)
    variables = spec.observed + spec.latent
    return names, np.array([variables.index(f) for f in names], dtype=np.intp)


def _closest(block: Array, names: tuple[str, ...]) -> str:
    """Name the pair with the largest correlation."""
    with np.errstate(invalid="ignore", divide="ignore"):
        sd = np.sqrt(np.abs(np.diag(block)))
        r = np.abs(np.nan_to_num(block / np.outer(sd, sd)))
    np.fill_diagonal(r, 0.0)
    i, j = divmod(int(r.argmax()), len(names))
    return f"r({names[i]}, {names[j]}) = {r[i, j]:.3f}"
