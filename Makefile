# make clean-corpus   clean corpus/raw into corpus/clean (CORPUS=dir OUT=dir for another)
# make test           everything that must pass: format, lint, types, tests
# make docs           the documentation as a site, in site/
# make test-engines   the recipes for Ray, Spark, Daft, datatrove and datasets (1.6 GB in a venv of its own)
# make test-dolma     dolma's mixer on our attributes (.8 GB in a venv of its own)
# make package        wheel and sdist, installed and used in empty environments: PYTHONS="python3.10 python3.13"
# make bench-speed    speed beside ftfy, re and trafilatura: TEXTS=file PAGES=file (see bench/speed.py)
# make bench          quality on labelled texts and pages: BENCH=dir (see bench/quality.py)

PYTHON ?= python3
VENV   ?= .venv
CORPUS ?= corpus/raw
OUT    ?= corpus/clean
BIN    := $(VENV)/bin

.PHONY: clean-corpus test docs test-engines test-dolma package bench bench-speed format schema clean

clean-corpus: $(VENV)/.cleaner
	@$(BIN)/cleaner clean "$(CORPUS)" -o "$(OUT)"
	@echo "The report, for a browser: $(OUT)/_run/report.html"
	@echo "The texts are in $(OUT), what went in $(OUT)/_run/removals.jsonl; one document:"
	@echo "  $(BIN)/cleaner explain $(CORPUS)/FILE"

test: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/cleaner rules test
	$(BIN)/pytest

docs: $(VENV)/.dev
	$(BIN)/mkdocs build --strict

test-engines: $(VENV)-engines/.engines
	$(VENV)-engines/bin/pytest tests/engines/test_ray.py tests/engines/test_recipes.py

test-dolma: $(VENV)/.dev $(VENV)-dolma/.dolma
	DOLMA=$(VENV)-dolma/bin/dolma $(BIN)/pytest tests/engines/test_dolma.py

package: $(VENV)/.dev
	$(BIN)/python tests/packaging/check.py $(PYTHONS)

bench: $(VENV)/.bench
	@test -n "$(BENCH)" || { echo "say where the labelled data is: make bench BENCH=dir"; exit 2; }
	$(BIN)/python bench/quality.py "$(BENCH)"
	$(BIN)/python bench/suggest.py "$(BENCH)/text"
	$(BIN)/python bench/check_speed.py
	$(BIN)/python bench/pages.py "$(BENCH)/html" --half confirm

bench-speed: $(VENV)/.cleaner
	$(BIN)/python bench/speed.py $(TEXTS) $(PAGES)
	$(BIN)/python bench/many_rules.py $(TEXTS)

format: $(VENV)/.dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

schema: $(VENV)/.cleaner
	$(BIN)/cleaner rules schema > rules/schema.json

# A stamp says that the environment has what pyproject.toml asks for.
$(VENV)/.cleaner: pyproject.toml
	@echo "setting up $(VENV) ..."
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || { echo "cleaner needs Python 3.10 or later; say PYTHON=..."; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@touch $@

$(VENV)/.bench: $(VENV)/.cleaner pyproject.toml
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade pip  # old ones stumble over lxml's extras
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[bench]'
	@touch $@

$(VENV)-engines/.engines: pyproject.toml
	@test -x $(VENV)-engines/bin/python || $(PYTHON) -m venv $(VENV)-engines
	@$(VENV)-engines/bin/python -m pip install --quiet --disable-pip-version-check --upgrade pip
	@$(VENV)-engines/bin/python -m pip install --quiet --disable-pip-version-check -e '.[dev,engines]'
	@touch $@

# What dolma wants, the other engines do not.
$(VENV)-dolma/.dolma:
	@test -x $(VENV)-dolma/bin/python || $(PYTHON) -m venv $(VENV)-dolma
	@$(VENV)-dolma/bin/python -m pip install --quiet --disable-pip-version-check --upgrade pip
	@$(VENV)-dolma/bin/python -m pip install --quiet --disable-pip-version-check 'dolma==1.2.1'
	@touch $@

$(VENV)/.dev: $(VENV)/.cleaner pyproject.toml
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@

clean:
	rm -rf $(VENV) $(VENV)-engines $(VENV)-dolma corpus/clean site .pytest_cache .mypy_cache .ruff_cache .hypothesis
