import pandas as pd

from cocsem.assessment.types import Assessment, Table, Verdict
from cocsem.language import Text
from cocsem.report.render.plain import draw_table, wrap
from cocsem.report.tables import Cell, Column, PrintedTable, print_table, select_columns
from cocsem.report.tables.paper import measurement_table
from cocsem.report.tables.verdicts import verdict_table

TITLE = Text("title", "judul")


def texts(table: PrintedTable) -> list[list[str]]:
    return [[cell.text for cell in row] for row in table.rows]


def test_cells_of_every_kind_are_printed_in_the_language_asked() -> None:
    frame = pd.DataFrame(
        {
            "item": ["a", "b"],
            "n": [3, 4],
            "pvalue": [0.0001, None],
            "kept": [True, False],
            "verdict": [Text("good 0.81", "baik 0.81"), None],
            "sign": ["-", "+"],
            "unknown": [1.23456, 2.0],
            "references": [("laurent1985", "mine2020"), ()],
        }
    )
    printed = print_table(Table("t", TITLE, frame), "id")
    assert printed.title == "judul"
    assert texts(printed) == [
        ["a", "3", "< 0,001", "ya", "baik 0,81", "−", "1,235", "Laurent dan Kapferer (1985); mine2020"],
        ["b", "4", "–", "tidak", "–", "+", "2,000", "–"],
    ]
    assert [column.numeric for column in printed.columns] == [False, True, True, False, False, False, True, False]


def test_limits_of_intervals_share_a_column_and_empty_columns_go() -> None:
    frame = pd.DataFrame(
        {"model": ["m"], "rmsea_ci_lower": [0.0], "rmsea_ci_upper": [0.09], "note": [None], "label": [""]}
    )
    printed = print_table(Table("fit", TITLE, frame), "en")
    assert [column.header for column in printed.columns] == ["Model", "90% CI"]
    assert texts(printed) == [["m", "[.000, .090]"]]


def test_a_note_names_columns_by_their_printed_headers() -> None:
    frame = pd.DataFrame({"item": ["a"], "alpha_if_dropped": [0.8], "percent": [3.0]})
    note = Text(
        "percent: of all; alpha_if_dropped: a percent sign", "percent: dari semua; alpha_if_dropped: tanda percent"
    )
    assert print_table(Table("t", TITLE, frame, (note,)), "en").notes == ("%: of all; α if dropped: a percent sign",)


def test_keys_in_cells_are_put_into_words() -> None:
    frame = pd.DataFrame({"step": ["reverse", "unheard"], "count": [1, 2]})
    assert texts(print_table(Table("log", TITLE, frame), "id")) == [["pembalikan skor", "1"], ["unheard", "2"]]


def test_a_table_per_group_keeps_the_form_of_its_key() -> None:
    frame = pd.DataFrame({"construct": ["A", "B"], "A": [0.8, 0.3], "B": [0.3, 0.7]})
    printed = print_table(Table("fornell_larcker_women", TITLE, frame), "en")
    assert texts(printed) == [["A", ".800", ""], ["B", ".300", ".700"]]
    assert printed.rows[0][1].strong and not printed.rows[1][1].strong


def test_hypotheses_are_printed_with_path_verdict_and_owner_of_the_interval(assessments: dict[str, Assessment]) -> None:
    printed = print_table(assessments["hypotheses"].tables[0], "en")
    assert [column.header for column in printed.columns][:4] == ["No.", "Path", "Expected", "β"]
    assert texts(printed)[1][:8] == ["H2", "IND60 → DEM65", "−", ".182", "0.572", "0.221", "[0.139, 1.006]", ".010"]
    assert [row[8].tone for row in printed.rows] == ["good", "bad", "good"]
    standardized = assessments["hypotheses"]["hypotheses"].assign(est_se=0.1)
    headers = [column.header for column in print_table(Table("hypotheses", TITLE, standardized), "en").columns]
    assert headers[3:8] == ["β", "SE(β)", "95% CI of β", "B", "SE(B)"]


def test_effects_keep_their_specific_path(assessments: dict[str, Assessment]) -> None:
    frame = assessments["effects"]["effects"].assign(kind="specific indirect", source="IND60", target="DEM65")
    printed = print_table(Table("effects", TITLE, frame), "id")
    assert texts(printed)[0][:2] == ["tidak langsung khusus", "IND60 → DEM60 → DEM65"]
    assert "Dari" not in [column.header for column in printed.columns]


