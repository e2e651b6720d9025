# One door for chores; CI runs .ci/run, which does the same from an empty environment.
# PYTHON: an interpreter in which cocsem is installed with its dev tools (the second line of the README makes .venv).
PYTHON ?= $(if $(wildcard .venv/bin/python),.venv/bin/python,python3)
ARGS ?=

.PHONY: help demo test check bench agreement

help:
	@echo "make demo    the whole run on a simulated survey, into report/"
	@echo "make test    the tests and doctests (ARGS='tests/survey -x' for some of them)"
	@echo "make check   ruff, the import contract, mypy, tests"
	@echo "make agreement   ask every recorded question again and write docs/agreement.md"
	@echo "make bench   cocsem beside lavaan (needs R), semopy and seminr"

demo:
	$(PYTHON) -m cocsem fit creative_industry --out report

test:
	$(PYTHON) -m pytest -n auto --dist loadfile $(ARGS)

check:
	$(PYTHON) -m ruff check
	$(PYTHON) -m ruff format --check
	$(PYTHON) -c "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
	$(PYTHON) -m mypy
	$(PYTHON) -m pytest -n auto --dist loadfile $(ARGS)

bench:
	$(PYTHON) benchmarks/compare.py

agreement:
	$(PYTHON) tests/oracles/agreement.py
