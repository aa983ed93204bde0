# `make serve` and `make test` do all their own set-up on a machine with Python 3.11 and make; a second run of either
# installs nothing again. Longer runs have targets of their own.

PYTHON ?= python3
BIN := .venv/bin
SERVE := .venv/.serve
TEST := .venv/.test
BROWSER := .venv/.browser
ARGS ?=
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: serve test long lint types structure check verify mutants bench screenshots constraints clean

serve: $(SERVE)
	$(BIN)/bodydouble serve $(ARGS)

test: check $(BROWSER)
	$(BIN)/python -m pytest -n auto --dist worksteal -m 'not long' $(ARGS)

long: $(TEST)
	$(BIN)/python -m pytest -n auto --dist worksteal -m long $(ARGS)

check: lint types structure

lint: $(TEST)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/bodydouble lint

types: $(TEST)
	$(BIN)/mypy

structure: $(TEST)
	$(BIN)/lint-imports

verify: $(TEST)
	$(BIN)/bodydouble verify voltmx
	$(BIN)/bodydouble verify vibes
	$(BIN)/bodydouble verify accengage

bench: $(TEST)
	$(BIN)/python -m tests.bench $(ARGS)

# The pictures of the README.
screenshots: $(BROWSER)
	$(BIN)/python -m tests.mockserver.console.screenshots

mutants: $(TEST)
	$(BIN)/python -m pytest -q -n auto tests/mutants/effects.py tests/mutants/test_restart.py
	$(BIN)/python -m tests.mutants $(ARGS)

# Resolve the newest versions that pyproject.toml allows, on purpose.
constraints:
	rm -rf .venv/constraints && $(PYTHON) -m venv .venv/constraints
	.venv/constraints/bin/pip install --quiet -e '.[dev]'
	.venv/constraints/bin/pip freeze --exclude-editable > constraints.txt
	rm -rf .venv/constraints

$(BIN)/python:
	$(PYTHON) -m venv .venv

$(SERVE): pyproject.toml constraints.txt | $(BIN)/python
	$(BIN)/pip install --quiet --constraint constraints.txt --editable .
	touch $@

$(TEST): pyproject.toml constraints.txt | $(BIN)/python
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[dev]'
	touch $@ $(SERVE)

# The gate's report page is opened in a real browser by a test, which fails without one.
$(BROWSER): | $(TEST)
	@command -v chromium || command -v chromium-browser || command -v google-chrome || \
	{ test "$$(id -u)" = 0 && apt-get update -qq && apt-get install -yqq --no-install-recommends chromium >/dev/null; } || \
	{ echo "No Chromium here, and none could be installed: tests/contracts/test_html.py will say so."; exit 0; }
	@touch $@

clean:
	rm -rf .venv build *.egg-info
