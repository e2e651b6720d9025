"""The catalogue of messages is in step with the code: what is raised is translated, what is translated is raised."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import cocsem
from cocsem.errors import ModelSyntaxError
from cocsem.messages import load_catalogue, message_of, translate
from cocsem.shelf import read_toml

PACKAGE = Path(cocsem.__file__).parent
ERRORS = {
    "UsageError", "ShelfError", "SurveyError", "ModelError", "ModelSyntaxError", "IdentificationError", "EstimationError",
    "CocsemError",
}  # fmt: skip
# Reached from Python only, which speaks English, or faults of the package itself.
NOT_FROM_THE_COMMAND_LINE = {
    "assessment/hold_out.py", "assessment/vuong.py", "criteria/__init__.py", "estimation/candidates.py", "estimation/comparison.py",
    "estimation/difference.py", "estimation/given_moments.py", "estimation/residual_tables.py",
    "estimation/score_tests.py", "estimation/wald.py", "model/translation/semopy_dialect.py",
    "references/citation.py", "references/load.py", "report/diagrams.py", "simulation/draws.py",
    "simulation/population.py", "simulation/survey_file.py",
}  # fmt: skip
# Arguments that the verbs of the command line set themselves.
OPTIONS_OF_PYTHON = re.compile(
    r"^(kind|correlation|iterations|method) must be|^Every entry of add|^sample_cov must|^The ModelSpec has|^group= needs"
    r"|^Values must be finite"
)
GAP = re.compile(r"\{\d+\}")


def written(node: ast.expr) -> str | None:
    """A text of the code with its gaps numbered."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        number = iter(range(1, 100))
        parts = [v.value if isinstance(v, ast.Constant) else f"{{{next(number)}}}" for v in node.values]
        return "".join(map(str, parts))
    return None


def trees() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        yield path.relative_to(PACKAGE).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def raised() -> set[tuple[str, str]]:
    """Every message raised in the code, with the file it stands in."""
    found = set()
    for name, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and node.args:
                called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
                text = written(node.args[0]) if called in ERRORS | {"fault"} else None
                if text:
                    found.add((text, name))
    return found


CATALOGUE = {form.text: form.translation for form in load_catalogue()}


def test_every_message_of_the_command_line_is_translated():
    wanted = {
        (text, name)
        for text, name in raised()
        if name not in NOT_FROM_THE_COMMAND_LINE and not OPTIONS_OF_PYTHON.match(text)
    }
    assert len(wanted) > 250
    assert sorted(one for one in wanted if one[0] not in CATALOGUE) == []


def test_the_exceptions_are_still_there():
    assert {name for _, name in raised()} >= NOT_FROM_THE_COMMAND_LINE


def test_nothing_is_translated_that_is_not_in_the_code():
    texts = {
        text for _, tree in trees() for node in ast.walk(tree) if isinstance(node, ast.expr) if (text := written(node))
    }
    outside = set(read_toml(PACKAGE / "messages" / "outside.toml"))
    assert sorted(set(CATALOGUE) - texts - outside) == []


@pytest.mark.parametrize("text", CATALOGUE)
def test_a_filled_message_finds_its_own_translation(text):
    translation = CATALOGUE[text]
    assert set(GAP.findall(translation)) <= set(GAP.findall(text))
    assert translation != text

    def fill(template: str) -> str:
        return GAP.sub(lambda gap: f"⟨{gap[0][1:-1]}⟩", template)

    assert translate(fill(text)) == fill(translation)


def test_names_of_the_user_stay_as_they_are():
    said = translate(
        "Column 'labels' must vary to be used in a model, but it holds one value only or none. Leave it out."
    )
    assert said.startswith("Kolom 'labels' harus")
    assert translate("something that nobody raises") == "something that nobody raises"


def test_a_message_in_a_message_is_translated():
    inner = "There is no instrument 'x'. Did you mean 'y'? A file of your own must end in .toml."
    said = translate(f"t.toml: instruments: {inner}")
    assert (
        said
        == "t.toml: isian instruments: Tidak ada instrumen 'x'. Apakah maksud Anda 'y'? Berkas Anda sendiri harus berakhiran .toml."
    )


def test_the_caret_stays_below_the_mistake():
    said = message_of(ModelSyntaxError("Every bracket must be closed.", "f =~ c(x1", 3, 6))
    for lang, word in (("en", "line"), ("id", "baris")):
        first, line, caret = said[lang].splitlines()
        assert line == f"  {word} 3: f =~ c(x1" and line[caret.index("^")] == "(", first
