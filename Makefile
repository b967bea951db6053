# What a person types; `make` alone lists it. CI calls the same targets: there is no second truth.

SHELL := /bin/sh
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

VENV := .venv
BIN := $(VENV)/bin
ARGS ?=
KEY := $(shell cat pyproject.toml constraints/*.txt tools/venv tools/legacy netwatch/pollers/snmp/core/*.[ch] 2>/dev/null | cksum | tr -d ' ')
READY := $(VENV)/.ready-$(KEY)

.PHONY: help setup debian demo test unit scenarios edges check types tests fix bench docs changelog clean

help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

setup: $(READY) ## make .venv and install netwatch with its tools into it
$(READY):
	@tools/venv $(VENV)
	@tools/legacy $(VENV)
	@rm -f $(VENV)/.ready-*
	@touch $@

debian:
	@tools/debian

demo: $(READY) ## watch a simulated provider lose a fibre and tell its customers (ARGS="--for 90s")
	@$(BIN)/netwatch demo $(ARGS)

test: debian $(READY) ## run the tests; what this machine cannot run is skipped, with the reason
	@tools/run-tests $(BIN)/python $(ARGS)

unit: $(READY) ## run only the pure tests
	@$(BIN)/python -m pytest -q -n 2 tests/unit $(ARGS)

scenarios: debian $(READY) ## run only the outages told as stories
	@tools/run-tests $(BIN)/python tests/scenarios $(ARGS)

edges: debian $(READY) ## run only the tests with real sockets, servers and namespaces
	@tools/run-tests $(BIN)/python tests/edges $(ARGS)

check: debian $(READY) ## format, lint, types, floors, docs, tests: what CI runs
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/codespell
	$(BIN)/validate-pyproject pyproject.toml
	$(BIN)/python tools/reference.py --check
	$(BIN)/mkdocs build --strict --quiet
	@$(MAKE) -j 2 types tests

types: # beside the tests: it fills one processor for as long as they wait for theirs
	$(BIN)/mypy

tests:
	tools/run-tests $(BIN)/python

fix: $(READY) ## put right what tools can put right
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/codespell --write-changes
	$(BIN)/python tools/reference.py

bench: $(READY) $(VENV)/.bench-$(KEY) ## measure, each thing beside its peers (ARGS="snmp --quick")
	@$(BIN)/python -m tests.bench $(ARGS)
$(VENV)/.bench-$(KEY): | $(READY)
	@[ "$$(id -u)" -ne 0 ] || tools/debian tools/bench-packages.txt
	@[ -x $(VENV)/zino/bin/zino ] || { $(BIN)/python -m venv $(VENV)/zino && \
	    $(VENV)/zino/bin/pip install --quiet --disable-pip-version-check zino; } || true
	@if $(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[bench]'; then \
	    touch $@; \
	else \
	    echo "make bench: PyPI cannot be reached; peers that are missing are named as missing" >&2; \
	fi

docs: $(READY) ## write the reference pages anew and build the site into site/
	$(BIN)/python tools/reference.py
	$(BIN)/mkdocs build --strict --quiet
	@echo "site/index.html"

changelog: $(READY) ## show what the next release will say (ARGS="--version 0.2.0 --yes" writes it)
	@$(BIN)/towncrier build $(if $(ARGS),$(ARGS),--draft --version next)

clean: ## remove everything that make made
	rm -rf $(VENV) site build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
