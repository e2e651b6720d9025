"""Convergent and discriminant validity."""

from cocsem.assessment.validity.assessment import validity
from cocsem.assessment.validity.correlation_ratios import htmt

__all__ = ["htmt", "validity"]
