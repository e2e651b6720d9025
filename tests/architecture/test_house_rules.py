"""What keeps the house tidy: sizes, names, imports, references."""

import ast
import re
import sys
from pathlib import Path

import pytest

from cocsem.references import load_references

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "cocsem").rglob("*.py"))
WRITTEN = {".py", ".toml", ".md", ".css", ".j2", ".R", ".yml", ".yaml", ".cfg", ".txt"}
SHELVES = ("cocsem", "instruments", "theories", "datasets", "tests", "docs", "benchmarks", ".ci")
TEXTS = sorted(
    path
    for folder in SHELVES
    for path in (ROOT / folder).rglob("*")
    if path.is_file() and (path.suffix in WRITTEN or path.parent.name == ".ci") and "__pycache__" not in path.parts
) + [ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "Makefile", "pyproject.toml")]
LONGEST_FILE, LONGEST_FUNCTION, AIMED_FUNCTION = 400, 60, 40
MOST_PARAMETERS = 9
FORBIDDEN = {"utils", "util", "helpers", "helper", "misc", "common", "base", "core", "stuff", "tools"}
# The places where other machines, people's folders and package hosts would show.
PLACES = re.compile(r"/(?:home|Users|root|work|mnt)/\w|[A-Z]:\\\\\w|[.]pyenv|index[-_]url|pypi[.]org/simple", re.ASCII)
ESCAPES = re.compile("|".join(("# " + "noqa", "type: " + "ignore", "TO" + "DO", "FIX" + "ME", "XX" + "X")))


def _name(path):
    return path.relative_to(ROOT).as_posix()


def _functions(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def test_there_is_something_to_look_at():
    assert len(SOURCES) > 100 and len(TEXTS) > 200


@pytest.mark.parametrize("path", SOURCES, ids=_name)
def test_files_and_functions_are_short(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) < LONGEST_FILE
    long = {f.name: _length(f) for f in _functions(path) if _length(f) > LONGEST_FUNCTION and not _makes_a_verb(f)}
    assert not long, f"functions over {LONGEST_FUNCTION} lines: {long}"


def test_most_functions_keep_to_the_aim():
    lengths = [_length(f) for path in SOURCES for f in _functions(path)]
    assert sum(length > AIMED_FUNCTION for length in lengths) <= 0.02 * len(lengths)


def _length(function):
    """Lines of a function without its docstring: explaining is not counted against anyone."""
    doc = function.body[0] if ast.get_docstring(function) is not None else None
    return function.end_lineno - function.lineno + 1 - (doc.end_lineno - doc.lineno + 1 if doc else 0)


def _makes_a_verb(function):
    """The public verbs carry lavaan's long list of options once."""
    return len(function.args.kwonlyargs) > 20 or any(
        isinstance(part, ast.FunctionDef) and len(part.args.kwonlyargs) > 20 for part in function.body
    )


@pytest.mark.parametrize("path", SOURCES, ids=_name)
def test_names_say_what_is_inside(path):
    assert path.stem not in FORBIDDEN and path.parent.name not in FORBIDDEN
    assert (
        ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or not path.read_text(encoding="utf-8").strip()
    )


@pytest.mark.parametrize("path", SOURCES, ids=_name)
def test_functions_take_few_things_and_pass_nothing_through(path):
    for function in _functions(path):
        arguments = function.args
        plain = [a for a in (*arguments.posonlyargs, *arguments.args) if a.arg not in ("self", "cls")]
        assert len(plain) <= MOST_PARAMETERS, function.name
        if arguments.kwarg is not None and not _keeps_the_signature(function):
            assert not _passed_on(function, arguments.kwarg.arg), f"{function.name} passes **{arguments.kwarg.arg} on"


def _keeps_the_signature(function):
    """What stands before a function under `functools.wraps` has its signature; nothing is hidden there."""
    return any(isinstance(d, ast.Call) and getattr(d.func, "id", "") == "wraps" for d in function.decorator_list)


def _passed_on(function, name):
    """Calls that hand over all the options a function was given; filling a sentence is not one."""
    calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
    handed = [
        c for c in calls for k in c.keywords if k.arg is None and isinstance(k.value, ast.Name) and k.value.id == name
    ]
    return [c for c in handed if not (isinstance(c.func, ast.Attribute) and c.func.attr == "format")]


@pytest.mark.parametrize("path", SOURCES, ids=_name)
def test_only_slow_things_are_imported_inside_functions(path):
    allowed = {
        "scipy", "threadpoolctl", "semopy", "pingouin", "factor_analyzer", "matplotlib", "openpyxl", "docx", "resvg_py", "reportlab", "svglib", "seminr", "pyreadstat", "pyarrow", "jinja2", "rich",
        "html", "importlib", "cocsem.report.show", "cocsem.survey.files", "decimal",
    }  # fmt: skip
    for function in _functions(path):
        for node in ast.walk(function):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for name in names:
                assert name in allowed or name.split(".")[0] in allowed, f"{function.name} imports {name}"


def test_every_reference_in_a_docstring_stands_on_the_shelf():
    known, wrong = set(load_references()), []
    for path in SOURCES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        nodes = [tree, *(n for n in ast.walk(tree) if isinstance(n, ast.ClassDef | ast.FunctionDef))]
        for doc in filter(None, map(ast.get_docstring, nodes)):
            for line in re.findall(r"^\s*References?: (.+)$", doc, re.MULTILINE):
                keys = re.findall(r"\b[a-z_]+\d{4}[a-z]?\b", line)
                wrong += [f"{_name(path)}: {key}" for key in keys if key not in known]
                wrong += [] if keys else [f"{_name(path)}: no key in '{line}'"]
    assert not wrong


@pytest.mark.parametrize("path", TEXTS, ids=_name)
def test_no_places_and_no_escapes(path):
    text = path.read_text(encoding="utf-8")
    assert not PLACES.search(text), PLACES.search(text)
    assert not ESCAPES.search(text), ESCAPES.search(text)


def test_rooms_import_only_downwards(monkeypatch, capsys):
    from importlinter.cli import lint_imports

    monkeypatch.chdir(ROOT)
    assert lint_imports(no_cache=True) == 0, capsys.readouterr().out


def test_tests_have_names_of_their_own():
    names = [path.name for path in (ROOT / "tests").rglob("test_*.py")]
    assert len(names) == len(set(names))
    assert not list((ROOT / "tests").rglob("__init__.py"))


def test_every_room_is_tested():
    rooms = {path.name for path in (ROOT / "cocsem").iterdir() if (path / "__init__.py").is_file()}
    tested = {path.parent.name for path in (ROOT / "tests").rglob("test_*.py")}
    assert rooms <= tested


def test_python_is_the_one_that_is_promised():
    assert sys.version_info >= (3, 11)
