"""Who the respondents are never gets into a survey."""

from __future__ import annotations

import pytest

from cocsem.language import Text
from cocsem.survey import Codebook, read_survey
from cocsem.survey.privacy import kind_of_column, quote

CODES = ["shp1", "shp2", "shp3", "shp4"]
N = 20
PERSONAL = {
    "Nama Lengkap": [f"Orang {k}" for k in range(N)],
    "Email Address": [f"orang{k}@example.com" for k in range(N)],
    "Alamat Surel": ["" for _ in range(N - 1)] + ["x@y.id"],
    "Kontak untuk undian": ["" if k else "budi at 0812-3456-7890" for k in range(N)],
    "Nomor": [f"+62812345678{k:02d}" for k in range(N)],
    "V17": [f"081234567{k:03d}" for k in range(N)],
    "V18": [81234567000 + 7 * k for k in range(N)],
    "NIK": [3507000000000001 + k for k in range(N)],
    "IP Address": [f"10.0.0.{k}" for k in range(N)],
    "ip": [f"10.0.0.{k}" for k in range(N)],
    "No.": list(range(1, N + 1)),
    "Response ID": [f"R_{k}abc" for k in range(N)],
    "Kode Responden": [f"A{k % 3}" for k in range(N)],
    "Alamat rumah": ["Malang" if k % 2 else "Batu" for k in range(N)],
}
TIMES = {
    "Timestamp": ["x"] * N,
    "Stempel waktu": [f"{k + 1}/2/2026 10:00:0{k % 10}" for k in range(N)],
    "V19": [f"2026-02-{k + 1:02d}" for k in range(N)],
}
FREE = {
    "Saran": [f"Saran saya nomor {k} adalah begini" for k in range(N)],
    "Saran dan masukan": [f"Semoga sukses, salam dari Budi {k % 6}" if k % 2 else "" for k in range(N)],
    "Komentar (bila ada)": [
        ("Bagus sekali, kata Ibu Ani" if k < 3 else "mantap jaya") if k < 5 else "" for k in range(N)
    ],
    "Responden ke": [f"Ibu {k}" for k in range(N)],
}
KEPT = {
    "Jenis kelamin": ["Laki-laki" if k % 2 else "Perempuan" for k in range(N)],
    "Usia": [20 + k * k % 17 for k in range(N)],
    "Lama (th)": [f"{k % 7 + 1} tahun" for k in range(N)],
    "Pendapatan per bulan": [3_500_000 + 250_000 * (k % 9) for k in range(N)],
    "Alasan membeli": ["Harga murah" if k % 3 else "Mutu baik" for k in range(N)],
    "Nama merek yang dibeli": ["Merek A" if k % 3 else "Merek B" for k in range(N)],
    "Seberapa sering memakai WhatsApp?": ["Sering" if k % 3 else "Jarang" for k in range(N)],
}


@pytest.mark.parametrize(
    ("columns", "kind"),
    [(PERSONAL, "private"), (TIMES, "timestamp"), (FREE, "free_text"), (KEPT, None)],
    ids=["private", "times", "free", "kept"],
)
def test_kinds_of_columns(columns, kind):
    wrong = {
        name: kind_of_column([name], [c if c != "" else None for c in map(_cell, cells)])
        for name, cells in columns.items()
    }
    assert {name: found for name, found in wrong.items() if found != kind} == {}


def _cell(value):
    return float(value) if isinstance(value, int) else value


def test_nothing_personal_in_any_frame_or_log(write, trust5, answers):
    columns = PERSONAL | TIMES | FREE | KEPT
    rows = [[*row, *(cells[k] for cells in columns.values())] for k, row in enumerate(answers)]
    survey = read_survey(write([*CODES, *columns], rows), instruments=trust5)
    assert list(survey.demographics) == list(KEPT)
    held = " ".join([*(frame.to_csv() for frame in (survey.data, survey.answers, survey.demographics, survey.paradata)),
                     *(entry.text.en + entry.text.id for entry in survey.log)])  # fmt: skip
    for secret in ("@", "Orang 3", "0812", "+62", "10.0.0", "R_3", "Ibu 3"):
        assert secret not in held
    counts = {entry.step: entry.count for entry in survey.log}
    assert (counts["private"], counts["timestamp"], counts["free_text"]) == (len(PERSONAL), len(TIMES), len(FREE))


def test_a_header_that_is_itself_personal_is_masked(write, trust5, answers):
    path = write([*CODES, "isi oleh budi@example.com"], [[*row, k % 3] for k, row in enumerate(answers)])
    survey = read_survey(path, instruments=trust5)
    assert not any("budi" in entry.text.en for entry in survey.log)


def test_the_codebook_cannot_let_personal_data_in(write, trust5, answers):
    path = write([*CODES, "kontak", "pekerjaan"], [[*row, f"a{k}@b.id", f"kerja {k}"] for k, row in enumerate(answers)])
    survey = read_survey(path, instruments=trust5, codebook=Codebook(demographics=("kontak", "pekerjaan")))
    assert list(survey.demographics) == ["pekerjaan"]


def test_demographics_are_tidied(write, trust5, answers):
    sex = ["Laki-laki", "laki-laki ", "LAKI-LAKI", "Perempuan", "Perempuan."]
    rows = [[*row, sex[k % 5], f"{20 + k} tahun", ""] for k, row in enumerate(answers)]
    survey = read_survey(write([*CODES, "jk", "usia", "kosong"], rows), instruments=trust5)
    assert set(survey.demographics["jk"]) == {"Laki-laki", "Perempuan"}
    assert survey.demographics["usia"].tolist()[:2] == [20.0, 21.0]
    assert {"spelling", "unit", "no_variation"} <= {entry.step for entry in survey.log}


def test_codebook_names_and_labels(write, trust5, answers):
    rows = [[*row, k % 2 + 1, k % 4] for k, row in enumerate(answers)]
    book = Codebook(columns={"jk": "gender"}, demographics=("gender",), labels={"gender": {"1": Text("male", "pria")}})
    survey = read_survey(write([*CODES, "jk", "lain"], rows), instruments=trust5, codebook=book)
    assert list(survey.demographics) == ["gender"]
    assert survey.demographics["gender"].tolist()[:2] == ["1", "2"]
    assert "unused" in {entry.step for entry in survey.log}


def test_quotes_never_show_an_address():
    assert quote("hubungi 0812 3456 7890") == "(an e-mail or phone)"
    assert quote("Setuju") == "'Setuju'"
