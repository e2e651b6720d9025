"""The path diagram: constructs as ellipses, causes left, outcomes right, arrows with their standardized estimates."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from cocsem.assessment.wording import bounded, fill
from cocsem.criteria import load_criterion
from cocsem.estimation.types import Fit
from cocsem.language import Text
from cocsem.report.figures.coordinates import Drawing, Point, Sizes, curve, node_box, place_all, sample
from cocsem.report.figures.layers import lay_out
from cocsem.report.figures.placing import place_labels
from cocsem.report.figures.svg import Box, picture, tag, text_width, write
from cocsem.report.numbers import format_number, is_missing
from cocsem.theory.types import Theory

CAPTION = Text(
    "Standardized estimates; {stars}; dashed: p ≥ {level}. "
    "Indicators, dimensions of higher-order constructs, disturbances, covariances and control variables are not drawn.",
    "Estimasi terstandar; {stars}; garis putus-putus: p ≥ {level}. "
    "Indikator, dimensi konstruk tingkat tinggi, galat, kovarians, dan variabel kontrol tidak digambar.",
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
_CODE_SIZE, _NAME_SIZE, _LABEL_SIZE = 14.0, 11.0, 12.0
_LEAST_RX, _MOST_RX = 52.0, 120.0
_TIP = 8.0


class Arrow(NamedTuple):
    """One path with what is written on it."""

    source: str
    target: str
    label: str
    weak: bool = False
    negative: bool = False


class Node(NamedTuple):
    """One construct with the lines inside it."""

    code: str
    lines: tuple[str, ...]
    latent: bool = True


def path_diagram(fit: Fit | None, theory: Theory | None, lang: str, *, names: Mapping[str, Text] | None = None) -> str:
    """Draw the structural model as SVG.

    Parameters
    ----------
    fit : the fitted model; without one, or when it did not converge, the hypothesised paths are drawn with their signs.
    theory : gives the constructs and the hypothesis of each path; without one every regression of the model is drawn.
    lang : language of the numbers and of the description.
    names : printed name by construct code.

    Returns
    -------
    SVG markup, in which every text is escaped.
    """
    arrows = _arrows(fit, theory, lang)
    codes = dict.fromkeys([*(theory.constructs if theory else ()), *(c for a in arrows for c in (a.source, a.target))])
    nodes = [_node(code, fit, names or {}, lang) for code in codes]
    sizes = _sizes(nodes, arrows)
    description = ". ".join(
        _SENTENCE[lang].format(source=a.source, target=a.target, label=a.label or "–") for a in arrows
    )
    drawing, boxes = _draw(nodes, arrows, sizes)
    shapes = [part for arrow, corners in zip(arrows, drawing.corners, strict=True) for part in _arrow(arrow, corners)]
    shapes += [part for node in nodes for part in _shape(node, drawing.centres[node.code], sizes)]
    shapes += [part for arrow, box in zip(arrows, boxes, strict=True) for part in _label(arrow, box)]
    return picture(shapes, width=drawing.width, height=drawing.height, title=_TITLE[lang], description=description)


def stars(pvalue: float | None) -> str:
    """Return the conventional stars of a p value.

    >>> stars(0.03), stars(0.0001), stars(0.2)
    ('*', '***', '')
    """
    if pvalue is None or is_missing(pvalue):
        return ""
    marks = load_criterion(_STARS)
    return marks.label(pvalue).en if marks.met(pvalue) else ""


def caption() -> Text:
    """Say what the drawing shows and what its stars and dashes mean."""
    marks = [(point.label.en, bounded(point.value)) for point in load_criterion(_STARS).cutpoints]
    stars = Text(*("; ".join(f"{mark} p < {cut[lang]}" for mark, cut in marks) for lang in ("en", "id")))
    return fill(CAPTION, {"stars": stars, "level": bounded(load_criterion(_TEST).weakest)})


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


def _node(code: str, fit: Fit | None, names: Mapping[str, Text], lang: str) -> Node:
    name = names[code][lang] if code in names and names[code][lang] != code else ""
    lines = textwrap.wrap(name, _NAME_WIDTH, max_lines=_NAME_LINES, placeholder=" …")
    share = fit.r2.get(code) if fit is not None and fit.converged else None
    explained = [f"R² = {format_number(share, 'bounded', lang)}"] if isinstance(share, float) else []
    latent = fit is None or not fit.spec.latent or code in fit.spec.latent
    return Node(code, (*lines, *explained), latent)


def _sizes(nodes: Sequence[Node], arrows: Sequence[Arrow]) -> Sizes:
    widest = max(
        [text_width(n.code, _CODE_SIZE) for n in nodes] + [text_width(t, _NAME_SIZE) for n in nodes for t in n.lines],
        default=0.0,
    )
    tallest = max((len(node.lines) for node in nodes), default=0)
    label = max((text_width(arrow.label, _LABEL_SIZE) for arrow in arrows), default=0.0)
    return Sizes(min(max(widest / 2 + 7, _LEAST_RX), _MOST_RX), 18.0 + 8.5 * tallest, max(label + 26.0, 72.0), 20.0)


def _draw(nodes: Sequence[Node], arrows: Sequence[Arrow], sizes: Sizes) -> tuple[Drawing, list[Box]]:
    """Lay the diagram out, wider and wider until every label has a free place."""
    layout = lay_out([node.code for node in nodes], [(arrow.source, arrow.target) for arrow in arrows])
    for spread in _SPREADS:
        wider = sizes._replace(across=sizes.across * (0.7 + 0.3 * spread), down=sizes.down * spread)
        drawing = place_all(layout, wider)
        boxes, free = place_labels(
            [arrow.label for arrow in arrows],
            [sample(corners) for corners in drawing.corners],
            [node_box(drawing.centres[node.code], wider) for node in nodes],
            _LABEL_SIZE,
        )
        if free:
            break
    return drawing, boxes


def _shape(node: Node, centre: Point, sizes: Sizes) -> list[str]:
    x, y = centre
    if node.latent:
        shape = tag("ellipse", {"class": "node", "cx": x, "cy": y, "rx": sizes.rx, "ry": sizes.ry})
    else:
        box = {"x": x - sizes.rx, "y": y - sizes.ry, "width": 2 * sizes.rx, "height": 2 * sizes.ry}
        shape = tag("rect", {"class": "node", "rx": 3, **box})
    step = 15.0
    top = y - step * len(node.lines) / 2
    code = textwrap.shorten(node.code, 18, placeholder="…") if " " in node.code else _cut(node.code, 2 * sizes.rx)
    texts = [write(code, x, top, size=_CODE_SIZE, look={"font-weight": "600"})]
    texts += [
        write(line, x, top + step * (i + 1), size=_NAME_SIZE, look={"class": "small"})
        for i, line in enumerate(node.lines)
    ]
    return [shape, *texts]


def _cut(text: str, room: float) -> str:
    while text_width(text, _CODE_SIZE) > room and len(text) > 2:
        text = text.removesuffix("…")[:-1] + "…"
    return text


def _arrow(arrow: Arrow, corners: Sequence[Point]) -> list[str]:
    (x, y), way = corners[-1], 1 if corners[-1][0] > corners[-2][0] else -1
    neck = (x - way * _TIP, y)
    classes = " ".join(name for name, on in (("edge", True), ("negative", arrow.negative), ("weak", arrow.weak)) if on)
    line = tag("path", {"class": classes, "d": curve((*corners[:-1], neck))})
    points = f"{x:.1f},{y:.1f} {neck[0]:.1f},{y - _TIP / 2:.1f} {neck[0]:.1f},{y + _TIP / 2:.1f}"
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
