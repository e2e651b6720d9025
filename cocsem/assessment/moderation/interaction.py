"""A latent interaction by product indicators."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from cocsem.assessment.attempts import factors_of
from cocsem.assessment.measurement import blocks, root
from cocsem.assessment.moderation.slopes import simple_slopes, turning_points
from cocsem.assessment.reliability.model_side import loading_warnings
from cocsem.assessment.scales import numeric_columns
from cocsem.assessment.types import Assessment, Table
from cocsem.assessment.wording import fill, number, probability
from cocsem.criteria import load_criterion
from cocsem.errors import EstimationError, UsageError
from cocsem.estimation.alignment import frame_of, pick_columns
from cocsem.estimation.types import Fit
from cocsem.estimation.verbs import Data, sem
from cocsem.language import Text
from cocsem.model.automatic import rules_for
from cocsem.model.build import build_spec
from cocsem.moments.products import product_indicators

_TITLE = Text("Moderation", "Moderasi")
_EFFECTS = Text("Effects on {outcome}", "Pengaruh terhadap {outcome}")
_SLOPES = Text("Simple slopes of {predictor} on {outcome}", "Kemiringan sederhana {predictor} terhadap {outcome}")
_SLOPES_NOTE = Text(
    "at: value of {moderator} in its standard deviations; est: effect of {predictor} there.",
    "at: nilai {moderator} dalam simpangan bakunya; est: pengaruh {predictor} pada nilai itu.",
)
_EFFECTS_NOTE = Text(
    "std: for the product, change of the standardized effect of {predictor} by one standard deviation of {moderator} (not the value a program prints for the product factor).",
    "std: untuk hasil kali, perubahan pengaruh terstandar {predictor} per satu simpangan baku {moderator} (bukan nilai yang dicetak program untuk faktor hasil kali).",
)
_FOUND = Text(
    "{moderator} moderates the effect of {predictor} on {outcome}: B = {est}, SE = {se}, {p}; the standardized effect changes by {std} per standard deviation of {moderator}.",
    "{moderator} memoderasi pengaruh {predictor} terhadap {outcome}: B = {est}, SE = {se}, {p}; pengaruh terstandar berubah {std} per satu simpangan baku {moderator}.",
)
_NOT_FOUND = Text(
    "A moderation of the effect of {predictor} on {outcome} by {moderator} was not found: B = {est}, SE = {se}, {p}. Interactions need large samples; absence of evidence is not evidence of absence.",
    "Moderasi {moderator} atas pengaruh {predictor} terhadap {outcome} tidak ditemukan: B = {est}, SE = {se}, {p}. Interaksi memerlukan sampel besar; tiadanya bukti bukanlah bukti ketiadaan.",
)
_SLOPE = Text(
    "Where {moderator} is {level} ({at} SD), the effect of {predictor} is {est}, 95% CI {lower} to {upper}.",
    "Bila {moderator} {level} ({at} SB), pengaruh {predictor} adalah {est}, SK 95% {lower} sampai {upper}.",
)
_LEVELS = (Text("low", "rendah"), Text("average", "rata-rata"), Text("high", "tinggi"))


def moderation(
    model: str,
    data: Data,
    *,
    outcome: str,
    predictor: str,
    moderator: str,
    centring: str = "double_mean",
    matched: bool | None = None,
    at: Sequence[float] = (-1.0, 0.0, 1.0),
    estimator: str = "MLR",
    missing: str = "listwise",
    engine: str = "native",
) -> Assessment:
    """Test whether one construct changes how strongly another works, by products of their items; with simple slopes.

    The products measure a further factor that predicts the outcome beside predictor and moderator, which stay in the model (they are added
    where they are missing). Products are not normal, so the default is the robust MLR.

    Parameters
    ----------
    model : lavaan syntax with the measurement of the three constructs; further ones only with the paths that join them. data : as in `sem`.
    outcome, predictor, moderator : names of factors of the model; predictor and moderator have observed items.
    centring : `double_mean` (needs no mean structure) or `residual`. matched : as in `product_indicators`.
    at : values of the moderator for the simple slopes, in its standard deviations. estimator, missing, engine : as in `sem`.

    Returns
    -------
    Assessment `moderation`: tables moderated_effects and simple_slopes; facts syntax, products, turning_points (Johnson-Neyman).

    Raises
    ------
    UsageError : names that are no factors with items. EstimationError : the model did not converge.

    References: lin2010, little2006, marsh2004a, wen2010, aiken1991, bauer2005

    >>> import cocsem
    >>> data = cocsem.load_dataset("holzinger_swineford")
    >>> found = cocsem.moderation("visual =~ x1 + x2 + x3; textual =~ x4 + x5 + x6; speed =~ x7 + x8 + x9", data,
    ...     outcome="speed", predictor="visual", moderator="textual")
    >>> found.facts["products"]
    ('x1.x4', 'x2.x5', 'x3.x6')
    """
    names = {"outcome": outcome, "predictor": predictor, "moderator": moderator}
    factors = _check(model, data, names)
    _check_values(at)
    frame = _answers(model, data)
    products = product_indicators(frame, factors[predictor], factors[moderator], centring=centring, matched=matched)
    text, name = interaction_text(model, names, list(products.columns))
    fit = sem(text, pd.concat([frame, products], axis=1), estimator=estimator, missing=missing, engine=engine)
    if not fit.converged:
        raise EstimationError(
            f"The model with the product factor did not converge. Its text:\n{text}\nTry the other centring, or matched=False."
        )
    paths = (outcome, predictor), (outcome, name)
    spread = _spreads(fit)
    slopes = simple_slopes(fit, paths, spread[moderator], at)
    effects = _effects(fit, names, name, spread)
    return Assessment(
        "moderation",
        _TITLE,
        (
            Table("moderated_effects", fill(_EFFECTS, names), effects, (fill(_EFFECTS_NOTE, names),)),
            Table("simple_slopes", fill(_SLOPES, names), slopes, (fill(_SLOPES_NOTE, names),)),
        ),
        {
            **names, "syntax": text, "products": tuple(products.columns), "turning_points": turning_points(fit, paths, spread[moderator]),
            "moderator_effect": float(effects["est"].iloc[1]), "spread": dict(spread), "converged": fit.converged, "admissible": fit.admissible,
        },
        text=tuple(_tell(names, effects, slopes)),
        warnings=(*fit.warnings, *loading_warnings([own for own in blocks(fit) if own.construct != name], {})),
        references=("lin2010", "little2006", "marsh2004a", "wen2010", "aiken1991", "bauer2005"),
    )  # fmt: skip


def interaction_text(model: str, names: dict[str, str], products: Sequence[str]) -> tuple[str, str]:
    """Add the product factor, its path, the main effects that are missing, and residual covariances of products that share an item.

    Returns
    -------
    The model text and the name of the product factor.

    >>> print(interaction_text("x =~ x1 + x2\\nz =~ z1 + z2\\ny =~ y1 + y2", {"outcome": "y", "predictor": "x", "moderator": "z"}, ["x1.z1", "x2.z2"])[0])
    x =~ x1 + x2
    z =~ z1 + z2
    y =~ y1 + y2
    x_z =~ x1.z1 + x2.z2
    y ~ x + z + x_z
    """
    outcome, predictor, moderator = names["outcome"], names["predictor"], names["moderator"]
    name = f"{predictor}_{moderator}"
    stated = {(r.lhs, r.rhs) for r in build_spec(model, rules_for("sem", {})).rows if r.op == "~"}
    sources = [source for source in (predictor, moderator) if (outcome, source) not in stated]
    shared = [f"{a} ~~ {b}" for a, b in combinations(products, 2) if set(a.split(".")) & set(b.split("."))]
    lines = [model, f"{name} =~ {' + '.join(products)}", f"{outcome} ~ {' + '.join([*sources, name])}", *shared]
    return "\n".join(lines), name


def _check(model: str, data: Data, names: dict[str, str]) -> dict[str, tuple[str, ...]]:
    """Items of every factor; the three names must be different factors with items."""
    if not isinstance(model, str) or data is None:
        raise UsageError(
            "Moderation adds a factor to the model as text and needs the answers: give lavaan syntax and data."
        )
    spec = build_spec(model, rules_for("sem", {}))
    factors = factors_of(spec)
    for role, name in names.items():
        if name not in (spec.latent if role == "outcome" else factors):
            raise UsageError(
                f"{role} must be a factor with observed items of the model; '{name}' is none of {', '.join(factors)}."
            )
    whole = next((r.lhs for r in spec.rows if r.op == "=~" and r.rhs == names["outcome"]), None)
    if whole is not None:
        raise UsageError(
            f"outcome must stand by itself, but '{names['outcome']}' is a dimension of '{whole}'. Name that one as the outcome."
        )
    if len(set(names.values())) < 3:
        raise UsageError("outcome, predictor and moderator must be three different factors.")
    return factors


def _check_values(at: object) -> None:
    """At least one value of the moderator, each a finite number."""
    values = list(at) if isinstance(at, Sequence | np.ndarray) and not isinstance(at, str) else []
    if not values or not all(isinstance(v, int | float | np.number) and np.isfinite(v) for v in values):
        raise UsageError(f"at must be finite numbers, such as (-1, 0, 1), not {at!r}.")


def _answers(model: str, data: Data) -> pd.DataFrame:
    """The observed variables of the model as finite numbers, which products can be made of."""
    spec = build_spec(model, rules_for("sem", {}))
    frame = frame_of(data) if data is not None else pd.DataFrame()
    return numeric_columns(pick_columns(frame, spec.observed, spec.latent))


def _spreads(fit: Fit) -> dict[str, float]:
    matrices = fit.matrices[0]
    return dict(zip(matrices.latent, root(np.diag(matrices.latent_cov)).tolist(), strict=True))


def _effects(fit: Fit, names: dict[str, str], name: str, spread: dict[str, float]) -> pd.DataFrame:
    """Main effects and interaction; the product is standardized by the spreads of its two factors (wen2010, appropriate standardization)."""
    outcome, predictor, moderator = names["outcome"], names["predictor"], names["moderator"]
    units = {predictor: spread[predictor], moderator: spread[moderator], name: spread[predictor] * spread[moderator]}
    shown = {predictor: predictor, moderator: moderator, name: f"{predictor} × {moderator}"}
    frame = fit.estimates
    rows: list[dict[str, Any]] = []
    for source, unit in units.items():
        own = frame[(frame["lhs"] == outcome) & (frame["op"] == "~") & (frame["rhs"] == source)].to_dict("records")[0]
        numbers = {key: own[key] for key in ("est", "se", "z", "pvalue", "ci_lower", "ci_upper")}
        rows.append({"predictor": shown[source], **numbers, "std": float(own["est"]) * unit / spread[outcome]})
    return pd.DataFrame(rows)


def _tell(names: dict[str, str], effects: pd.DataFrame, slopes: pd.DataFrame) -> Iterator[Text]:
    product = effects.to_dict("records")[2]
    met = load_criterion("path_test").met(float(product["pvalue"]))
    values = {
        "est": number(product["est"]),
        "se": number(product["se"]),
        "p": probability(product["pvalue"]),
        "std": number(product["std"]),
    }
    yield fill(_FOUND if met else _NOT_FOUND, {**names, **values})
    for row in slopes.to_dict("records"):
        level = _LEVELS[int(np.sign(row["at"])) + 1]
        ends = {"est": number(row["est"]), "lower": number(row["ci_lower"]), "upper": number(row["ci_upper"])}
        yield fill(_SLOPE, {**names, **ends, "level": level, "at": number(row["at"], 1)})
