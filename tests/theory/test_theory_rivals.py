"""Rivals edit the path set, and loops are found wherever they are."""

from __future__ import annotations

from itertools import pairwise

import pytest

from cocsem.language import Text
from cocsem.theory import Hypothesis, Path, Replacement, Rival, Theory, apply, is_recursive, loops

WHY = Text("why", "mengapa")


def theory(*arrows: str, covariances: tuple[tuple[str, str], ...] = ()) -> Theory:
    paths = [arrow.split(">") for arrow in arrows]
    found = tuple(
        Hypothesis(f"H{n}", source, target, "+", Text("a", "b"), ("000-1",), ("seed000",))
        for n, (source, target) in enumerate(paths, 1)
    )
    return Theory("t", Text("T", "T"), Text("a", "b"), ("x",), found, covariances=covariances)


def edit(old: str | None, new: str | None, sign: str = "+") -> Replacement:
    ends = [None if arrow is None else Path(*arrow.split(">")) for arrow in (old, new)]
    return Replacement(ends[0], ends[1], sign)


def test_kept_path_keeps_its_hypothesis() -> None:
    before = theory("A>B", "B>C")
    after = apply(before, Rival("M2", WHY, (edit("B>C", "C>B", "-"),)))
    assert after.hypotheses[0] == before.hypotheses[0]
    assert after.hypotheses[1].id == "M2:C->B"
    assert after.hypotheses[1].sign == "-"
    assert after.hypotheses[1].statement == Text("C reduces B.", "C menurunkan B.")
    assert after.hypotheses[1].claims == ()


def test_path_is_removed_or_added() -> None:
    before = theory("A>B", "B>C", "A>C")
    after = apply(before, Rival("M", WHY, (edit("A>C", None), edit(None, "C>A"))))
    assert after.paths == (Path("A", "B"), Path("B", "C"), Path("C", "A"))


def test_rival_becomes_a_theory_of_its_own() -> None:
    after = apply(theory("A>B"), Rival("M9", WHY, (edit("A>B", "B>A"),)))
    assert (after.code, after.about, after.rivals) == ("t:M9", WHY, ())
    assert after.title == Text("T: M9", "T: M9")


def test_theory_is_left_as_it_was() -> None:
    before = theory("A>B")
    apply(before, Rival("M", WHY, (edit("A>B", "B>A"),)))
    assert before.paths == (Path("A", "B"),)


@pytest.mark.parametrize(
    ("change", "kept"),
    [
        (edit("A>B", "A>D"), ()),
        (edit(None, "B>C"), ()),
        (edit(None, "A>D"), (("B", "C"),)),
    ],
    ids=["one has no disturbance any more", "a path joins them", "untouched"],
)
def test_covariance_is_kept_between_disturbances_only(change: Replacement, kept: tuple[tuple[str, str], ...]) -> None:
    before = theory("A>B", "A>C", covariances=(("B", "C"),))
    assert apply(before, Rival("M", WHY, (change,))).covariances == kept


def test_tree_has_no_loop() -> None:
    assert loops(theory("A>B", "A>C", "B>D", "C>D")) == ()
    assert is_recursive(theory("A>B", "A>C", "B>D", "C>D"))


def test_each_loop_is_named_once_in_the_direction_of_its_arrows() -> None:
    assert loops(theory("A>B", "B>C", "C>A", "C>D")) == (("A", "B", "C"),)
    assert loops(theory("A>B", "B>A", "C>D", "D>C")) == (("A", "B"), ("C", "D"))


def test_shortest_loop_through_each_construct() -> None:
    found = loops(theory("A>B", "B>A", "B>C", "C>A"))
    assert found == (("A", "B"), ("C", "A", "B"))


def test_dense_path_set_is_searched_quickly() -> None:
    codes = [f"X{n}" for n in range(25)]
    arrows = [f"{a}>{b}" for a in codes for b in codes if a < b]
    assert is_recursive(theory(*arrows))
    circle = [f"{a}>{b}" for a, b in pairwise([*codes, codes[0]])]
    assert loops(theory(*circle)) == (tuple(codes),)
