"""Teaching measurement validation: what an index says, and lessons with exercises whose answers are known."""

from cocsem.lesson.exercise import answer_key, write_exercise
from cocsem.lesson.explaining import explain
from cocsem.lesson.explanation_page import show_explanation
from cocsem.lesson.lesson_page import lesson_page
from cocsem.lesson.lesson_shelf import list_lessons, load_lesson
from cocsem.lesson.types import AnswerKey, Explanation, Lesson, LessonPage

__all__ = [
    "AnswerKey",
    "Explanation",
    "Lesson",
    "LessonPage",
    "answer_key",
    "explain",
    "lesson_page",
    "list_lessons",
    "load_lesson",
    "show_explanation",
    "write_exercise",
]
