"""cocsem: from a questionnaire to tested theory.

The public names are resolved when first used, so that `import cocsem` costs little more than `import pandas`.
"""

from __future__ import annotations

from importlib import import_module
from types import FunctionType
from typing import Any

from cocsem.arguments import checked
from cocsem.threads import one_thread

__version__ = "0.1.0"

_NAMES = {
    "cfa": "cocsem.estimation.verbs",
    "sem": "cocsem.estimation.verbs",
    "growth": "cocsem.estimation.verbs",
    "fit_model": "cocsem.estimation.verbs",
    "standardized": "cocsem.estimation.standardized_solution",
    "predict": "cocsem.estimation.factor_scores",
    "model_syntax": "cocsem.model.printing",
    "to_lavaan": "cocsem.model.translation.lavaan",
    "to_mplus": "cocsem.model.translation.mplus",
    "to_semopy": "cocsem.model.translation.semopy",
    "from_semopy": "cocsem.model.translation.semopy_dialect",
    "modification_indices": "cocsem.estimation.modification",
    "score_test": "cocsem.estimation.score_tests",
    "wald_test": "cocsem.estimation.wald",
    "residuals": "cocsem.estimation.residual_tables",
    "compare": "cocsem.estimation.comparison",
    "invariance": "cocsem.assessment.invariance",
    "common_method": "cocsem.assessment.common_method",
    "factor_structure": "cocsem.assessment.structure",
    "respecify": "cocsem.assessment.respecification",
    "moderation": "cocsem.assessment.moderation",
    "group_moderation": "cocsem.assessment.moderation",
    "efa": "cocsem.estimation.efa",
    "explore_and_confirm": "cocsem.assessment.hold_out",
    "effects": "cocsem.assessment.effects",
    "audit": "cocsem.auditing",
    "explain": "cocsem.lesson.explaining",
    "simulate": "cocsem.simulation.simulate",
    "power": "cocsem.simulation.power",
    "dynamic_cutoffs": "cocsem.simulation.dynamic_cutoffs",
    "screen": "cocsem.assessment.screening",
    "careless": "cocsem.assessment.screening",
    "parallel_analysis": "cocsem.assessment.retention",
    "content_validity": "cocsem.assessment.content",
    "pilot_test": "cocsem.assessment.pilot",
    "retest": "cocsem.assessment.retest",
    "early_late": "cocsem.assessment.nonresponse",
    "little_mcar": "cocsem.assessment.screening.mcar",
    "f_squared": "cocsem.assessment.effect_sizes",
    "vuong": "cocsem.assessment.vuong",
    "reliability": "cocsem.assessment.verbs",
    "validity": "cocsem.assessment.verbs",
    "read_survey": "cocsem.survey.read",
    "load_instrument": "cocsem.instrument.load",
    "load_theory": "cocsem.theory.load",
    "load_dataset": "cocsem.survey.shelf_data",
    "run_study": "cocsem.study",
    "path_diagram": "cocsem.report.diagrams",
    "write_figure": "cocsem.report.diagrams",
    "CocsemError": "cocsem.errors",
}

__all__ = [*sorted(_NAMES, key=str.casefold), "__version__"]


def __getattr__(name: str) -> Any:
    if name not in _NAMES:
        raise AttributeError(f"module 'cocsem' has no attribute '{name}'")
    found = getattr(import_module(_NAMES[name]), name)
    if isinstance(found, FunctionType):
        found = one_thread()(checked(found))
        found.__module__ = __name__  # where it is found under this name, also by pickle
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted(__all__)
