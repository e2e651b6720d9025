"""The checklist says what the report holds and what the author must add, and is right about both."""

from __future__ import annotations

from cocsem.language import Text
from cocsem.report.checklist import checklist

HEADINGS = {
    "cfa": Text("Confirmatory factor analysis", "Analisis faktor konfirmatori"),
    "limits": Text("Limits", "Keterbatasan"),
}


def test_points_name_the_section_that_holds_them():
    frame = checklist(HEADINGS, groups=False).frame
    held = frame[[state.en == "in this report" for state in frame["state"]]]
    assert {section.en for section in held["section"]} == {"Confirmatory factor analysis", "Limits"}
    assert (frame["state"] == Text("the author must add it", "harus ditambahkan penulis")).sum() >= 5


def test_invariance_is_asked_for_only_where_groups_are_compared():
    points = [len(checklist(HEADINGS, groups=groups).frame) for groups in (False, True)]
    assert points[1] == points[0] + 1


def test_the_report_carries_its_checklist(report):
    section = next(s for s in report.sections if s.key == "checklist")
    (table,) = section.tables
    held = {row["section"].en for row in table.frame.to_dict("records") if row["state"].en == "in this report"}
    assert held <= {s.heading.en for s in report.sections}
    assert len(held) > 3
