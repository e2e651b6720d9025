"""Teaching measurement validation: what an index says, and lessons with exercises whose answers are known."""

from cocsem.lesson.explaining import explain
from cocsem.lesson.explanation_page import show_explanation
from cocsem.lesson.types import Explanation

__all__ = ["Explanation", "explain", "show_explanation"]
