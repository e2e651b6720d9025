"""What the criteria of discriminant validity say in words: which of them object, and why they can part ways."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cocsem.assessment.judge import is_met, judge
from cocsem.assessment.types import Verdict
from cocsem.assessment.validity.discriminant import DISAGREE, DISTINCT, NOT_DISTINCT, Pair
from cocsem.assessment.wording import fill, proportion
from cocsem.language import Text

_NAMES: Mapping[str, Text] = {
    "fornell_larcker": Text("Fornell-Larcker", "Fornell-Larcker"),
    "htmt": Text("HTMT ({value})", "HTMT ({value})"),
    "htmt2": Text("HTMT2 ({value})", "HTMT2 ({value})"),
    "htmt_interval": Text("the interval of HTMT (up to {value})", "selang HTMT (sampai {value})"),
    "cicfa": Text("the interval of the latent correlation", "selang korelasi laten"),
}
_ALL_DISTINCT = Text(
    "All {count} pairs of constructs are distinct by every criterion{everywhere} ({names}).",
    "Semua {count} pasangan konstruk berbeda menurut setiap kriteria{everywhere} ({names}).",
)
_EVERYWHERE = Text(" and in every group", " dan di setiap kelompok")
_GROUP = Text("{said} (Group: {group}.)", "{said} (Kelompok: {group}.)")
_ONE_DISTINCT = Text(
    "{one} and {other} are distinct by every criterion ({names}).",
    "{one} dan {other} berbeda menurut setiap kriteria ({names}).",
)
_OVERLAP = Text(
    "{one} and {other} are not distinct by any criterion: latent correlation {r}{interval}, HTMT {htmt}. The answers do not tell the "
    "two apart; merge them, or revise the items that could belong to either.",
    "{one} dan {other} tidak berbeda menurut kriteria mana pun: korelasi laten {r}{interval}, HTMT {htmt}. Jawaban tidak membedakan "
    "keduanya; gabungkan, atau perbaiki butir yang dapat termasuk keduanya.",
)
_SPLIT = Text(
    "{one} and {other} (latent correlation {r}{interval}): by {against} they are not distinct, by {for_} they are. {why}{lean}",
    "{one} dan {other} (korelasi laten {r}{interval}): menurut {against} keduanya tidak berbeda, menurut {for_} berbeda. {why}{lean}",
)
_WEAK = Text(
    "Fornell-Larcker compares with the smaller AVE ({ave}), which falls with weak items and says nothing about the overlap of the "
    "constructs. ",
    "Fornell-Larcker membandingkan dengan AVE yang lebih kecil ({ave}), yang turun bila butir lemah dan tidak menyatakan apa pun "
    "tentang tumpang tindih konstruk. ",
)
_UNEQUAL = Text(
    "HTMT takes all items of a construct to load equally and HTMT2 does not: unequal loadings part the two. ",
    "HTMT menganggap semua butir suatu konstruk bermuatan sama sedangkan HTMT2 tidak: muatan yang tidak sama memisahkan keduanya. ",
)
_SAMPLE = Text(
    "The point values pass, but with the sampling error of {n} rows the correlation can be as large as {upper}. ",
    "Nilai titiknya memenuhi, tetapi dengan galat sampel {n} baris korelasinya dapat mencapai {upper}. ",
)
_LOOSE = Text(
    "The interval of HTMT only rules out that the constructs are one and the same (a ratio of 1). ",
    "Selang HTMT hanya menolak bahwa kedua konstruk persis sama (rasio 1). ",
)
_LEAN = Text(
    "The interval of the latent correlation, the one criterion that allows for both unequal loadings and sampling error, says: {said}.",
    "Selang korelasi laten, satu-satunya kriteria yang memperhitungkan muatan yang tidak sama dan galat sampel, menyatakan: {said}.",
)
_AND = Text(" and ", " dan ")


def sentences(found: Sequence[Pair], n_obs: int) -> tuple[Text, ...]:
    """Say which pairs are not distinct, and where the criteria disagree, which says what and why; worst pairs first."""
    troubled = [pair for pair in found if pair.conclusion in (NOT_DISTINCT, DISAGREE)]
    troubled.sort(key=lambda pair: -abs(pair.correlation))
    said = tuple(
        _in_group(pair, _overlap(pair) if pair.conclusion is NOT_DISTINCT else _split(pair, n_obs)) for pair in troubled
    )
    if said or not found or any(pair.conclusion is not DISTINCT for pair in found):
        return said
    names = {"names": _join([_plain(key) for key in found[0].answers])}
    if len(found) == 1:
        return (fill(_ONE_DISTINCT, {**names, "one": found[0].one, "other": found[0].other}),)
    groups = len({pair.group for pair in found})
    everywhere = _EVERYWHERE if groups > 1 else ""
    return (fill(_ALL_DISTINCT, {**names, "count": len(found) // groups, "everywhere": everywhere}),)


def _in_group(pair: Pair, said: Text) -> Text:
    return fill(_GROUP, {"said": said, "group": pair.group}) if pair.group else said


def _overlap(pair: Pair) -> Text:
    return fill(_OVERLAP, {**_about(pair), "htmt": proportion(pair.verdicts["htmt"].value, 2)})


def _split(pair: Pair, n_obs: int) -> Text:
    against = [key for key, answer in pair.answers.items() if not answer]
    for_ = [key for key, answer in pair.answers.items() if answer]
    cicfa = pair.verdicts["cicfa"]
    lean = Text("", "") if cicfa.label is None else fill(_LEAN, {"said": cicfa.label})
    return fill(
        _SPLIT,
        {
            **_about(pair),
            "against": _join([_named(pair, key) for key in against]),
            "for_": _join([_named(pair, key) for key in for_]),
            "why": _why(pair, set(against), n_obs),
            "lean": lean,
        },
    )


def _why(pair: Pair, against: set[str], n_obs: int) -> Text:
    """The known reasons for which these criteria part, as far as they apply here."""
    reasons = []
    low = is_met(judge(pair.smaller_ave, "ave", pair.one, {"items": 2})) is False
    if "fornell_larcker" in against and "cicfa" not in against and low:
        reasons.append(fill(_WEAK, {"ave": proportion(pair.smaller_ave, 2)}))
    if ("htmt" in against) != ("htmt2" in against):
        reasons.append(_UNEQUAL)
    if "cicfa" in against and "htmt" not in against:
        reasons.append(fill(_SAMPLE, {"n": n_obs, "upper": proportion(max(map(abs, pair.limits)), 2)}))
    if "htmt" in against and "htmt_interval" in set(pair.answers) - against:
        reasons.append(_LOOSE)
    return Text("".join(reason.en for reason in reasons), "".join(reason.id for reason in reasons))


def _about(pair: Pair) -> dict[str, object]:
    low, high = pair.limits
    interval = fill(
        Text(" [{low}, {high}]", " [{low}; {high}]"), {"low": proportion(low, 2), "high": proportion(high, 2)}
    )
    return {
        "one": pair.one,
        "other": pair.other,
        "r": proportion(pair.correlation, 2),
        "interval": interval if low == low else Text("", ""),
    }


def _named(pair: Pair, key: str) -> Text:
    verdict: Verdict = pair.verdicts[key]
    return fill(_NAMES[key], {"value": proportion(verdict.value, 2)})


def _plain(key: str) -> Text:
    return Text(*(name.split(" (")[0] for name in (_NAMES[key].en, _NAMES[key].id)))


def _join(names: Sequence[Text]) -> Text:
    parts = []
    for lang in ("en", "id"):
        words = [name[lang] for name in names]
        parts.append(", ".join(words[:-1]) + (_AND[lang] if len(words) > 1 else "") + words[-1] if words else "")
    return Text(*parts)
