"""Small pieces of SVG: escaped text, tags, and the one style sheet of the figures (light and dark)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import NamedTuple

# Classes carry the prefix so that a page with several figures cannot mix them up with its own.
STYLE = """
.ccs{font-family:system-ui,"Segoe UI","Noto Sans",sans-serif}
.ccs{color:#1c2430;--ccs-paper:#fff;--ccs-soft:#f2f5f9;--ccs-pos:#2166ac;--ccs-neg:#b2182b}
@media (prefers-color-scheme:dark){
.ccs{color:#e4e8ee;--ccs-paper:#14181e;--ccs-soft:#222a35;--ccs-pos:#6aaee6;--ccs-neg:#f0808a}
}
@media print{.ccs{color:#1c2430;--ccs-paper:#fff;--ccs-soft:#f2f5f9;--ccs-pos:#2166ac;--ccs-neg:#b2182b}}
.ccs text{fill:currentColor}
.ccs .node{fill:var(--ccs-soft);stroke:currentColor;stroke-width:1.4}
.ccs .edge{fill:none;stroke:currentColor;stroke-width:1.6}
.ccs .thin{stroke-width:1}
.ccs .negative{stroke:var(--ccs-neg)}
.ccs .weak{stroke-dasharray:6 4;opacity:.75}
.ccs .tip{fill:currentColor}
.ccs .tip-negative{fill:var(--ccs-neg)}
.ccs .paper{fill:var(--ccs-paper)}
.ccs .pos{fill:var(--ccs-pos)}
.ccs .neg{fill:var(--ccs-neg)}
.ccs .middle{fill:currentColor}
.ccs .small{opacity:.8}
"""
_LEAST_SCALE = 0.66
# Widths of characters in units of the size, not below those of DejaVu Sans, a wide typeface.
_CHARACTER, _CAPITAL, _WIDE, _NARROW = 0.64, 0.78, 1.05, 0.4
_BROAD, _SLIM = frozenset("mwMW@%…→−±"), frozenset("iljtfrI.,:;'|!()[] ")
_FIRST_WIDE = 0x1100


class Box(NamedTuple):
    """A rectangle by its left, top, right and bottom edges."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box, margin: float = 0.0) -> bool:
        """Say whether two boxes share area, or come closer than the margin."""
        return (
            self.left < other.right + margin
            and other.left < self.right + margin
            and self.top < other.bottom + margin
            and other.top < self.bottom + margin
        )


def text_width(text: str, size: float) -> float:
    """Estimate the width of a text from above; capitals and scripts with wide characters count more.

    >>> text_width("abc", 10)
    19.2
    """
    return round(sum(map(_character_width, text)) * size, 6)


def _character_width(character: str) -> float:
    if character in _BROAD or ord(character) >= _FIRST_WIDE:
        return _WIDE
    if character in _SLIM:
        return _NARROW
    return _CAPITAL if character.isupper() else _CHARACTER


def cut_text(text: str, size: float, room: float) -> str:
    """Shorten a text until it fits, and show that it was shortened.

    >>> cut_text("satisfaction", 10, 40)
    'satis…'
    """
    while text_width(text, size) > room and len(text) > 2:
        text = text.removesuffix("…")[:-1] + "…"
    return text


def tag(name: str, attributes: Mapping[str, object], content: str = "") -> str:
    """Write one element; attribute values are escaped, the content must be markup already.

    >>> tag("circle", {"r": 2.0, "class": "a<b"})
    '<circle r="2" class="a&lt;b"/>'
    """
    written = "".join(
        f' {key}="{escape(_value(value), quote=True)}"' for key, value in attributes.items() if value != ""
    )
    return f"<{name}{written}>{content}</{name}>" if content else f"<{name}{written}/>"


def write(text: str, x: float, y: float, *, size: float = 13, look: Mapping[str, object] | None = None) -> str:
    """Write one line of text, escaped; `y` is the middle of the line, `look` holds further attributes."""
    attributes = {"x": x, "y": y + size * 0.35, "font-size": size, "text-anchor": "middle", **(look or {})}
    return tag("text", attributes, escape(text) or " ")


def picture(parts: Iterable[str], *, width: float, height: float, title: str, description: str) -> str:
    """Put the parts into one figure that names and describes itself to screen readers."""
    head = tag("title", {}, escape(title)) + tag("desc", {}, escape(description)) + tag("style", {}, STYLE)
    attributes = {
        "xmlns": "http://www.w3.org/2000/svg",
        "class": "ccs",
        "viewBox": f"0 0 {_value(width)} {_value(height)}",
        "width": width,
        # In a narrow window the picture shrinks only as far as its text stays readable; then its box scrolls.
        "style": f"min-width:{width * _LEAST_SCALE:.0f}px",
        "height": height,
        "role": "img",
        "aria-label": f"{title}. {description}",
    }
    return tag("svg", attributes, head + "".join(parts))


def size_of(svg: str) -> tuple[float, float]:
    """Return the width and the height of a figure.

    >>> size_of(picture([], width=20, height=10.0, title="", description=""))
    (20.0, 10.0)
    """
    width, height = svg.split('viewBox="0 0 ', 1)[1].split('"', 1)[0].split()
    return float(width), float(height)


def _value(value: object) -> str:
    return f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else str(value)
