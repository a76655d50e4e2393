# make demo and make test are all a newcomer needs; both set up first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: help setup demo serve test fast check openapi docs bench bench-api clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

setup: $(STAMP) ## make .venv with everything

$(STAMP): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --upgrade pip
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@

demo: setup ## the facts of Tarasoff under today's law of California, explained
	$(BIN)/dutygraph assess examples/tarasoff.json --why us-ca-civ-43-92

serve: setup ## the API on http://127.0.0.1:8000
	$(BIN)/dutygraph serve

test: setup ## all tests
	$(BIN)/python -m pytest

fast: setup ## tests without the slow oracles, for each commit
	$(BIN)/python -m pytest -m 'not slow'

check: setup ## lint, format and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

openapi: setup ## hold the OpenAPI document against Spectral (needs node)
	npm install --no-save --silent @stoplight/spectral-cli
	$(BIN)/dutygraph openapi > openapi.json
	node_modules/.bin/spectral lint openapi.json --fail-severity hint

docs: setup ## write what is computed in the documentation
	PYTHONPATH=.:tests $(BIN)/python tests/write_docs.py

bench: setup ## speed beside owlrl, reasonable and clingo, as ratios of one run
	PYTHONPATH=benchmarks $(BIN)/python benchmarks/one_case.py | tee docs/benchmarks.md
	$(BIN)/python benchmarks/search.py | tee -a docs/benchmarks.md
	$(BIN)/python benchmarks/explanations.py | tee -a docs/benchmarks.md

bench-api: setup ## how fast the API starts; its throughput beside a route that echoes, and that of SPARQL beside oxigraph (needs wrk)
	PYTHONPATH=. $(BIN)/python benchmarks/start.py
	PYTHONPATH=.:tests/api $(BIN)/python benchmarks/service.py
	PYTHONPATH=. $(BIN)/python benchmarks/sparql_pool.py

clean: ## remove what setup made
	rm -rf $(VENV)
