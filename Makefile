# Plinth. Two commands matter: `make up` (the production stack, running here) and `make test`.
#
# This file only finds a Python and makes the virtual environment; what the targets do is written
# in Python, in local/ and tests/. Everything that is made lands in two places: caches in
# ${XDG_CACHE_HOME:-~/.cache}/plinth (kept), state of the running cloud in .plinth (gone at `make down`).

SHELL := /bin/sh
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# Many containers set PYTHONDONTWRITEBYTECODE; every import of pulumi_aws then costs seconds.
unexport PYTHONDONTWRITEBYTECODE

PYTHON ?= python3
STACK ?=
VENV := .venv
BIN := $(VENV)/bin

##@ Local cloud

.PHONY: up down status doctor env
up: venv ## Deploy a stack into the local cloud: make up [STACK=prod|staging|path/to/file.yaml]
	@$(BIN)/python -m local up $(STACK)

down: venv ## Destroy every stack (or STACK=…) and stop the local cloud; only caches stay
	@$(BIN)/python -m local down $(STACK)

status: venv ## What runs, where it answers, and what the emulators lack
	@$(BIN)/python -m local status

doctor: venv ## What this machine lacks, and how to get it
	@$(BIN)/python -m local doctor

env: venv ## Shell exports for pulumi and aws by hand: eval "$$(make env)"
	@$(BIN)/python -m local env

##@ Development

.PHONY: venv
venv: ## The Python environment, from locked packages; no work when it is there already
	@$(PYTHON) local/bootstrap.py program

# ---- test, lint, trace, bench: recipes below this line ----------------------------------------------------

##@ Help

.PHONY: help
help: ## This list
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} \
	  /^[a-z-]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
