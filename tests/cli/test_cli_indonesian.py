"""Under `--lang id` a person meets Indonesian, whatever goes wrong."""

from __future__ import annotations

import re

import pytest

FIVE = "tru1,tru2,tru3,tru4\n" + "".join(f"{1 + i % 5},{1 + i % 4},{2 + i % 3},{1 + i % 7}\n" for i in range(30))
FILES = {
    "two.csv": "a,b\n1,2\n3,4\n",
    "old.ods": "a,b\n1,2\n",
    "off.csv": FIVE + "9,1,1,1\n",
    "word.csv": FIVE + "entah,1,1,1\n",
    "same.csv": re.sub(r"^\d", "3", FIVE, flags=re.MULTILINE),
    "near.csv": FIVE.replace("tru4", "tru_x"),
    "empty.csv": "",
    "bad.txt": "f =~ x1 + + x2\n",
    "few.txt": "f =~ x1 + x2\n",
    "absent.txt": "f =~ x1 + x2 + x99\n",
    "self.txt": "f =~ x1 + x2 + x3\nf ~ f\n",
    "field.toml": "titel = 1\n",
    "theory.toml": 'code = "t"\ninstruments = ["customer_trus"]\n',
}
TRUST = ("--instrument", "customer_trust")
MISTAKES = [
    (("fit", "nowhere.csv"), "harus ada, tetapi tidak ditemukan"),
    (("fit", "."), "adalah folder"),
    (("fit", "old.ods"), "lembar sebar OpenDocument"),
    (("fit", "two.csv"), "teori atau model harus disebut"),
    (("validate", "two.csv"), "instrumen atau teori harus disebut"),
    (("validate", "two.csv", *TRUST), "tidak ada kolom yang cocok"),
    (("validate", "off.csv", *TRUST), "harus dijawab pada 1..7, tetapi baris 31 berisi 9"),
    (("validate", "word.csv", *TRUST), "baris 31 berisi 'entah'"),
    (("validate", "same.csv", *TRUST), "semua orang menjawab 3"),
    (("validate", "near.csv", *TRUST), "Judul kolom yang paling mirip: 'tru_x'"),
    (("validate", "empty.csv", *TRUST), "berkasnya kosong"),
    (("validate", "off.csv", *TRUST, "--codebook", "field.toml"), "isian 'titel' yang tidak dikenal"),
    (("fit", "holzinger_swineford", "--model", "bad.txt"), "baris 1: f =~ x1 + + x2"),
    (("fit", "holzinger_swineford", "--model", "few.txt"), "4 parameter, 3 momen"),
    (("fit", "holzinger_swineford", "--model", "absent.txt"), "tetapi x99 tidak ada di sana"),
    (("fit", "holzinger_swineford", "--model", "self.txt"), "tidak boleh menjelaskan dirinya sendiri"),
    (("fit", "holzinger_swineford", "--model", "none.txt"), "berkas itu tidak ada"),
    (("fit", "creative_industry", "--theory", "theory.toml"), "theory.toml"),
    (("fit", "creative_industry", "--theory", "msme_cocreatio"), "Apakah maksud Anda 'msme_cocreation'?"),
    (("fit", "creative_industry", "--estimator", "OLS"), "estimator harus salah satu dari ML"),
    (("fit", "creative_industry", "--missing", "mean"), "missing harus salah satu dari"),
    (("fit", "creative_industry", "--engine", "amos"), "engine harus salah satu dari"),
    (("fit", "creative_industry", "--group", "subsector"), "Diperlukan lebih banyak baris daripada variabel"),
    (("fit", "creative_industry", "--controls", "colour"), "Analisis ini menyebut kolom 'colour'"),
    (("fit", "creative_industry", "--format", "ps"), "--format harus"),
    (("fit", "creative_industry", "--bootstrap", "many"), "bukan bilangan bulat"),
    (("fit", "creative_industry", "--colour"), "Opsi '--colour' tidak ada"),
    (("fit",), "Argumen 'SURVEY' belum diberikan"),
    (("draw",), "Perintah 'draw' tidak ada"),
    (("instruments", "show", "customer_trus"), "Apakah maksud Anda 'customer_trust'?"),
    (("datasets", "show", "nowhere"), "Data set harus salah satu dari"),
    (("screen", "msme", "--share", "3"), "Proporsi (share) harus"),
    (("invariance", "msme"), "Opsi '--group' belum diberikan"),
]
ENGLISH = re.compile(r"\b(must|but|cannot|the|is not|Give|Leave|Use|Usage|Error)\b")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("kesalahan")
    for name, text in FILES.items():
        (place / name).write_text(text, encoding="utf-8")
    return place


@pytest.mark.parametrize(("words", "said"), MISTAKES, ids=[" ".join(words) for words, _ in MISTAKES])
def test_a_mistake_is_answered_in_indonesian(cocsem, folder, monkeypatch, words, said):
    monkeypatch.chdir(folder)
    done = cocsem(*words, "--lang", "id")
    assert done.code == 2 and done.out == ""
    assert said in " ".join(done.err.split()), done.err
    assert "Galat: " in done.err and not ENGLISH.search(done.err.replace("--help", "")), done.err


@pytest.mark.parametrize("name", ["msme", "jember75", "political_democracy"])
def test_the_page_of_a_data_set_is_indonesian(cocsem, name):
    out = cocsem("datasets", "show", name, "--lang", "id").out
    assert not re.search(r"\b(the|answers|of)\b", out) and "yang" in out
