# make run · make test · make eval · make bench: each sets up what it needs first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
EVAL ?= ../shared/eval
NAMES ?= $(EVAL)/names.jsonl

.PHONY: setup run test check eval bench clean

$(VENV)/.ready: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	if command -v uv >/dev/null; then uv venv -q --allow-existing $(VENV) && uv pip install -q --python $(BIN)/python -e .; \
	else $(PYTHON) -m venv $(VENV) && $(BIN)/python -m pip install -q --disable-pip-version-check -e .; fi
	touch $@

$(VENV)/.ready-dev: $(VENV)/.ready
	if command -v uv >/dev/null; then uv pip install -q --python $(BIN)/python -e '.[dev]'; \
	else $(BIN)/python -m pip install -q --disable-pip-version-check -e '.[dev]'; fi
	touch $@

$(VENV)/.ready-bench: $(VENV)/.ready
	if command -v uv >/dev/null; then uv pip install -q --python $(BIN)/python -e '.[bench]'; \
	else $(BIN)/python -m pip install -q --disable-pip-version-check -e '.[bench]'; fi
	touch $@

setup: $(VENV)/.ready

run: setup
	$(BIN)/banshi serve

check: $(VENV)/.ready-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: check
	$(BIN)/pytest -q

eval: $(VENV)/.ready-bench
	$(BIN)/python -m knowledge.evaluation $(EVAL)

bench: $(VENV)/.ready-bench $(VENV)/.ready-dev
	$(BIN)/python -m knowledge.bench $(NAMES)
	$(BIN)/python -m tests.benches.seeded_defects
	$(BIN)/python -m tests.benches.dialog_walk
	$(BIN)/python -m tests.benches.review_chain
	$(BIN)/python -m tests.benches.reminders

clean:
	rm -rf $(VENV) build .pytest_cache .mypy_cache .ruff_cache
