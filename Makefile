# ratebook, from a bare checkout. `make` alone says what there is to do.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory --no-builtin-rules

PYTHON ?= python3
BIN := .venv/bin
# Python's own is often years old, and takes half as long again.
PIP := pip==26.3

# As in profiles.yml.
export RATEBOOK_DUCKDB_PATH ?= warehouse.duckdb
export DBT_PROFILES_DIR := .
export DBT_SEND_ANONYMOUS_USAGE_STATS := false
# Packages are compiled when they are first imported, and that has to be kept: dbt takes three times as
# long to start without.
unexport PYTHONDONTWRITEBYTECODE

# What users give: `make quote ID=…`. It reaches the commands in the environment, as RATEBOOK_ID, and
# is never part of a recipe. Each is taken as text, so that make does not read a $ in it either.
GIVEN := ID PRINTED EXPORT EVENTS_TOO ANALYSIS LINE OUTBOX AT PORT BRANCH QUERY
GIVEN_TO_LAB := EVENTS CONTRACTS MONTHS RUNS GROWTH CLOSES DIRECTORY INVOICES COUNT
$(foreach name,$(GIVEN) $(GIVEN_TO_LAB) RATEBOOK_DUCKDB_PATH,$(eval override $(name) := $$(value $(name))))
$(foreach name,$(GIVEN),$(eval export RATEBOOK_$(name) := $$(value $(name))))
export $(GIVEN_TO_LAB)

RATEBOOK := $(BIN)/ratebook

SAY := printf '$(if $(MAKE_TERMOUT),\033[1m%s\033[0m,%s)\n'

.PHONY: help
help: ## List the targets
	@grep -E '^[a-z-]+:.* ## ' $(MAKEFILE_LIST) | awk -F ':.* ## ' '{ printf "make %-15s %s\n", $$1, $$2 }'

.PHONY: build
build: .venv/runtime.stamp ## Build the case study into warehouse.duckdb and print its invoices
	@$(RATEBOOK) build --case-study

# The build keeps one core busy; beside it are the installs, and then the linter, which later takes the
# time in which tests wait. The browser waits for a third of its time, so it clicks beside pytest.
# Tests make many small tables, and do nothing else for half of their time but plan queries: with
# jemalloc, which DuckDB has inside for large buffers only, that takes a sixth less.
.PHONY: test
test: .venv/runtime.stamp ## Run every check: lint, a build in a scratch file without warnings, pytest
	@scratch=$$(mktemp -d); passed=true; building=; linting=; clicking=; \
	trap 'kill $$building $$linting $$clicking 2>/dev/null || true; rm -rf "$$scratch"' EXIT; \
	export RATEBOOK_CASE_STUDY="$$scratch/case_study.duckdb"; \
	$(SAY) "Building the case study, with all its tests; warnings are errors"; \
	DBT_WARN_ERROR=true $(RATEBOOK) build --file "$$RATEBOOK_CASE_STUDY" --target-path "$$scratch/target" & \
	building=$$!; \
	$(MAKE) .venv/dev.stamp chromium jemalloc; \
	allocator=$$(compgen -G '/usr/lib/*/libjemalloc.so.2' || true); \
	RATEBOOK_DUCKDB_PATH="$$scratch/lint.duckdb" nice -n 5 $(MAKE) lint >"$$scratch/lint.log" 2>&1 & linting=$$!; \
	wait $$building; building=; \
	$(BIN)/pytest tests/browser >"$$scratch/browser.log" 2>&1 & clicking=$$!; \
	$(SAY) "Running pytest"; \
	LD_PRELOAD=$$allocator $(BIN)/pytest --numprocesses 3 --dist loadfile --no-loadscope-reorder || passed=false; \
	wait $$linting || passed=false; cat "$$scratch/lint.log"; \
	$(SAY) "Clicking through the dashboard"; \
	wait $$clicking || passed=false; cat "$$scratch/browser.log"; \
	$$passed

.PHONY: test-long
test-long: .venv/dev.stamp ## Run the checks that take hours: random inputs, features, faults, mutations, parity
	@$(SAY) "Building with each feature alone, and without each"
	@PYTHONPATH=tests/python $(BIN)/pytest tests/long
	@$(SAY) "Comparing many random inputs with calculations of their own"
	@RATEBOOK_RANDOM_BATCHES="$${RATEBOOK_RANDOM_BATCHES:-20}" $(BIN)/pytest --numprocesses 2 \
		tests/python/test_against_oracle.py tests/python/test_marketplaces_against_oracle.py \
		tests/python/test_entitlements.py tests/python/test_partners.py \
		tests/python/test_exactness.py tests/python/test_meter.py
	@$(BIN)/pytest -m long
	@RATEBOOK_RANDOM_HISTORIES="$${RATEBOOK_RANDOM_HISTORIES:-2000}" $(BIN)/pytest --numprocesses 2 --dist load \
		tests/python/test_ledger_against_oracle.py
	@$(MAKE) test-faults mutate parity

# COUNT: how many builds, and how many closes, are killed.
.PHONY: test-faults
test-faults: .venv/runtime.stamp ## Kill builds and closes, fill the disk, and see that readers find whole books: COUNT=30
	@$(BIN)/python tests/faults/run.py --count "$${COUNT:-30}"
	@$(BIN)/python tests/faults/closes.py --count "$${COUNT:-30}"

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
	@$(BIN)/python lab/mutations/run.py --check
	@PYTHONWARNINGS=ignore:resource_tracker $(BIN)/python lab/lint.py lint $(wildcard models tests analyses)

.PHONY: mutate
mutate: .venv/dev.stamp ## Break the SQL in many places, one at a time, and list what no test sees
	@$(SAY) "Breaking the SQL in one place at a time"
	@PYTHONWARNINGS=ignore:resource_tracker $(BIN)/python lab/mutations/run.py

