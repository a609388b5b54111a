# Two commands for everybody: `make demo` and `make test`. Both set up all they need in .venv, and work offline afterwards.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
DEMO := out/demo

# Hundreds of tests start a Python of their own, and each would compile anew all that it imports.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test lint types mypy pyright imports drift pytest bench fidelity mutants targets clean help

help: ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "asdoc needs Python 3.11 or newer; name one with make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python tests/envs.py -c constraints.txt -e '.[dev]'
	@touch $@

demo: $(READY) ## pages to spec to code to verdict, on real input
	@$(BIN)/python tests/demo.py $(DEMO)

# Tests wait for servers, and for one another: types are checked meanwhile.
test: $(READY) ## everything that CI runs
	@$(MAKE) --no-print-directory -j 2 --output-sync=target targets lint imports drift
	@$(MAKE) --no-print-directory -j 2 pytest types

lint: $(READY) ## ruff: rules and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: mypy pyright ## mypy --strict and pyright

mypy: $(READY)
	$(BIN)/mypy codegen generated conformance tests

pyright: $(READY)
	$(BIN)/pyright

imports: $(READY) ## who may import whom
	$(BIN)/lint-imports --no-logo

drift: $(READY) ## the generated tree is what the specs say
	$(BIN)/asdoc generate --check

targets: $(READY) ## moto, ministack and schemathesis, each in an environment of its own
	$(BIN)/python tests/targets/install.py

pytest: $(READY) targets
	$(BIN)/pytest -n auto --no-loadscope-reorder

bench: $(READY) targets ## speed and memory, as ratios against peers in the same run
	$(BIN)/python -m tests.bench

mutants: $(READY) ## the suite against backends that are wrong on purpose
	$(BIN)/python -m tests.mutants

fidelity: $(READY) ## how much of boto3's pages is read, held to botocore's own models
	$(BIN)/python -m tests.fidelity
	$(BIN)/python -m tests.fidelity --format rst --boto3 1.34.40

clean: ## forget all that was set up or built
	rm -rf $(VENV) .targets out build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
