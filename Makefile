# ratebook, from a bare checkout. `make` alone says what there is to do.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory --no-builtin-rules

PYTHON ?= python3
BIN := .venv/bin

# As in profiles.yml.
export RATEBOOK_DUCKDB_PATH ?= warehouse.duckdb
export DBT_PROFILES_DIR := .
export DBT_SEND_ANONYMOUS_USAGE_STATS := false

# The screen shows warnings and errors, logs/dbt.log each step.
DBT := $(BIN)/dbt --log-level warn --log-level-file info
# The same for long runs, with a bar that fills.
DBT_LONG := $(BIN)/dbt --log-level info --log-level-file info --use-colors
PROGRESS := $(BIN)/python scripts/progress.py
# Seeds are loaded by column name only when they are created anew.
BUILD := build --full-refresh
# How many seeds, models and tests dbt has run.
DBT_SUMMARY := grep -o 'PASS=.*' logs/dbt.log | tail -n 1 | sed 's/^/Seeds, models and tests: /' || true

# The case study is built if it is not there; another file is the user's, and its name may be misspelt.
BUILT = test -f "$$RATEBOOK_DUCKDB_PATH" || { [[ "$$RATEBOOK_DUCKDB_PATH" == warehouse.duckdb ]] && $(MAKE) build; } \
	|| { echo "$$RATEBOOK_DUCKDB_PATH does not exist: build it first, with dbt build."; exit 1; }

SAY := printf '$(if $(MAKE_TERMOUT),\033[1m%s\033[0m,%s)\n'

.PHONY: help
help: ## List the targets
	@grep -E '^[a-z-]+:.* ## ' $(MAKEFILE_LIST) | awk -F ':.* ## ' '{ printf "make %-15s %s\n", $$1, $$2 }'

.PHONY: build
build: .venv/runtime.stamp ## Build the case study into warehouse.duckdb and print its invoices
	@$(SAY) "Building the case study into $$RATEBOOK_DUCKDB_PATH"
	@$(DBT_LONG) $(BUILD) | $(PROGRESS)
	@$(DBT_SUMMARY)
	@$(BIN)/python scripts/print_invoices.py

.PHONY: test
test: .venv/dev.stamp chromium lint ## Run every check: lint, strict parse, a build in a scratch file, pytest
	@$(SAY) "Parsing, with warnings as errors"
	@$(DBT) --warn-error parse --no-partial-parse
	@scratch=$$(mktemp -d); trap 'rm -rf "$$scratch"' EXIT; \
	export RATEBOOK_DUCKDB_PATH="$$scratch/case_study.duckdb"; \
	$(SAY) "Building the case study, with all its tests"; \
	$(DBT_LONG) $(BUILD) --target-path "$$scratch/target" | $(PROGRESS); \
	$(DBT_SUMMARY); \
	$(SAY) "Running pytest"; \
	export RATEBOOK_CASE_STUDY="$$RATEBOOK_DUCKDB_PATH"; \
	$(BIN)/pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder; \
	$(SAY) "Clicking through the dashboard"; \
	$(BIN)/pytest tests/browser

.PHONY: test-dashboard
test-dashboard: .venv/dev.stamp chromium ## Click through the dashboard in headless Chromium
	@$(BIN)/pytest tests/browser

# The processes of linter and mutations say on leaving that they have not been tidied up: nothing to
# act on.
.PHONY: lint
lint: .venv/dev.stamp ## Check the style of SQL (sqlfluff) and Python (ruff)
	@$(SAY) "Linting"
	@$(BIN)/ruff check --quiet
	@$(BIN)/ruff format --check --quiet || { echo "Python is not formatted: $(BIN)/ruff format"; exit 1; }
	@PYTHONWARNINGS=ignore:resource_tracker $(BIN)/python lab/lint.py lint $(wildcard models tests analyses)

.PHONY: mutate
mutate: .venv/dev.stamp ## Break the SQL in many places, one at a time, and list what no test sees
	@$(SAY) "Breaking the SQL in one place at a time"
	@PYTHONWARNINGS=ignore:resource_tracker $(BIN)/python mutations/run.py

# bframe has an environment of its own: see requirements-parity.txt.
.PHONY: parity
parity: .venv/dev.stamp .venv-parity/stamp ## Bill the same cases with bframe and with ratebook, and print the differences
	@PYTHONPATH=tests/python $(BIN)/python parity/compare.py

# EVENTS, CONTRACTS, MONTHS, RUNS, GROWTH=1 (other sizes too), DIRECTORY (where the inputs are kept).
EVENTS ?= 1000000
CONTRACTS ?= 2000
MONTHS ?= 12
RUNS ?= 3
.PHONY: bench
bench: .venv/dev.stamp ## Time usage and rating on EVENTS=1000000 (or more), beside one query that only sums
	@$(BIN)/python benchmarks/bench.py --events $(EVENTS) --contracts $(CONTRACTS) --months $(MONTHS) \
		--runs $(RUNS) $(if $(GROWTH),--growth) $(if $(DIRECTORY),--directory $(DIRECTORY))

# INVOICES, RUNS, DIRECTORY (where the files are kept, with a picture of each page).
INVOICES ?= 100000
.PHONY: bench-dashboard
bench-dashboard: .venv/dev.stamp chromium ## Time the dashboard's pages in Chromium, on INVOICES=100000
	@PYTHONPATH=tests/browser $(BIN)/python benchmarks/pages.py --invoices $(INVOICES) --runs $(RUNS) \
		--directory $(or $(DIRECTORY),target/pages)

