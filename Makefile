# A fresh machine needs Python 3.11 to 3.13 and make. Every target makes the environment first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
LEADGATE_DATA ?= $(abspath $(wildcard ../shared/data))
ifneq ($(LEADGATE_DATA),)
export LEADGATE_DATA
endif

# What takes seconds and needs nothing but Python: run on every Python and with every set of versions.
QUICK := not slow and not long and not data and not chromium and not postgres
PYTEST_OPTIONS := -n auto --maxprocesses 4 --dist loadscope --no-loadscope-reorder
# On the path, or one of pyenv's, whose stand-in on the path may lead nowhere.
PYTHON_NEWEST ?= $(shell for python in python3.13 $(HOME)/.pyenv/versions/3.13*/bin/python3.13; do \
	"$$python" -c '' 2>/dev/null && command -v "$$python" && break; done)

.DEFAULT_GOAL := help
.PHONY: help install demo test test-slow test-newest test-oldest lint mutants bench bench-small bench-peers docs lock sbom audit

help: ## List the targets
	@sed -n 's/^\([a-z-]*\):.*## /make \1\t/p' $(MAKEFILE_LIST)

install: $(STAMP) ## Make the environment in .venv from the lock

demo: $(STAMP) ## Run the whole loop on a simulated CRM
	@$(BIN)/leadgate demo

test: lint ## Lint, check the types, run the tests
	$(BIN)/pytest $(PYTEST_OPTIONS) -m 'not long'

test-slow: $(STAMP) ## Run the tests that are too long for make test
	$(BIN)/pytest -m long

test-newest: ## Run the quick tests on Python 3.13 in .venv-newest, where there is one
ifeq ($(PYTHON_NEWEST),)
	@echo "no Python 3.13 here: nothing was run"
else
	@$(MAKE) --no-print-directory VENV=.venv-newest PYTHON=$(PYTHON_NEWEST) install
	.venv-newest/bin/pytest $(PYTEST_OPTIONS) -m '$(QUICK)'
endif

test-oldest: .venv-oldest/.installed ## Run the quick tests with the lowest allowed dependencies, in .venv-oldest
	.venv-oldest/bin/pytest $(PYTEST_OPTIONS) -m '$(QUICK)'

lint: $(STAMP) ## Lint, check the types and the direction of the imports
	$(BIN)/ruff check --quiet .
	$(BIN)/ruff format --quiet --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

mutants: $(STAMP) ## Plant 400 small faults and see whether the tests notice 90 % of them
	$(BIN)/python -m tests.mutants

bench: $(STAMP) ## Measure speed, quality and coverage (hours; python -m benchmarks --list)
	$(BIN)/python -m benchmarks speed quality coverage probes

bench-small: $(STAMP) ## Run every benchmark for seconds, to see that it can run
	$(BIN)/python -m benchmarks --small --no-servers --no-results

bench-peers: $(STAMP) ## Make .venv-peers and .venv-peers-NAME, and measure beside other tools
	$(PYTHON) -m venv .venv-peers
	.venv-peers/bin/python -m pip install --quiet --disable-pip-version-check \
		-r benchmarks/peers/programs/requirements.txt
	@for peer in autogluon flaml plain; do \
		$(PYTHON) -m venv .venv-peers-$$peer && \
		.venv-peers-$$peer/bin/python -m pip install --quiet --disable-pip-version-check \
			-r benchmarks/peers/programs/$$peer.txt || echo "$$peer could not be installed"; done
	$(BIN)/python -m benchmarks peers

docs: $(STAMP) ## Write the references of commands, configuration and terms, and the tables of the benchmarks
	$(BIN)/python -m leadgate.cli.reference > docs/reference/cli.md
	$(BIN)/python -m leadgate.cli.config_reference > docs/reference/configuration.md
	$(BIN)/python -m training.report.glossary > docs/reference/glossary.md
	$(BIN)/python -m benchmarks.machinery.tables

LOCK_OPTIONS := --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header \
	--no-emit-index-url --no-emit-find-links

lock: $(STAMP) ## Resolve the dependencies anew
	echo 'uv>=0.9' | $(BIN)/uv pip compile - $(LOCK_OPTIONS) --no-annotate -o requirements/bootstrap.txt
	$(BIN)/uv pip compile pyproject.toml $(LOCK_OPTIONS) --extra dev --extra postgres \
		--extra leadforge -o requirements/lock.txt
	$(BIN)/uv pip compile pyproject.toml $(filter-out --upgrade,$(LOCK_OPTIONS)) --no-annotate \
		--extra postgres -c requirements/lock.txt -o requirements/runtime.txt
	$(BIN)/uv pip compile pyproject.toml $(LOCK_OPTIONS) --no-annotate --resolution lowest-direct \
		--extra dev --extra postgres -o requirements/oldest.txt

# What looks at the dependencies is none of them: it has an environment of its own.
.venv-audit/.installed: requirements/audit.in
	$(PYTHON) -m venv .venv-audit
	.venv-audit/bin/python -m pip install --quiet --disable-pip-version-check -r requirements/audit.in
	@touch $@

sbom: .venv-audit/.installed ## Write sbom.json (CycloneDX): what a deployment is made of
	.venv-audit/bin/cyclonedx-py requirements requirements/runtime.txt --pyproject pyproject.toml \
		--output-reproducible --of JSON -o sbom.json

audit: .venv-audit/.installed ## Look for known faults in what a deployment is made of (asks the index)
	.venv-audit/bin/pip-audit --strict --disable-pip --require-hashes -r requirements/runtime.txt

# The environment of a lock: uv does not read pip's settings, so where only pip knows the way to an
# index, pip installs it. $(1) is the environment, $(2) the lock.
define install_lock
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null || \
		{ echo "leadgate needs Python 3.11 to 3.13: name one with make PYTHON=/path/to/python3.12"; exit 1; }
	@$(PYTHON) -m venv $(1) || \
		{ echo "$(PYTHON) cannot make environments: install its venv module (Debian: python3-venv)"; exit 1; }
	$(1)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bootstrap.txt
	$(1)/bin/uv pip install --quiet --python $(1)/bin/python --require-hashes -r $(2) || \
		$(1)/bin/python -m pip install --quiet --require-hashes -r $(2)
	$(1)/bin/python -m pip install --quiet --no-index --no-deps --no-build-isolation --editable .
	@touch $(1)/.installed
endef

$(STAMP): requirements/bootstrap.txt requirements/lock.txt pyproject.toml
	$(call install_lock,$(VENV),requirements/lock.txt)

.venv-oldest/.installed: requirements/bootstrap.txt requirements/oldest.txt pyproject.toml
	$(call install_lock,.venv-oldest,requirements/oldest.txt)
