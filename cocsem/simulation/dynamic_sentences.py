"""What dynamic cutoffs say in words: what was simulated, and how close the fit is at every level."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cocsem.assessment.types import Verdict
from cocsem.assessment.wording import fill, listing
from cocsem.criteria import load_criterion
from cocsem.language import Text, proportion
from cocsem.simulation.misspecifications import Change

TITLE = Text("Dynamic cutoffs of the fit indices", "Batas dinamis indeks kecocokan")
CUTOFFS = Text("The fit against its cutoffs", "Kecocokan dibandingkan dengan batasnya")
CHANGES = Text("What each level leaves out", "Yang dihilangkan tiap tingkat")
POPULATIONS = Text("Simulated populations", "Populasi simulasi")
DISTRIBUTIONS = Text("Indices in the samples", "Indeks dalam sampel")
NAMES = {"srmr": "SRMR", "rmsea": "RMSEA", "cfi": "CFI"}

_RULES = Text(
    "Cutoff: value that finds the misspecified population in {strict}% of its samples and rejects the correct one in at most {strict_error}% "
    "({weak}% and {weak_error}% where that is not possible; none where neither is). SE: its Monte Carlo standard error. Found: share of the samples "
    "from the misspecified population that lie beyond {strict}% of those from the correct one.",
    "Batas: nilai yang menemukan populasi salah spesifikasi pada {strict}% sampelnya dan menolak populasi yang benar pada paling banyak "
    "{strict_error}% ({weak}% dan {weak_error}% bila itu tidak mungkin; tidak ada bila keduanya tidak mungkin). SE: galat baku Monte Carlo batas itu. "
    "Ditemukan: proporsi sampel dari populasi salah spesifikasi yang melampaui {strict}% sampel dari populasi yang benar.",
)
_BELONGS = Text(
    "The cutoffs belong to this model, its loadings and this number of respondents; they are no measure of the quality of a scale, and a level of "
    "another model is another misspecification (McNeish & Wolf, 2023).",
    "Batas ini berlaku bagi model ini, muatannya, dan banyaknya responden ini; batas ini bukan ukuran mutu skala, dan tingkat pada model lain "
    "adalah kesalahan spesifikasi lain (McNeish & Wolf, 2023).",
)
CHANGES_NOTE = Text(
    "What the population of a level holds and the model leaves out, standardized, beside what the levels before it hold.",
    "Yang dimuat populasi suatu tingkat dan tidak dimuat model, terstandar, di samping yang dimuat tingkat sebelumnya.",
)
POPULATION_NOTE = Text(
    "Level 0 is the fitted model itself. Samples without a solution are left out, not replaced; those with a negative variance or an impossible "
    "covariance are kept. Where many are of this kind, such a misspecification shows in the estimates before it shows in an index.",
    "Tingkat 0 adalah model hasil estimasi itu sendiri. Sampel tanpa solusi dikeluarkan, tidak diganti; sampel dengan varians negatif atau kovarians "
    "mustahil tetap dipakai. Bila sampel seperti itu banyak, kesalahan spesifikasi ini tampak pada estimasi sebelum tampak pada indeks.",
)
ROBUST_NOTE = Text(
    "The fit's own CFI and RMSEA are the robust ones, which estimate what they would be if the answers were normal.",
    "CFI dan RMSEA milik model ini adalah yang robust, yang menaksir nilainya seandainya jawaban berdistribusi normal.",
)
NONE = Text("none", "tidak ada")
NO_CUTOFF = Text(
    "no cutoff tells the misspecified model from a correct one",
    "tidak ada batas yang membedakan model salah spesifikasi dari model yang benar",
)
MIXED_SIGNS = Text(
    "Some loadings are negative. The published procedure adds positive values whatever the signs, so its cutoffs change when an item is reversed: "
    "score reversed items before the fit.",
    "Sebagian muatan negatif. Prosedur yang dipublikasikan menambahkan nilai positif apa pun tandanya, sehingga batasnya berubah bila butir dibalik: "
    "beri skor butir terbalik sebelum estimasi.",
)
_SIMULATED = Text(
    "The model was fitted to {draws} samples of {n} normal answers from each of {count} populations: one in which it holds with the estimates of this "
    "fit, and {levels} that hold something it leaves out (seed {seed}).",
    "Model diestimasi pada {draws} sampel berisi {n} jawaban normal dari masing-masing {count} populasi: satu populasi tempat model berlaku dengan "
    "hasil estimasi ini, dan {levels} populasi yang memuat sesuatu yang tidak dimuat model (seed {seed}).",
)
_FAILED = Text(
    "{failed} of {asked} samples gave no solution and were left out; the distributions are those of the others.",
    "{failed} dari {asked} sampel tidak memberi solusi dan dikeluarkan; distribusinya adalah distribusi sampel lainnya.",
)
_CLOSER = Text(
    "Level {level}: the fit is closer than that of a model that leaves out {what} ({closer}).",
    "Tingkat {level}: kecocokan lebih dekat daripada kecocokan model yang menghilangkan {what} ({closer}).",
)
_NOT_CLOSER = Text(
    "Level {level}: the fit is no closer than that of a model that leaves out {what} ({other}).",
    "Tingkat {level}: kecocokan tidak lebih dekat daripada kecocokan model yang menghilangkan {what} ({other}).",
)
_DISAGREE = Text(
    "Level {level}: the indices disagree. The fit is closer than that of a model that leaves out {what} by {closer}, and no closer by {other}.",
    "Tingkat {level}: indeks tidak sejalan. Kecocokan lebih dekat daripada kecocokan model yang menghilangkan {what} menurut {closer}, dan tidak "
    "lebih dekat menurut {other}.",
)
_BLIND = Text(
    "Level {level}: no cutoff of {blind} tells a model that leaves out {what} from a correct one with {n} respondents; fixed cutoffs cannot do it "
    "either. See the exact test and the residuals.",
    "Tingkat {level}: tidak ada batas {blind} yang membedakan model yang menghilangkan {what} dari model yang benar dengan {n} responden; batas tetap "
    "pun tidak dapat. Lihat uji eksak dan residual.",
)
_OUTSIDE = Text(
    "The cutoffs are printed without a verdict: {reason}.",
    "Batas dicetak tanpa simpulan: {reason}.",
)
_WHAT = {
    ("=~", True): Text("one cross-loading of {sizes}", "satu muatan silang sebesar {sizes}"),
    ("=~", False): Text("{count} cross-loadings of {sizes}", "{count} muatan silang sebesar {sizes}"),
    ("~~", True): Text("one residual correlation of {sizes}", "satu korelasi residual sebesar {sizes}"),
    ("~~", False): Text("{count} residual correlations of {sizes}", "{count} korelasi residual sebesar {sizes}"),
}
_BETWEEN = Text("{least} to {most}", "{least} sampai {most}")


def simulated(draws: int, n: int, levels: int, seed: int | None) -> Text:
    """Say what was drawn and fitted."""
    return fill(_SIMULATED, {"draws": draws, "n": n, "count": levels + 1, "levels": levels, "seed": seed})


def cutoff_notes() -> tuple[Text, ...]:
    """Say by which rules a cutoff is found, and what it holds for."""
    weak, strict = (round(100 * point.value) for point in load_criterion("dynamic_separation").cutpoints)
    shares = {"strict": strict, "strict_error": 100 - strict, "weak": weak, "weak_error": 100 - weak}
    return fill(_RULES, shares), _BELONGS


def failed(without: int, asked: int) -> Text:
    """Say how many samples gave no solution."""
    return fill(_FAILED, {"failed": without, "asked": asked})


def left_out(changes: Sequence[Change]) -> Text:
    """Name what a level leaves out.

    >>> left_out([Change("F", "=~", "x1", 0.424)])
    Text(en='one cross-loading of .42', id='satu muatan silang sebesar 0,42')
    """
    sizes = sorted({round(change.size, 2) for change in changes})
    least, most = proportion(sizes[0], 2), proportion(sizes[-1], 2)
    shown = (
        fill(_BETWEEN, {"least": least, "most": most}) if len(sizes) > 2 else listing([proportion(s, 2) for s in sizes])
    )
    return fill(_WHAT[changes[0].op, len(changes) == 1], {"count": len(changes), "sizes": shown})


def level_sentences(level: int, changes: Sequence[Change], verdicts: Mapping[str, Verdict], n: int) -> tuple[Text, ...]:
    """Say for one level whether the fit is closer than the misspecified model, by which indices, and which cannot tell."""
    groups: dict[str, list[str]] = {"closer": [], "other": [], "blind": []}
    for index, verdict in verdicts.items():
        if verdict.label is not None:
            groups["closer" if verdict.value > 0 else "other"].append(NAMES[index])
        elif verdict.reason == NO_CUTOFF:
            groups["blind"].append(NAMES[index])
    values = {name: listing(words) for name, words in groups.items()} | {
        "what": left_out(changes),
        "level": level,
        "n": n,
    }
    said = []
    if groups["closer"] or groups["other"]:
        said.append(_DISAGREE if groups["closer"] and groups["other"] else _CLOSER if groups["closer"] else _NOT_CLOSER)
    if groups["blind"]:
        said.append(_BLIND)
    return tuple(fill(sentence, values) for sentence in said)


def outside(verdicts: Sequence[Verdict]) -> tuple[Text, ...]:
    """Say why no verdict is given, where the conditions of the criterion do not hold."""
    reasons = dict.fromkeys(v.reason for v in verdicts if v.label is None and v.reason not in (None, NO_CUTOFF))
    return tuple(fill(_OUTSIDE, {"reason": reason}) for reason in reasons)
