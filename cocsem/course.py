"""The course of a run: its steps in order, what they are called, and how long they usually take beside one another."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from cocsem.errors import UsageError
from cocsem.language import LANGUAGES, Text
from cocsem.question import Question

STEPS = {
    "reading": Text("Reading the survey", "Membaca survei"),
    "screening": Text("Screening the answers", "Memeriksa jawaban"),
    "measurement": Text("Fitting the measurement model", "Mengestimasi model pengukuran"),
    "scales": Text("Reliability, exploratory factors, validity", "Reliabilitas, faktor eksploratori, validitas"),
    "common_method": Text("Looking for common-method variance", "Memeriksa varians metode bersama"),
    "factor_structure": Text("Fitting rival structures", "Mengestimasi struktur tandingan"),
    "respecification": Text("Looking for what the data would change", "Mencari perubahan yang disarankan data"),
    "invariance": Text("Comparing the measurement between the groups", "Membandingkan pengukuran antarkelompok"),
    "structural": Text("Testing the theory", "Menguji teori"),
    "rivals": Text("Fitting the rival models", "Mengestimasi model tandingan"),
    "audit": Text("Asking a second engine", "Menjalankan mesin kedua"),
    "sensitivity": Text("Repeating without the flagged respondents", "Mengulang tanpa responden yang ditandai"),
    "estimators": Text("Repeating with other estimators", "Mengulang dengan estimator lain"),
    "programs": Text("Asking other programs", "Menjalankan program lain"),
    "report": Text("Putting the report together", "Menyusun laporan"),
}
# Seconds of a middling study; only their proportions count, for the time that is left.
_USUAL: Mapping[str, float] = {
    "reading": 0.4, "screening": 0.4, "measurement": 0.2, "scales": 6.0, "common_method": 0.5, "factor_structure": 0.2,
    "respecification": 0.3, "invariance": 2.5, "structural": 0.2, "rivals": 0.4, "audit": 0.8, "sensitivity": 2.0,
    "estimators": 2.0, "programs": 15.0, "report": 1.0,
}  # fmt: skip
_PER_DRAW = 0.004
_DRAWN = ("measurement", "structural", "rivals", "scales")  # what a bootstrap makes longer


class Step(str):
    """What is being done now, with the share of the work that is done (between 0 and 1), or None while that is unknown.

    >>> Step("Testing the theory", 0.5).done
    0.5
    """

    done: float | None

    def __new__(cls, text: str, done: float | None = None) -> Step:
        """Make the words with their place in the run."""
        step = super().__new__(cls, text)
        step.done = done
        return step


Tell = Callable[[str], None]


def teller(progress: Callable[[str], None], lang: str, steps: Sequence[str] = (), draws: int = 0) -> Tell:
    """Tell the progress by the key of a step, in the language of the report.

    Parameters
    ----------
    progress : is given a `Step`, which is a text. steps : the keys of the run in order, where they are known.
    draws : of the bootstrap, which makes some steps longer.

    Raises
    ------
    UsageError : another language.
    """
    if lang not in LANGUAGES:
        raise UsageError(f"lang must be one of {', '.join(LANGUAGES)}, not '{lang}'.")
    usual = {step: _USUAL[step] + (_PER_DRAW * draws if step in _DRAWN else 0.0) for step in steps}
    total = sum(usual.values())

    def tell(step: str) -> None:
        known = step in usual
        before = sum(usual[one] for one in steps[: steps.index(step)]) if known else 0.0
        progress(Step(STEPS[step][lang], before / total if known else None))

    return tell


def steps_of(asked: Question, options: Mapping[str, Any], *, alone: bool, programs: bool) -> tuple[str, ...]:
    """The steps that a study takes, in order; `alone` where no theory is tested."""
    measured, structural = bool(asked.measurement), bool(asked.structural) and not alone
    taken = {
        "reading": True,
        "screening": True,
        "measurement": measured,
        "scales": True,
        "common_method": measured and not options["ordered"],
        "factor_structure": measured and alone and not options["ordered"],
        "respecification": measured and alone and not options["ordered"],
        "invariance": measured and bool(options["group"]),
        "structural": structural,
        "rivals": structural and asked.theory is not None and bool(asked.theory.rivals),
        "audit": structural,
        "sensitivity": measured,
        "estimators": measured or structural,
        "programs": programs,
        "report": True,
    }
    return tuple(step for step, on in taken.items() if on)
