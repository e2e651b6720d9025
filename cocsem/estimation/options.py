"""What was asked of a fit, checked once: every combination that cannot be kept is refused by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from cocsem.errors import UsageError
from cocsem.shelf import read_toml

ORDINAL = ("WLSM", "WLSMV")  # made for ordered items: with continuous ones only where that is said
_BUILT = {
    "discrepancy": ("ml", "fiml", "gls", "uls", "wls", "dwls"),
    "se": ("standard", "robust.sem", "robust.sem.nt", "robust.huber.white", "first.order", "none"),
    "test": (
        "standard",
        "satorra.bentler",
        "scaled.shifted",
        "mean.var.adjusted",
        "yuan.bentler",
        "yuan.bentler.mplus",
        "browne.residual.nt",
        "browne.residual.adf",
        "none",
    ),
}


@dataclass(frozen=True, slots=True)
class Method:
    """How a model is estimated: names as in lavaan.

    discrepancy : ml, fiml, gls, uls, wls, dwls; with ordered items ordinal.uls, ordinal.wls, ordinal.dwls. se, test : kinds of standard errors and of test statistic.
    information : expected, observed or first.order. likelihood : normal (S with divisor N) or wishart (N - 1).
    missing : listwise, fiml or pairwise.
    """

    estimator: str = "ML"
    discrepancy: str = "ml"
    se: str = "standard"
    test: str = "standard"
    information: str = "expected"
    likelihood: str = "normal"
    missing: str = "listwise"

    @property
    def unbiased(self) -> bool:
        """True where covariances have the divisor N - 1 and the test statistic counts N - 1."""
        return self.likelihood == "wishart" or not self.likely

    @property
    def likely(self) -> bool:
        """True where estimates come from a likelihood of the rows."""
        return self.discrepancy in ("ml", "fiml")

    @property
    def ordinal(self) -> bool:
        """True where some items are ordered: the model is one of latent responses."""
        return self.discrepancy.startswith("ordinal.")

    @property
    def scaled(self) -> bool:
        """True where a scaled test statistic stands beside the plain one."""
        return self.test not in ("standard", "none") and not self.residual_test

    @property
    def residual_test(self) -> bool:
        """True where the test statistic is made of the residual moments instead of the discrepancy."""
        return self.test.startswith("browne.residual")


ML = Method()
_ALIASES = {("se", "robust"): "robust.sem", ("se", "bootstrap"): "standard", ("test", "bollen.stine"): "standard"}
_INFORMATION = {
    "robust.huber.white": "observed",
    "first.order": "first.order",
}  # scores are set against the curvature found
_OF_LIKELIHOOD = {
    "se": ("robust.huber.white", "first.order"),
    "test": ("yuan.bentler", "yuan.bentler.mplus"),
    "information": ("first.order",),
}
# what exists for rows with missing answers: by full information each row counts with its own likelihood, so there is what is made
# of casewise likelihoods; pairwise moments have no likelihood of the rows, so there is what is made of the moments and their Gamma
_MISSING = {
    "fiml": {
        "estimator": ("ML", "MLR", "MLF"),
        "se": ("standard", "robust.huber.white", "first.order", "none"),
        "test": ("standard", "yuan.bentler", "yuan.bentler.mplus", "none"),
        "likelihood": ("normal",),
    },
    "pairwise": {
        "estimator": ("ML", "MLM", "MLMV", "MLMVS", "ULS", "ULSM", "ULSMV", "WLS", "DWLS", "WLSM", "WLSMV"),
        "se": ("standard", "robust.sem", "robust.sem.nt", "none"),
        "test": ("standard", "satorra.bentler", "scaled.shifted", "mean.var.adjusted", "browne.residual.nt", "none"),
        "information": ("expected", "observed"),
    },
}
_SHORT = {
    ("se", "boot"): "bootstrap", ("test", "boot"): "bollen.stine", ("test", "bootstrap"): "bollen.stine", ("missing", "direct"): "fiml",
}  # fmt: skip
_VALUES = (
    "listwise", "fiml", "ml", "pairwise", "normal", "wishart", "expected", "observed", "first.order",
    "default", "robust", "bootstrap", "bollen.stine",
)  # fmt: skip


def spelled(name: str, given: Any) -> Any:
    """Return a known option in one spelling: lavaan takes capitals, `-` for `.` and short names too. What is unknown stays as given.

    >>> spelled("estimator", "mlr"), spelled("test", "Satorra-Bentler"), spelled("se", "boot"), spelled("se", None)
    ('MLR', 'satorra.bentler', 'bootstrap', None)
    """
    if not isinstance(given, str):
        return given
    plain = given.upper() if name == "estimator" else given.lower().replace("-", ".").replace("_", ".")
    plain = _SHORT.get((name, plain), plain)
    known = (*estimators(), *_VALUES, *_BUILT["se"], *_BUILT["test"])
    return plain if plain in known else given


def single_test(test: str | Iterable[str] | None) -> str | None:
    """Return the one test that was asked for: lavaan takes several at once, and the plain one stands beside any other anyway.

    >>> single_test(["standard", "satorra.bentler"])
    'satorra.bentler'
    """
    if test is None or isinstance(test, str):
        return spelled("test", test)
    asked = list(dict.fromkeys(spelled("test", one) for one in test))
    others = [one for one in asked if one != "standard"] or asked[:1]
    if not others:
        return None
    if len(others) != 1:
        raise UsageError(
            f"test must be one test (the plain one is reported beside it), but {', '.join(map(repr, others))} were given. "
            "Fit the model once for each of them."
        )
    return others[0]


@lru_cache(maxsize=1)
def estimators() -> Mapping[str, Mapping[str, str]]:
    """Return the blocks of estimators.toml."""
    return read_toml(Path(__file__).with_name("estimators.toml"))


@dataclass(frozen=True, slots=True)
class Options:
    """Options of a fit, with lavaan's names (`_` for `.`).

    estimator : None for the default, ML, or WLSMV with ordered items. ordered : whether some items are; None where nothing was said.
    """

    estimator: str | None = None
    ordered: bool | None = None
    missing: str = "listwise"
    information: str | None = None
    se: str | None = None
    test: str | None = None
    likelihood: str = "normal"
    cluster: object = None
    sampling_weights: object = None


def resolve(options: Options) -> Method:
    """Turn options into a method; what is unknown, or known but not built, is refused with the reason.

    Raises
    ------
    UsageError

    >>> resolve(Options(estimator="MLR")).test
    'yuan.bentler.mplus'
    """
    try:
        return _resolve(options)
    except (
        TypeError
    ):  # something that cannot be compared by what it holds, such as a list: no option is one, and it is refused
        return _resolve.__wrapped__(options)


@lru_cache(maxsize=64)
def _resolve(options: Options) -> Method:
    """The same for options that were asked for before."""
    estimator = options.estimator or ("WLSMV" if options.ordered else "ML")
    _one_of("estimator", estimator, tuple(estimators()))
    _one_of("missing", options.missing, ("listwise", "fiml", "ml", "pairwise"))
    _one_of("likelihood", options.likelihood, ("normal", "wishart"))
    _one_of("information", options.information, (None, "expected", "observed", "first.order"))
    _refuse_unbuilt(options)
    block: dict[str, Any] = _block(estimator, options.ordered)
    own = block["se"]
    for name in ("se", "test", "information"):
        asked = getattr(options, name)
        if options.ordered and asked == "bootstrap":
            continue  # beside the draws there stays the matrix of the estimator, for the tests after a fit
        if asked not in (None, "default"):
            block[name] = _ALIASES.get((name, asked), asked)
    decides = own if block["se"] == "none" else block["se"]  # leaving standard errors out changes nothing else
    block.setdefault("information", _INFORMATION.get(decides, "expected"))
    if block["se"] == "first.order":
        block["information"] = "first.order"
    for name, built in _BUILT.items():
        if block[name] not in built:
            raise UsageError(
                f"{name}={block[name]!r} (estimator {estimator}) is not built yet; built are {', '.join(built)}."
            )
    _check_likelihood(estimator, block)
    _check_first_order(block)
    if options.likelihood == "wishart" and (estimator != "ML" or block["se"] not in ("standard", "none")):
        raise UsageError('likelihood="wishart" belongs to estimator="ML" with standard errors of that likelihood.')
    missing = "fiml" if options.missing == "ml" else options.missing
    if missing == "fiml":
        block = _full_information(options, block)
    if options.ordered:
        return _of_responses(estimator, missing, options, block)
    for name, given in {"estimator": estimator, "likelihood": options.likelihood, **block}.items():
        _one_of(f'With missing="{missing}" {name}', given, _MISSING.get(missing, {}).get(name, (given,)))
    return Method(estimator=estimator, likelihood=options.likelihood, missing=missing, **block)


def _block(estimator: str, ordered: bool | None) -> dict[str, Any]:
    """What an estimator stands for, with ordered items or without."""
    block: dict[str, Any] = dict(estimators()[estimator])
    own = block.pop("ordered", None)
    if ordered:
        if own is None:
            fitting = ", ".join(name for name, b in estimators().items() if "ordered" in b)
            raise UsageError(
                f'estimator="{estimator}" takes items as continuous, but some are ordered here. Leave estimator= out (WLSMV), take '
                f"one of {fitting}, or say ordered=False to treat the items as continuous."
            )
        return block | own
    if estimator in ORDINAL and ordered is None:
        raise UsageError(
            f'estimator="{estimator}" is for ordered items: say which with ordered=True or ordered=[...] (on the command line --ordered); with ordered=False all '
            "items are taken as continuous."
        )
    return block


def _of_responses(estimator: str, missing: str, options: Options, block: dict[str, Any]) -> Method:
    """Check what there is for moments of latent responses."""
    if missing == "fiml":
        raise UsageError(
            f'missing="{options.missing}" (full information) is for continuous items: the likelihood of ordered answers is not built. '
            'Use missing="pairwise" or "listwise" with ordered items, or ordered=False.'
        )
    if options.test == "bollen.stine":
        raise UsageError(
            'test="bollen.stine" moves the rows until the model holds in them, but ordered answers are categories, which nothing moves. '
            "Leave test= out: the test of WLSMV is scaled already. bootstrap= draws standard errors."
        )
    allowed = {
        "se": ("standard", "robust.sem", "none"),
        "test": ("standard", "satorra.bentler", "scaled.shifted", "mean.var.adjusted", "none"),
        "information": ("expected",),
        "likelihood": ("normal",),
    }
    for name, fitting in allowed.items():
        _one_of(f"With ordered items {name}", block.get(name, options.likelihood), fitting)
    block["discrepancy"] = f"ordinal.{block['discrepancy']}"
    return Method(estimator=estimator, likelihood=options.likelihood, missing=missing, **block)


def _check_likelihood(estimator: str, block: Mapping[str, str]) -> None:
    """Refuse what is made of casewise likelihoods where the estimator has none."""
    for name, wanted in _OF_LIKELIHOOD.items():
        if block["discrepancy"] not in ("ml", "fiml") and block[name] in wanted:
            raise UsageError(
                f'{name}="{block[name]}" needs a likelihood of the rows, and estimator="{estimator}" has none. '
                'Use se="robust.sem" with test="satorra.bentler", or estimator="MLR".'
            )


def _check_first_order(block: Mapping[str, str]) -> None:
    """Refuse what sets the cross-products of the scores against themselves."""
    if block["information"] != "first.order":
        return
    robust = block["se"].startswith("robust")
    if robust or Method(test=block["test"]).scaled:
        name = "se" if robust else "test"
        raise UsageError(
            f'{name}="{block[name]}" sets the cross-products of the scores against the curvature, but information="first.order" takes '
            'them for the curvature. Use information="observed" or "expected", for instance with estimator="MLR".'
        )


def _full_information(options: Options, block: dict[str, Any]) -> dict[str, Any]:
    """The likelihood of incomplete rows; where nothing else was asked, the observed information."""
    asked = {} if block["discrepancy"] != "ml" else {"discrepancy": "fiml"}
    if options.se == "robust":
        asked["se"] = "robust.huber.white"  # rows with gaps have scores, but no moments of their own
    if block["information"] == "expected" and options.information is None:
        asked["information"] = "observed"
    return block | asked


def _refuse_unbuilt(options: Options) -> None:
    refused = {
        "cluster": options.cluster is not None,
        "sampling_weights": options.sampling_weights is not None,
    }
    for name, yes in refused.items():
        if yes:
            raise UsageError(
                f"{name}={getattr(options, name)!r} is not built yet and is never replaced silently. Leave it out: every row then "
                "counts once, as drawn on its own."
            )


def _one_of(name: str, value: object, allowed: tuple[object, ...]) -> None:
    if value not in allowed:
        raise UsageError(
            f"{name} must be one of {', '.join(str(a) for a in allowed if a is not None)}; {value!r} was given."
        )
