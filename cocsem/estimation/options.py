"""What was asked of a fit, checked once: every combination that cannot be kept is refused by name."""

from __future__ import annotations

from dataclasses import dataclass

from cocsem.errors import UsageError

ESTIMATORS = ("ML", "MLM", "MLMV", "MLMVS", "MLR", "MLF", "GLS", "ULS", "WLS", "DWLS", "WLSM", "WLSMV", "ULSM", "ULSMV")


@dataclass(frozen=True, slots=True)
class Options:
    """Options of a fit, with lavaan's names (`_` for `.`)."""

    estimator: str = "ML"
    ordered: object = None
    missing: str = "listwise"
    group: str | None = None
    information: str | None = None
    se: str | None = None
    test: str | None = None
    bootstrap: int = 0
    likelihood: str = "normal"
    engine: str = "semopy"
    cluster: object = None
    sampling_weights: object = None


def check(options: Options) -> None:
    """Refuse what is unknown, and what is known but not built, each with the reason.

    Raises
    ------
    UsageError
    """
    _one_of("estimator", options.estimator, ESTIMATORS)
    _one_of("missing", options.missing, ("listwise", "fiml", "ml", "pairwise"))
    _one_of("likelihood", options.likelihood, ("normal", "wishart"))
    _one_of("information", options.information, (None, "expected", "observed"))
    if options.estimator in ("WLSM", "WLSMV", "ULSMV") and options.ordered is None:
        raise UsageError(
            f'estimator="{options.estimator}" is for ordinal items: say which with ordered=True or ordered=[...].'
        )
    refused = {
        "estimator": options.estimator != "ML",
        "missing": options.missing != "listwise",
        "likelihood": options.likelihood != "normal",
        "information": options.information == "observed",
        "ordered": bool(options.ordered),
        "group": options.group is not None,
        "se": options.se not in (None, "standard", "default"),
        "test": options.test not in (None, "standard", "default"),
        "bootstrap": bool(options.bootstrap),
        "cluster": options.cluster is not None,
        "sampling_weights": options.sampling_weights is not None,
    }
    for name, yes in refused.items():
        if yes:
            raise UsageError(
                f"{name}={getattr(options, name)!r} is not built yet and is never replaced silently. Available now: maximum likelihood "
                "on complete rows of continuous data, one group, expected information."
            )


def _one_of(name: str, value: object, allowed: tuple[object, ...]) -> None:
    if value not in allowed:
        raise UsageError(
            f"{name} must be one of {', '.join(str(a) for a in allowed if a is not None)}; {value!r} was given."
        )
