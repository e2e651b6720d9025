"""The page docs/agreement.md says what a run of today says; `make agreement` writes it anew."""

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "agreement.md").read_text(encoding="utf-8")
STALE = "docs/agreement.md does not show the recorded questions of today: run `make agreement`"


@pytest.fixture(scope="module")
def agreement():
    sys.path.insert(0, str(ROOT / "tests" / "oracles"))
    try:
        import agreement as found
    finally:
        sys.path.pop(0)
    return found


def _rows(title):
    """The cells of the table under a heading."""
    section = PAGE.split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0]
    lines = [line for line in section.splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def test_every_recorded_question_is_on_the_page_and_none_is_beyond_its_rule(agreement):
    banks = {}
    for case in agreement.cases():
        banks.setdefault(case.bank, []).append(case.name)
    refused = {row[0].split(" ")[0] for row in _rows("Refused")} if "## Refused" in PAGE else set()
    for bank, names in banks.items():
        assert [row[0] for row in _rows(bank)] == [name for name in names if name not in refused], STALE
    assert "## Beyond the rule" not in PAGE and ", 0 beyond" in PAGE


def test_differences_are_rounded_up(agreement):
    assert [agreement.bound(x) for x in (3.21e-5, 0.0, 9.9e-4, 1e-6)] == [4e-5, 0.0, 2e-3, 2e-6]


@pytest.mark.slow
def test_what_the_page_says_still_holds(agreement):
    answers = [agreement.ask(case) for case in agreement.cases()]
    found = [gap for answer in answers for gap in answer.found]
    assert all(gap.agrees for gap in found), [gap for gap in found if not gap.agrees][:5]
    assert f"{len(answers)} questions, {len(found)} numbers compared" in PAGE, STALE
    for kind, count, _, largest, _ in _rows("By kind of number"):
        own = [gap.size for gap in found if gap.kind == kind]
        assert len(own) == int(count), STALE
        assert max(own) <= float(largest) * 1.001, (kind, max(own), STALE)
    for answer in answers:
        if answer.refused:
            assert f"| {answer.case.name} (" in PAGE, STALE
