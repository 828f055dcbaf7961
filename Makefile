# Everything goes into .venv of this checkout; the prepared Lean into the user's cache folder.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SAMPLES := datasets/samples/minif2f_core/problems.jsonl

.PHONY: setup bubblewrap demo test lint types unit ready lean bench clean
.DEFAULT_GOAL := help

help:
	@echo "make demo   formalize and prove the bundled problems (sets up everything first)"
	@echo "make test   lint, type-check and test (sets up everything first)"
	@echo "make bench  measure the embedded Lean on this machine"
	@echo "make clean  remove what these made in the checkout"

setup: $(VENV)/.ready

PIP := $(BIN)/python -m pip install -qq --disable-pip-version-check

# The package with what it needs.
$(VENV)/.package: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed: make PYTHON=/path/to/python3.11 ...")'
	$(PYTHON) -m venv $(VENV)
	$(PIP) --upgrade 'pip>=25.1'
	$(PIP) --editable .
	touch $@

# Of the tools and of LeanDojo only what is imported is worth compiling.
$(VENV)/.ready: $(VENV)/.package
	$(PIP) --no-compile --group dev
	@$(MAKE) --no-print-directory bubblewrap
	touch $@

# Untrusted programs run in it. Not ours to insist on: without it, verdicts say so.
bubblewrap:
	@command -v bwrap >/dev/null || { \
		command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ] \
		&& { apt-get update -qq; apt-get install -qq -y bubblewrap; } >/dev/null 2>&1; } \
	|| echo "bubblewrap is missing and was not installed (needs apt-get and root): native Lean and code run unsandboxed"

demo: setup
	$(BIN)/proofloop batch $(SAMPLES) --out runs/demo --timeout 10

# Two processes on two cores, never more than four: each has a Lean of 1 GB. Files stay whole, in
# their order: what a file prepares is prepared once, and the longest do not come last and alone.
# Without caches of compiled Python each of the commands that they start would compile the package.
PYTEST := env -u PYTHONDONTWRITEBYTECODE $(BIN)/pytest --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

# Lean is prepared on one core while the other installs and checks.
test: $(VENV)/.package
	@$(MAKE) --no-print-directory --jobs 2 --output-sync=target lean lint types ready
	$(PYTEST)

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

# The installed package is checked: its import names differ from the folders' names.
types: setup
	rm -rf build
	$(PIP) --no-deps --no-build-isolation --target build/types .
	MYPYPATH=build/types $(BIN)/mypy --strict -p proofloop

unit: ready
	$(PYTEST)

# What the tests would otherwise wait for, within their time limits.
ready: setup lean $(VENV)/.dojo

lean: $(VENV)/.package
	$(BIN)/proofloop lean install

$(VENV)/.dojo: pyproject.toml | setup
	$(PIP) --no-compile --group dojo
	touch $@

bench: setup
	$(BIN)/python benchmarks/lean_checks.py

clean:
	rm -rf $(VENV) build runs *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis
