"""The shelf of criteria: every file complete, every source known, the reading of cutpoints right at their edges."""

import pytest

from cocsem.criteria import Criterion, criterion_from, load_criteria, load_criterion
from cocsem.errors import ShelfError
from cocsem.references import load_references

WORDS = {"en": "word", "id": "kata"}
ENTRY = {
    "index": "x",
    "direction": "higher",
    "cutpoints": [{"value": 0.9, "label": {"en": "high", "id": "tinggi"}}, {"value": 0.7, "label": WORDS}],
    "otherwise": {"en": "low", "id": "rendah"},
    "reference": "hu1999",
    "locator": "p. 1",
    "note": WORDS,
}


@pytest.mark.parametrize("criterion", load_criteria().values(), ids=lambda one: one.key)
def test_every_criterion_has_a_source_and_both_languages(criterion: Criterion) -> None:
    assert criterion.reference in load_references()
    labels = [point.label for point in criterion.cutpoints] + [criterion.otherwise]
    assert all(label.en != "" and label.id != "" for label in labels)
    assert len({label.en for label in labels}) == len(labels)


def test_the_promised_criteria_are_there() -> None:
    promised = (
        "alpha omega composite_reliability ave item_rest kmo bartlett htmt fornell_larcker cfi tli rmsea srmr loading"
    )
    assert set(promised.split()) <= set(load_criteria())


def test_cutpoints_are_read_from_the_weakest_on() -> None:
    criterion = criterion_from(ENTRY, "x")
    assert [criterion.label(value).en for value in (0.95, 0.9, 0.7, 0.69)] == ["high", "high", "word", "low"]
    assert criterion.met(0.7) and not criterion.met(0.69)


def test_exclusive_and_lower_and_absolute() -> None:
    lower = criterion_from(ENTRY | {"direction": "lower", "inclusive": False, "absolute": True}, "x")
    assert [lower.label(value).en for value in (0.5, 0.7, -0.89, 0.9)] == ["word", "high", "high", "low"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"direction": "up"}, "direction must be"),
        ({"cutpoints": []}, "cutpoints must be a list"),
        ({"cutpoints": [{"value": "a", "label": WORDS}]}, "number as value"),
        ({"otherwise": "low"}, "both languages"),
        ({"applies": {"weather_min": 3}}, "applies knows"),
        ({"applies": 3}, "table of conditions"),
    ],
)
def test_a_wrong_file_is_refused_with_its_place(change: dict[str, object], said: str) -> None:
    with pytest.raises(ShelfError, match=said) as fault:
        criterion_from(ENTRY | change, "x")
    assert "'x'" in str(fault.value)


def test_a_missing_field_is_named() -> None:
    with pytest.raises(ShelfError, match="must state note"):
        criterion_from({key: value for key, value in ENTRY.items() if key != "note"}, "x")


def test_an_unknown_criterion_is_refused() -> None:
    with pytest.raises(ShelfError, match="'nothing' is not there"):
        load_criterion("nothing")


def test_stars_and_levels_are_data() -> None:
    stars = load_criterion("significance_stars")
    assert [stars.label(p).en for p in (0.0009, 0.001, 0.049, 0.05)] == ["***", "**", "*", "no star"]
    assert load_criterion("path_test").weakest == load_criterion("exact_fit").weakest == 0.05
