"""results.json: every number, with null for what is missing."""

from __future__ import annotations

import json

from cocsem.report.types import Report


def render_json(report: Report) -> str:
    """Write the results as JSON text; the keys are English whatever the language of the report."""
    return json.dumps(report.results, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
