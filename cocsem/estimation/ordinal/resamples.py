"""Resamples of ordered answers: the moments of the latent responses of each draw, found anew, and the draws that have none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cocsem.errors import EstimationError
from cocsem.estimation.constraints import is_restricted
from cocsem.estimation.discrepancy.ordinal import RESPONSE_WEIGHTS, Target
from cocsem.estimation.ordinal.answers import observed_moments
from cocsem.language import Text
from cocsem.model.types import ModelSpec
from cocsem.moments.ordinal.resamples import draw_moments, lost_categories
from cocsem.moments.ordinal.sample import sample_again

Array = NDArray[np.float64]
_NAMED = 6  # items named, those first that lose categories most often
_LOST = Text(
    "Of the draws left out, {count} hold no answer in a category that the sample has, so that they have fewer thresholds ({items}). "
    "Errors and intervals rest on the draws in which every category occurs; categories that few chose can be merged with their neighbours.",
    "Dari ulangan yang dikeluarkan, {count} tidak memuat jawaban pada suatu kategori yang ada dalam sampel, sehingga ambangnya "
    "lebih sedikit ({items}). Galat baku dan selang didasarkan pada ulangan yang memuat semua kategori; kategori yang jarang dipilih "
    "dapat digabung dengan kategori di sebelahnya.",
)
_MERGED = Text(
    "In {count} draws nobody chose a category that the sample has ({items}): it was merged with its neighbour there, and its threshold set "
    "where half an answer would put it. Errors and intervals of thresholds at the ends of these items say little; those of the other "
    "parameters are not affected.",
    "Pada {count} ulangan ada kategori sampel yang tidak dipilih siapa pun ({items}): kategori itu digabung dengan kategori di sebelahnya, dan "
    "ambangnya diletakkan di tempat setengah jawaban akan menempatkannya. Galat baku dan selang ambang di ujung butir ini tidak banyak "
    "berarti; parameter lain tidak terpengaruh.",
)
_UNDETERMINED = Text(
    "Of the draws left out, {count} do not determine the correlations of the latent responses, or their weights.",
    "Dari ulangan yang dikeluarkan, {count} tidak menentukan korelasi respons laten, atau bobotnya.",
)


@dataclass(frozen=True, slots=True)
class Losses:
    """What draws lack. lost : (b, p) which of the variables `names` (p) lack a category in a draw; merged : whether such draws count
    with their categories merged, or have no moments; undetermined : (b,) other draws that do not determine a correlation or a weight."""

    names: tuple[str, ...]
    lost: NDArray[np.bool_]
    merged: bool
    undetermined: NDArray[np.bool_]

    @property
    def emptied(self) -> int:
        """Number of draws that lack a category."""
        return int(self.lost.any(axis=1).sum())

    @property
    def items(self) -> str:
        """The items that lack a category, each with the number of draws."""
        times = self.lost.sum(axis=0)
        order = [int(j) for j in np.argsort(-times, kind="stable") if times[j]]
        return ", ".join([f"{self.names[j]}: {times[j]}" for j in order[:_NAMED]] + ["..."] * (len(order) > _NAMED))

    def told(self) -> tuple[Text, ...]:
        """A sentence for each kind of loss, with the number of draws and the items."""
        lost = (
            (_MERGED if self.merged else _LOST).format(count=self.emptied, items=self.items) if self.emptied else None
        )
        count = int(self.undetermined.sum())
        return tuple(text for text in (lost, _UNDETERMINED.format(count=count) if count else None) if text is not None)


def over_groups(losses: Sequence[Losses]) -> Losses:
    """The losses of draws whose groups lost something each."""
    lost = np.any([one.lost for one in losses], axis=0)
    undetermined = np.any([one.undetermined for one in losses], axis=0)
    merged = losses[0].merged
    return Losses(losses[0].names, lost, merged, undetermined & (merged | ~lost.any(axis=1)))


def over_draws(losses: Sequence[Losses]) -> Losses:
    """The losses of several batches of draws, one after the other."""
    lost = np.concatenate([one.lost for one in losses])
    return Losses(losses[0].names, lost, losses[0].merged, np.concatenate([one.undetermined for one in losses]))


@dataclass(frozen=True, slots=True)
class Redrawn:
    """A batch of resamples of one group: what they are fitted to, not a number where a draw has no moments; covariances (b, p, p)
    and means (b, p) of all observed variables, those of the sample where a draw has none; and which draws these are."""

    target: Target
    cov: Array
    mean: Array
    losses: Losses


def redraw(spec: ModelSpec, kind: str, whole: Target, counts: Array) -> Redrawn:
    """Find the moments of every resample of a group anew: thresholds, correlations of latent responses, and weights.

    A draw in which a category that the sample has is empty has fewer thresholds than the model. Where every threshold is a parameter
    by itself and W is diagonal, it reproduces what it is given and concerns no other parameter: the draw counts, with the category
    merged. Else the draw has no moments.

    Parameters
    ----------
    kind : of least squares (wls, dwls, uls). whole : the target of the whole group. counts : (b, n) how often each row was drawn.
    """
    stats, weighting = whole.sample, RESPONSE_WEIGHTS[kind]
    source = sample_again(stats)
    lost, undetermined = lost_categories(source, counts), np.zeros(len(counts), dtype=bool)
    merged = weighting.needs != "gamma" and _free_thresholds(spec)
    usable = np.ones(len(counts), dtype=bool) if merged else ~lost.any(axis=1)
    vector, weight = (np.full((len(counts), *part.shape), np.nan) for part in (whole.vector, whole.weight))
    own = observed_moments(spec, stats.latent, stats.x_mean, stats.x_cov)
    cov, mean = (np.tile(part, (len(counts), *np.ones(part.ndim, dtype=int))) for part in own)
    for n in np.flatnonzero(usable):
        rows = np.repeat(np.arange(counts.shape[1]), counts[n].astype(np.intp))
        try:
            with np.errstate(all="ignore"):
                found = draw_moments(source, rows, stats.latent, weighting.needs)
                weight[n] = weighting.make(stats, found.variation)
        except (EstimationError, np.linalg.LinAlgError):  # counted, as every draw that cannot be fitted
            undetermined[n] = True
            continue
        vector[n] = found.vector
        cov[n], mean[n] = observed_moments(spec, found.latent, found.x_mean, found.x_cov)
    undetermined |= usable & ~np.isfinite(vector).all(axis=1)
    return Redrawn(Target(stats, vector, weight), cov, mean, Losses(source.names, lost, merged, undetermined))


def _free_thresholds(spec: ModelSpec) -> bool:
    """True where every threshold is a free parameter of its own."""
    times = Counter(row.free for row in spec.rows)
    return not is_restricted(spec) and all(row.free and times[row.free] == 1 for row in spec.rows if row.op == "|")
