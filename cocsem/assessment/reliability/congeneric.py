"""Reliability from a fitted measurement model: composite reliability, omega, AVE in both definitions, and H.

With standardized loadings l and residual covariances t of the standardized items, unstandardized loadings
b, construct variance v, implied covariances Sigma and observed covariances S, all over the items of one construct.
Blocks may carry leading batch axes; the result has those axes, none for a single block.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cocsem.assessment.measurement import Block, root
from cocsem.assessment.reliability.coefficients import alpha_of
from cocsem.assessment.reliability.summed_answers import AnswerSums, answer_sums, summed_reliability

Array = NDArray[np.float64]


def composite_reliability(block: Block) -> Array:
    """Return (sum l)^2 / ((sum l)^2 + sum t), the textbook formula; residual covariances count into sum t.

    References: fornell1981
    """
    common = block.standardized.sum(axis=-1) ** 2
    return share(common, common + block.standardized_residual.sum(axis=(-2, -1)))


def omega(block: Block) -> Array:
    """Return (sum b)^2 v / 1'Sigma 1, the share of the variance of the sum score that the construct explains.

    Of ordered items the sum of the answers as given, not of the latent responses.

    References: joreskog1971, mcdonald1999, green2009
    """
    if block.thresholds is not None:
        return _summed(block, block.implied, np.ones(()))
    return share(block.loadings.sum(axis=-1) ** 2 * block.variance, block.implied.sum(axis=(-2, -1)))


def omega_observed(block: Block) -> Array:
    """Return (sum b)^2 v / 1'S 1: the denominator is the variance the sum score really had.

    References: mcdonald1999, jorgensen2022
    """
    if block.thresholds is not None:
        return _summed(block, block.observed, np.ones(()))
    return share(block.loadings.sum(axis=-1) ** 2 * block.variance, block.observed.sum(axis=(-2, -1)))


def omega_explained(block: Block) -> Array:
    """Return (sum b)^2 v_x / 1'S 1, where v_x is the part of the construct's variance that the model explains.

    What semTools from 0.5-8 on reports for a model with paths; about omega times R2 for an endogenous construct.

    References: jorgensen2022
    """
    if block.thresholds is not None:
        return _summed(block, block.observed, share(block.explained, block.variance))
    return share(block.loadings.sum(axis=-1) ** 2 * block.explained, block.observed.sum(axis=(-2, -1)))


def omega_total(block: Block) -> Array:
    """Return (1'Sigma 1 - 1'Theta 1) / 1'Sigma 1: what all factors together explain of the sum of these items.

    Equal to `omega` where each item measures one construct; larger where items load on further factors (bifactor),
    and `omega` is then the hierarchical coefficient of the construct.

    References: mcdonald1999, zinbarg2005
    """
    if block.thresholds is not None:
        return _ratio(block, _standard(block.implied) - block.standardized_residual, block.implied)
    whole = block.implied.sum(axis=(-2, -1))
    return share(whole - block.residual.sum(axis=(-2, -1)), whole)


def average_variance_extracted(block: Block) -> Array:
    """Return the mean of the squared standardized loadings, AVE as Fornell and Larcker tabulate it.

    References: fornell1981
    """
    return np.asarray(np.mean(block.standardized**2, axis=-1))


def weighted_variance_extracted(block: Block) -> Array:
    """Return sum of b^2 v over the sum of the observed item variances, AVE as semTools defines it.

    Items with more variance weigh more.

    References: jorgensen2022
    """
    return share(np.sum(block.loadings**2, axis=-1) * block.variance, np.trace(block.observed))


def coefficient_h(block: Block) -> Array:
    """Return 1 / (1 + 1 / sum(l^2 / (1 - l^2))), the reliability of the best weighted sum.

    NaN with a loading of 1 or more.

    References: hancock2001
    """
    squared = block.standardized**2
    proper = np.all(squared < 1.0, axis=-1)
    squared = np.where(proper[..., None], squared, 0.0)
    information = np.sum(squared / (1.0 - squared), axis=-1)
    return np.where(proper, share(information, 1.0 + information), np.nan)


def ordinal_alpha(block: Block) -> Array:
    """Return alpha of the polychoric correlations: of the sum of the standardized latent responses, not of the answers.

    References: zumbo2007
    """
    return np.asarray(alpha_of(_standard(block.observed)))


def _summed(block: Block, total: Array, part: Array) -> Array:
    """Reliability of the sum of ordered answers, where the construct counts with a `part` (...) of its variance."""
    common = block.standardized[..., :, None] * block.standardized[..., None, :]
    return _ratio(block, part[..., None, None] * common, total)


def omega_sums(block: Block) -> AnswerSums | None:
    """Return what `omega` of ordered items is made of; None where the items have no thresholds that hold for everybody.

    References: green2009
    """
    cuts = block.thresholds or ()
    if not cuts or not all(c.shape[-1] for c in cuts):
        return None
    common = block.standardized[..., :, None] * block.standardized[..., None, :]
    return answer_sums(common, _standard(block.implied), cuts)


def _ratio(block: Block, explained: Array, total: Array) -> Array:
    cuts = block.thresholds or ()
    if not all(c.shape[-1] for c in cuts):
        return np.full(explained.shape[:-2], np.nan)
    return summed_reliability(explained, _standard(total), cuts)


def _standard(cov: Array) -> Array:
    spread = root(np.diagonal(cov, axis1=-2, axis2=-1))
    return np.asarray(cov / (spread[..., :, None] * spread[..., None, :]))


def share(part: Array, whole: Array | float) -> Array:
    """Return part / whole; NaN where the whole is not positive."""
    positive = np.asarray(whole) > 0
    return np.where(positive, part / np.where(positive, whole, 1.0), np.nan)
