"""cocsem: from a questionnaire to tested theory."""

__version__ = "0.1.0"
