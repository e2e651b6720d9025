"""Discriminant validity: are two constructs different? Fornell-Larcker, HTMT and HTMT2 side by side for every pair."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from cocsem.assessment.judge import is_met, judge
from cocsem.assessment.measurement import Block
from cocsem.assessment.reliability.congeneric import average_variance_extracted
from cocsem.assessment.types import Table, Verdict
from cocsem.assessment.wording import fill
from cocsem.estimation.types import GroupMatrices
from cocsem.language import Text

_PAIRS = Text("Discriminant validity of the pairs", "Validitas diskriminan per pasangan")
_MATRIX = Text("Fornell-Larcker criterion", "Kriteria Fornell-Larcker")
_RATIOS = {
    "htmt": Text("Heterotrait-monotrait ratios (HTMT)", "Rasio heterotrait-monotrait (HTMT)"),
    "htmt2": Text("Heterotrait-monotrait ratios (HTMT2)", "Rasio heterotrait-monotrait (HTMT2)"),
}
_MATRIX_NOTE = Text(
    "Diagonal: square root of AVE (mean squared loading). Below it: correlations of the constructs.",
    "Diagonal: akar AVE (rerata kuadrat muatan). Di bawahnya: korelasi antarkonstruk.",
)
_RATIO_NOTES = {
    "htmt": Text("Arithmetic means of the absolute item correlations.", "Rerata aritmetik korelasi butir absolut."),
    "htmt2": Text(
        "Geometric means of the absolute item correlations; for items with unequal loadings.",
        "Rerata geometrik korelasi butir absolut; untuk butir dengan muatan tidak sama.",
    ),
}
_PAIR_NOTE = Text(
    "fornell_larcker is the smaller square root of the two AVEs minus the absolute correlation of the constructs.",
    "fornell_larcker adalah akar AVE yang lebih kecil dikurangi korelasi absolut kedua konstruk.",
)
_BOTH = Text("distinct", "berbeda")
_NEITHER = Text("not distinct", "tidak berbeda")
_MIXED = Text("criteria disagree", "kriteria berselisih")
_NONE = Text("no verdict", "tanpa simpulan")
_DISAGREE = Text(
    "{one} and {other}: Fornell-Larcker says {fl}, HTMT ({htmt}) says {ratio}. "
    "Fornell-Larcker falls with weak loadings, "
    "HTMT does not; weigh how close the two definitions are.",
    "{one} dan {other}: Fornell-Larcker menyatakan {fl}, HTMT ({htmt}) menyatakan {ratio}. "
    "Fornell-Larcker turun bila muatan lemah, "
    "HTMT tidak; pertimbangkan seberapa dekat kedua definisi.",
)
_OVERLAP = Text(
    "{one} and {other} are not distinct by either criterion "
    "(correlation {r}, HTMT {htmt}): consider merging them or revising items.",
    "{one} dan {other} tidak berbeda menurut kedua kriteria "
    "(korelasi {r}, HTMT {htmt}): pertimbangkan menggabungkannya atau merevisi butir.",
)
_ALL_DISTINCT = Text(
    "All {count} pairs of constructs are distinct by both criteria.",
    "Semua {count} pasangan konstruk berbeda menurut kedua kriteria.",
)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two constructs of one group and what says whether they differ."""

    one: str
    other: str
    group: str
    correlation: float
    htmt2: float
    fornell_larcker: Verdict
    htmt: Verdict

    @property
    def conclusion(self) -> Text:
        """What the two criteria say together."""
        answers = {is_met(self.fornell_larcker), is_met(self.htmt)}
        if None in answers:
            return _NONE
        return _MIXED if len(answers) > 1 else _BOTH if answers == {True} else _NEITHER

    @property
    def sentence(self) -> Text | None:
        """A sentence where the criteria disagree or both object."""
        values: dict[str, object] = {
            "one": self.one,
            "other": self.other,
            "r": self.correlation,
            "htmt": self.htmt.value,
        }
        if self.conclusion is _NEITHER:
            return fill(_OVERLAP, values)
        if self.conclusion is _MIXED:
            return fill(_DISAGREE, values | {"fl": self.fornell_larcker.label, "ratio": self.htmt.label})
        return None


