"""Sentences name constructs; codes belong in tables."""

import re

import pytest

from cocsem.language import Text
from cocsem.report.prose.names import with_names
from cocsem.report.render.docx import flowing
from cocsem.report.render.html import html_symbols
from cocsem.report.render.symbols import slanted, together

NAMES = {
    "TRU": Text("trust", "kepercayaan"),
    "LOY": Text("loyalty", "loyalitas"),
    "AVE": Text("averageness", "kerataan"),
    "inv": Text("involvement", "keterlibatan"),
}
SAID = [
    ("H1: TRU → LOY.", "H1: trust (TRU) → loyalty (LOY)."),
    ("It is .83 (TRU).", "It is .83 (trust, TRU)."),
    ("At most .2 (TRU ~~ LOY).", "At most .2 (trust [TRU] with loyalty [LOY])."),
    ("At most .2 (TRU ~~ TRU).", "At most .2 (the variance of trust [TRU])."),
    ("TRU is high. TRU is .8.", "Trust (TRU) is high. trust is .8."),
    ("LOY ~ TRU stays, and TRU.x, 'TRU' and TRUE", "LOY ~ TRU stays, and TRU.x, 'TRU' and TRUE"),
    ("The AVE of inv is .5.", "The AVE of inv is .5."),
]


@pytest.mark.parametrize(("text", "named"), SAID, ids=[text for text, _ in SAID])
def test_a_code_becomes_a_name_and_is_given_once(text: str, named: str) -> None:
    assert with_names([Text(text, "")], NAMES)[0].en == named


def test_each_language_counts_its_own_first_mention() -> None:
    (first, second) = with_names([Text("TRU.", "TRU."), Text("TRU.", "TRU dan LOY.")], NAMES)
    assert (first.id, second.en, second.id) == ("Kepercayaan (TRU).", "Trust.", "Kepercayaan dan loyalitas (LOY).")


@pytest.mark.parametrize(
    ("text", "italic"),
    [
        ("β = .45, B = 1.48, SE = 0.40, t(12) = 2.1, p < .001", ["B", "SE", "p"]),
        ("χ²(35) = 38.13, p\u00a0= .329, CFI = .995; df = 3; R² of 0,2", ["p", "df", "R²"]),
        ("Δdf = 3, N = 420, SB = 1,2, M = 4", ["df", "N", "SB", "M"]),
        ("a plan B without numbers, product n, exp = 2", []),
    ],
)
def test_latin_symbols_are_slanted_and_greek_ones_upright(text: str, italic: list[str]) -> None:
    parts = list(slanted(text))
    assert "".join(part for part, _ in parts) == text and [part for part, on in parts if on] == italic


@pytest.mark.parametrize(
    ("header", "italic"),
    [("p", ["p"]), ("SE(β)", ["SE"]), ("Item-rest r", ["r"]), ("Mean", []), ("χ²", []), ("ω × R²", ["R²"])],
)
def test_heads_of_columns(header: str, italic: list[str]) -> None:
    assert [part for part, on in slanted(header, header=True) if on] == italic


def test_markup_stays_inert_beside_symbols() -> None:
    assert html_symbols("<b>p < .05</b>") == "&lt;b&gt;<i>p</i>\u00a0&lt;\u00a0.05&lt;/b&gt;"


def test_short_paragraphs_flow_together_and_long_ones_stay_apart() -> None:
    long = Text("x" * 600, "y" * 600)
    assert [len(text.en) for text in flowing([Text("One.", ""), long, long, Text("Two.", "")])] == [605, 605]


def test_no_sentence_of_a_chapter_uses_a_bare_code_twice(report) -> None:
    text = " ".join(t.en for s in report.sections for t in s.paragraphs)
    assert len(re.findall(r"IND60", text)) <= len(report.sections)


def test_a_symbol_and_an_interval_stay_on_one_line() -> None:
    said = together("RMSEA = .016, 90% CI [.009, .021]; SK 95% [−0,09; 0,16]; TRU [a, b]").replace("\u00a0", "_")
    assert said == "RMSEA_=_.016, 90% CI [.009,_.021]; SK 95% [−0,09;_0,16]; TRU [a, b]"
