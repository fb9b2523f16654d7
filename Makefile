# make clean-corpus   clean corpus/raw into corpus/clean (CORPUS=dir OUT=dir for another)
# make test           everything that must pass: format, lint, types, tests
# make test-latest    the tests on the newest versions that pyproject.toml allows
# make test-lowest    the tests on the oldest ones
# make lock           refresh the locked versions in requirements/
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

.PHONY: clean-corpus test docs test-latest test-lowest lock test-engines test-dolma package bench bench-speed format schema clean

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

# Versions are locked in requirements/, with hashes; a stamp says that the environment has them.
# The lock names every package, so pip resolves nothing (--no-deps) and has nothing to warn of
# but how the machine itself is set up (-qq).
PIP = -m pip -qq --disable-pip-version-check
$(VENV)/.cleaner: requirements/run.txt pyproject.toml
	@echo "setting up $(VENV) ..."
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || { echo "cleaner needs Python 3.10 or later: make PYTHON=python3.12"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(call install,$(VENV),run)
	@touch $@

$(VENV)/.dev $(VENV)/.bench: $(VENV)/.%: $(VENV)/.cleaner requirements/%.txt
	@$(call install,$(VENV),$*)
	@touch $@

$(VENV)-engines/.engines: requirements/engines.txt pyproject.toml
	@test -x $(VENV)-engines/bin/python || $(PYTHON) -m venv $(VENV)-engines
	@$(call install,$(VENV)-engines,engines)
	@touch $@

# dolma and the other engines need different versions of the same packages.
$(VENV)-dolma/.dolma:
	@test -x $(VENV)-dolma/bin/python || $(PYTHON) -m venv $(VENV)-dolma
	@$(VENV)-dolma/bin/python $(PIP) install 'dolma==1.2.1'
	@touch $@

# Install what requirements/$(2).txt locks, and this clone, into the environment $(1).
define install
$(1)/bin/python $(PIP) install --no-deps -r requirements/$(2).txt
$(1)/bin/python $(PIP) install --no-deps --no-build-isolation -e .
endef

lock: $(VENV)/.cleaner
	$(BIN)/python $(PIP) install uv
	$(call compile,dev) --extra dev
	$(call compile,run) -c requirements/dev.txt
	$(call compile,bench) --extra bench -c requirements/dev.txt
	$(call compile,engines) --extra dev --extra engines

compile = $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.10 --generate-hashes \
	--no-annotate --no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock' \
	pyproject.toml requirements/build.in -o requirements/$(1).txt

# The tests without the lock: on the newest versions that pyproject.toml allows, and on the oldest.
test-latest test-lowest: test-%:
	rm -rf $(VENV)-$*
	$(PYTHON) -m venv $(VENV)-$*
	$(VENV)-$*/bin/python $(PIP) install uv
	VIRTUAL_ENV=$(VENV)-$* $(VENV)-$*/bin/uv pip install --quiet -e '.[dev]' --resolution $(RESOLUTION_$*)
	$(VENV)-$*/bin/cleaner --version --verbose
	$(VENV)-$*/bin/cleaner rules test
	$(VENV)-$*/bin/pytest

RESOLUTION_latest = highest
RESOLUTION_lowest = lowest-direct

clean:
	rm -rf $(VENV) $(VENV)-engines $(VENV)-dolma $(VENV)-latest $(VENV)-lowest corpus/clean site .pytest_cache .mypy_cache .ruff_cache .hypothesis
