"""The names that other people's scripts rely on."""

import inspect
import re
import subprocess
import sys

import pytest

import cocsem
from cocsem.references import load_references

PROMISED = {
    "cfa", "sem", "growth", "fit_model", "standardized", "predict", "effects", "efa", "screen", "careless", "parallel_analysis",
    "reliability", "validity", "read_survey", "load_instrument", "load_theory", "load_dataset", "run_study", "CocsemError", "power", "simulate",
    "dynamic_cutoffs", "explain",
}  # fmt: skip
SLOW = {
    "scipy.stats",
    "semopy",
    "pingouin",
    "factor_analyzer",
    "matplotlib",
    "statsmodels",
    "sklearn",
    "pyreadstat",
    "pyarrow.parquet",
}


def test_promised_names_are_public_and_listed():
    assert set(cocsem.__all__) >= PROMISED
    assert set(dir(cocsem)) == set(cocsem.__all__)
    assert len(cocsem.__all__) == len(set(cocsem.__all__))


@pytest.mark.parametrize("name", [n for n in cocsem.__all__ if n != "__version__"])
def test_every_public_name_resolves_and_says_what_it_does(name):
    thing = getattr(cocsem, name)
    assert inspect.isclass(thing) or callable(thing)
    first = (inspect.getdoc(thing) or "").split("\n\n")[0]
    assert len(first) > 20 and first.endswith((".", ":")), first


@pytest.mark.parametrize("name", sorted(PROMISED - {"CocsemError"}))
def test_options_of_public_verbs_have_names_and_nothing_is_passed_through(name):
    kinds = [p.kind for p in inspect.signature(getattr(cocsem, name)).parameters.values()]
    assert inspect.Parameter.VAR_KEYWORD not in kinds
    assert sum(kind is inspect.Parameter.POSITIONAL_OR_KEYWORD for kind in kinds) <= 3


def test_an_unknown_name_is_refused():
    with pytest.raises(AttributeError, match="no attribute 'lavaan'"):
        _ = cocsem.lavaan


def test_the_version_is_that_of_the_package():
    from importlib.metadata import version

    assert cocsem.__version__ == version("cocsem")
    assert re.fullmatch(r"\d+\.\d+\.\d+", cocsem.__version__)


@pytest.mark.parametrize(
    "start", ["import cocsem", "import cocsem.cli; cocsem.cli.group", "import cocsem; cocsem.CocsemError"]
)
def test_the_start_is_light(start):
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; {start}; print(*sys.modules)"], capture_output=True, text=True, check=True
    )
    assert not SLOW & set(done.stdout.split())


def test_references_of_public_docstrings_exist():
    known = set(load_references())
    cited = {key for name in cocsem.__all__ for key in _keys(inspect.getdoc(getattr(cocsem, name)) or "")}
    assert cited and cited <= known, cited - known


def _keys(doc):
    return [
        key for line in re.findall(r"References?: (.+)", doc) for key in re.findall(r"\b[a-z_]+\d{4}[a-z]?\b", line)
    ]
