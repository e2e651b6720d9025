"""Screening: what the data look like before anything is fitted."""

from cocsem.assessment.screening.assessment import screen
from cocsem.assessment.screening.careless import careless

__all__ = ["careless", "screen"]