def pairs(
    found: Mapping[str, Block], matrices: GroupMatrices, ratios: pd.DataFrame, ratios2: pd.DataFrame
) -> Iterator[Pair]:
    """Yield every pair of constructs of one group with its verdicts."""
    correlations = construct_correlations(matrices)
    for one, other in combinations(found, 2):
        root = min(_root_ave(found[one]), _root_ave(found[other]))
        correlation = _entry(correlations, one, other)
        name = f"{one} ~~ {other}"
        yield Pair(
            one,
            other,
            found[one].group,
            correlation,
            _entry(ratios2, one, other),
            judge(root - abs(correlation), "fornell_larcker", name),
            judge(_entry(ratios, one, other), "htmt", name),
        )


def construct_correlations(matrices: GroupMatrices) -> pd.DataFrame:
    """Return the model-implied correlations of the latent variables; NaN where a variance is not positive."""
    variance = np.diag(matrices.latent_cov)
    spread = np.sqrt(np.where(variance > 0, variance, np.nan))
    return pd.DataFrame(matrices.latent_cov / np.outer(spread, spread), index=matrices.latent, columns=matrices.latent)


def pair_table(found: list[Pair]) -> Table:
    """Return one row per pair of constructs."""
    rows = [
        {
            "construct_1": pair.one,
            "construct_2": pair.other,
            "group": pair.group,
            "correlation": pair.correlation,
            "fornell_larcker": pair.fornell_larcker.value,
            "fornell_larcker_verdict": pair.fornell_larcker.label,
            "htmt": pair.htmt.value,
            "htmt2": pair.htmt2,
            "htmt_verdict": pair.htmt.label,
            "discriminant_validity": pair.conclusion,
        }
        for pair in found
    ]
    return Table("discriminant", _PAIRS, pd.DataFrame(rows), (_PAIR_NOTE,))


def fornell_larcker_table(found: Mapping[str, Block], matrices: GroupMatrices) -> Table:
    """Return the square roots of AVE on the diagonal and the correlations of the constructs below it."""
    codes = list(found)
    lower = construct_correlations(matrices).loc[codes, codes].to_numpy().copy()
    lower[np.triu_indices(len(codes), 1)] = np.nan
    np.fill_diagonal(lower, [_root_ave(found[code]) for code in codes])
    return Table("fornell_larcker", _MATRIX, _square(lower, codes), (_MATRIX_NOTE,))


def ratio_table(key: str, ratios: pd.DataFrame) -> Table:
    """Return the ratios (`htmt` or `htmt2`) as a symmetric table."""
    codes = [str(code) for code in ratios.index]
    return Table(f"{key}_matrix", _RATIOS[key], _square(ratios.to_numpy(), codes), (_RATIO_NOTES[key],))


def sentences(found: list[Pair]) -> tuple[Text, ...]:
    """Return what the pair table says in words."""
    trouble = tuple(sentence for pair in found if (sentence := pair.sentence))
    if trouble or not found or any(pair.conclusion is not _BOTH for pair in found):
        return trouble
    return (_ALL_DISTINCT.format(count=len(found)),)


def _entry(table: pd.DataFrame, row: str, column: str) -> float:
    return float(table.loc[[row], [column]].to_numpy()[0, 0])


def _root_ave(block: Block) -> float:
    """The square root of AVE; a single item has no AVE of its own."""
    return float(np.sqrt(average_variance_extracted(block))) if len(block.items) > 1 else float("nan")


def _square(values: np.ndarray, codes: list[str]) -> pd.DataFrame:
    frame = pd.DataFrame(values, columns=codes)
    frame.insert(0, "construct", codes)
    return frame
