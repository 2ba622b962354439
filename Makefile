# Needs Python ≥ 3.11 and make, nothing else; everything goes into .venv and .xianjie.
PYTHON ?= python3
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help venv up test test-long check bench lock schemas clean

help: ## list these targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /|/' | while IFS='|' read -r name text; do printf '  make %-10s %s\n' "$$name" "$$text"; done

venv: .venv/.made ## make the environment .venv from requirements.lock (hashes checked)

# uv is taken from the lock by pip when it is not there yet, then it installs the lock, then us.
# An index that pip is configured with (a mirror) is handed on to uv, which does not read pip's settings.
.venv/.made: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "需要 Python ≥ 3.11：make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@test -x $(BIN)/uv || { \
	  sed -n '/^uv==/,/^[^ ]/p' requirements.lock | grep -E '^uv==|^ +--hash' > .venv/uv.lock && \
	  $(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes --no-deps -r .venv/uv.lock; }
	@index="$${PIP_INDEX_URL:-$$($(PYTHON) -m pip config get global.index-url 2>/dev/null || true)}"; \
	  $(BIN)/uv pip install -q --python $(BIN)/python $${index:+--default-index "$$index"} --require-hashes -r requirements.lock
	@$(BIN)/uv pip install -q --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@

up: venv ## start everything on this machine, push the sample, show warnings and board (ARGS="--port 9000")
	@$(BIN)/xianjie up $(ARGS)

test: venv ## the whole suite on the embedded stack
	$(BIN)/python -m pytest -n 4 --dist loadscope --no-loadscope-reorder

test-long: venv ## full counts: kill rounds, fuzz, long random histories, both brokers
	$(BIN)/python -m pytest -m "not browser"

check: venv ## format, lint, types, import contracts, fast tests; what the pre-commit hook runs
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q tests/unit tests/architecture

bench: venv ## benchmarks with their references: a table and bench-results/*.json
	$(BIN)/python -m tests.bench

lock: ## write requirements.lock again from pyproject.toml
	$(BIN)/uv pip compile pyproject.toml --extra embedded --extra dev --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-header -q -o requirements.lock

schemas: venv ## write the generated JSON Schemas and examples of the events again
	$(BIN)/python -m shared.events.schemas

clean: ## remove environment, caches and results; your data in .xianjie stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist bench-results *.egg-info
	find services shared tests -name __pycache__ -type d -prune -exec rm -rf {} +
