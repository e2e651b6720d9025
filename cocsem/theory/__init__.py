"""Theories: which construct acts on which, with what sign, on whose word, and which models contradict it."""

from cocsem.theory.claims import load_claims
from cocsem.theory.load import list_theories, load_theory
from cocsem.theory.rivals import apply, is_recursive, loops
from cocsem.theory.template import theory_template
from cocsem.theory.types import Claim, Hypothesis, Path, Replacement, Rival, Theory

__all__ = [
    "Claim",
    "Hypothesis",
    "Path",
    "Replacement",
    "Rival",
    "Theory",
    "apply",
    "is_recursive",
    "list_theories",
    "load_claims",
    "load_theory",
    "loops",
    "theory_template",
]
