"""`instruments`, `theories`, `datasets`: list, show, new."""

from __future__ import annotations

import pytest

from cocsem.instrument.load import list_instruments, load_instrument
from cocsem.survey.shelf_data import list_datasets
from cocsem.theory.load import list_theories, load_theory

SHELVES = {"instruments": list_instruments, "theories": list_theories, "datasets": list_datasets}


@pytest.mark.parametrize("shelf", SHELVES)
@pytest.mark.parametrize("lang", ["en", "id"])
def test_list_names_everything_once_with_its_title(cocsem, shelf, lang):
    done = cocsem(shelf, "list", "--lang", lang)
    lines = [line for line in done.out.splitlines() if not line.startswith(" ")]
    assert done.code == 0 and [line.split()[0] for line in lines] == list(SHELVES[shelf]())
    assert all(len(line.split(maxsplit=1)[1]) > 5 for line in lines)


@pytest.mark.parametrize("lang", ["en", "id"])
@pytest.mark.parametrize(("shelf", "load"), [("instruments", load_instrument), ("theories", load_theory)])
def test_titles_come_in_the_language_asked_for(cocsem, shelf, load, lang):
    out = cocsem(shelf, "list", "--lang", lang).out
    for code in SHELVES[shelf]():
        assert load(code).title[lang] in " ".join(out.split())


@pytest.mark.parametrize(("shelf", "code"), [(shelf, code) for shelf, listing in SHELVES.items() for code in listing()])
def test_show_prints_a_readable_page(cocsem, shelf, code):
    done = cocsem(shelf, "show", code)
    assert done.code == 0 and len(done.out.splitlines()) >= 2
    assert "Traceback" not in done.err and "Text(" not in done.out


def test_an_instrument_is_shown_with_its_items_and_its_status(cocsem):
    out = cocsem("instruments", "show", "customer_trust", "--lang", "id").out
    assert "belum divalidasi" in out and "tru1" in out
    assert load_instrument("customer_trust").items[0].text.id.split()[0] in out


@pytest.mark.parametrize(("shelf", "load"), [("instruments", load_instrument), ("theories", load_theory)])
def test_new_writes_a_template_that_loads(cocsem, tmp_path, monkeypatch, shelf, load):
    monkeypatch.chdir(tmp_path)
    done = cocsem(shelf, "new", "my_own")
    assert done.code == 0 and f"{shelf} show my_own.toml" in done.out
    assert load("my_own.toml").code == "my_own"
    assert (tmp_path / "my_own.toml").read_text(encoding="utf-8").count("#") > 5
    shown = cocsem(shelf, "show", "my_own.toml")
    assert shown.code == 0 and "[my_own]" in shown.out
    again = cocsem(shelf, "new", "my_own")
    assert again.code == 2 and "must not exist yet" in again.err


def test_new_refuses_where_it_cannot_write(cocsem, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert cocsem("instruments", "new", "no/such/folder/x").code == 2
    done = cocsem("instruments", "new", "bad name!")
    assert done.code == 2 and "Traceback" not in done.err
    assert not list(tmp_path.iterdir())
