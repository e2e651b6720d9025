"""Common-method variance: how much of what the items share could come from the way they were asked."""

from cocsem.assessment.common_method.verb import common_method

__all__ = ["common_method"]
