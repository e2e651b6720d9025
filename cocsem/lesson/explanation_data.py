"""An explanation as data: the same English keys in every language, null for what is missing."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from typing import Any

from cocsem.assessment.types import Verdict
from cocsem.lesson.types import Derivation, Explanation


def explanation_json(said: Explanation) -> str:
    """Write an explanation as JSON text.

    >>> from cocsem.lesson.explaining import explain
    >>> json.loads(explanation_json(explain("srmr")))["formulas"][0]["formula"]
    '√(Σr² / k)'
    """
    return json.dumps(_data(said), ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def _data(said: Explanation) -> dict[str, Any]:
    index = said.index
    return {
        "index": index.key,
        "asked": said.asked,
        "name": asdict(index.name),
        "what": asdict(index.what),
        "formulas": [{"symbol": symbol, "formula": formula} for symbol, formula in said.formulas],
        "symbols": {symbol: asdict(meaning) for symbol, meaning in said.symbols},
        "setting": asdict(said.setting) if said.setting else None,
        "refusal": asdict(said.refusal) if said.refusal else None,
        "notes": [asdict(note) for note in said.notes],
        "derivations": [_derivation(one) for one in said.derivations],
        "criteria": list(index.criteria),
        "verdicts": [_verdict(one) for one in said.verdicts],
        "misreadings": [asdict(one) for one in index.misreadings],
        "apa": asdict(said.apa),
        "references": list(index.references),
    }


def _derivation(one: Derivation) -> dict[str, Any]:
    steps = [
        {"symbol": s.symbol, "formula": s.formula, "filled": asdict(s.filled), "value": _number(s.value)}
        for s in one.steps
    ]
    note = asdict(one.note) if one.note else None
    return {"subject": one.subject, "key": one.key, "value": _number(one.value), "steps": steps, "note": note}


def _verdict(one: Verdict) -> dict[str, Any]:
    said = {name: asdict(text) if text else None for name, text in (("label", one.label), ("reason", one.reason))}
    return {"subject": one.subject, "index": one.index, "value": _number(one.value), "criterion": one.criterion, **said}


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None
