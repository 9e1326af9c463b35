# Every command of the project; `make help` lists them. What CI runs is what a person runs.
#
# Settings come from the environment or the command line (make build USAGE_RAW=…):
# USAGE_VARS, USAGE_RAW, USAGE_BUILD, USAGE_RELEASES, USAGE_SEEDS, USAGE_TARGET. PYTHON: interpreter.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.SUFFIXES:

PYTHON ?= python3
UV ?= uv
BIN := .venv/bin
# Where `unit` and `dbt` keep their sample and database, so that a failure can be looked at.
SCRATCH := target/test
SAMPLE := --accounts 40 --days 120

# Importing dbt takes twice as long without byte code.
unexport PYTHONDONTWRITEBYTECODE
# No tool reports to anyone, and none asks a registry whether it is up to date.
export DO_NOT_TRACK := 1
export DBT_SEND_ANONYMOUS_USAGE_STATS := 0
export DBT_ENGINE_HINTS_ENABLED := false
export GX_ANALYTICS_ENABLED := false
export OTEL_SDK_DISABLED := true
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# A profile or project that another repository exported must not be picked up here.
export DBT_PROJECT_DIR := $(CURDIR)
export DBT_PROFILES_DIR := $(CURDIR)

# USAGE_VARS as dbt takes it; left to the shell, so that no quote or dollar sign is lost.
vars = --vars "$${USAGE_VARS:-{\}}"
# $(call key,files) names a state of the environment: what is locked, and where it stands.
key = $(shell { printf '%s\n' '$(CURDIR)'; cat $(1); } | cksum | cut -d ' ' -f 1)

BASE := .venv/.locked-$(call key,requirements/base.txt)
ENV := .venv/.installed-$(call key,requirements/base.txt pyproject.toml)
SPARK_BASE := .venv-spark/.locked-$(call key,requirements/spark.txt)
SPARK_ENV := .venv-spark/.installed-$(call key,requirements/spark.txt pyproject.toml)
LAKE_BASE := .venv-ducklake/.locked-$(call key,requirements/ducklake.txt)
LAKE_ENV := .venv-ducklake/.installed-$(call key,requirements/ducklake.txt pyproject.toml)
BENCH_BASE := .venv-bench/.locked-$(call key,requirements/bench.txt)
BENCH_ENV := .venv-bench/.installed-$(call key,requirements/bench.txt pyproject.toml)

##@ Use

# The environment of the target that USAGE_TARGET names.
TARGET_ENV := $(or $(if $(filter spark,$(USAGE_TARGET)),$(SPARK_ENV)),$(if $(filter ducklake,$(USAGE_TARGET)),$(LAKE_ENV)),$(ENV))

.PHONY: build
build: $(TARGET_ENV) ## raw data to tested marts and a release (the sample company if there is no raw data)
	@$(dir $(TARGET_ENV))bin/usage build

.PHONY: sample
sample: $(ENV) ## write the sample company to data/raw (more: .venv/bin/usage sample --help)
	@$(BIN)/usage sample

.PHONY: publish
publish: $(ENV) ## audit the build database and make it the current release
	@$(BIN)/usage publish

.PHONY: clean
clean: ## remove what builds and tests left; raw data, releases and environments stay
	rm -rf target logs .pytest_cache .ruff_cache .hypothesis
	find build -mindepth 1 ! -name .gitkeep -delete

##@ Test

.PHONY: test
test: lint unit dbt python ## all that CI runs: lint, unit, dbt, python

.PHONY: lint
lint: lint-python lint-project lint-sql ## every linter: lint-python, lint-project, lint-sql

.PHONY: lint-python
lint-python: $(ENV) ## ruff: rules and format of the Python code
	@$(BIN)/ruff check --quiet
	@$(BIN)/ruff format --check --quiet
	@echo "lint-python: passed"

# A target path of its own and a target in memory: lint never meets a build's lock. Partial
# parsing is off, or a warning in a file that did not change would not be seen again.
.PHONY: lint-project
lint-project: export DBT_TARGET_PATH := target/lint
lint-project: export DBT_LOG_PATH := target/lint/logs
lint-project: $(ENV) ## dbt parse with warnings as errors, YAML against dbt's schemas, project rules
	@$(BIN)/dbt --quiet parse --target memory --no-partial-parse $(vars)
	@failed=0; \
	$(BIN)/python -m usage_warehouse.lint --manifest target/lint/manifest.json || failed=1; \
	COLUMNS=200 $(BIN)/dbt-bouncer run --show-all-failures || failed=1; \
	exit $$failed
	@echo "lint-project: passed"

.PHONY: lint-sql
lint-sql: export DBT_LOG_PATH := target/lint/logs
lint-sql: $(ENV) ## sqlfluff on models, analyses and singular tests
	@PYTHONWARNINGS=ignore:resource_tracker \
		$(BIN)/sqlfluff lint --disable-progress-bar --processes 0 \
		$(wildcard models analyses tests/singular)
	@echo "lint-sql: passed"

# $(call scratch,name) makes an empty folder with a small sample in it.
define scratch
rm -rf $(SCRATCH)/$(1) && mkdir -p $(SCRATCH)/$(1)/build
$(BIN)/usage sample $(SAMPLE) --out $(SCRATCH)/$(1)/raw
endef

