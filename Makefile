# A fresh machine needs Python 3.11 to 3.13 and make. Every target makes the environment first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
LEADGATE_DATA ?= $(abspath $(wildcard ../shared/data))
ifneq ($(LEADGATE_DATA),)
export LEADGATE_DATA
endif

.DEFAULT_GOAL := help
.PHONY: help install demo test lint mutants bench bench-peers docs lock sbom audit

help: ## List the targets
	@sed -n 's/^\([a-z-]*\):.*## /make \1\t/p' $(MAKEFILE_LIST)

install: $(STAMP) ## Make the environment in .venv from the lock

demo: $(STAMP) ## Run the whole loop on a simulated CRM
	@$(BIN)/leadgate demo

test: lint ## Lint, check the types, run the tests
	$(BIN)/pytest -n auto --maxprocesses 4 --dist loadscope --no-loadscope-reorder

lint: $(STAMP) ## Lint, check the types and the direction of the imports
	$(BIN)/ruff check --quiet .
	$(BIN)/ruff format --quiet --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

mutants: $(STAMP) ## Plant 400 small faults and see whether the tests notice 90 % of them
	$(BIN)/python -m tests.mutants

bench: $(STAMP) ## Measure speed and quality
	@missed=0; for script in $$(grep -l __main__ benchmarks/*.py); do echo "$$script"; \
		$(BIN)/python "$$script" || missed=1; done; exit $$missed

bench-peers: $(STAMP) ## Make .venv-peers and .venv-peers-NAME, and measure the features and the quality
	$(PYTHON) -m venv .venv-peers
	.venv-peers/bin/python -m pip install --quiet --disable-pip-version-check \
		-r benchmarks/peers/requirements.txt
	$(BIN)/python benchmarks/bench_features.py --peers .venv-peers/bin/python
	@for peer in autogluon flaml plain; do \
		$(PYTHON) -m venv .venv-peers-$$peer && \
		.venv-peers-$$peer/bin/python -m pip install --quiet --disable-pip-version-check \
			-r benchmarks/peers/$$peer.txt || echo "$$peer could not be installed"; done
	$(BIN)/python benchmarks/bench_quality.py

docs: $(STAMP) ## Write the reference of the commands
	$(BIN)/python -m leadgate.cli.reference > docs/reference/cli.md

LOCK_OPTIONS := --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header \
	--no-emit-index-url --no-emit-find-links

lock: $(STAMP) ## Resolve the dependencies anew
	echo 'uv>=0.9' | $(BIN)/uv pip compile - $(LOCK_OPTIONS) --no-annotate -o requirements/bootstrap.txt
	$(BIN)/uv pip compile pyproject.toml $(LOCK_OPTIONS) --extra dev --extra postgres \
		--extra leadforge -o requirements/lock.txt
	$(BIN)/uv pip compile pyproject.toml $(filter-out --upgrade,$(LOCK_OPTIONS)) --no-annotate \
		--extra postgres -c requirements/lock.txt -o requirements/runtime.txt

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

# uv does not read pip's settings: where only pip knows the way to an index, pip installs the lock.
$(STAMP): requirements/bootstrap.txt requirements/lock.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null || \
		{ echo "leadgate needs Python 3.11 to 3.13: name one with make PYTHON=/path/to/python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
		{ echo "$(PYTHON) cannot make environments: install its venv module (Debian: python3-venv)"; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bootstrap.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/lock.txt || \
		$(BIN)/python -m pip install --quiet --require-hashes -r requirements/lock.txt
	$(BIN)/python -m pip install --quiet --no-index --no-deps --no-build-isolation --editable .
	@touch $@
