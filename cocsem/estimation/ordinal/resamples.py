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
from cocsem.moments.ordinal.resamples import draw_moments, held_categories
from cocsem.moments.ordinal.sample import sample_again

Array = NDArray[np.float64]
_NAMED = 6  # items named, those first that lose categories most often
_MERGED = Text(
    "Draws in which nobody chose a category that the sample has: {count} ({items}). The category was merged with its neighbour there, and its "
    "threshold set where half an answer would put it. Errors and intervals of thresholds at the ends of these items say little; those of "
    "the other parameters are not affected.",
    "Ulangan yang tidak memuat jawaban pada suatu kategori yang ada dalam sampel: {count} ({items}). Kategori itu digabung dengan kategori di "
    "sebelahnya, dan ambangnya ditetapkan pada posisi seandainya ada setengah jawaban di kategori itu. Galat baku dan selang ambang di "
    "ujung butir ini tidak banyak berarti; parameter lain tidak terpengaruh.",
)
_ALONE = Text(
    "Draws left out because all answers to an item are the same: {count} ({items}). Errors and intervals rest on the others; merge categories "
    "that few chose, or leave these items out.",
    "Ulangan yang dikeluarkan karena semua jawaban pada suatu butir sama: {count} ({items}). Galat baku dan selang didasarkan pada ulangan "
    "lainnya; gabungkan kategori yang jarang dipilih, atau keluarkan butir ini.",
)
_LOST = Text(
    "Draws left out because they hold no answer in a category that the sample has, so that they have fewer thresholds: {count} ({items}). "
    "Errors and intervals rest on the draws in which every category occurs; categories that few chose can be merged with their neighbours.",
    "Ulangan yang dikeluarkan karena tidak memuat jawaban pada suatu kategori yang ada dalam sampel, sehingga ambangnya lebih sedikit: "
    "{count} ({items}). Galat baku dan selang didasarkan pada ulangan yang memuat semua kategori; kategori yang jarang dipilih dapat "
    "digabung dengan kategori di sebelahnya.",
)
_UNDETERMINED = Text(
    "Draws left out because they do not determine the correlations of the latent responses, or their weights: {count}.",
    "Ulangan yang dikeluarkan karena tidak menentukan korelasi respons laten, atau bobotnya: {count}.",
)


@dataclass(frozen=True, slots=True)
class Losses:
    """What draws lack.

    names : the p variables. lost : (b, p) which of them lack a category that the sample has. fatal : (b, p) where this leaves the draw without
    moments: where all answers are the same, or where categories cannot be merged. mergeable : whether they can.
    undetermined : (b,) other draws that do not determine a correlation or a weight.
    """

    names: tuple[str, ...]
    lost: NDArray[np.bool_]
    fatal: NDArray[np.bool_]
    mergeable: bool
    undetermined: NDArray[np.bool_]

    @property
    def merged(self) -> NDArray[np.bool_]:
        """(b, p) categories that were merged in draws that count."""
        return self.lost & ~np.asarray(self.fatal.any(axis=1))[:, None]

    @property
    def emptied(self) -> int:
        """Number of draws that have no moments because of their categories."""
        return int(self.fatal.any(axis=1).sum())

    @property
    def items(self) -> str:
        """The items because of which draws have no moments, each with the number of draws."""
        return self._listed(self.fatal)

    def _listed(self, which: NDArray[np.bool_]) -> str:
        times = which.sum(axis=0)
        order = [int(j) for j in np.argsort(-times, kind="stable") if times[j]]
        return ", ".join([f"{self.names[j]}: {times[j]}" for j in order[:_NAMED]] + ["..."] * (len(order) > _NAMED))

    def told(self) -> tuple[Text, ...]:
        """A sentence for each kind of loss, with the number of draws and the items."""
        kinds = ((_MERGED, self.merged), (_ALONE if self.mergeable else _LOST, self.fatal))
        told = [
            text.format(count=int(which.any(axis=1).sum()), items=self._listed(which))
            for text, which in kinds
            if which.any()
        ]
        count = int(self.undetermined.sum())
        return (*told, *([_UNDETERMINED.format(count=count)] if count else []))


def over_groups(losses: Sequence[Losses]) -> Losses:
    """The losses of draws whose groups lost something each."""
    first, fatal = losses[0], np.any([one.fatal for one in losses], axis=0)
    lost = np.any([one.lost for one in losses], axis=0)
    undetermined = np.any([one.undetermined for one in losses], axis=0)
    return Losses(first.names, lost, fatal, first.mergeable, undetermined & ~fatal.any(axis=1))


def over_draws(losses: Sequence[Losses]) -> Losses:
    """The losses of several batches of draws, one after the other."""
    first, lost = losses[0], np.concatenate([one.lost for one in losses])
    fatal, undetermined = (np.concatenate([getattr(one, name) for one in losses]) for name in ("fatal", "undetermined"))
    return Losses(first.names, lost, fatal, first.mergeable, undetermined)


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
    held = held_categories(source, counts)
    whole_scale = np.array([len(levels) for levels in source.categories])
    lost, mergeable = held < whole_scale, weighting.needs != "gamma" and _free_thresholds(spec)
    fatal = lost & (held < 2) if mergeable else lost
    usable, undetermined = ~fatal.any(axis=1), np.zeros(len(counts), dtype=bool)
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
    return Redrawn(Target(stats, vector, weight), cov, mean, Losses(source.names, lost, fatal, mergeable, undetermined))


def _free_thresholds(spec: ModelSpec) -> bool:
    """True where every threshold is a free parameter of its own."""
    times = Counter(row.free for row in spec.rows)
    return not is_restricted(spec) and all(row.free and times[row.free] == 1 for row in spec.rows if row.op == "|")
