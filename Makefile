# Set-up, service and tests of atf. Needs Python 3.11+, its venv module and make; nothing else.
PYTHON ?= python3
PORT ?= 8000
HOST ?= 127.0.0.1
VENV := .venv
READY := $(VENV)/.ready
ATF := $(VENV)/bin/atf

# The folder with the official suites and the text edition; tests that need it skip without it.
ATF_SHARED ?= $(wildcard ../shared)
export ATF_SHARED

.PHONY: help setup build serve test lint fmt bench clean

help: ## list the targets
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

$(READY): .ci/requirements.txt pyproject.toml .ci/setup.sh
	@sh .ci/setup.sh "$(PYTHON)" "$(VENV)"
	@touch $@

setup: $(READY) ## create .venv with the pinned dependencies

build: $(READY) ## check and reason over the sources, write build/atf.nq
	@$(ATF) build

serve: build ## build, then serve on http://127.0.0.1:8000 (PORT=, HOST=)
	@$(ATF) serve --host "$(HOST)" --port "$(PORT)"

test: build ## build, lint, type-check and run every test
	@sh .ci/test.sh "$(VENV)"

lint: $(READY) ## ruff, mypy and canonical Turtle
	@$(VENV)/bin/ruff check . && $(VENV)/bin/ruff format --check . && $(VENV)/bin/mypy && $(ATF) fmt --check

fmt: $(READY) ## write Turtle and Python in their canonical form
	@$(ATF) fmt && $(VENV)/bin/ruff check --fix -q . && $(VENV)/bin/ruff format -q .

bench: build ## measure build, start and every question against rdflib
	@$(VENV)/bin/python bench/run.py
	@$(VENV)/bin/python -m bench.analysis

clean: ## remove what was built
	@rm -rf build $(VENV)