ANALYSIS ?= unrated_usage_by_reason
.PHONY: show
show: .venv/runtime.stamp ## Print the answer of ANALYSIS=unrated_usage_by_reason, or another one of analyses/
	@$(BIN)/python scripts/show_analysis.py $(ANALYSIS) $(if $(LINE),--line $(LINE))

# AT (what time it is; else the clock says).
OUTBOX ?= outbox
METER = $(BIN)/python scripts/meter.py $(1) --outbox $(OUTBOX) $(if $(AT),--at $(AT))
.PHONY: meter
meter: .venv/runtime.stamp ## Write pending metering records as request files to OUTBOX=outbox
	@$(call METER,send)

.PHONY: receive
receive: .venv/runtime.stamp ## Read the marketplaces' answers in OUTBOX=outbox
	@$(call METER,receive)

# A port of this machine alone. BRANCH: a file in which a branch is built, for `Price change`.
PORT ?= 8501
.PHONY: dashboard
dashboard: .venv/bi.stamp ## Open the dashboard over warehouse.duckdb in a browser
	@$(BUILT)
	@$(if $(BRANCH),test -f "$(BRANCH)" || { echo "BRANCH=$(BRANCH) does not exist: build it first."; exit 1; })
	@$(SAY) "http://127.0.0.1:$(PORT) (stop it with Ctrl-C)"
	@RATEBOOK_DUCKDB_PATH=$$(realpath "$$RATEBOOK_DUCKDB_PATH") PYTHONPATH="$$PWD/scripts" \
	RATEBOOK_BRANCH_DUCKDB_PATH=$(if $(BRANCH),$$(realpath "$(BRANCH)")) \
	bash -c 'cd dashboards && exec ../$(BIN)/streamlit run app.py --server.port $(PORT) >/dev/null'

QUERY ?= --saved-query revenue_by_month
# mf asks for a newer version of itself, and has no switch for that: a proxy that is not there is one.
.PHONY: metrics
metrics: .venv/bi.stamp ## Ask MetricFlow QUERY='--saved-query revenue_by_month', or something else
	@$(BUILT)
	@$(DBT) parse
	@HTTPS_PROXY=http://127.0.0.1:9 $(BIN)/mf query --quiet --decimals 2 $(QUERY)

# ID: of an invoice also the beginning of it.
PRINTED ?= printed
DOCUMENT = $(BIN)/python scripts/documents.py $(1) '$(ID)' --directory '$(PRINTED)'
.PHONY: invoice
invoice: .venv/bi.stamp ## Write the invoice ID=… as HTML page and PDF into PRINTED=printed
	@$(call DOCUMENT,invoice)

.PHONY: quote
quote: .venv/bi.stamp ## Write the quote ID=… as HTML page and PDF into PRINTED=printed
	@$(call DOCUMENT,quote)

# EVENTS_TOO=1: also what became of each usage event.
EXPORT ?= export
.PHONY: export
export: .venv/bi.stamp ## Write the marts as Parquet and as a DuckDB file into EXPORT=export
	@$(BIN)/python scripts/export.py --directory $(EXPORT) $(if $(EVENTS_TOO),--events)

.PHONY: docs
docs: .venv/runtime.stamp ## Write the documentation of models and columns as one offline HTML page
	@$(BUILT)
	@$(DBT) docs generate --static
	@echo "Open target/static_index.html in a browser."

.PHONY: clean
clean: ## Remove what the other targets made, but not .venv
	@rm -rf target logs dbt_packages .pytest_cache .ruff_cache .hypothesis export printed \
		warehouse.duckdb warehouse.duckdb.wal warehouse.duckdb.tmp
	@find . -name __pycache__ -not -path './.venv*/*' -prune -exec rm -rf {} +

# What Python packages need of the system: a browser for tests, Pango for PDF. Debian's, if missing.
DEBIAN := chromium fonts-dejavu-core libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0
.PHONY: chromium
chromium: .venv/bi.stamp
	@if ! command -v chromium >/dev/null || ! $(BIN)/python -c 'import weasyprint' 2>/dev/null; then \
		[[ $$(id -u) == 0 ]] && command -v apt-get >/dev/null || { \
			echo "Chromium or Pango is missing. On Debian, as root: apt-get install $(DEBIAN)"; exit 1; }; \
		$(SAY) "Installing Chromium and Pango (once)"; \
		apt-get update -qq; \
		DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends $(DEBIAN) >/dev/null; \
	fi

# One environment for all: `make build` installs little, `make test` adds the rest.
.venv/runtime.stamp: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "ratebook needs Python 3.11 or later: make PYTHON=python3.11 …"; exit 1; }
	@$(SAY) "Installing dbt and DuckDB into .venv (once)"
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install -qq --disable-pip-version-check -r $<
	@touch $@

.venv/bi.stamp: requirements-bi.txt .venv/runtime.stamp
	@$(SAY) "Installing Streamlit, WeasyPrint and MetricFlow into .venv (once)"
	@$(BIN)/pip install -qq --disable-pip-version-check -r $<
	@touch $@

.venv/dev.stamp: requirements-dev.txt .venv/bi.stamp
	@$(SAY) "Installing the linters and pytest into .venv (once)"
	@$(BIN)/pip install -qq --disable-pip-version-check -r $<
	@touch $@

.venv-parity/stamp: requirements-parity.txt
	@$(SAY) "Installing bframe into .venv-parity (once)"
	@$(PYTHON) -m venv .venv-parity
	@.venv-parity/bin/pip install -qq --disable-pip-version-check -r $<
	@touch $@
