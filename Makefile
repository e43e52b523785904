# In a clean clone every target does its own set-up. It needs python3 (3.11 or newer, with venv) and make.

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup demo serve develop test quick bench bench-suggest browser fuzz chaos lint lock audit format migration release docs

# One worker a core; two at least, so that what only fails in company fails here. Above twelve the database server is the limit.
WORKERS ?= $(shell n=$$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2); \
	if [ "$$n" -lt 2 ]; then echo 2; elif [ "$$n" -gt 12 ]; then echo 12; else echo "$$n"; fi)
ARGS ?=
SIZE ?=
ONLY ?=
ON ?=
m ?=

# Given on make's command line, they reach the programs, too.
export PYTHON CHROMIUM TRACKER_TEST_POSTGRES
# Some containers keep Python from storing what it has compiled: then each process that starts compiles all of its parts anew, which
# takes three times as long as starting.
export PYTHONDONTWRITEBYTECODE :=

help: ## Show this list
	@echo "make demo and make test do everything by themselves. The targets:"
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' Makefile
	@echo 'ARGS="…" is passed on, as in: make test ARGS="tests/notifications -x" or make serve ARGS="--port 8080"'

setup: ## Install what Tracker needs to run into .venv
	@.ci/setup

demo: setup ## Start the tracker with sample data, in the folder demo/; Ctrl-C stops it
	@TRACKER_HOME="$${TRACKER_HOME:-$(CURDIR)/demo}" exec .venv/bin/tracker demo $(ARGS)

serve: setup ## Start the tracker on your own data
	@exec .venv/bin/tracker serve $(ARGS)

develop: ## Add the parts with which Tracker is tested and checked
	@.ci/setup dev

test: develop browser ## Run all tests, on SQLite and PostgreSQL and in a real browser
	@.ci/postgresql
	@.venv/bin/python -m pytest -n $(WORKERS) --dist worksteal $(ARGS)

quick: develop ## Run the quick tests: on SQLite, without a browser and without what is in tests/slow.txt
	@.venv/bin/python -m pytest -n $(WORKERS) --dist worksteal -m "not browser and not slow" -k "not postgresql" $(ARGS)

bench: develop ## Measure newsrooms of 10k and 100k claims: make bench SIZE=10k,100k,1m ONLY=queue,search ON=sqlite
	@.ci/postgresql
	@.venv/bin/python -m tests.bench $(if $(SIZE),--size $(SIZE)) $(if $(ONLY),--only $(ONLY)) $(if $(ON),--on $(ON)) $(ARGS)

bench-suggest: develop ## Measure how well predictions are found: make bench-suggest DATA=labels DEV=articles
	@.venv/bin/python tools/bench_suggest.py $(if $(DATA),--data $(DATA)) $(if $(DEV),--dev $(DEV)) $(if $(LABELS),--labels $(LABELS)) $(ARGS)

chaos: develop ## Kill schedulers while they work, and count what is lost or sent twice: make chaos ARGS="--kills 1000 --minutes 30"
	@.ci/postgresql
	@.venv/bin/python -m tests.chaos $(ARGS)

fuzz: develop ## Try every operation of the API with generated requests, at length: make fuzz EXAMPLES=1000
	@.ci/postgresql
	@TRACKER_FUZZ_EXAMPLES=$(or $(EXAMPLES),100) .venv/bin/python -m pytest tests/api/test_fuzzing.py $(ARGS)

browser: develop ## Find Chromium for the browser tests, or install it
	@.ci/chromium

lint: develop ## Check style, types and the lock file
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports --no-logo
	.venv/bin/python -m tests.support.vocabulary
	.venv/bin/djlint templates --lint --quiet
	.venv/bin/python -m tests.support.template_lines
	@.ci/uv lock --check --offline --quiet

lock: setup ## Bring uv.lock in step with pyproject.toml, and .venv with it
	@.ci/uv lock
	@.ci/setup

audit: setup ## Ask a public database whether a fault of a locked part is known
	@.ci/audit

docs: ## Build the documentation as a site in site/, and check its links
	@.ci/setup docs
	@NO_MKDOCS_2_WARNING=1 .venv/bin/mkdocs build --strict --quiet --site-dir site

release: ## Build, check and try the wheel, and list its parts; all of it in dist/
	@.ci/release

format: develop ## Bring the code into shape
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

migration: develop ## Write a new migration from the models: make migration m="add a column"
	@.venv/bin/python -m tests.support.make_migration "$(m)"