# bframe has an environment of its own: see requirements-parity.txt.
.PHONY: parity
parity: .venv/dev.stamp .venv-parity/stamp ## Bill the same cases with bframe and with ratebook, and print the differences
	@PYTHONPATH=tests/python $(BIN)/python lab/parity/compare.py

# EVENTS, CONTRACTS, MONTHS, RUNS, GROWTH=1 (other sizes too), CLOSES=1 (the ledger instead of usage),
# DIRECTORY (where the inputs are kept).
.PHONY: bench
bench: .venv/dev.stamp ## Time usage and rating on EVENTS=1000000 (or more), beside one query that only sums
	@$(BIN)/python lab/benchmarks/bench.py --events "$${EVENTS:-1000000}" --contracts "$${CONTRACTS:-2000}" \
		--months "$${MONTHS:-12}" --runs "$${RUNS:-3}" $${GROWTH:+--growth} \
		$${CLOSES:+--closes} $${DIRECTORY:+--directory "$$DIRECTORY"}

# INVOICES, RUNS, DIRECTORY (where the files are kept, with a picture of each page).
.PHONY: bench-dashboard
bench-dashboard: .venv/dev.stamp chromium ## Time the dashboard's pages in Chromium, on INVOICES=100000
	@PYTHONPATH=tests/browser $(BIN)/python lab/benchmarks/pages.py --invoices "$${INVOICES:-100000}" \
		--runs "$${RUNS:-3}" --directory "$${DIRECTORY:-target/pages}"

# The options of these are environment variables: see GIVEN, and `ratebook … --help`.
.PHONY: show
show: .venv/runtime.stamp ## Print the answer of ANALYSIS=unrated_usage_by_reason, or another one of analyses/
	@$(RATEBOOK) show

.PHONY: meter
meter: .venv/runtime.stamp ## Write pending metering records as request files to OUTBOX=outbox
	@$(RATEBOOK) meter

.PHONY: receive
receive: .venv/runtime.stamp ## Read the marketplaces' answers in OUTBOX=outbox
	@$(RATEBOOK) receive

.PHONY: dashboard
dashboard: .venv/bi.stamp ## Open the dashboard over warehouse.duckdb in a browser
	@$(RATEBOOK) dashboard

.PHONY: metrics
metrics: .venv/bi.stamp ## Ask MetricFlow QUERY='--saved-query revenue_by_month', or something else
	@$(RATEBOOK) metrics

.PHONY: invoice
invoice: .venv/bi.stamp ## Write the invoice ID=… as HTML page and PDF into PRINTED=printed
	@$(RATEBOOK) invoice

.PHONY: document
document: .venv/bi.stamp ## Write the frozen document ID=… (its number) as HTML page and PDF into PRINTED=printed
	@$(RATEBOOK) document

.PHONY: quote
quote: .venv/bi.stamp ## Write the quote ID=… as HTML page and PDF into PRINTED=printed
	@$(RATEBOOK) quote

.PHONY: export
export: .venv/bi.stamp ## Write the marts as Parquet and as a DuckDB file into EXPORT=export
	@$(RATEBOOK) export

.PHONY: docs
docs: .venv/runtime.stamp ## Write the documentation of models and columns as one offline HTML page
	@$(RATEBOOK) docs

.PHONY: doctor
doctor: .venv/runtime.stamp ## Say in seconds what is missing or wrong on this machine
	@$(RATEBOOK) doctor

.PHONY: clean
clean: ## Remove what the other targets made, but neither .venv nor the archive of a ledger
	@rm -rf target logs dbt_packages .pytest_cache .ruff_cache .hypothesis export printed build \
		*.egg-info warehouse.duckdb warehouse.duckdb.wal warehouse.duckdb.tmp warehouse.duckdb.failed \
		.warehouse.duckdb.lock .warehouse.duckdb.building
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

# Tests pass without it, too.
.PHONY: jemalloc
jemalloc:
	@if [[ $$(id -u) == 0 ]] && command -v apt-get >/dev/null && ! compgen -G '/usr/lib/*/libjemalloc.so.2' >/dev/null; then \
		install=(apt-get install -qq --no-install-recommends libjemalloc2); \
		{ "$${install[@]}" || { apt-get update -qq && "$${install[@]}"; }; } >/dev/null 2>&1 || true; \
	fi

# One environment for all: `make build` installs little, `make test` adds the rest. Pip does not compile:
# nearly half the time of an install would go into what nobody imports.
.venv/runtime.stamp: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "ratebook needs Python 3.11 or later: make PYTHON=python3.11 …"; exit 1; }
	@$(SAY) "Installing dbt, DuckDB and ratebook into .venv (once)"
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install -qq --no-compile --disable-pip-version-check $(PIP)
	@$(BIN)/pip install -qq --no-compile --disable-pip-version-check -r $<
	@$(BIN)/pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv/bi.stamp: requirements-bi.txt .venv/runtime.stamp
	@$(SAY) "Installing Streamlit, WeasyPrint and MetricFlow into .venv (once)"
	@$(BIN)/pip install -qq --no-compile --disable-pip-version-check -r $<
	@touch $@

.venv/dev.stamp: requirements-dev.txt .venv/bi.stamp
	@$(SAY) "Installing the linters and pytest into .venv (once)"
	@$(BIN)/pip install -qq --no-compile --disable-pip-version-check -r $<
	@touch $@

.venv-parity/stamp: requirements-parity.txt
	@$(SAY) "Installing bframe into .venv-parity (once)"
	@$(PYTHON) -m venv .venv-parity
	@.venv-parity/bin/pip install -qq --disable-pip-version-check -r $<
	@touch $@
