"""Changing a model after seeing the data: what the data suggest, what was done, and whether it holds on other answers."""

from cocsem.assessment.respecification.verb import respecify

__all__ = ["respecify"]
