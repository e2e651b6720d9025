"""Discriminant validity: are two constructs different? Every criterion side by side for every pair, and one verdict."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from cocsem.assessment.judge import is_met, judge
from cocsem.assessment.measurement import Block
from cocsem.assessment.reliability.congeneric import average_variance_extracted
from cocsem.assessment.types import Table, Verdict
from cocsem.assessment.validity.correlation_ratios import RatioIntervals
from cocsem.assessment.validity.latent_correlations import CutTest
from cocsem.language import Text

_PAIRS = Text("Discriminant validity of the pairs", "Validitas diskriminan per pasangan")
_TESTS = Text("Latent correlations tested against a cutoff", "Korelasi laten diuji terhadap suatu batas")
_PAIR_NOTES = (
    Text(
        "correlation: latent, with its 95% interval (delta method). fornell_larcker: the smaller square root of the two AVEs minus the "
        "absolute latent correlation.",
        "correlation: korelasi laten dengan selang 95%-nya (metode delta). fornell_larcker: akar AVE yang lebih kecil dikurangi "
        "korelasi laten absolut.",
    ),
    Text(
        "distinct: every criterion that could be computed says so; not distinct: none does; criteria disagree: see the text.",
        "berbeda: semua kriteria yang dapat dihitung menyatakan demikian; tidak berbeda: tidak satu pun; kriteria berselisih: lihat "
        "teks.",
    ),
)
_DRAWN = Text(
    "Intervals of HTMT and HTMT2: percentiles of {draws} resamples of the rows (seed {seed}).",
    "Selang HTMT dan HTMT2: persentil dari {draws} sampel ulang baris (benih acak {seed}).",
)
_TEST_NOTE = Text(
    "The model against the same model with the correlation held at the cutoff. A small p says that the correlation is smaller than the "
    "cutoff; an estimate beyond the cutoff leaves nothing to reject. Only pairs whose interval comes near the cutoff are tested here.",
    "Model dibandingkan dengan model yang sama dengan korelasi ditahan pada batas itu. p kecil berarti korelasi lebih kecil dari batas; "
    "estimasi yang melampaui batas tidak menyisakan apa pun untuk ditolak. Hanya pasangan yang selangnya mendekati batas yang diuji.",
)
DISTINCT = Text("distinct", "berbeda")
NOT_DISTINCT = Text("not distinct", "tidak berbeda")
DISAGREE = Text("criteria disagree", "kriteria berselisih")
NO_VERDICT = Text("no verdict", "tanpa simpulan")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two constructs of one group and what says whether they differ.

    verdicts : by criterion: fornell_larcker, htmt, htmt2, htmt_interval, cicfa. correlation : latent, with its limits.
    ratio_limits : limits of HTMT and HTMT2. smaller_ave : the smaller AVE of the two.
    """

    one: str
    other: str
    group: str
    correlation: float
    limits: tuple[float, float]
    smaller_ave: float
    verdicts: Mapping[str, Verdict]
    ratio_limits: Mapping[str, tuple[float, float]]

    @property
    def answers(self) -> dict[str, bool]:
        """What each criterion that could be computed says: True for distinct."""
        met = {key: is_met(verdict) for key, verdict in self.verdicts.items()}
        return {key: answer for key, answer in met.items() if answer is not None}

    @property
    def conclusion(self) -> Text:
        """What the criteria say together; none without both the older and the newer one."""
        answers = self.answers
        if not {"fornell_larcker", "htmt"} <= set(answers):
            return NO_VERDICT
        said = set(answers.values())
        return DISAGREE if len(said) > 1 else DISTINCT if said == {True} else NOT_DISTINCT


def pairs(
    found: Mapping[str, Block],
    correlations: pd.DataFrame,
    ratios: Mapping[str, pd.DataFrame],
    drawn: RatioIntervals | None,
) -> Iterator[Pair]:
    """Yield every pair of constructs of one group with its verdicts.

    Parameters
    ----------
    found : blocks by construct. correlations : one row per pair, with limits (`correlation_intervals`).
    ratios : `htmt` and `htmt2` tables. drawn : their bootstrap intervals, or None.
    """
    for (one, other), row in zip(combinations(found, 2), correlations.to_dict("records"), strict=True):
        correlation = float(row["correlation"])
        limits = (float(row["ci_lower"]), float(row["ci_upper"]))
        ave = min(_ave(found[one]), _ave(found[other]))
        between = {key: _entry(table, one, other) for key, table in ratios.items()}
        ratio_limits = {
            key: (_entry(drawn.lower[key], one, other), _entry(drawn.upper[key], one, other))
            if drawn
            else (np.nan, np.nan)
            for key in ratios
        }
        name = f"{one} ~~ {other}"
        values = {
            "fornell_larcker": np.sqrt(ave) - abs(correlation),
            **between,
            "htmt_interval": ratio_limits["htmt"][1],
            "cicfa": max(map(abs, limits)),
        }
        verdicts = {key: judge(float(value), key, name) for key, value in values.items()}
        yield Pair(one, other, found[one].group, correlation, limits, float(ave), verdicts, ratio_limits)


def pair_table(found: Iterable[Pair], drawn: RatioIntervals | None) -> Table:
    """Return one row per pair of constructs."""
    frame = pd.DataFrame([_cells(pair) for pair in found])
    notes: tuple[Text, ...] = _PAIR_NOTES
    if drawn is None:
        frame = frame.drop(columns=[name for name in frame if str(name).startswith(("htmt_ci", "htmt2_ci"))])
    else:
        notes = (*notes, _DRAWN.format(draws=drawn.draws, seed=drawn.seed))
    return Table("discriminant", _PAIRS, frame, notes)


def _cells(pair: Pair) -> dict[str, object]:
    return {
        "construct_1": pair.one,
        "construct_2": pair.other,
        "group": pair.group,
        "correlation": pair.correlation,
        "correlation_ci_lower": pair.limits[0],
        "correlation_ci_upper": pair.limits[1],
        "correlation_verdict": pair.verdicts["cicfa"].label,
        "fornell_larcker": pair.verdicts["fornell_larcker"].value,
        "fornell_larcker_verdict": pair.verdicts["fornell_larcker"].label,
        "htmt": pair.verdicts["htmt"].value,
        "htmt_ci_lower": pair.ratio_limits["htmt"][0],
        "htmt_ci_upper": pair.ratio_limits["htmt"][1],
        "htmt2": pair.verdicts["htmt2"].value,
        "htmt2_ci_lower": pair.ratio_limits["htmt2"][0],
        "htmt2_ci_upper": pair.ratio_limits["htmt2"][1],
        "htmt_verdict": pair.verdicts["htmt"].label,
        "discriminant_validity": pair.conclusion,
    }


def cut_table(tests: Iterable[CutTest]) -> Table:
    """Return one row per pair whose correlation was tested against a cutoff."""
    rows = [
        {
            "construct_1": test.one,
            "construct_2": test.other,
            "correlation": test.correlation,
            "cut": test.cut,
            "chisq_diff": test.chisq,
            "df_diff": test.df,
            "pvalue": test.pvalue,
            "beyond": test.beyond,
        }
        for test in tests
    ]
    return Table("correlation_tests", _TESTS, pd.DataFrame(rows), (_TEST_NOTE,))


def _entry(table: pd.DataFrame, row: str, column: str) -> float:
    return float(table.loc[[row], [column]].to_numpy()[0, 0])


def _ave(block: Block) -> float:
    """AVE; a single item has none of its own."""
    return float(average_variance_extracted(block)) if len(block.items) > 1 else float("nan")
