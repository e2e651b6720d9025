"""Nothing in a file ends in a traceback: any bytes give a survey or a CocsemError."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from survey_samples import FIVE, instrument_of, scale_of

from cocsem.errors import CocsemError
from cocsem.survey import Survey, read_codebook, read_survey

FEW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
TRUST = instrument_of(scale_of(FIVE))
CELLS = st.one_of(
    st.sampled_from(
        ["1", "2", "3", "4", "5", "Setuju", "5 - Sangat setuju", "NA", "", "99", "3,5", "8", "a@b.id", "0812345678901"]
    ),
    st.text(max_size=8),
)
HEADERS = st.lists(
    st.one_of(st.sampled_from(["shp1", "shp2", "shp3", "shp4", "Nama", "", "umur"]), st.text(max_size=6)), max_size=7
)


def outcome(content: bytes, ending: str) -> Survey | CocsemError:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"fuzz{ending}"
        path.write_bytes(content)
        try:
            return read_survey(path, instruments=TRUST)
        except CocsemError as fault:
            return fault


@FEW
@given(st.binary(max_size=400), st.sampled_from([".csv", ".txt", ".xlsx", ".sav", ".parquet", ".xls", ""]))
def test_any_bytes(content, ending):
    assert isinstance(outcome(content, ending), Survey | CocsemError)


@FEW
@given(
    st.sampled_from([b"PK\x03\x04", b"$FL2", b"$FL3", b"PAR1", b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf"]),
    st.binary(max_size=300),
)
def test_any_bytes_behind_a_known_beginning(magic, content):
    assert isinstance(outcome(magic + content, ".csv"), Survey | CocsemError)


@FEW
@given(HEADERS, st.lists(st.lists(CELLS, max_size=7), max_size=14), st.sampled_from(",;\t|"))
def test_any_text(header, rows, separator):
    text = "\n".join(separator.join(row) for row in [header, *rows])
    assert isinstance(outcome(text.encode("utf-8", "replace"), ".csv"), Survey | CocsemError)


@FEW
@given(st.lists(st.tuples(CELLS, CELLS, CELLS, CELLS, CELLS), min_size=10, max_size=14))
def test_any_cells_under_the_right_headers(rows):
    text = pd.DataFrame(rows, columns=["shp1", "shp2", "shp3", "shp4", "lain"]).to_csv(index=False)
    result = outcome(text.encode("utf-8", "replace"), ".csv")
    assert isinstance(result, Survey | CocsemError)
    if isinstance(result, Survey):
        values = result.answers.to_numpy()
        assert set(values[values == values]) <= {1.0, 2.0, 3.0, 4.0, 5.0}


@FEW
@given(st.integers(0, 6000), st.integers(0, 255))
def test_a_workbook_with_a_flipped_byte(place, value):
    book = openpyxl.Workbook()
    for row in [["shp1", "shp2", "shp3", "shp4"], *[[k % 5 + 1, k % 4 + 1, k % 3 + 1, k % 2 + 1] for k in range(12)]]:
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    content = bytearray(buffer.getvalue())
    content[place % len(content)] = value
    assert isinstance(outcome(bytes(content), ".xlsx"), Survey | CocsemError)


@FEW
@given(st.text(max_size=60))
def test_any_codebook(text):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "book.toml"
        path.write_text(text, encoding="utf-8", errors="replace")
        try:
            assert read_codebook(path) is not None
        except CocsemError as fault:
            assert str(fault)


@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".sav", ".parquet"])
def test_nothing_but_zero_bytes(ending):
    assert isinstance(outcome(b"\x00" * 300, ending), CocsemError)
