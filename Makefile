# make clean-corpus   clean corpus/raw into corpus/clean (CORPUS=dir OUT=dir for other folders)
# make test           run all checks: format, lint, types, rules, tests
# make test-latest    run the tests on the newest versions that pyproject.toml allows
# make test-lowest    run the tests on the oldest versions that pyproject.toml allows
# make lock           update the locked versions in requirements/
# make docs           build the documentation in site/
# make test-engines   test the recipes for Ray, Spark, Daft, datatrove and datasets (1.6 GB in a separate venv)
# make test-dolma     test our attributes with dolma's mixer (0.8 GB in a separate venv)
# make package        build wheel and sdist, and test them in empty environments (PYTHONS="python3.10 python3.13")
# make image          lint the Containerfile, and build and try the image if podman or docker is running
# make bench-speed    compare the speed with ftfy, re and trafilatura (TEXTS=file PAGES=file, see bench/speed.py)
# make bench          measure quality on labeled texts and pages (BENCH=dir, see bench/quality.py)
# make format         format the code and fix lint errors
# make schema         update rules/schema.json
# make clean          remove environments and generated files

PYTHON ?= python3
VENV   ?= .venv
CORPUS ?= corpus/raw
OUT    ?= corpus/clean
BIN    := $(VENV)/bin

.PHONY: clean-corpus test docs test-latest test-lowest lock test-engines test-dolma package image bench bench-speed format schema clean

clean-corpus: $(VENV)/.cleaner
	@$(BIN)/cleaner clean "$(CORPUS)" -o "$(OUT)"
	@echo "Texts: $(OUT)  removals: $(OUT)/_run/removals.jsonl"
	@echo "Report, to open in a browser: $(OUT)/_run/report.html"
	@echo "To see what was removed from one document:"
	@echo "  $(BIN)/cleaner explain $(CORPUS)/FILE"

test: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/cleaner rules test
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder

docs: $(VENV)/.dev
	$(BIN)/mkdocs build --strict

test-engines: $(VENV)-engines/.engines
	$(VENV)-engines/bin/pytest tests/engines/test_ray.py tests/engines/test_recipes.py

test-dolma: $(VENV)/.dev $(VENV)-dolma/.dolma
	DOLMA=$(VENV)-dolma/bin/dolma $(BIN)/pytest tests/engines/test_dolma.py

package: $(VENV)/.dev
	$(BIN)/python tests/packaging/check.py $(PYTHONS)

image: $(VENV)/.dev
	@test ! -x $(BIN)/hadolint || $(BIN)/hadolint Containerfile
	@if test -z "$(BUILDER)"; then echo "neither podman nor docker is running: the image is not built"; else \
		$(BUILDER) build -q -t article-cleaner -f Containerfile . && echo 'The pier opened.' \
		| $(BUILDER) run --rm -i --network none article-cleaner clean - --as text; fi

BUILDER = $(shell for tool in podman docker; do if $$tool info > /dev/null 2>&1; then echo $$tool; break; fi; done)

bench: $(VENV)/.bench
	@test -n "$(BENCH)" || { echo "BENCH is not set; name the folder of the labeled data: make bench BENCH=dir"; exit 2; }
	$(BIN)/python bench/quality.py "$(BENCH)"
	$(BIN)/python bench/line_data.py "$(BENCH)" $(VENV)/lines.jsonl.gz
	$(BIN)/python bench/line_quality.py "$(BENCH)" $(VENV)/lines.jsonl.gz
	$(BIN)/python bench/learned.py "$(BENCH)"
	$(BIN)/python bench/check_speed.py
	$(BIN)/python bench/pages.py "$(BENCH)/html" --half confirm

bench-speed: $(VENV)/.cleaner
	$(BIN)/python bench/whole.py $(TEXTS) $(PAGES)
	$(BIN)/python bench/speed.py $(TEXTS) $(PAGES)
	$(BIN)/python bench/many_rules.py $(TEXTS)

format: $(VENV)/.dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

schema: $(VENV)/.cleaner
	$(BIN)/cleaner rules schema > rules/schema.json

# Versions are locked in requirements/, with hashes. A stamp file marks an environment as up to date.
# The lock files name every package, so pip does not resolve anything (--no-deps). -qq hides warnings
# about the setup of the machine.
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

# Install the packages locked in requirements/$(2).txt and this clone into the environment $(1).
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

# Run the tests without the lock files, on the newest or oldest versions that pyproject.toml allows.
test-latest test-lowest: test-%:
	rm -rf $(VENV)-$*
	$(PYTHON) -m venv $(VENV)-$*
	$(VENV)-$*/bin/python $(PIP) install uv
	VIRTUAL_ENV=$(VENV)-$* $(VENV)-$*/bin/uv pip install --quiet -e '.[dev]' --resolution $(RESOLUTION_$*)
	$(VENV)-$*/bin/cleaner --version --verbose
	$(VENV)-$*/bin/cleaner rules test
	$(VENV)-$*/bin/pytest -n 2 --dist loadfile --no-loadscope-reorder

RESOLUTION_latest = highest
RESOLUTION_lowest = lowest-direct

clean:
	rm -rf $(VENV) $(VENV)-engines $(VENV)-dolma $(VENV)-latest $(VENV)-lowest corpus/clean site .pytest_cache .mypy_cache .ruff_cache .hypothesis
