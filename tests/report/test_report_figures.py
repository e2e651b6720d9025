import xml.etree.ElementTree as ElementTree
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cocsem.estimation.types import Fit
from cocsem.language import Text
from cocsem.report.figures.coordinates import Sizes, node_box, place_all, sample
from cocsem.report.figures.heat_map import heat_map
from cocsem.report.figures.layers import Stop, lay_out
from cocsem.report.figures.path_diagram import Arrow, Node, _draw, path_diagram
from cocsem.theory.types import Theory

_SVG = "{http://www.w3.org/2000/svg}"
_PATHS = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), min_size=1, max_size=16)


def _edges(pairs: list[tuple[int, int]]) -> list[tuple[str, str]]:
    return list(dict.fromkeys((f"C{a}", f"C{b}") for a, b in pairs if a != b))


def _nodes(edges: list[tuple[str, str]]) -> list[str]:
    return list(dict.fromkeys(code for edge in edges for code in edge))


@settings(max_examples=60, deadline=None)
@given(_PATHS)
def test_labels_stand_free_of_nodes_and_of_one_another(pairs: list[tuple[int, int]]) -> None:
    edges = _edges(pairs)
    nodes = [Node(code, ("a name", "R² = .45")) for code in _nodes(edges)]
    arrows = [Arrow(source, target, f"H{i}: −.45***") for i, (source, target) in enumerate(edges)]
    drawing, boxes, _, sizes = _draw(nodes, arrows, {})
    taken = [node_box(drawing.centres[node.code], sizes) for node in nodes]
    for number, box in enumerate(boxes):
        assert not any(box.meets(other) for other in taken), edges
        assert not any(box.meets(other) for other in boxes[:number]), edges


@settings(max_examples=60, deadline=None)
@given(_PATHS)
def test_no_arrow_crosses_a_node_and_nothing_leaves_the_picture(pairs: list[tuple[int, int]]) -> None:
    edges = _edges(pairs)
    sizes = Sizes(60.0, 30.0, 90.0, 20.0)
    drawing = place_all(lay_out(_nodes(edges), edges), sizes)
    inner = sizes._replace(rx=sizes.rx * 0.6, ry=sizes.ry * 0.6)
    for corners in drawing.corners:
        for x, y in sample(corners):
            assert 0 <= x <= drawing.width and 0 <= y <= drawing.height
            for code in _nodes(edges):
                box = node_box(drawing.centres[code], inner)
                assert not (box.left < x < box.right and box.top < y < box.bottom)


@settings(max_examples=60, deadline=None)
@given(_PATHS)
def test_causes_stand_left_of_outcomes_unless_a_loop_forbids_it(pairs: list[tuple[int, int]]) -> None:
    edges = [(min(edge), max(edge)) for edge in _edges(pairs)]
    layout = lay_out(_nodes(edges), edges)
    depth = {place: i for i, layer in enumerate(layout.layers) for place in layer}
    assert all(depth[source] < depth[target] for source, target in edges)
    caused = {target for _, target in edges}
    assert all(depth[node] == 0 for node in _nodes(edges) if node not in caused)


def test_a_loop_is_drawn_with_both_arrows() -> None:
    layout = lay_out(["A", "B"], [("A", "B"), ("B", "A")])
    assert layout.layers == (("A",), ("B",))
    assert layout.routes == (("A", "B"), ("B", "A"))


def test_a_long_arrow_gets_a_place_in_every_layer_it_passes() -> None:
    layout = lay_out(["A", "B", "C"], [("A", "B"), ("B", "C"), ("A", "C")])
    assert layout.routes[2] == ("A", Stop(2, 1), "C")


def test_the_diagram_shows_estimates_stars_and_hypotheses(fit: Fit, theory: Theory) -> None:
    root = ElementTree.fromstring(path_diagram(fit, theory, "id", names={"IND60": Text("industry", "industri")}))
    texts = [element.text for element in root.iter(f"{_SVG}text")]
    assert {"H1: 0,45***", "H2: 0,18**", "H3: 0,89***", "industri", "R² = 0,20"} <= set(texts)
    assert len(list(root.iter(f"{_SVG}ellipse"))) == 3
    assert root.find(f"{_SVG}title") is not None
    assert "IND60 ke DEM60: H1: 0,45***" in str(root.find(f"{_SVG}desc").text)


def test_a_path_that_is_not_significant_is_dashed_and_a_negative_one_is_marked(fit: Fit, theory: Theory) -> None:
    estimates = fit.estimates.copy()
    estimates.loc[estimates["op"] == "~", "pvalue"] = [0.2, 0.001, 0.0]
    estimates.loc[estimates["op"] == "~", "std_all"] = [0.1, -0.4, 0.5]
    root = ElementTree.fromstring(path_diagram(replace(fit, estimates=estimates), theory, "en"))
    assert [p.get("class") for p in root.iter(f"{_SVG}path")] == ["edge weak", "edge negative", "edge"]


def test_without_estimates_the_hypothesised_signs_are_drawn(failed_fit: Fit, theory: Theory) -> None:
    texts = [e.text for e in ElementTree.fromstring(path_diagram(failed_fit, theory, "en")).iter(f"{_SVG}text")]
    assert {"H1 (+)", "H2 (−)", "H3 (+)"} <= set(texts)
    assert not any("R²" in str(text) for text in texts)


def test_without_a_theory_every_regression_is_drawn(fit: Fit) -> None:
    texts = [e.text for e in ElementTree.fromstring(path_diagram(fit, None, "en")).iter(f"{_SVG}text")]
    assert {".45***", ".18**", ".89***"} <= set(texts)


@pytest.mark.parametrize(
    "name", ["<b>&\"'", "信頼と満足度", "Kepuasan pelanggan yang sangat panjang sekali namanya", "ثقة العميل"]
)
def test_any_script_and_any_sign_gives_well_formed_markup(fit: Fit, theory: Theory, name: str) -> None:
    root = ElementTree.fromstring(path_diagram(fit, theory, "en", names={"IND60": Text(name, name)}))
    assert name.split()[0] in " ".join(str(e.text) for e in root.iter(f"{_SVG}text"))


def test_the_heat_map_shows_every_number_of_the_triangle() -> None:
    frame = pd.DataFrame([[1.0, 0.3], [-0.3, np.nan]], index=["A<", "B"], columns=["A<", "B"])
    root = ElementTree.fromstring(heat_map(frame, "en", title="r & r", triangle=True))
    assert [e.text for e in root.iter(f"{_SVG}text")] == ["A<", "B", "A<", "1.00", "B", "−.30"]
    assert [e.get("class") for e in root.iter(f"{_SVG}rect")] == ["pos", "neg"]
