"""Exploratory factor analysis."""

from cocsem.estimation.efa.solution import efa
from cocsem.estimation.efa.types import FactorSolution

__all__ = ["FactorSolution", "efa"]
