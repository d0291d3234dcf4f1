# Two commands set everything up on a fresh machine with Python 3.11 or newer:
#   make demo    install into .venv, build the graph of examples/articles, answer a question
#   make test    run the tests
# Libraries come from the lock file, held to their hashes, where it fits the Python and the package index; else by the
# version ranges of pyproject.toml. LOCKED=only refuses the second way, LOCKED=no the first.
#   make docs    build the documentation as a site, in site/ (no network needed once its libraries are there)
#   make notebook  run the notebook of examples/
#   make pages   write anew the pages of docs/ that are made from the program, the ontology and the shapes
#   make lock    work the lock file out anew (needs the network)
#   make audit   look for known vulnerabilities, and list licences

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LOCK := requirements/dev.txt
DOCS_LOCK := requirements/docs.txt
LOCKED ?= yes
PIP = $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: install demo test lint format docs notebook pages lock audit clean

install: $(VENV)/.installed

$(VENV)/.installed: pyproject.toml $(LOCK)
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "kgbuild needs Python 3.11 or newer; set PYTHON=")'
	$(PYTHON) -m venv $(VENV)
	PIP="$(PIP)" sh tools/install.sh $(LOCK) $(LOCKED)
	touch $@

demo: install
	$(BIN)/kgbuild build examples/articles --output output
	$(BIN)/kgbuild query output positions --param treaty=moratorium

test: install
	$(BIN)/python -m pytest

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: install
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(VENV)/.docs
	$(BIN)/python tools/site

notebook: $(VENV)/.docs
	$(BIN)/python -m pytest tests/docs/test_notebook.py

pages: install
	$(BIN)/python docs/generate_cli.py
	$(BIN)/python docs/generate_reference.py
	$(BIN)/python docs/generate_outputs.py

$(VENV)/.docs: $(VENV)/.installed $(DOCS_LOCK)
	PIP="$(PIP)" sh tools/install.sh $(DOCS_LOCK) $(LOCKED) docs,notebook
	touch $@

# pins stay as they are where they still suit; to take newer ones, remove the lock file first
lock: install
	$(PIP) 'uv>=0.5'
	$(BIN)/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --custom-compile-command 'make lock' --quiet --output-file $(LOCK)
	$(BIN)/uv pip compile pyproject.toml --extra docs --extra notebook --constraint $(LOCK) --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --custom-compile-command 'make lock' --quiet --output-file $(DOCS_LOCK)

audit: install
	$(BIN)/python tools/audit.py $(LOCK)
	$(BIN)/python tools/audit.py $(DOCS_LOCK)

clean:
	rm -rf $(VENV) build dist site .mypy_cache .ruff_cache .pytest_cache
