"""Complete path diagrams, measured in the finished markup with the typeface of the picture files."""

import re
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cocsem
from cocsem.errors import UsageError
from cocsem.estimation.types import Fit
from cocsem.language import Text
from cocsem.model.types import ModelSpec
from cocsem.references import load_glossary
from cocsem.report.diagrams import draw_diagram
from cocsem.report.figures.paper_diagram import LEGIBLE, paper_diagram, print_size
from cocsem.report.figures.path_diagram import path_diagram as draw
from cocsem.report.figures.raster import font_folder
from cocsem.report.figures.svg import Box
from cocsem.theory.load import list_theories, load_theory

_SVG = "{http://www.w3.org/2000/svg}"
_NAMES = (
    "customer participation in value co-creation",
    "kepuasan pelanggan",
    "顧客の信頼と満足度",
    "ثقة العميل بالشركة",
)


class Written(NamedTuple):
    text: str
    box: Box


@cache
def _font(size: float, bold: bool):
    from PIL import ImageFont

    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return ImageFont.truetype(str(font_folder() / name), size)


def _width(text: str, size: float, bold: bool) -> float:
    wide = sum(ord(c) >= 0x1100 for c in text)
    plain = "".join(c for c in text if ord(c) < 0x1100)
    return _font(size, bold).getlength(plain) + wide * size


def _texts(root) -> list[Written]:
    found = []
    for one in root.iter(f"{_SVG}text"):
        x, y, size = (float(one.get(key)) for key in ("x", "y", "font-size"))
        half = _width(str(one.text), size, one.get("font-weight") is not None) / 2
        assert one.get("text-anchor") == "middle"
        found.append(Written(str(one.text), Box(x - half, y - 0.75 * size, x + half, y + 0.05 * size)))
    return found


def _nodes(root) -> list[Box]:
    boxes = []
    for one in root.iter(f"{_SVG}ellipse"):
        x, y, rx, ry = (float(one.get(key)) for key in ("cx", "cy", "rx", "ry"))
        boxes.append(Box(x - rx, y - ry, x + rx, y + ry))
    for one in root.iter(f"{_SVG}rect"):
        if "node" in one.get("class", ""):
            x, y, width, height = (float(one.get(key)) for key in ("x", "y", "width", "height"))
            boxes.append(Box(x, y, x + width, y + height))
    return boxes


def _check(svg: str) -> None:
    root = ElementTree.fromstring(svg)
    texts, nodes = _texts(root), _nodes(root)
    width, height = map(float, root.get("viewBox").split()[2:])
    for number, (text, box) in enumerate(texts):
        assert box.left >= 0 and box.top >= 0 and box.right <= width and box.bottom <= height, text
        for other in texts[:number]:
            assert not box.meets(other.box), (text, other.text)
        x, y = (box.left + box.right) / 2, (box.top + box.bottom) / 2
        for node in nodes:
            if node.left < x < node.right and node.top < y < node.bottom:
                assert node.left <= box.left and box.right <= node.right, f"{text} runs out of its node"
            else:
                assert not box.meets(node), f"{text} meets a node"


def _fit(start: Fit, paths: list[tuple[str, str]], items: dict[str, list[str]]) -> Fit:
    """A fit with these paths and indicators, and made-up numbers."""
    rows = [(c, "=~", i) for c, own in items.items() for i in own] + [(b, "~", a) for a, b in paths]
    frame = pd.DataFrame(rows, columns=["lhs", "op", "rhs"]).assign(group="", est=1.0, se=0.1, pvalue=0.0004)
    frame["std_all"] = [-0.78 if i % 5 == 4 else 0.78 for i in range(len(frame))]
    spec = ModelSpec((), observed=(), latent=tuple(items))
    return replace(start, spec=spec, estimates=frame, r2={b: 0.45 for _, b in paths})


def _codes(count: int) -> list[str]:
    return [f"CNS{i}" for i in range(count)]


@st.composite
def _models(choose):
    codes = _codes(choose(st.integers(3, 12)))
    pairs = [(a, b) for i, a in enumerate(codes) for b in codes[i + 1 :]]
    # As many paths as theories have: at most two for each construct; now and then one that closes a loop.
    paths = choose(st.lists(st.sampled_from(pairs), min_size=1, max_size=2 * len(codes), unique=True))
    if choose(st.booleans()):
        back = (paths[0][1], paths[0][0])
        paths = [*paths, back]
    items = {c: [f"{c.lower()}_{k}" for k in range(choose(st.integers(2, 5)))] for c in codes}
    return paths, items, choose(st.sampled_from(_NAMES)), choose(st.sampled_from(("en", "id")))


@settings(max_examples=40, deadline=None)
@given(model=_models())
def test_no_text_meets_another_text_or_a_node(model) -> None:
    paths, items, name, lang = model
    fit = _fit(_START, paths, items)
    for indicators in (False, True):
        figure = draw_diagram(fit, None, indicators=indicators, names={c: Text(name, name) for c in items})
        _check(figure.svg[lang])


