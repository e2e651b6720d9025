"""Exploratory factor analysis."""

from cocsem.estimation.efa.solution import degrees_of_freedom, efa
from cocsem.estimation.efa.types import FactorSolution

__all__ = ["FactorSolution", "degrees_of_freedom", "efa"]
