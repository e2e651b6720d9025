"""Everything a report is made of, gathered once, and the order of its sections."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from cocsem.assessment.types import Assessment
from cocsem.estimation.types import Fit
from cocsem.language import Text, text_from
from cocsem.references import load_glossary
from cocsem.report import checklist
from cocsem.report.tables.verdicts import reference_of
from cocsem.shelf import read_toml
from cocsem.survey.types import Survey
from cocsem.theory.types import Theory

_FILE = Path(__file__).with_name("sections.toml")


@dataclass(frozen=True, slots=True)
class Plan:
    """A section as the section file states it."""

    key: str
    heading: Text
    assessments: tuple[str, ...]
    tables_first: bool


@dataclass(frozen=True, slots=True)
class Material:
    """What one run found. `fits` maps measurement, structural and rivals to what was fitted."""

    title: Text
    survey: Survey | None
    theory: Theory | None
    fits: Mapping[str, Any]
    assessments: Mapping[str, Assessment]
    provenance: Mapping[str, Any]

    def fit(self, key: str) -> Fit | None:
        """Return the fit with this key, if there is one."""
        found = self.fits.get(key)
        return found if isinstance(found, Fit) else None

    @property
    def main_fit(self) -> Fit | None:
        """The structural fit, else the measurement fit."""
        return self.fit("structural") or self.fit("measurement")

    @property
    def names(self) -> dict[str, Text]:
        """Printed names of the constructs: the glossary's, then those of the instruments used."""
        names = {code: construct.name for code, construct in load_glossary().items()}
        for instrument in self.survey.instruments if self.survey else ():
            names.update({code: instrument.factor(code).name for code in instrument.constructs})
        return names


@lru_cache(maxsize=1)
def load_plans() -> tuple[Plan, ...]:
    """Read the order of the sections once."""
    return tuple(
        Plan(
            entry["key"],
            text_from(entry["heading"], f"sections.toml {entry['key']}"),
            tuple(entry.get("assessments", ())),
            entry.get("tables_first", False),
        )
        for entry in read_toml(_FILE)["section"]
    )


def plans_for(assessments: Mapping[str, Assessment]) -> tuple[Plan, ...]:
    """The planned sections; assessments that none of them names get sections of their own before the limits."""
    plans = load_plans()
    named = {key for plan in plans for key in plan.assessments}
    own = tuple(Plan(key, a.title, (key,), False) for key, a in assessments.items() if key not in named)
    limits = next(i for i, plan in enumerate(plans) if plan.key == "limits")
    return (*plans[:limits], *own, *plans[limits:])


def gather_references(material: Material) -> tuple[str, ...]:
    """Keys of every source the report rests on, in order of first use."""
    return tuple(dict.fromkeys(_used(material)))


def _used(material: Material) -> Iterator[str]:
    for instrument in material.survey.instruments if material.survey else ():
        yield from instrument.structure
    for hypothesis in material.theory.hypotheses if material.theory else ():
        yield from hypothesis.references
    for assessment in material.assessments.values():
        yield from assessment.references
        for verdict in assessment.verdicts:
            yield from reference_of(verdict)
    yield from checklist.REFERENCES
