"""Surveys as people have them: a file and its instruments become answers, scored, with a log of all that was done."""

from cocsem.survey.codebook import read_codebook
from cocsem.survey.matching import Found
from cocsem.survey.read import discover, read_survey
from cocsem.survey.types import Codebook, LogEntry, Survey

__all__ = ["Codebook", "Found", "LogEntry", "Survey", "discover", "read_codebook", "read_survey"]