@pytest.mark.parametrize("name", _NAMES)
@pytest.mark.parametrize("count", range(3, 13))
def test_chains_with_shortcuts_of_3_to_12_constructs_of_5_items(count: int, name: str) -> None:
    codes = _codes(count)
    paths = [(a, b) for i, a in enumerate(codes) for b in codes[i + 1 : i + 3]]
    fit = _fit(_START, paths, {c: [f"{c.lower()}_{k}" for k in range(5)] for c in codes})
    _check(draw_diagram(fit, None, indicators=True, names={c: Text(name, name) for c in codes}).svg.id)


@settings(max_examples=40, deadline=None)
@given(model=_models())
def test_no_text_meets_another_on_paper(model) -> None:
    """Upright diagrams, and those that write codes alone."""
    paths, items, name, lang = model
    fit = _fit(_START, paths, items)
    for upright, width in ((True, 16), (True, 0), (False, 0)):
        names = {c: Text(name, name) for c in items}
        _check(draw(fit, None, lang, names=names, upright=upright, name_width=width))


@pytest.mark.parametrize("lang", ["en", "id"])
@pytest.mark.parametrize("code", list_theories())
def test_the_diagram_of_a_theory_is_legible_at_column_width(code: str, lang: str) -> None:
    theory = load_theory(code)
    paths = [(path.source, path.target) for path in theory.paths]
    names = {c: construct.name for c, construct in load_glossary().items()}
    svg = paper_diagram(_fit(_START, paths, {c: [c.lower()] for c in theory.constructs}), theory, names=names)[lang]
    _check(svg)
    assert print_size(svg) >= (LEGIBLE if len(theory.constructs) <= 12 else 5.0)


def test_an_upright_diagram_runs_from_the_top_to_the_bottom() -> None:
    svg = draw(_fit(_START, [("A", "B"), ("B", "C"), ("A", "C")], {}), None, "en", upright=True)
    places = {t.text: t.box.top for t in _texts(ElementTree.fromstring(svg))}
    assert places["A"] < places["B"] < places["C"]


@pytest.mark.parametrize("count", range(1, 13))
def test_measurement_models_stand_in_two_columns_with_their_items_outward(count: int) -> None:
    codes = _codes(count)
    fit = _fit(_START, [], {c: [f"{c.lower()}_{k}" for k in range(5)] for c in codes})
    figure = draw_diagram(fit, None, indicators=True, names={})
    _check(figure.svg.en)
    assert figure.key == "measurement_diagram"
    assert figure.svg.en.count("<ellipse") == count
    assert len(re.findall(r'class="node thin"', figure.svg.en)) == 5 * count


def test_dimensions_stand_between_a_construct_and_their_items() -> None:
    items = {c: [f"{c}{k}" for k in range(3)] for c in ("A1", "A2", "B1", "B2", "C1", "C2")}
    fit = _fit(_START, [("A", "B"), ("B", "C")], {"A": ["A1", "A2"], "B": ["B1", "B2"], "C": ["C1", "C2"], **items})
    svg = draw_diagram(fit, None, indicators=True, names={}).svg.en
    _check(svg)
    places = {t.text: (t.box.left + t.box.right) / 2 for t in _texts(ElementTree.fromstring(svg))}
    assert places["A10"] < places["A1"] < places["A"] < places["B"] < places["C"] < places["C1"] < places["C10"]
    assert svg.count("<ellipse") == 3


def test_a_fit_is_drawn_and_written(tmp_path: Path, fit: Fit) -> None:
    figure = cocsem.path_diagram(fit, names={"IND60": Text("<industry>", "<industri>")})
    assert "&lt;industry&gt;" in figure._repr_html_() and "<svg" in figure._repr_html_()
    for ending, first in (("svg", b"<svg"), ("png", b"\x89PNG"), ("pdf", b"%PDF")):
        assert cocsem.write_figure(figure, tmp_path / f"diagram.{ending}", lang="id").read_bytes().startswith(first)
    with pytest.raises(UsageError, match="Rename it"):
        cocsem.write_figure(figure, tmp_path / "diagram.docx")


def test_a_fit_that_did_not_converge_is_not_drawn(failed_fit: Fit) -> None:
    with pytest.raises(UsageError, match="did not converge"):
        cocsem.path_diagram(failed_fit)


_START = Fit(
    spec=ModelSpec((), observed=(), latent=()),
    statistics=(),
    estimates=pd.DataFrame(),
    fit_measures={},
    r2={},
    converged=True,
    admissible=True,
    warnings=(),
    n_obs=100,
    provenance={},
    matrices=(),
    theta=np.zeros(1),
    vcov=np.zeros((1, 1)),
)
