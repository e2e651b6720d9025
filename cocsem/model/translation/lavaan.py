"""A model as a script for lavaan, the R package."""

from __future__ import annotations

import re
from collections.abc import Iterable

from cocsem.errors import ModelError, UsageError
from cocsem.model.printing import covariates_as_rules, model_syntax, printed_rules
from cocsem.model.roles import columns_of
from cocsem.model.types import ModelSpec

_R_NAME = re.compile(r"(?:[^\W\d_]|\.(?!\d))[\w.]*")
_R_WORDS = frozenset(
    [
        "if",
        "else",
        "repeat",
        "while",
        "function",
        "for",
        "next",
        "break",
        "in",
        "TRUE",
        "FALSE",
        "NULL",
        "Inf",
        "NaN",
        "NA",
        "NA_integer_",
        "NA_real_",
        "NA_character_",
        "NA_complex_",
    ]
)


def to_lavaan(
    spec: ModelSpec,
    *,
    data: str = "data",
    group: str | None = None,
    estimator: str = "ML",
    missing: str = "listwise",
    likelihood: str = "normal",
    ordered: Iterable[str] | None = None,
    parameterization: str | None = None,
) -> str:
    """Write a model as an R script that fits the same parameter table with lavaan.

    Parameters
    ----------
    spec : the model.
    data : name of the data frame in R. group : column of the groups; needed when the model has groups.
    estimator, missing, likelihood : as they were in the fit; lavaan has the same names.
    ordered, parameterization : those of the model, where nothing else is said.

    Returns
    -------
    The script: the library, the model text with every row written out, and the call of `lavaan()`.

    Raises
    ------
    ModelError : a name that R cannot read. UsageError : groups without the name of their column.

    References: rosseel2012

    >>> from cocsem.model.automatic import KINDS
    >>> from cocsem.model.build import build_spec
    >>> print(to_lavaan(build_spec("y ~ x", KINDS["sem"]), data="survey"))
    library(lavaan)
    model <- '
    y ~ x
    y ~~ y
    '
    fit <- lavaan(model, data = survey, fixed.x = TRUE, meanstructure = FALSE, estimator = "ML")
    """
    _check_names(spec, data)
    options = {"fixed.x": _logical(printed_rules(spec).fixed_x), "meanstructure": _logical(spec.meanstructure)}
    if spec.covariates and not spec.exogenous and covariates_as_rules(spec):
        options |= {"auto.var": "TRUE", "int.ov.free": _logical(printed_rules(spec).int_ov_free)}
    options |= _group_options(spec, group)
    options["estimator"] = r_string(estimator)
    if missing != "listwise":
        options["missing"] = r_string(missing)
    if likelihood != "normal":
        options["likelihood"] = r_string(likelihood)
    items = spec.ordered if ordered is None else tuple(ordered)
    if items:
        options |= {
            "ordered": r_strings(items),
            "parameterization": r_string(parameterization or spec.parameterization),
        }
    call = ", ".join(f"{name} = {value}" for name, value in options.items())
    text = model_syntax(spec).replace("\\", "\\\\").replace("'", "\\'")
    return f"library(lavaan)\nmodel <- '\n{text}\n'\nfit <- lavaan(model, data = {data}, {call})"


def r_string(text: str) -> str:
    r"""Write a text as an R string.

    >>> print(r_string('say "ya"'))
    "say \"ya\""
    """
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    return f'"{escaped}"'


def r_strings(texts: Iterable[str]) -> str:
    """Write texts as an R character vector.

    >>> print(r_strings(["u1", "u2"]))
    c("u1", "u2")
    """
    return f"c({', '.join(r_string(t) for t in texts)})"


def _logical(value: bool) -> str:
    return "TRUE" if value else "FALSE"


def _group_options(spec: ModelSpec, group: str | None) -> dict[str, str]:
    if len(spec.groups) == 1:
        return {}
    if group is None:
        raise UsageError(f'The model has {len(spec.groups)} groups: name their column in the data with group="...".')
    return {"group": r_string(group), "group.label": r_strings(spec.groups)}


def _check_names(spec: ModelSpec, data: str) -> None:
    labels = [row.label for row in spec.rows if row.label] + [d.lhs for d in spec.definitions]
    for name in (*columns_of(spec.observed), *spec.latent, *labels, data):
        if not _R_NAME.fullmatch(name) or name in _R_WORDS:
            raise ModelError(
                f"R must be able to read every name, but '{name}' is none in R (a name starts with a letter or a point, "
                "goes on with letters, digits, points and underscores, and is no word of the language). Rename it."
            )
