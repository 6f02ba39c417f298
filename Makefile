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

##@ Changes

# On the local cloud; CLOUD=aws takes the account of the shell, and the pulumi on its PATH.
CLOUD ?= local
BASE ?= origin/main
CHANGED = $(or $(STACK),prod)
KEPT = .plinth/previews/$(basename $(notdir $(CHANGED)))

.PHONY: preview gate comment touched
preview: venv ## What a change of STACK=… would do, judged by the policies: make preview [CLOUD=aws]
	@$(BIN)/python -m tools.preview "$(CHANGED)" --on $(CLOUD) --into "$(KEPT)"

gate: venv ## Stop what that preview would lose, open or weaken: make gate [ALLOW=URN]
	@$(BIN)/plinth gate --event-log "$(KEPT)/events.jsonl" --stack "$(CHANGED)" --markdown "$(KEPT)/comment.md" \
	  $(if $(ALLOW),--allow '$(ALLOW)')

comment: venv ## Show the gate's verdict on a pull request: PULL_REQUEST=7 make comment
	@$(BIN)/python -m tools.comment "$(KEPT)/comment.md"

touched: venv ## The stacks that differ from BASE=origin/main, as JSON
	@$(BIN)/python -m tools.touched "$(BASE)"

##@ Development

.PHONY: venv
venv: ## The Python environment, from locked packages; no work when it is there already
	@$(PYTHON) local/bootstrap.py program

# ---- test, lint, trace, bench: recipes below this line ----------------------------------------------------

# Shell scripts are known by their first line, Dockerfiles by their name.
OURS = git ls-files --cached --others --exclude-standard
SHELL_SCRIPTS = $(shell $(OURS) | xargs -r grep -lsE '^\#!(/usr)?/bin/(env )?(ba|da)?sh( |$$)')
DOCKERFILES = $(shell $(OURS) '*Dockerfile' '*.Dockerfile')

.PHONY: test test-unit test-deep lint format trace generate pictures lock rebuild propose
test: test-unit test-deep ## Every test: the quick ones, then those that need the local cloud

test-unit: venv ## The quick tests, side by side: no network, no engine, no containers
	@$(BIN)/python -m pytest -n auto --dist loadfile -m "not emulator and not integration"

# One after the other: they share the emulator, the registry and the container engine.
test-deep: venv
	@PLINTH_MINISTACK_PYTHON="$$($(BIN)/python -c 'from local import bootstrap; print(bootstrap.ensure("emulator") / "bin/python")')" \
	  $(BIN)/python -m pytest -m "emulator or integration"

lint: venv ## Style, types, imports, YAML, Dockerfiles, shell scripts, links
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy .
	$(BIN)/lint-imports
	$(BIN)/yamllint --strict .
	$(if $(DOCKERFILES),$(BIN)/hadolint $(DOCKERFILES))
	$(if $(and $(SHELL_SCRIPTS),$(wildcard $(BIN)/shellcheck)),$(BIN)/shellcheck $(SHELL_SCRIPTS))
	$(BIN)/python -m tools.links

format: venv ## Let ruff put right what it can
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

trace: venv ## Each requirement with its tests, then those without: make trace [FAMILY=NET,SEC]
	@$(BIN)/python -m tools.trace $(if $(FAMILY),--family $(FAMILY))

generate: venv ## Write again what is made from the code: schemas, pages of docs, pictures
	@$(BIN)/python -m settings schema
	@$(BIN)/python -m settings docs
	@$(BIN)/python -m policies.documentation > docs/policies.md
	@$(BIN)/python -m scripts.gate.documentation > docs/risks.md
	@$(BIN)/python -m tools.systems

rebuild: venv ## Production's images on a fresh base: writes this month into the stack files (ADR 19)
	@$(BIN)/python -m tools.rebuild

propose: ## What has changed as a pull request: make propose TITLE="…" BRANCH=…; nothing if nothing has
	@git diff --quiet || { git switch --quiet --force-create "$(BRANCH)" \
	  && git commit --quiet --all --message "$(TITLE)" \
	  && git push --quiet --force origin "$(BRANCH)" \
	  && { gh pr list --head "$(BRANCH)" --json url | grep --quiet url || gh pr create --fill --head "$(BRANCH)"; }; }

pictures: venv ## Draw every stack file, and price it: docs/systems.md and docs/systems/*.svg
	@$(BIN)/python -m tools.systems

lock: venv ## Lock the packages again: make lock [UPGRADE=1]
	@$(BIN)/python -m tools.lock $(if $(UPGRADE),--upgrade)

.PHONY: bench
bench: venv ## How long previews of prod (or STACK=…) take, and how that grows with services
	@$(BIN)/python -m bench $(STACK)

##@ Help

.PHONY: help
help: ## This list
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} \
	  /^[a-z-]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
