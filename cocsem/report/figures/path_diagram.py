"""The path diagram: constructs as ellipses, causes left, outcomes right, arrows with their standardized estimates."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from cocsem.assessment.wording import bounded, fill
from cocsem.criteria import load_criterion
from cocsem.estimation.types import Fit
from cocsem.language import Text
from cocsem.report.figures.coordinates import (
    Drawing,
    Point,
    Sizes,
    curve,
    node_box,
    place_all,
    place_upright,
    sample,
    shift,
    turned,
)
from cocsem.report.figures.indicators import (
    Grown,
    Indicator,
    Measures,
    draw_beside,
    draw_under,
    find_indicators,
    half_width,
    hanging_height,
    measure,
    side_height,
    side_width,
)
from cocsem.report.figures.layers import Layout, Place, lay_out
from cocsem.report.figures.placing import place_labels
from cocsem.report.figures.svg import Box, cut_text, picture, tag, text_width, write
from cocsem.report.numbers import format_number, is_missing
from cocsem.theory.types import Theory

CAPTION = Text(
    "Standardized estimates; {stars}; dashed: p ≥ {level}. "
    "Indicators, dimensions of higher-order constructs, disturbances, covariances and control variables are not drawn.",
    "Estimasi terstandar; {stars}; garis putus-putus: p ≥ {level}. "
    "Indikator, dimensi konstruk tingkat tinggi, galat, kovarians, dan variabel kontrol tidak digambar.",
)
CAPTION_COMPLETE = Text(
    "Standardized estimates; {stars}; dashed: p ≥ {level}. Rectangles: items; rounded: dimensions. "
    "Loadings carry no stars. Disturbances, residuals, covariances and control variables are not drawn.",
    "Estimasi terstandar; {stars}; garis putus-putus: p ≥ {level}. Persegi: butir; bersudut bundar: dimensi. "
    "Muatan tidak diberi bintang. Galat, residu, kovarians, dan variabel kontrol tidak digambar.",
)
CAPTION_WITHOUT_ESTIMATES = Text(
    "The hypothesised paths with their expected signs; there are no estimates to draw. Indicators are not drawn.",
    "Jalur hipotesis dengan tanda yang diharapkan; tidak ada estimasi untuk digambar. Indikator tidak digambar.",
)
_TITLE = Text("Path diagram", "Diagram jalur")
_SENTENCE = Text("{source} to {target}: {label}", "{source} ke {target}: {label}")
_TEST, _STARS = "path_test", "significance_stars"
_SPREADS = (1.0, 1.3, 1.7, 2.2, 3.0, 4.5, 7.0)
_NAME_WIDTH = 16
_NAME_LINES = 4
_CODE_SIZE, NAME_SIZE, _LABEL_SIZE = 14.0, 11.0, 12.0
_LEAST_RX, _LEAST_RX_OF_CODES, _MOST_RX = 52.0, 40.0, 120.0
_TIP = 8.0
_BOLD = 1.1
_COLUMNS = 4
_EDGE = 6.0
_ROW, _BESIDE = 44.0, 20.0  # room between rows, and between neighbours in a row, of an upright diagram


class Arrow(NamedTuple):
    """One path with what is written on it."""

    source: str
    target: str
    label: str
    weak: bool = False
    negative: bool = False


Trees = Mapping[str, tuple[Indicator, ...]]


class Node(NamedTuple):
    """One construct with the lines inside it."""

    code: str
    lines: tuple[str, ...]
    latent: bool = True


class Drawn(NamedTuple):
    """Where everything stands: nodes and arrows, the boxes of the labels, the indicators, and the sizes used."""

    drawing: Drawing
    boxes: list[Box]
    grown: list[Grown]
    sizes: Sizes


def path_diagram(
    fit: Fit | None,
    theory: Theory | None,
    lang: str,
    *,
    names: Mapping[str, Text] | None = None,
    indicators: bool = False,
    upright: bool = False,
    name_width: int = _NAME_WIDTH,
) -> str:
    """Draw the structural model as SVG.

    Parameters
    ----------
    fit : the fitted model; without one, or when it did not converge, the hypothesised paths are drawn with their signs.
    theory : gives the constructs and the hypothesis of each path; without one every regression of the model is drawn.
    lang : language of the numbers and of the description.
    names : printed name by construct code.
    indicators : draw the items and dimensions with their loadings too, outward; latent variables without paths as well.
    upright : causes above and outcomes below, for a page that is taller than wide; indicators are not drawn so.
    name_width : letters in a line of a printed name; 0 leaves the names to a table and writes the codes alone.

    Returns
    -------
    SVG markup, in which every text is escaped.
    """
    arrows = _arrows(fit, theory, lang)
    trees = find_indicators(fit, lang) if indicators and fit is not None and fit.converged else {}
    codes = dict.fromkeys([*(theory.constructs if theory else ()), *(c for a in arrows for c in (a.source, a.target))])
    parts = {one.name for tree in trees.values() for one in tree}
    codes.update(dict.fromkeys(code for code in trees if code not in parts))
    nodes = [_node(code, fit, names or {}, lang, name_width) for code in codes]
    if upright:
        drawn = _draw_upright(nodes, arrows)
    else:
        drawn = _draw(nodes, arrows, {code: trees[code] for code in codes if code in trees})
    shapes = [part for grown in drawn.grown for part in grown.parts]
    shapes += [
        p for arrow, corners in zip(arrows, drawn.drawing.corners, strict=True) for p in _arrow(arrow, corners, upright)
    ]
    shapes += [part for node in nodes for part in _shape(node, drawn.drawing.centres[node.code], drawn.sizes)]
    shapes += [part for arrow, box in zip(arrows, drawn.boxes, strict=True) for part in _label(arrow, box)]
    told = _describe(arrows, trees, lang)
    return picture(shapes, width=drawn.drawing.width, height=drawn.drawing.height, title=_TITLE[lang], description=told)


def _describe(arrows: Sequence[Arrow], trees: Mapping[str, Sequence[Indicator]], lang: str) -> str:
    """Say in words what is drawn, for those who do not see it."""
    told = [(a.source, a.target, a.label) for a in arrows]
    told += [(code, one.name, one.label) for code, tree in trees.items() for one in tree]
    return ". ".join(_SENTENCE[lang].format(source=a, target=b, label=label or "–") for a, b, label in told)


def stars(pvalue: float | None) -> str:
    """Return the conventional stars of a p value.

    >>> stars(0.03), stars(0.0001), stars(0.2)
    ('*', '***', '')
    """
    if pvalue is None or is_missing(pvalue):
        return ""
    marks = load_criterion(_STARS)
    return marks.label(pvalue).en if marks.met(pvalue) else ""


def caption(*, indicators: bool = False) -> Text:
    """Say what the drawing shows and what its stars and dashes mean."""
    marks = [(point.label.en, bounded(point.value)) for point in load_criterion(_STARS).cutpoints]
    stars = Text(*("; ".join(f"{mark} p < {cut[lang]}" for mark, cut in marks) for lang in ("en", "id")))
    return fill(
        CAPTION_COMPLETE if indicators else CAPTION, {"stars": stars, "level": bounded(load_criterion(_TEST).weakest)}
    )


def _arrows(fit: Fit | None, theory: Theory | None, lang: str) -> list[Arrow]:
    """One arrow per path; of several groups the first is drawn."""
    hypotheses = {(h.source, h.target): h for h in theory.hypotheses} if theory else {}
    if fit is None or not fit.converged:
        return [
            Arrow(h.source, h.target, f"{h.id} ({h.sign.replace('-', '−')})", negative=h.sign == "-")
            for h in hypotheses.values()
        ]
    paths = fit.estimates[(fit.estimates["op"] == "~") & (fit.estimates["lhs"] != fit.estimates["rhs"])]
    paths = paths[paths["group"] == paths["group"].iloc[0]] if len(paths) else paths
    known = set(theory.constructs) if theory else set(paths["lhs"]) | set(paths["rhs"])
    arrows = {}
    for row in paths.to_dict("records"):
        source, target = str(row["rhs"]), str(row["lhs"])
        if source in known and target in known:
            hypothesis = hypotheses.get((source, target))
            number = format_number(row["std_all"], "bounded", lang) + stars(row["pvalue"])
            text = f"{hypothesis.id}: {number}" if hypothesis else number
            weak = not is_missing(row["pvalue"]) and not load_criterion(_TEST).met(row["pvalue"])
            arrows[source, target] = Arrow(source, target, text, weak, bool(row["std_all"] < 0))
    return list(arrows.values())


def _node(code: str, fit: Fit | None, names: Mapping[str, Text], lang: str, width: int) -> Node:
    name = names[code][lang] if code in names and names[code][lang] != code else ""
    lines = [] if not width else textwrap.wrap(name, width, max_lines=_NAME_LINES, placeholder=" …")
    share = fit.r2.get(code) if fit is not None and fit.converged else None
    explained = [f"R² = {format_number(share, 'bounded', lang)}"] if isinstance(share, float) else []
    latent = fit is None or not fit.spec.latent or code in fit.spec.latent
    return Node(code, (*lines, *explained), latent)


def _sizes(nodes: Sequence[Node], arrows: Sequence[Arrow], least: float = 0.0) -> Sizes:
    widest = max(
        [text_width(n.code, _CODE_SIZE) * _BOLD for n in nodes]
        + [text_width(t, NAME_SIZE) for n in nodes for t in n.lines],
        default=0.0,
    )
    tallest = max((len(node.lines) for node in nodes), default=0)
    label = max((text_width(arrow.label, _LABEL_SIZE) for arrow in arrows), default=0.0)
    named = any(len(node.lines) > 1 for node in nodes)
    rx = max(min(max(widest / 2 + 7, _LEAST_RX if named else _LEAST_RX_OF_CODES), _MOST_RX), least)
    return Sizes(rx, 18.0 + 8.5 * tallest, max(label + 26.0, 72.0), 20.0)


def _draw(nodes: Sequence[Node], arrows: Sequence[Arrow], trees: Trees) -> Drawn:
    """Lay the diagram out, wider and wider until every label has a free place."""
    layout = _layout([node.code for node in nodes], arrows)
    first, last = set(layout.layers[0]), set(layout.layers[-1])
    widths = measure(list(trees.values()))
    inner = [tree for code, tree in trees.items() if code not in first | last]
    sizes = _sizes(nodes, arrows, half_width(inner, widths) if inner else 0.0)
    rooms: dict[Place, tuple[float, float]] = {
        code: _room(tree, code in first | last, sizes) for code, tree in trees.items()
    }
    left = max((side_width(tree, widths) for code, tree in trees.items() if code in first), default=0.0)
    right = max((side_width(tree, widths) for code, tree in trees.items() if code in last - first), default=0.0)
    for spread in _SPREADS:
        wider = sizes._replace(across=sizes.across * (0.7 + 0.3 * spread), down=sizes.down * spread)
        drawing = shift(place_all(layout, wider, rooms=rooms), left, right)
        grown = [_grow(tree, drawing.centres[c], _way(c, first, last), widths, wider) for c, tree in trees.items()]
        boxes, free = place_labels(
            [arrow.label for arrow in arrows],
            [sample(corners) for corners in drawing.corners],
            [*(node_box(drawing.centres[node.code], wider) for node in nodes), *(one.box for one in grown)],
            _LABEL_SIZE,
        )
        if free:
            break
    return Drawn(drawing, boxes, grown, wider)


def _draw_upright(nodes: Sequence[Node], arrows: Sequence[Arrow]) -> Drawn:
    """Lay the diagram out from the top to the bottom, with more and more room until every label has a free place."""
    layout = _layout([node.code for node in nodes], arrows)
    sizes = _sizes(nodes, arrows)
    for spread in _SPREADS:
        wider = sizes._replace(across=_ROW * (0.5 + 0.5 * spread), down=_BESIDE * (0.5 + 0.5 * spread))
        drawing = place_upright(layout, wider)
        boxes, free = place_labels(
            [arrow.label for arrow in arrows],
            [turned(sample(turned(corners))) for corners in drawing.corners],
            [node_box(drawing.centres[node.code], wider) for node in nodes],
            _LABEL_SIZE,
        )
        if free:
            break
    left = max(_EDGE - min((box.left for box in boxes), default=_EDGE), 0.0)
    right = max(max((box.right for box in boxes), default=0.0) + _EDGE - drawing.width, 0.0)
    moved = [Box(box.left + left, box.top, box.right + left, box.bottom) for box in boxes]
    return Drawn(shift(drawing, left, right), moved, [], wider)


def _layout(codes: Sequence[str], arrows: Sequence[Arrow]) -> Layout:
    """Layers of causes and outcomes; where there is no path, two columns with their indicators outward."""
    if arrows or len(codes) < _COLUMNS:
        return lay_out(codes, [(arrow.source, arrow.target) for arrow in arrows])
    half = (len(codes) + 1) // 2
    return Layout((tuple(codes[:half]), tuple(codes[half:])), ())


def _room(tree: Sequence[Indicator], outer: bool, sizes: Sizes) -> tuple[float, float]:
    half = side_height(tree) / 2
    return (half, half) if outer else (sizes.ry, sizes.ry + hanging_height(tree))


def _way(code: str, first: set[Place], last: set[Place]) -> int:
    """Left of the causes (−1), right of the outcomes (1), under what stands between (0)."""
    return -1 if code in first else 1 if code in last else 0


def _grow(tree: Sequence[Indicator], centre: Point, way: int, widths: Measures, sizes: Sizes) -> Grown:
    return draw_beside(tree, centre, way, widths, sizes.rx) if way else draw_under(tree, centre, widths, sizes)


def _shape(node: Node, centre: Point, sizes: Sizes) -> list[str]:
    x, y = centre
    if node.latent:
        shape = tag("ellipse", {"class": "node", "cx": x, "cy": y, "rx": sizes.rx, "ry": sizes.ry})
    else:
        box = {"x": x - sizes.rx, "y": y - sizes.ry, "width": 2 * sizes.rx, "height": 2 * sizes.ry}
        shape = tag("rect", {"class": "node", "rx": 3, **box})
    step = 15.0
    top = y - step * len(node.lines) / 2
    code = (
        textwrap.shorten(node.code, 18, placeholder="…")
        if " " in node.code
        else cut_text(node.code, _CODE_SIZE, 2 * sizes.rx / _BOLD)
    )
    texts = [write(code, x, top, size=_CODE_SIZE, look={"font-weight": "600"})]
    texts += [
        write(line, x, top + step * (i + 1), size=NAME_SIZE, look={"class": "small"})
        for i, line in enumerate(node.lines)
    ]
    return [shape, *texts]


def _arrow(arrow: Arrow, corners: Sequence[Point], upright: bool = False) -> list[str]:
    turn = turned if upright else list
    lying = turn(corners)
    (x, y), way = lying[-1], 1 if lying[-1][0] > lying[-2][0] else -1
    neck = (x - way * _TIP, y)
    classes = " ".join(name for name, on in (("edge", True), ("negative", arrow.negative), ("weak", arrow.weak)) if on)
    line = tag("path", {"class": classes, "d": curve([*lying[:-1], neck], upright=upright)})
    tip = turn([(x, y), (neck[0], y - _TIP / 2), (neck[0], y + _TIP / 2)])
    points = " ".join(f"{a:.1f},{b:.1f}" for a, b in tip)
    return [line, tag("polygon", {"class": "tip-negative" if arrow.negative else "tip", "points": points})]


def _label(arrow: Arrow, box: Box) -> list[str]:
    back = {
        "class": "paper",
        "x": box.left,
        "y": box.top,
        "width": box.right - box.left,
        "height": box.bottom - box.top,
        "rx": 3,
    }
    return [
        tag("rect", back),
        write(arrow.label, (box.left + box.right) / 2, (box.top + box.bottom) / 2, size=_LABEL_SIZE),
    ]
