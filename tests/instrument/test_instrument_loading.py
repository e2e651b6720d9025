"""Reading an instrument: what a good file gives, and what every wrong one is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cocsem.errors import ShelfError
from cocsem.instrument import Instrument, instrument_template, list_instruments, load_instrument

GOOD = """
code = "mini"
title = { en = "Mini", id = "Mini skala" }
purpose = { en = "To test.", id = "Untuk uji." }
status = { en = "own wording", id = "redaksi sendiri" }

[scale]
minimum = 1
maximum = 5
missing = [99, -1]
[[scale.anchor]]
value = 1
text = { en = "No", id = "Tidak" }

[[dimension]]
code = "AAA"
name = { en = "first", id = "pertama" }
[[dimension.item]]
code = "a1"
text = { en = "One.", id = "Satu." }
[[dimension.item]]
code = "a2"
text = { en = "Two.", id = "Dua." }
reverse = true

[[dimension]]
code = "BBB"
name = { en = "second", id = "kedua" }
[[dimension.item]]
code = "b1"
text = { en = "Three.", id = "Tiga." }

[[higher]]
code = "HHH"
name = { en = "both", id = "keduanya" }
dimensions = ["AAA", "BBB"]
"""


def read(folder: Path, text: str) -> Instrument:
    path = folder / "mini.toml"
    path.write_text(text, encoding="utf-8")
    return load_instrument(path)


def test_a_file_of_ones_own_loads_without_structure(tmp_path: Path) -> None:
    mini = read(tmp_path, GOOD)
    assert mini.code == "mini" and mini.structure == ()
    assert mini.constructs == ("AAA", "BBB", "HHH")
    assert [item.code for item in mini.items] == ["a1", "a2", "b1"]
    assert [item.reverse for item in mini.items] == [False, True, False]
    assert mini.higher[0].dimensions == ("AAA", "BBB")
    assert mini.path == str(tmp_path / "mini.toml")


def test_the_scale_holds_its_span_kind_words_and_missing_codes(tmp_path: Path) -> None:
    scale = read(tmp_path, GOOD).items[0].scale
    assert (scale.minimum, scale.maximum, scale.points, scale.kind) == (1, 5, 5, "likert")
    assert scale.missing == (99.0, -1.0)
    assert scale.anchors[0].text["id"] == "Tidak"


def test_a_dimension_may_bring_its_own_scale(tmp_path: Path) -> None:
    own = 'name = { en = "second", id = "kedua" }\n[dimension.scale]\nminimum = 0\nmaximum = 10'
    mini = read(tmp_path, GOOD.replace('name = { en = "second", id = "kedua" }', own))
    assert [item.scale.maximum for item in mini.items] == [5, 5, 10]


def test_poles_of_a_semantic_differential_become_one_text() -> None:
    item = load_instrument("product_involvement").items[0]
    assert item.scale.kind == "semantic_differential"
    assert item.text.en.count(" – ") == 1 and item.text.id.count(" – ") == 1


def test_path_and_text_of_a_path_give_the_same(tmp_path: Path) -> None:
    mini = read(tmp_path, GOOD)
    assert load_instrument(mini.path) == mini


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    assert read(tmp_path, "\ufeff" + GOOD).code == "mini"


WRONG = [
    ('code = "mini"', 'code = "mini scale"', "code must start with a letter"),
    ('code = "mini"', "", "code must start with a letter"),
    ('id = "Mini skala"', 'id = ""', "title must be written as"),
    ('status = { en = "own wording", id = "redaksi sendiri" }', "", "status must be written as"),
    ("minimum = 1", "minimum = 5", "must run from a minimum up to a larger maximum"),
    ("minimum = 1", "minimum = -5000", "at most 1001 points"),
    ("minimum = 1", 'minimum = "1"', "minimum must be a whole number"),
    ("minimum = 1", "minimum = true", "minimum must be a whole number"),
    (
        "maximum = 5",
        "maximum = " + "9" * 500,
        "maximum must be a whole number such as 1 or 7, not a number of more than 18 digits",
    ),
    ("missing = [99, -1]", "missing = [3]", "missing code 3 must lie outside"),
    ("missing = [99, -1]", "missing = [nan]", "list of numbers such as"),
    ("missing = [99, -1]", 'missing = "99"', "list of numbers such as"),
    ("missing = [99, -1]", 'kind = "slider"', "kind must be one of likert"),
    ("missing = [99, -1]", 'kind = "semantic_differential"', "must have `poles`, and only that"),
    ("value = 1", "value = 6", "anchor 'No' must lie on 1..5"),
    ("value = 1", "value = 1\nlabel = 2", "unknown field 'label'"),
    ("[[scale.anchor]]", "[scale.anchor]", "double brackets"),
    ("reverse = true", 'reverse = "yes"', "reverse must be true or false"),
    ("reverse = true", "revers = true", "Did you mean 'reverse'"),
    ('text = { en = "One.", id = "Satu." }', "", "must have `text`, and only that"),
    ('code = "a2"', 'code = "a-2"', r"\[\[dimension\]\] 1 'AAA' item 2: code must start"),
    ('code = "a2"', 'code = "A1"', "'A1' stands twice"),
    ('code = "b1"', 'code = "aaa"', "'aaa' stands twice"),
    ('code = "BBB"', 'code = "AAA"', "'AAA' stands twice"),
    ('dimensions = ["AAA", "BBB"]', 'dimensions = ["AAA", "CCC"]', "names 'CCC'"),
    ('dimensions = ["AAA", "BBB"]', 'dimensions = ["AAA"]', "at least two dimensions"),
    ('dimensions = ["AAA", "BBB"]', 'dimensions = ["AAA", "AAA"]', "'AAA' stands twice"),
    ('dimensions = ["AAA", "BBB"]', 'dimensions = "AAA"', "dimensions must be a list"),
    ("[scale]", 'structure = ["nobody1900"]\n[scale]', "leave `structure` out"),
    ("[scale]", 'structure = ["zaichkowsky1995"]\n[scale]', "Did you mean 'zaichkowsky19"),
    ("[scale]", "colour = 1\n[scale]", "unknown field 'colour'. Known fields are code, title"),
    ("[[higher]]", "[higher]", "double brackets"),
    ("[scale]", "[scale", "must be valid TOML"),
]


@pytest.mark.parametrize(("old", "new", "message"), WRONG)
def test_a_wrong_file_is_told_file_place_and_remedy(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in GOOD
    with pytest.raises(ShelfError, match=message) as fault:
        read(tmp_path, GOOD.replace(old, new, 1))
    assert "mini.toml" in str(fault.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "must have a table 'scale', not nothing"),
        ("scale = 3", "must have a table 'scale', not 3"),
        ("[scale]\nminimum = 1\nmaximum = 2", "at least one entry 'dimension'"),
        ("dimension = [1]\n[scale]\nminimum = 1\nmaximum = 2", "at least one entry 'dimension'"),
    ],
)
def test_a_file_without_its_main_parts_is_refused(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ShelfError, match=message):
        read(tmp_path, text)


def test_a_dimension_without_items_is_refused(tmp_path: Path) -> None:
    head = GOOD.split("[[dimension]]")[0]
    with pytest.raises(ShelfError, match="at least one entry 'item'"):
        read(tmp_path, head + '[[dimension]]\ncode = "AAA"\nname = { en = "a", id = "b" }\n')


def test_an_unknown_code_gets_a_guess_or_the_list() -> None:
    with pytest.raises(ShelfError, match="Did you mean 'customer_trust'"):
        load_instrument("costumer_trust")
    with pytest.raises(ShelfError, match=r"The shelf holds .*customer_trust.* must end in \.toml"):
        load_instrument("xyz")


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../instruments/customer_trust", "no/such.toml", "no.toml", "a\0.toml", "x" * 5000]
)
def test_a_name_that_is_no_instrument_is_an_error_not_a_traceback(name: str) -> None:
    with pytest.raises(ShelfError):
        load_instrument(name)


def test_a_folder_is_no_instrument(tmp_path: Path) -> None:
    with pytest.raises(ShelfError, match="folder"):
        load_instrument(tmp_path)


def test_the_template_loads_as_it_stands(tmp_path: Path) -> None:
    template = read(tmp_path, instrument_template("my_scale"))
    assert template.code == "my_scale"
    assert all(len(dimension.items) >= 3 for dimension in template.dimensions)


def test_the_template_loads_with_its_optional_parts(tmp_path: Path) -> None:
    text = instrument_template("my_scale").replace("# structure", "structure")
    head, tail = text.split("# [[higher]]")
    full = read(tmp_path, head + "[[higher]]" + tail.replace("\n# ", "\n"))
    assert full.structure == ("zaichkowsky1994",)
    assert full.higher[0].dimensions == ("FIRST", "SECOND")


def test_the_template_refuses_a_code_that_is_no_word() -> None:
    with pytest.raises(ShelfError, match="code of an instrument must start with a letter"):
        instrument_template("my scale")


def test_the_shelf_lists_its_codes_in_order() -> None:
    codes = list_instruments()
    assert codes == tuple(sorted(codes)) and "product_involvement" in codes


LINES = GOOD.splitlines()


@settings(max_examples=60, deadline=None)
@given(drop=st.integers(0, len(LINES) - 1), put=st.text(max_size=30), at=st.integers(0, len(LINES)))
def test_no_edit_of_a_file_ends_in_a_traceback(
    tmp_path_factory: pytest.TempPathFactory, drop: int, put: str, at: int
) -> None:
    lines = LINES[:drop] + LINES[drop + 1 :]
    lines.insert(at, put)
    path = tmp_path_factory.mktemp("edit") / "mini.toml"
    path.write_bytes("\n".join(lines).encode("utf-8", "surrogatepass"))
    try:
        assert load_instrument(path).items
    except ShelfError as fault:
        assert "mini.toml" in str(fault)
