# 信衡 Xinheng: the two commands are `make run` and `make test`.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
UV     := $(BIN)/uv
# The tests of the distributed engine run where its environment was made.
ifneq ($(wildcard $(VENV)-spark/run.stamp),)
export XINHENG_SPARK_PYTHON ?= $(CURDIR)/$(VENV)-spark/bin/python
endif
export BENTOML_DO_NOT_TRACK = true
export MLFLOW_DISABLE_TELEMETRY = true

.DEFAULT_GOAL := help
.PHONY: help run test quick check notebooks spark lock clean clean-all

help:  ## say what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 20

run: $(VENV)/run.stamp  ## a synthetic Ningbo from records to a served tier (loopback)
	$(BIN)/xinheng run

test: $(VENV)/dev.stamp check  ## every check and every test
	$(BIN)/python -m pytest -n 2 --dist loadfile

quick: $(VENV)/dev.stamp  ## the tests without the slow ones
	$(BIN)/python -m pytest -m "not slow" -x

check: $(VENV)/dev.stamp  ## format, lint, types and import layers
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

notebooks: export XINHENG_HOME = $(CURDIR)/var/notebooks
notebooks: $(VENV)/notebooks.stamp  ## the notebooks, on an invented city that changes under its models
	$(BIN)/xinheng run --no-serve --businesses 3000 --drift 2025-08-01
	$(BIN)/jupyter lab notebooks

spark: $(VENV)-spark/run.stamp  ## the environment of the distributed engine (needs Java 17)

lock: $(VENV)/dev.stamp  ## resolve the versions anew (no addresses in the result)
	$(UV) pip compile -q --upgrade --universal --python-version 3.11 --no-annotate --no-header \
	  --no-emit-index-url pyproject.toml -o requirements.txt
	$(UV) pip compile -q --upgrade --universal --python-version 3.11 --no-annotate --no-header \
	  --no-emit-index-url --group dev -c requirements.txt pyproject.toml -o requirements-dev.txt
	$(UV) pip compile -q --upgrade --universal --python-version 3.11 --no-annotate --no-header \
	  --no-emit-index-url --group spark -o requirements-spark.txt

clean:  ## forget the records, features, models and scores made here
	rm -rf var

clean-all: clean  ## forget the environment too
	rm -rf $(VENV) $(VENV)-spark .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(UV):
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --disable-pip-version-check "uv>=0.9"

# Installing never removes: the development tools may already be there.
$(VENV)/run.stamp: requirements.txt pyproject.toml | $(UV)
	$(UV) pip install -q --python $(BIN)/python -r requirements.txt
	$(UV) pip install -q --python $(BIN)/python --no-deps -e .
	touch $@

$(VENV)/dev.stamp: requirements-dev.txt $(VENV)/run.stamp
	$(UV) pip install -q --python $(BIN)/python -r requirements-dev.txt
	touch $@

$(VENV)/notebooks.stamp: $(VENV)/dev.stamp
	$(UV) pip install -q --python $(BIN)/python --group notebooks -c requirements-dev.txt
	touch $@

$(VENV)-spark/run.stamp: requirements-spark.txt pyproject.toml | $(UV)
	@java -version 2>&1 | grep -qE 'version "(1[7-9]|2[0-9])' || \
	  { echo "Spark needs Java 17 or newer; on Debian: apt-get install openjdk-17-jre-headless" >&2; \
	    exit 1; }
	$(UV) venv -q --allow-existing --python $(BIN)/python $(VENV)-spark
	$(UV) pip install -q --python $(VENV)-spark/bin/python -r requirements-spark.txt
	touch $@
