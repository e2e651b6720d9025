"""What leaves cocsem for other programs: questionnaires to answer, models to fit."""

from cocsem.report.export.questionnaire import Questionnaire, make_questionnaire

__all__ = ["Questionnaire", "make_questionnaire"]
