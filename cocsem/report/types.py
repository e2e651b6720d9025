"""What a report is: sections in the order of a paper, each with its tables, paragraphs, figures and warnings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from cocsem.assessment.types import Assessment, Table
from cocsem.display import Displayed
from cocsem.estimation.types import Fit
from cocsem.language import Text
from cocsem.survey.types import Survey


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture drawn by cocsem: `svg` holds the markup in both languages, `caption` says what is and is not drawn.

    `paper` holds another layout of the same picture where a page needs one.
    """

    key: str
    title: Text
    caption: Text
    svg: Text
    paper: Text | None = None

    def _repr_html_(self) -> str:
        from html import escape

        return (
            f"<figure>{self.svg.en}<figcaption>{escape(self.title.en)}. {escape(self.caption.en)}</figcaption></figure>"
        )


@dataclass(frozen=True, slots=True)
class Section:
    """One section of the report.

    `tables` are printed in this order, after the paragraphs (`tables_first`: before them); `assessments` are the
    answers they come from, and their verdicts are printed last.
    """

    key: str
    heading: Text
    assessments: tuple[Assessment, ...] = ()
    tables: tuple[Table, ...] = ()
    paragraphs: tuple[Text, ...] = ()
    figures: tuple[Figure, ...] = ()
    warnings: tuple[Text, ...] = ()
    tables_first: bool = False


@dataclass(frozen=True, slots=True)
class Report(Displayed):
    """Everything a run found, ready to be written down.

    Attributes
    ----------
    title, lang : the title in both languages, and the language the report is written in.
    sections : in the order of a paper.
    provenance : versions, seed, file hash, rows used and dropped, estimator.
    results : what results.json holds; the same English keys in every language.
    survey : the survey, or None when only moments were given.
    fit : the structural fit, else the measurement fit, else None.
    assessments : mapping of key to `Assessment`.
    references : keys of the sources the report rests on.
    scores : scale means and factor scores by row number, or None.
    """

    title: Text
    lang: str
    sections: tuple[Section, ...]
    provenance: Mapping[str, Any]
    results: Mapping[str, Any]
    survey: Survey | None = None
    fit: Fit | None = None
    assessments: Mapping[str, Assessment] = field(default_factory=dict)
    references: tuple[str, ...] = ()
    scores: pd.DataFrame | None = None

    def summary(self, lang: str | None = None) -> str:
        """Return the report as readable text; without `lang` in the language it was written in."""
        from cocsem.report.show import show

        return show(self, lang or self.lang)

    def __getitem__(self, key: str) -> Assessment:
        """Return the assessment with this key."""
        return self.assessments[key]
