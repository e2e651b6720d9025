"""What a reader must know about single items or pairs of ordered answers."""

from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np

from cocsem.language import Text
from cocsem.moments.ordinal.categories import list_categories
from cocsem.moments.ordinal.sample import Sample
from cocsem.moments.ordinal.tables import Tables, empty_cells
from cocsem.moments.ordinal.types import LatentMoments, pair_index

_NAMED = 6  # pairs named in full; the others are counted
_UNANSWERED = Text(
    "Nobody answered {name} with {values}, though other items have that category: {name} counts as an item of {count} categories.",
    "Tidak ada yang menjawab {name} dengan {values}, padahal butir lain memiliki kategori itu: {name} dihitung sebagai butir dengan {count} kategori.",
)
_UNUSED = Text(
    "Nobody chose {values}, which is a category of {names}: counted without it, as {count} categories.",
    "Tidak ada yang memilih {values}, yang merupakan kategori {names}: dihitung tanpa kategori itu, sebagai {count} kategori.",
)
_FILLED = Text(
    "A combination of two binary answers that nobody gave counts as one half, margins kept: {pairs}.",
    "Kombinasi dua jawaban biner yang tidak diberikan siapa pun dihitung setengah, dengan marginal tetap: {pairs}.",
)
_EMPTY = Text(
    "Combinations of answers that nobody gave (empty of all cells): {pairs}. These polychoric correlations rest on few answers in those places.",
    "Kombinasi jawaban yang tidak diberikan siapa pun (sel kosong dari semua sel): {pairs}. Korelasi polikorik ini bertumpu pada sedikit jawaban di tempat tersebut.",
)
_NEAR = Text(
    "Nearly perfect correlations of latent responses: {pairs}. The two variables say the same; their standard errors are not to be relied on.",
    "Korelasi respons laten yang hampir sempurna: {pairs}. Kedua variabel menyatakan hal yang sama; galat bakunya tidak dapat diandalkan.",
)
_INDEFINITE = Text(
    "The matrix of latent correlations is not positive definite (smallest eigenvalue {value:.3f}; it lies mostly on {names}), because each correlation "
    "is estimated alone. A model can still be fitted; more answers or fewer categories help.",
    "Matriks korelasi laten tidak definit positif (nilai eigen terkecil {value:.3f}; terutama pada {names}), karena setiap korelasi diestimasi "
    "sendiri-sendiri. Model masih dapat diestimasi; lebih banyak jawaban atau lebih sedikit kategori akan membantu.",
)
_MORE = Text(" and {count} more", " dan {count} lainnya")
_ALMOST = 0.99


def sample_warnings(sample: Sample, tables: Tables | None, latent: LatentMoments) -> tuple[Text, ...]:
    """Everything there is to say about these moments, each warning naming the items or pairs it is about."""
    found = [
        *_unanswered(sample),
        *(_empty(sample, tables) if tables is not None else ()),
        *_near(latent),
        *_indefinite(latent),
    ]
    place = f"{sample.group}: " if sample.group else ""
    return tuple(Text(place + text.en, place + text.id) for text in found)


def _unanswered(sample: Sample) -> list[Text]:
    """Items that lack some of their declared categories or, where none are declared, some of those most items have."""
    scales = Counter(levels for levels in sample.categories if levels)
    usual = max(scales, key=lambda levels: (scales[levels], len(levels)), default=())
    out, alike = [], defaultdict[tuple[str, int], list[str]](list)
    for name, levels, declared in zip(sample.names, sample.categories, sample.declared, strict=True):
        lacking = [value for value in declared or usual if value not in levels]
        if not levels or not lacking or not set(levels) < set(declared or usual):
            continue
        found = list_categories(lacking), len(levels)
        if declared:
            alike[found].append(name)
        else:
            out.append(_UNANSWERED.format(name=name, values=found[0], count=found[1]))
    unused = [_UNUSED.format(names=", ".join(n), values=values, count=count) for (values, count), n in alike.items()]
    return [*unused, *out]


def _empty(sample: Sample, tables: Tables) -> list[Text]:
    empty = empty_cells(tables)
    first, second = pair_index(len(tables.cuts))
    cells = tables.categories[first] * tables.categories[second]
    names = [name for name, levels in zip(sample.names, sample.categories, strict=True) if levels]
    out = []
    for text, chosen in ((_FILLED, (empty > 0) & (cells == 4)), (_EMPTY, (empty > 0) & (cells > 4))):
        at = np.flatnonzero(chosen)
        at = at[np.argsort(-empty[at] / cells[at], kind="stable")]
        if at.size:
            small = text is _FILLED
            said = [
                f"{names[first[k]]}–{names[second[k]]}" + ("" if small else f" ({empty[k]}/{cells[k]})") for k in at
            ]
            out.append(_with_pairs(text, said))
    return out


def _near(latent: LatentMoments) -> list[Text]:
    sd = np.sqrt(np.diag(latent.cov))
    first, second = pair_index(len(sd))
    rho = (latent.cov / np.outer(sd, sd))[first, second]
    said = [
        f"{latent.names[first[k]]}–{latent.names[second[k]]} ({rho[k]:.3f})"
        for k in np.flatnonzero(np.abs(rho) > _ALMOST)
    ]
    return [_with_pairs(_NEAR, said)] if said else []


def _indefinite(latent: LatentMoments) -> list[Text]:
    sd = np.sqrt(np.diag(latent.cov))
    values, vectors = np.linalg.eigh(latent.cov / np.outer(sd, sd))
    if values[0] > 0:
        return []
    most = np.argsort(-np.abs(vectors[:, 0]), kind="stable")[:3]
    return [_INDEFINITE.format(value=float(values[0]), names=", ".join(latent.names[j] for j in sorted(most)))]


def _with_pairs(text: Text, said: list[str]) -> Text:
    named, rest = ", ".join(said[:_NAMED]), len(said) - _NAMED
    more = _MORE.format(count=rest) if rest > 0 else Text("", "")
    return Text(text.en.format(pairs=named + more.en), text.id.format(pairs=named + more.id))
