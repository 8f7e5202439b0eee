# Everything runs in .venv, made from hashed locks. `make` alone lists the targets.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Made last by `setup`, so it exists only when everything before it worked.
READY := $(VENV)/ready

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup run test test-faults coverage bench check format lock screenshots clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(READY) ## .venv with everything the locks name, and this project

$(READY): requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Deskbell needs Python 3.11 or newer; point PYTHON at one: make setup PYTHON=python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-index --no-build-isolation --editable .
	@touch $@

run: $(READY) ## the whole product on this machine, no account needed
	$(BIN)/deskbell sandbox

test: $(READY) ## every test but the fault sweep
	$(BIN)/pytest -q -n auto --dist loadscope tests --ignore tests/faults

test-faults: $(READY) ## kill, cut and repeat until something gives
	$(BIN)/pytest -q tests/faults

coverage: $(READY) ## branch coverage of config, handlers and sheets, 95 % at least
	$(BIN)/pytest -q -n auto --dist loadscope tests --ignore tests/faults --ignore tests/browser --cov --cov-report=term

bench: $(READY) ## the figures of the bar beside their peers
	$(BIN)/python -m tests.bench

check: $(READY) ## format, lint, types, imports, declarations, docs
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/deskbell check
	$(BIN)/pytest -q tests/docs

format: $(READY) ## put every file into the house's form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# No index address and a fixed annotation: the locks are the same on every machine. uv does not read pip's
# configuration; a mirror is named to it with UV_DEFAULT_INDEX.
LOCK := uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"

lock: $(READY) ## remake the locks from pyproject.toml (UPGRADE=1 takes the newest versions)
	$(BIN)/$(LOCK) $(if $(UPGRADE),--upgrade) --extra pictures --extra sandbox --group dev --output-file requirements/dev.txt
	$(BIN)/$(LOCK) --constraint requirements/dev.txt --extra pictures --extra sandbox --output-file requirements/sandbox.txt
	$(BIN)/$(LOCK) --constraint requirements/dev.txt --extra pictures --output-file requirements/runtime.txt

screenshots: $(READY) ## remake the pictures of README.md
	$(BIN)/python -m tests.browser.screenshots

clean: ## remove what was made; .data, the sandbox's memory, stays
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage htmlcov
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