def test_a_verdict_names_its_source_or_the_reason_for_none() -> None:
    verdicts = [
        Verdict("model", "cfi", 0.95, "cfi", Text("good", "baik")),
        Verdict("model", "cfi", 0.9, "cfi", None, Text("n too small", "n terlalu kecil")),
    ]
    printed = print_table(verdict_table(verdicts), "en")
    assert texts(printed)[0] == ["model", "CFI", ".950", "good", "–", "Hu and Bentler (1999)"]
    assert texts(printed)[1][3:5] == ["–", "n too small"]
    assert printed.notes


def test_columns_can_be_selected_and_an_unknown_choice_keeps_all() -> None:
    table = PrintedTable("t", "t", (Column("a", "A"), Column("b", "B")), ((Cell("1"), Cell("2")),))
    assert texts(select_columns(table, ("b",))) == [["2"]]
    assert select_columns(table, ("c",)) == table


def test_wide_tables_go_on_in_blocks_of_eighty_columns() -> None:
    frame = pd.DataFrame([{"item": "a" * 50, **{f"factor_{i}": 0.5 for i in range(12)}, "note": "word " * 40}])
    lines = draw_table(print_table(Table("t", TITLE, frame), "en")).splitlines()
    assert max(map(len, lines)) <= 80
    assert sum("factor_" in line for line in lines) > 1
    assert "".join(lines).count("word") == 40


def test_a_table_without_rows_or_with_wide_characters_is_drawn() -> None:
    empty = PrintedTable("t", "t", (Column("a", "A"),), ())
    assert draw_table(empty).splitlines()[0] == "A"
    wide = PrintedTable("t", "t", (Column("a", "名"), Column("b", "B", True)), ((Cell("信頼"), Cell("1")),))
    assert draw_table(wide).splitlines() == ["名    B", "-------", "信頼  1"]
    assert wrap("") == [""]


def test_a_fixed_parameter_has_no_standard_error_in_print() -> None:
    frame = pd.DataFrame(
        {"rhs": ["x1", "x2"], "est": [1.0, 0.8], "se": [0.0, 0.1], "ci_lower": [1.0, 0.6], "ci_upper": [1.0, 1.0]}
    )
    for key in ("estimates", "loadings"):
        printed = print_table(Table(key, Text("t", "t"), frame), "id")
        assert [cell.text for cell in printed.rows[0]] == ["x1", "1,000", "–", "–"]
        assert printed.rows[1][2].text == "0,100"


def test_the_quantity_of_an_audit_speaks_the_language_of_the_report() -> None:
    frame = pd.DataFrame({"quantity": ["chisq", "estimate: a ~ b"], "ours": [1.0, 2.0]})
    printed = print_table(Table("audit", Text("t", "t"), frame), "id")
    assert [row[0].text for row in printed.rows] == ["χ²", "estimasi: a ~ b"]


def test_the_measurement_table_holds_the_alpha_that_the_text_says() -> None:
    loadings = pd.DataFrame({"construct": ["T", "T", "S"], "item": ["t1", "t2", "s1"], "std_all": [0.7, 0.8, 0.9]})
    summary = pd.DataFrame({"construct": ["T", "S"], "alpha": [0.71, 0.72], "ave": [0.5, 0.6]})
    scales = pd.DataFrame({"scale": ["T", "S"], "alpha": [0.81, 0.82]})
    found = {
        "validity": (Table("loadings", TITLE, loadings), Table("summary", TITLE, summary)),
        "reliability": (Table("scales", TITLE, scales),),
    }
    (made,) = measurement_table(found)
    assert made.frame["alpha"].dropna().tolist() == [0.81, 0.82]
    assert made.frame["ave"].dropna().tolist() == [0.5, 0.6]


def test_a_table_that_goes_on_repeats_the_columns_that_name_a_row() -> None:
    scales, items = ["EX", "EX", "EN"], ["ex1", "ex2", "en1"]
    long = {f"value_{k}": [f"{k} {item}" for item in items] for k in range(8)}
    table = print_table(Table("t", TITLE, pd.DataFrame({"scale": scales, "item": items, **long})), "en")
    blocks = draw_table(table).split("\n\n")
    assert len(blocks) > 1
    for block in blocks:
        assert [tuple(line.split()[:2]) for line in block.splitlines()[2:]] == list(zip(scales, items, strict=True))
