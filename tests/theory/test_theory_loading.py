"""A theory file is read, and every fault in it is said with file and place."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cocsem.errors import CocsemError, ShelfError
from cocsem.instrument import instrument_template
from cocsem.theory import Path as Arrow
from cocsem.theory import list_theories, load_claims, load_theory, theory_template
from cocsem.theory.claims import claim_from

GOOD = """\
code = "mine"
title = { en = "Mine", id = "Milik saya" }
about = { en = "About.", id = "Tentang." }
instruments = ["customer_trust", "customer_satisfaction", "word_of_mouth"]
[[hypothesis]]
id = "H1"
from = "SAT"
to = "TRU"
sign = "+"
statement = { en = "One.", id = "Satu." }
[[hypothesis]]
id = "H2"
from = "TRU"
to = "WOM"
sign = "-"
statement = { en = "Two.", id = "Dua." }
claims = ["000-2"]
references = ["seed000"]
[[rival]]
id = "M2"
why = { en = "Why.", id = "Mengapa." }
replace = [{ from = "SAT", to = "TRU", by = { from = "TRU", to = "SAT", sign = "-", claims = ["000-3"] } }]
add = [{ from = "SAT", to = "WOM", claims = ["000-2", "000-3"] }]
"""


def written(folder: Path, text: str, name: str = "mine.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_file_of_ones_own_is_read(tmp_path: Path) -> None:
    theory = load_theory(written(tmp_path, GOOD))
    assert theory.paths == (Arrow("SAT", "TRU"), Arrow("TRU", "WOM"))
    assert theory.constructs == ("SAT", "TRU", "WOM")
    assert [h.sign for h in theory.hypotheses] == ["+", "-"]
    assert theory.hypotheses[1].references == ("seed000",)
    assert theory.path == str(tmp_path / "mine.toml")


def test_rival_keeps_sign_and_claims(tmp_path: Path) -> None:
    (rival,) = load_theory(written(tmp_path, GOOD)).rivals
    assert rival.replace[0].old == Arrow("SAT", "TRU")
    assert (rival.replace[0].new, rival.replace[0].sign) == (Arrow("TRU", "SAT"), "-")
    assert (rival.replace[1].old, rival.replace[1].sign) == (None, "+")
    assert rival.claims == ("000-3", "000-2")


def test_instrument_of_ones_own_lies_beside_the_theory(tmp_path: Path) -> None:
    written(tmp_path, instrument_template("my_scale"), "my_scale.toml")
    text = GOOD.replace('"word_of_mouth"]', '"my_scale.toml"]').replace('"WOM"', '"FIRST"')
    theory = load_theory(written(tmp_path, text))
    assert theory.instruments[-1] == str(tmp_path / "my_scale.toml")
    assert "FIRST" in theory.constructs


def test_template_loads(tmp_path: Path) -> None:
    theory = load_theory(written(tmp_path, theory_template("new_theory")))
    assert theory.code == "new_theory"
    assert len(theory.rivals) == 1


def test_template_loads_with_its_options_taken_up(tmp_path: Path) -> None:
    text = theory_template("new_theory").replace('# claims = ["000-2"] ', 'claims = ["000-2"] ')
    text = text.replace('# references = ["chaudhuri2001"]', 'references = ["seed000"]')
    theory = load_theory(written(tmp_path, text))
    assert (theory.hypotheses[0].claims, theory.hypotheses[0].references) == (("000-2",), ("seed000",))


def test_template_refuses_a_code_that_is_no_word() -> None:
    with pytest.raises(ShelfError, match="start with a letter"):
        theory_template("not a word")


FAULTS = [
    ('sign = "-"\n', 'sign = "minus"\n', r"\[\[hypothesis\]\] 2 'H2': sign must be"),
    ('sign = "-"\n', "", "sign must be .* not nothing"),
    ('sign = "-"\n', "signn = 1\n", "unknown field 'signn'. Did you mean 'sign'"),
    ('to = "WOM"\nsign = "-"', 'to = "TRU"\nsign = "-"', "both ends are 'TRU'"),
    ('to = "WOM"\nsign = "-"', 'to = "WOMM"\nsign = "-"', "'WOMM' is none. Did you mean 'WOM'"),
    ('id = "H2"', 'id = "H1"', "ids of the hypotheses must differ"),
    ('id = "H2"', 'id = "H 2"', "id must be a short name"),
    ('claims = ["000-2"]\nref', 'claims = ["000-99"]\nref', "'000-99' is not among them"),
    ('references = ["seed000"]', 'references = ["sead001"]', "Did you mean 'seed001'"),
    ('claims = ["000-2"]\nref', 'claims = "000-2"\nref', "claims must be a list"),
    ('"word_of_mouth"]', '"word_of_mouths"]', "instruments: There is no instrument 'word_of_mouths'"),
    ('"word_of_mouth"]', '"word_of_mouth", "word_of_mouth"]', "the instruments must differ"),
    ('"word_of_mouth"]', '"nowhere.toml"]', "instruments: The file .* was not found"),
    ('instruments = ["customer_trust", "customer_satisfaction", "word_of_mouth"]', "", "must name its instruments"),
    ('code = "mine"', 'code = "my theory"', "code must start with a letter"),
    ('code = "mine"', 'code = "mine"\ncovariances = [["SAT", "TRU"]]', "without a path between them"),
    ('code = "mine"', 'code = "mine"\ncovariances = [["SAT", "ENG"]]', "'ENG' is none"),
    ('code = "mine"', 'code = "mine"\ncovariances = ["SAT"]', "list of pairs"),
    ('title = { en = "Mine", id = "Milik saya" }', 'title = "Mine"', "title must be written as"),
    ('{ from = "SAT", to = "TRU", by', '{ from = "SAT", to = "WOM", by', "SAT -> WOM is none"),
    ('add = [{ from = "SAT", to = "WOM"', 'add = [{ from = "TRU", to = "WOM"', "'TRU -> WOM' stands 2 times"),
    ('to = "SAT", sign = "-", ', 'to = "SAT", sign = 5, ', "not a value of kind int"),
    ('"000-3"] } }]', '"000-X"] } }]', "rival.* 'M2': claims must be"),
]


@pytest.mark.parametrize(("old", "new", "message"), FAULTS)
def test_fault_is_said_with_file_and_place(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert GOOD.count(old) == 1
    path = written(tmp_path, GOOD.replace(old, new))
    with pytest.raises(ShelfError, match=message) as caught:
        load_theory(path)
    assert "mine.toml" in str(caught.value)


def test_rival_must_change_something(tmp_path: Path) -> None:
    text = GOOD.split("replace = ")[0]
    with pytest.raises(ShelfError, match="must change the theory"):
        load_theory(written(tmp_path, text))


def test_rival_must_keep_the_constructs(tmp_path: Path) -> None:
    text = GOOD.split("replace = ")[0] + 'replace = [{ from = "TRU", to = "WOM" }]\n'
    with pytest.raises(ShelfError, match="gains or loses WOM"):
        load_theory(written(tmp_path, text))


def test_theory_uses_a_construct_or_its_dimensions(tmp_path: Path) -> None:
    text = GOOD.replace('"word_of_mouth"]', '"customer_loyalty"]').replace('"WOM"', '"LOY"')
    text = text.replace('from = "SAT"\nto = "TRU"', 'from = "LOYA"\nto = "TRU"').split("[[rival]]")[0]
    with pytest.raises(ShelfError, match="'LOYA' is a dimension of 'LOY'"):
        load_theory(written(tmp_path, text))


def test_unknown_code_gets_a_guess() -> None:
    with pytest.raises(ShelfError, match="Did you mean 'creative_industry'"):
        load_theory("creative_industri")


def test_unknown_path_is_said(tmp_path: Path) -> None:
    with pytest.raises(ShelfError, match="was not found"):
        load_theory(tmp_path / "none.toml")


@pytest.mark.parametrize("text", ["", "x", "[[hypothesis]]", "hypothesis = 3", "hypothesis = [1]", "code = 7", "\0"])
def test_nonsense_never_ends_in_a_traceback(tmp_path: Path, text: str) -> None:
    with pytest.raises(CocsemError):
        load_theory(written(tmp_path, text))


def test_claims_are_no_theory() -> None:
    assert "claims" not in list_theories()
    assert len(load_claims()) == 68


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (3, "must be a table"),
        ({"statement": {"en": "a", "id": "b"}, "sign": "?", "source": "s"}, "sign must be"),
        ({"statement": {"en": "a", "id": "b"}, "sign": "+", "source": ""}, "source must be text"),
        ({"statement": "a", "sign": "+", "source": "s"}, "statement must be written as"),
        ({"statement": {"en": "a", "id": "b"}, "sign": "+", "source": "s", "why": 1}, "unknown field 'why'"),
    ],
)
def test_wrong_claim_is_refused(entry: object, message: str) -> None:
    with pytest.raises(ShelfError, match=message):
        claim_from("000-1", entry)


LINES = GOOD.splitlines()
SCRAPS = (
    "",
    "id = 3",
    "rival = 1",
    "replace = [[]]",
    "by = {}",
    'from = "INV"',
    "[hypothesis]",
    "covariances = [[1, 2]]",
    "= ",
)


@given(line=st.integers(0, len(LINES) - 1), scrap=st.sampled_from(SCRAPS) | st.text(max_size=12))
@settings(max_examples=60, deadline=None)
def test_a_spoiled_line_is_a_clear_error_or_no_fault(
    tmp_path_factory: pytest.TempPathFactory, line: int, scrap: str
) -> None:
    path = tmp_path_factory.mktemp("spoiled") / "mine.toml"
    path.write_text("\n".join([*LINES[:line], scrap, *LINES[line + 1 :]]), encoding="utf-8", errors="replace")
    try:
        theory = load_theory(path)
    except ShelfError as fault:
        assert "mine.toml" in str(fault)
    else:
        assert theory.hypotheses
