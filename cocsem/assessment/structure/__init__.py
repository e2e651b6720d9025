"""Which factors stand behind the items: one, several that correlate, several below a higher one, or a general one beside them."""

from cocsem.assessment.structure.verb import factor_structure

__all__ = ["factor_structure"]