# $(call in_scratch,name) is dbt on that folder, whatever the caller's own folders are.
in_scratch = env -u USAGE_PSEUDONYM_KEY USAGE_TARGET=duckdb USAGE_SEEDS=seeds USAGE_RAW=$(SCRATCH)/$(1)/raw \
	USAGE_BUILD=$(SCRATCH)/$(1)/build DBT_TARGET_PATH=$(SCRATCH)/$(1)/target \
	DBT_LOG_PATH=$(SCRATCH)/$(1)/logs $(BIN)/dbt

.PHONY: unit
unit: $(ENV) ## dbt's unit tests, on empty relations in a database of their own
	@$(call scratch,unit)
	@$(call in_scratch,unit) --quiet build --empty \
		--exclude-resource-type unit_test --exclude-resource-type test
	@$(call in_scratch,unit) test --select test_type:unit

.PHONY: dbt
dbt: $(ENV) ## a build of a small sample with every data test and gate
	@$(call scratch,dbt)
	@$(call in_scratch,dbt) build $(vars)

.PHONY: python
python: $(ENV) ## pytest on tests/python
	@$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile

##@ Other engines

.PHONY: spark-env
spark-env: $(SPARK_ENV) ## install the locked environment with Spark into .venv-spark (needs Java 17)
	@.venv-spark/bin/python -m usage_warehouse.spark check

.PHONY: spark
spark: $(SPARK_ENV) ## build the company on Spark and on DuckDB, with all tests, and compare every value
	@.venv-spark/bin/python -m usage_warehouse.spark compare

.PHONY: spark-test
spark-test: $(SPARK_ENV) ## the same on a small company, increments on Spark, a planted difference
	@.venv-spark/bin/python -m pytest tests/spark

.PHONY: ducklake-env
ducklake-env: $(LAKE_ENV) ## install the locked environment with DuckLake into .venv-ducklake

.PHONY: ducklake
ducklake: $(LAKE_ENV) ## build on DuckLake with a PostgreSQL catalogue and compare with DuckDB
	@.venv-ducklake/bin/python -m usage_warehouse.ducklake.smoke

.PHONY: bench
bench: $(BENCH_ENV) ## measure full build, new day and nothing new at 1, 10 and 20 million events
	@.venv-bench/bin/usage bench

##@ Maintain

.PHONY: help
help: ## this list
	@awk 'BEGIN {FS = ":[^#]*## "} /^##@ / {printf "\n%s\n", substr($$0, 5)} \
		/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))
	@printf '\n%s\n' "$$(sed -n 's/^# \(Settings\)/\1/p; s/^# \(USAGE_VARS, \)/\1/p' Makefile)"

.PHONY: lock
lock: ## resolve pyproject.toml anew with uv and write requirements/
	$(UV) lock
	$(UV) export --quiet --frozen --no-emit-project --no-header --no-annotate \
		--format requirements-txt --output-file requirements/base.txt
	$(UV) export --quiet --frozen --no-emit-project --no-header --no-annotate --group spark \
		--format requirements-txt --output-file requirements/spark.txt
	$(UV) export --quiet --frozen --no-emit-project --no-header --no-annotate --group ducklake \
		--format requirements-txt --output-file requirements/ducklake.txt
	$(UV) export --quiet --frozen --no-emit-project --no-header --no-annotate --group bench \
		--format requirements-txt --output-file requirements/bench.txt

# The environments: wheels only (but for pyspark, which has none), so that nothing is compiled.
# The name of a stamp is the state it stands for and it is written last, so an interrupted,
# outdated, moved or broken environment is made anew by the next command.
define locked_environment
.PHONY: $(if $(shell test -x $(1)/bin/python || echo missing),$(2))
$(2):
	@$$(check_python)
	@echo "installing the locked environment into $(1) (once, about a minute)"
	@$$(PYTHON) -m venv --clear $(1)
	@$(1)/bin/python -m pip install --quiet --quiet --no-input --no-deps --require-hashes \
		--only-binary :all: --no-binary pyspark -r requirements/$(3).txt
	@touch $$@

$(4): $(2)
	@$(1)/bin/python -m pip install --quiet --quiet --no-input --no-index --no-deps \
		--no-build-isolation --editable .
	@rm -f $(1)/.installed-*
	@touch $$@
endef
$(eval $(call locked_environment,.venv,$(BASE),base,$(ENV)))
$(eval $(call locked_environment,.venv-spark,$(SPARK_BASE),spark,$(SPARK_ENV)))
$(eval $(call locked_environment,.venv-ducklake,$(LAKE_BASE),ducklake,$(LAKE_ENV)))
$(eval $(call locked_environment,.venv-bench,$(BENCH_BASE),bench,$(BENCH_ENV)))

define check_python
command -v "$(PYTHON)" >/dev/null || { \
	echo "error: '$(PYTHON)' not found: install Python 3.11 or newer," \
		"or name one: make PYTHON=/path/to/python3.12" >&2; exit 2; }; \
"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	echo "error: '$(PYTHON)' is $$("$(PYTHON)" -V 2>&1), and 3.11 or newer is needed:" \
		"name one: make PYTHON=/path/to/python3.12" >&2; exit 2; }; \
"$(PYTHON)" -c 'import venv, ensurepip' 2>/dev/null || { \
	echo "error: '$(PYTHON)' has no venv module;" \
		"on Debian and Ubuntu: apt-get install python3-venv" >&2; exit 2; }
endef
