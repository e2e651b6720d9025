"""Measurement invariance: do the groups answer the same questions in the same way, so that they can be compared?"""

from cocsem.assessment.invariance.wizard import invariance

__all__ = ["invariance"]
