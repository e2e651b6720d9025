"""Figures for files that take no SVG: the same markup as PNG (for Word) and PDF (for print), always on white paper."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

# The colours of the light page; a picture file has no reader whose night mode it could follow.
_VARIABLE = re.compile(r"--(ccs-[a-z]+):(#[0-9a-f]+)")
_MEDIA = re.compile(r"@media[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}")
_INK = "#1c2430"
_PIXELS_PER_INCH = 300
_POINTS_OF_PIXEL = 0.75


def svg_to_png(svg: str, *, inches: float = 6.3) -> bytes:
    """Return a figure as the bytes of a PNG file, 300 dots per inch at this width.

    Parameters
    ----------
    svg : markup drawn by cocsem.
    inches : width in print; 6.3 is the text width of an A4 page.
    """
    import resvg_py

    fonts = [str(font_folder())]
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=for_paper(svg),
            width=round(inches * _PIXELS_PER_INCH),
            background="#ffffff",
            font_dirs=fonts,
            sans_serif_family="DejaVu Sans",
        )
    )


def svg_to_pdf(svg: str) -> bytes:
    """Return a figure as the bytes of a one-page PDF file, drawn as lines and text, not as dots."""
    from reportlab.graphics import renderPDF
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from svglib.svglib import svg2rlg

    pdfmetrics.registerFont(TTFont("DejaVuSans", str(font_folder() / "DejaVuSans.ttf")))
    markup = re.sub(r"font-family:[^;}]*", "font-family:DejaVuSans", for_paper(svg))
    drawing = svg2rlg(BytesIO(markup.encode()))
    stream = BytesIO()
    renderPDF.drawToFile(drawing, stream)
    return stream.getvalue()


def for_paper(svg: str) -> str:
    """Write the colours of the light page into the markup, and leave out what only a screen has.

    >>> for_paper("<style>.ccs{--ccs-paper:#fff}@media print{.a{x:y}}.b{fill:var(--ccs-paper);stroke:currentColor}</style>")
    '<style>.ccs{--ccs-paper:#fff}.b{fill:#fff;stroke:#1c2430}</style>'
    """
    plain = _MEDIA.sub("", svg)
    for name, colour in _VARIABLE.findall(plain):
        plain = plain.replace(f"var(--{name})", colour)
    return plain.replace("currentColor", _INK)


def font_folder() -> Path:
    """Folder of the typefaces that come with matplotlib: they are there on every machine."""
    import matplotlib

    return Path(matplotlib.get_data_path()) / "fonts" / "ttf"
