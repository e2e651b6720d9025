"""What a person can get wrong ends in one message with a remedy and exit code 2, never in a traceback."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    texts = {
        "syntax": "f =~ x1 + + x2\n",
        "open": "f =~ x1 + x2\n",
        "twice": "f =~ x1 + x2 + x3\ng =~ x1 + x2 + x3\n",
        "unknown": "f =~ x1 + x2 + x99\n",
        "empty": "\n# nothing\n",
        "good": "f =~ x1 + x2 + x3\n",
    }
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    (folder / "binary.txt").write_bytes(b"\xff\xfe\x00\xd8 f =~")
    (folder / "empty.csv").write_text("", encoding="utf-8")
    return folder


REFUSED_MODELS = [
    ("syntax", ["line 1: f =~ x1 + + x2", "^"]),
    ("open", ["4 parameters, 3 moments"]),
    ("twice", ["parameters"]),
    ("unknown", ["x99"]),
    ("empty", ["at least one line"]),
    ("binary", ["cannot be read"]),
    ("absent", ["cannot be read"]),
]


@pytest.mark.parametrize(("name", "words"), REFUSED_MODELS, ids=[name for name, _ in REFUSED_MODELS])
def test_models(cocsem, models, name, words):
    _refused(cocsem("fit", "holzinger_swineford", "--model", models / f"{name}.txt"), words)


def test_the_caret_stands_below_the_mistake(cocsem, models):
    lines = cocsem("fit", "holzinger_swineford", "--model", models / "syntax.txt").err.splitlines()
    assert lines[-1].strip() == "^" and lines[-2][lines[-1].index("^")] == "+"


REFUSED = [
    (["fit", "no_such_file.csv"], ["no_such_file.csv", "must exist"]),
    (["fit", "service_logic", "--theory", "nope"], ["nope", "service_logic", ".toml"]),
    (["fit", "service_logic", "--theory", "nope.toml"], ["nope.toml"]),
    (["validate", "service_logic", "--instrument", "nope"], ["nope", "customer_trust"]),
    (["fit", "holzinger_swineford"], ["--model FILE"]),
    (["fit", "service_logic", "--codebook", "nope.toml"], ["nope.toml"]),
    (["fit", "service_logic", "--controls", "nope"], ["nope", "column"]),
    (["fit", "service_logic", "--format", "odt"], ["odt", "html"]),
    (["fit", "service_logic", "--estimator", "XYZ"], ["XYZ", "ML"]),
    (["fit", "service_logic", "--engine", "XYZ"], ["XYZ", "semopy"]),
    (["fit", "service_logic", "--missing", "XYZ"], ["XYZ", "listwise"]),
    (["fit", "service_logic", "--lang", "fr"], ["fr", "id"]),
    (["fit", "service_logic", "--bootstrap", "many"], ["many"]),
    (["fit", "service_logic", "--nonsense"], ["--nonsense"]),
    (["fit"], ["SURVEY"]),
    (["nonsense"], ["nonsense"]),
    (["instruments", "show", "nope"], ["nope", "customer_trust"]),
    (["theories", "show", "nope"], ["nope", "service_logic"]),
    (["datasets", "show", "nope"], ["nope", "creative_industry"]),
]


@pytest.mark.parametrize(("arguments", "words"), REFUSED, ids=[" ".join(arguments) for arguments, _ in REFUSED])
def test_commands(cocsem, arguments, words):
    _refused(cocsem(*arguments), words)


def test_an_empty_file(cocsem, models):
    _refused(cocsem("fit", models / "empty.csv", "--model", models / "good.txt"), ["empty.csv"])


def test_a_folder_instead_of_a_file(cocsem, models):
    _refused(cocsem("fit", models, "--model", models / "good.txt"), [models.name])


def test_a_theory_and_a_model(cocsem, models):
    _refused(cocsem("fit", "service_logic", "--theory", "service_logic", "--model", models / "good.txt"), ["not both"])


def test_controls_belong_to_a_theory(cocsem, models):
    _refused(cocsem("fit", "holzinger_swineford", "--model", models / "good.txt", "--controls", "sex"), ["--controls"])


def test_without_a_theory_the_candidates_are_listed(cocsem, desk):
    done = cocsem("fit", desk / "answers.csv")
    _refused(done, ["involvement_engagement_loyalty", "--theory", "customer_trust", "--instrument"])
    assert "smart_city" not in done.err


def test_a_report_where_no_folder_can_be(cocsem, desk):
    arguments = ("validate", desk / "answers.csv", "--instrument", "customer_trust", "--out", desk / "answers.csv")
    _refused(cocsem(*arguments), ["answers.csv"])


def _refused(done, words):
    assert done.code == 2, done
    assert "Traceback" not in done.err and done.out == ""
    assert "Error: " in done.err
    for word in words:
        assert word in done.err, done.err


@pytest.mark.parametrize(
    ("words", "frame"), [(("--lang", "id"), "Galat: "), (("--lang=id",), "Galat: "), ((), "Error: ")]
)
def test_the_frame_of_an_error_is_in_the_language_asked_for(cocsem, words, frame):
    done = cocsem("fit", "no_such_survey.csv", *words)
    assert done.code == 2 and done.err.startswith(frame)


def test_a_seed_below_zero(cocsem, models):
    found = cocsem("fit", "holzinger_swineford", "--model", models / "good.txt", "--bootstrap", 20, "--seed", -1)
    _refused(found, ["seed must be a whole number"])
