"""Path diagrams as figures: of the structural model, and of everything with the items outward."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from cocsem.errors import UsageError
from cocsem.estimation.types import Fit
from cocsem.language import LANGUAGES, Text
from cocsem.references import load_glossary
from cocsem.report.figures.paper_diagram import paper_diagram
from cocsem.report.figures.path_diagram import CAPTION_WITHOUT_ESTIMATES, caption
from cocsem.report.figures.path_diagram import path_diagram as draw
from cocsem.report.figures.raster import svg_to_pdf, svg_to_png
from cocsem.report.types import Figure
from cocsem.theory.types import Theory

_STRUCTURAL = Text("The structural model", "Model struktural")
_MEASUREMENT = Text("The measurement model", "Model pengukuran")
_COMPLETE = Text("The structural model with its items", "Model struktural beserta butirnya")
_MAKERS = {
    ".svg": lambda svg: svg.encode(),
    ".png": svg_to_png,
    ".pdf": svg_to_pdf,
}


def path_diagram(
    fit: Fit,
    *,
    theory: Theory | None = None,
    indicators: bool = True,
    names: Mapping[str, Text] | None = None,
) -> Figure:
    """Draw a fitted model: exogenous constructs left, outcomes right, indicators outward, with standardized estimates.

    Parameters
    ----------
    fit : the fitted model; of several groups the first is drawn.
    theory : names the hypothesis of each path, and leaves out what it does not speak of (controls).
    indicators : draw the items and dimensions with their loadings too.
    names : printed name (`Text`) by construct code; those of the glossary are known.

    Returns
    -------
    A `Figure`, with the markup (SVG) in both languages; it shows itself in a notebook, `write_figure` puts it into a file.

    Raises
    ------
    UsageError : the fit did not converge, so there are no estimates to draw.

    >>> import cocsem
    >>> fit = cocsem.cfa("trust =~ tru1 + tru2 + tru3 + tru4", cocsem.load_dataset("creative_industry"))
    >>> cocsem.path_diagram(fit).title.en
    'The measurement model'
    """
    if not fit.converged:
        raise UsageError("A path diagram shows estimates, but this model did not converge. See fit.warnings.")
    return draw_diagram(fit, theory, indicators=indicators, names=names)


def draw_diagram(
    fit: Fit | None, theory: Theory | None, *, indicators: bool, names: Mapping[str, Text] | None
) -> Figure:
    """Draw the diagram as a figure of the report; a model without estimates shows the hypothesised signs."""
    known = {**{code: construct.name for code, construct in load_glossary().items()}, **(names or {})}
    estimated = fit is not None and fit.converged
    paths = theory is not None or (fit is not None and (fit.estimates["op"] == "~").any())
    key = "path_diagram" if not indicators else "complete_diagram" if paths else "measurement_diagram"
    title = _STRUCTURAL if not indicators else _COMPLETE if paths else _MEASUREMENT
    svg = (draw(fit, theory, lang, names=known, indicators=indicators) for lang in LANGUAGES)
    paper = None if indicators else paper_diagram(fit, theory, names=known)
    told = caption(indicators=indicators) if estimated else CAPTION_WITHOUT_ESTIMATES
    return Figure(key, title, told, Text(*svg), paper)


def write_figure(figure: Figure, path: str | Path, *, lang: str = "en") -> Path:
    """Write a figure to a file; the ending of its name says as what: svg, png (300 dots per inch) or pdf.

    Raises
    ------
    UsageError : another ending, or a place that cannot be written to.
    """
    place = Path(path)
    make = _MAKERS.get(place.suffix.lower())
    if make is None:
        raise UsageError(f"A figure is written as {', '.join(_MAKERS)}, but '{place.name}' ends otherwise. Rename it.")
    try:
        place.write_bytes(make(figure.svg[lang]))
    except OSError as fault:
        raise UsageError(f"The figure must be written to '{place}', but that failed: {fault.strerror}.") from None
    return place
