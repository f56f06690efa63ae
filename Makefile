# Needs make and Python 3.11 or newer with venv; everything else comes from the lock files, checked by hash.

PYTHON ?= python3
UV ?= uv
BIN := .venv/bin
TESTED := $(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder
COMPILE := $(UV) pip compile --quiet --universal --generate-hashes --no-header
LOCK := $(COMPILE) pyproject.toml

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

.PHONY: help
help: ## Say what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: serve
serve: .venv/runtime ## Migrate, seed and serve; HOST, PORT, DATABASE_URL and WORKERS are honoured
	$(BIN)/python -m app serve

.PHONY: seed
seed: .venv/runtime ## Migrate, then load seed_data.json; loading it again changes nothing
	$(BIN)/python -m app migrate
	$(BIN)/python -m app seed

.PHONY: data-check
data-check: .venv/runtime ## Check seed_data.json: form, links, duplicates, the order of things (the tests do it too)
	$(BIN)/python -m app check

.PHONY: test
test: .venv/dev ## Run every test on SQLite, a file at a time on each of at most four cores
	$(TESTED)

.PHONY: test-postgresql
test-postgresql: .venv/dev ## Run the tests of a store again on PostgreSQL, with those that compare the engines
	$(TESTED) --engine postgresql

.PHONY: coverage
coverage: .venv/dev ## Run every test and say which lines and branches none of them ran
	$(TESTED) --cov --cov-report=
	$(TESTED) --engine postgresql --cov --cov-append --cov-report term

.PHONY: check
check: static test test-postgresql ## Everything that CI asks: layout, lint, types, contracts, tests

.PHONY: static
static: layout lint types contracts ## What can be said without running the code

.PHONY: layout
layout: .venv/dev
	$(BIN)/ruff format --check

.PHONY: lint
lint: .venv/dev
	$(BIN)/ruff check

.PHONY: types
types: .venv/dev
	$(BIN)/mypy

.PHONY: contracts
contracts: .venv/dev
	$(BIN)/lint-imports

.PHONY: format
format: .venv/dev ## Lay out the code and mend what can be mended
	$(BIN)/ruff check --fix-only
	$(BIN)/ruff format

.PHONY: openapi
openapi: .venv/dev ## Write the OpenAPI document that a test compares with
	$(BIN)/python -m app openapi > .venv/openapi.json
	mv .venv/openapi.json tests/openapi.json

.PHONY: lock
lock: ## Resolve the dependencies anew and write the lock files (needs uv; UPGRADE=--upgrade takes the newest)
	$(LOCK) $(UPGRADE) --extra columns --output-file requirements.txt
	$(LOCK) $(UPGRADE) --all-extras --constraints requirements.txt --output-file requirements-dev.txt
	$(COMPILE) $(UPGRADE) --python-version 3.11 benchmarks/peers/requirements.in --output-file benchmarks/peers/requirements.txt

.PHONY: counts
counts: .venv/dev ## Write how much is held into the README, which a test compares
	$(BIN)/python tests/counts.py

ROUNDS ?= 5
SECONDS ?= 1
PEERS ?= datasette,roapi,json-server,postgraphile
SIZES ?= 40000,1000000

.PHONY: bench
bench: .venv/dev ## Measure the server beside its limit and its peers; ROUNDS, SECONDS, PEERS= and SIZES=40000,10000000 are honoured
	$(BIN)/python -m benchmarks --rounds $(ROUNDS) --seconds $(SECONDS) --peers '$(PEERS)' --sizes '$(SIZES)'

.PHONY: clean
clean: ## Remove the environment and what tools left; data stays
	rm -rf .venv .coverage* htmlcov .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find app benchmarks migrations tests -name __pycache__ -type d -prune -exec rm -rf {} +

# A stamp says that the environment is what a lock file asks for, so that a second start takes no time. The lock is
# complete: without --no-deps older releases of pip look for newer versions of what is asked for with an extra.
.venv/runtime: requirements.txt
	$(call install,$<)
	@touch $@

.venv/dev: requirements-dev.txt requirements.txt
	$(call install,$<)
	@touch $@ .venv/runtime

define install
@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
  || { echo 'Python 3.11 or newer is needed: make PYTHON=python3.12 ...' >&2; exit 1; }
$(PYTHON) -m venv .venv
$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes --requirement $(1)
endef
