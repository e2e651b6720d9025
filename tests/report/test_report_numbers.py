import pytest

from cocsem.report.labels import label, load_labels
from cocsem.report.numbers import STYLES, format_interval, format_number, format_p, is_missing, localize
from cocsem.report.prose.sentences import Interval, Number, Probability, Series, load_sentences, say


@pytest.mark.parametrize(
    ("value", "kind", "en", "id_"),
    [
        (0.5, "bounded", ".50", "0,50"),
        (1.0, "bounded", "1.00", "1,00"),
        (-0.049, "bounded", "−.05", "−0,05"),
        (-0.0001, "decimal", "0.00", "0,00"),
        (1.02, "bounded", "1.02", "1,02"),
        (1234.5, "decimal", "1234.50", "1234,50"),
        (12.0, "integer", "12", "12"),
        (0.001, "p", ".001", "0,001"),
        (0.00099, "p", "< .001", "< 0,001"),
        (1.0, "p", "1.000", "1,000"),
        (12.34, "percent", "12.3%", "12,3%"),
        (None, "p", "–", "–"),
        (float("nan"), "decimal", "–", "–"),
        (float("inf"), "decimal", "∞", "∞"),
        (True, "decimal", "yes", "ya"),
        (1.25e-7, "scientific", "1.2e-07", "1,2e-07"),
    ],
)
def test_numbers_follow_the_style_of_each_language(value: object, kind: str, en: str, id_: str) -> None:
    assert format_number(value, kind, "en") == en
    assert format_number(value, kind, "id") == id_


def test_an_interval_with_one_limit_is_missing() -> None:
    assert format_interval(0.1, None) == "–"
    assert format_interval(-0.1, 0.2, "bounded", "id") == "[−0,10; 0,20]"
    assert format_p(None) == "p = –"


@pytest.mark.parametrize("text", ["pandas 3.1.0", "data v1.csv", "doi 10.1016/j.x.2013.12.002", "12.11.2024", "a.b"])
def test_versions_dates_and_names_keep_their_points(text: str) -> None:
    assert localize(text, "id") == text


def test_numbers_in_finished_sentences_get_the_comma_of_indonesian() -> None:
    assert localize("antara 0.81 dan .90.", "id") == "antara 0,81 dan 0,90."
    assert localize("between 0.81 and .90.", "en") == "between 0.81 and .90."


def test_powers_of_ten_in_finished_sentences_get_the_comma_too() -> None:
    assert localize("berbeda 2.6e-07 (x), 2.4e-11.", "id") == "berbeda 2,6e-07 (x), 2,4e-11."
    assert localize("2.6e-07", "en") == "2.6e-07"


def test_missing_is_told_from_lists_and_texts() -> None:
    assert is_missing(None) and is_missing(float("nan"))
    assert not is_missing([]) and not is_missing("") and not is_missing(0)


def test_every_label_has_both_languages_and_a_known_kind() -> None:
    for key, entry in load_labels().items():
        assert entry.text.en and entry.text.id, key
        assert entry.kind is None or entry.kind in STYLES, key
    assert label("unheard_of", "id") == "unheard_of"


def test_both_languages_of_a_sentence_have_the_same_gaps() -> None:
    import string

    for key, sentence in load_sentences().items():
        gaps = [{name for _, name, _, _ in string.Formatter().parse(sentence[lang]) if name} for lang in ("en", "id")]
        assert gaps[0] == gaps[1], key


def test_a_sentence_prints_numbers_lists_and_braces_of_users() -> None:
    values = {"model": "{odd} name", "df": Number(3, "integer"), "chisq": Number(2.5), "p": Probability(0.02)}
    filled = say("fit", {**values, "indices": Series(["a", "b", Interval(1, 2)])})
    assert filled.en == "{odd} name yielded χ²(3) = 2.50, p = .020, a; b; and [1.00, 2.00]."
    assert filled.id == "{odd} name menghasilkan χ²(3) = 2,50; p = 0,020; a; b; dan [1,00; 2,00]."
