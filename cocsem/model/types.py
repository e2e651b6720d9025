"""What a model is: a parameter table. Baseline, saturated and constrained models are edits of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import NamedTuple

from cocsem.display import Displayed


class Row(NamedTuple):
    """One line of the parameter table.

    `lhs op rhs` as in lavaan syntax (`=~ ~ ~~ ~1 ~*~ |`); `group` counts from 1.
    `free` numbers the free parameters from 1 (0: fixed at `value`); rows with the same number are equal.
    `value` is the fixed value, or the start asked for by the user, or None.
    `label` is the user's label, `lower` and `upper` are bounds the user wrote, `exo` marks moments of fixed exogenous x,
    `user` is True for rows the user wrote and False for rows the automatic rules added.
    """

    lhs: str
    op: str
    rhs: str
    group: int = 1
    free: int = 0
    value: float | None = None
    label: str = ""
    lower: float | None = None
    upper: float | None = None
    exo: bool = False
    user: bool = True


class Constraint(NamedTuple):
    """`lhs op rhs` between labels: `==`, `<` or `>`; `:=` defines the new parameter `lhs`."""

    lhs: str
    op: str
    rhs: str


@dataclass(frozen=True, slots=True)
class ModelSpec(Displayed):
    """A model as a parameter table, with its constraints and definitions.

    Attributes
    ----------
    rows : the parameter table, group after group.
    constraints : equality and inequality constraints between labels.
    definitions : new parameters (`:=`), computed after estimation.
    observed, latent : names; observed in the order of first mention (lavaan's `ov.names`).
    exogenous : observed variables whose moments are taken as given (`fixed_x`).
    covariates : observed predictors that nothing explains, fixed or not; the baseline model leaves their covariances free.
    groups : labels of the groups; one empty label for a single group.
    meanstructure, std_lv, orthogonal : what was asked or followed from it.
    ordered : observed variables that are ordered items, latent responses cut at thresholds.
    parameterization : `delta` or `theta`: whether the scale or the residual variance of a latent response is a parameter.
    n_free : number of distinct free parameters, before constraints.
    """

    rows: tuple[Row, ...]
    constraints: tuple[Constraint, ...] = ()
    definitions: tuple[Constraint, ...] = ()
    observed: tuple[str, ...] = ()
    latent: tuple[str, ...] = ()
    exogenous: tuple[str, ...] = ()
    covariates: tuple[str, ...] = ()
    groups: tuple[str, ...] = ("",)
    meanstructure: bool = False
    std_lv: bool = False
    orthogonal: bool = False
    ordered: tuple[str, ...] = ()
    parameterization: str = "delta"
    n_free: int = field(init=False, repr=False, compare=False)
    _hash: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "n_free", max((row.free for row in self.rows), default=0))
        object.__setattr__(self, "_hash", hash((self.observed, self.latent, self.groups, len(self.rows))))

    def __hash__(self) -> int:
        """At hand, since what derives from a model is found again by it; equality still compares every row."""
        return self._hash

    @property
    def thresholds(self) -> tuple[tuple[str, int], ...]:
        """The ordered items, each with its number of thresholds."""
        first = [row.lhs for row in self.rows if row.op == "|" and row.group == 1]
        return tuple((name, first.count(name)) for name in self.ordered)

    def follows(self, row: Row) -> bool:
        """True for a row whose value follows from the rest: the residual variance of an ordered item, or (theta) its scale."""
        op = "~~" if self.parameterization == "delta" else "~*~"
        return row.op == op and row.lhs == row.rhs and row.lhs in self.ordered

    def with_rows(self, rows: tuple[Row, ...]) -> ModelSpec:
        """Return the same model with another parameter table."""
        return replace(self, rows=rows)
