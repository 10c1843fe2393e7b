# Two commands do everything: `make scorecards` and `make test`. Each makes its own environment.

PYTHON ?= python3
SETS := $(shell find indicators scoring reports -name '*.py' -o -name '*.csv' -o -name '*.toml' 2>/dev/null)

.DEFAULT_GOAL := scorecards
.PHONY: scorecards test style types layers tests wheel docs benchmarks clean

scorecards: .venv/installed  ## write scorecards.xlsx from the bundled provinces
	.venv/bin/scorecards build -o scorecards.xlsx
	@echo "It is here: $(CURDIR)/scorecards.xlsx"
	@echo "The command is .venv/bin/scorecards; after 'source .venv/bin/activate' it is scorecards."

.venv/installed: pyproject.toml $(SETS)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; name it like this: make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv .venv
	.venv/bin/pip install --quiet --disable-pip-version-check .
	@touch $@

test: style types layers tests wheel  ## everything that must hold

.venv-test/installed: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; name it like this: make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv .venv-test
	.venv-test/bin/pip install --quiet --upgrade 'pip>=25.1'
	.venv-test/bin/pip install --quiet --editable . --group test
	@touch $@

style: .venv-test/installed
	.venv-test/bin/ruff format --check .
	.venv-test/bin/ruff check .
	.venv-test/bin/python docs/generate.py --check

types: .venv-test/installed
	.venv-test/bin/mypy

layers: .venv-test/installed
	.venv-test/bin/lint-imports

tests: .venv-test/installed
	.venv-test/bin/pytest --numprocesses auto --dist loadscope

# The wheel in an empty environment and another folder: the bundled data must be inside.
wheel: .venv-test/installed
	rm -rf build/wheel build/empty
	.venv-test/bin/pip wheel --quiet --no-deps --wheel-dir build/wheel .
	$(PYTHON) -m venv build/empty
	build/empty/bin/pip install --quiet --disable-pip-version-check build/wheel/*.whl
	cd build/wheel && ../empty/bin/scorecards build --quiet && \
	  ../empty/bin/scorecards check scorecards.xlsx && \
	  ../empty/bin/python -c 'import indicators; assert len(indicators.load().scored_units) == 31'

docs: .venv-test/installed  ## the tables of methods, options and findings in docs/
	.venv-test/bin/python docs/generate.py

benchmarks: .venv-test/installed
	.venv-test/bin/python benchmarks/run.py
	.venv-test/bin/python benchmarks/methods.py
	.venv-test/bin/python benchmarks/weights.py
	.venv-test/bin/python benchmarks/sobol.py
	.venv-test/bin/python benchmarks/robustness.py
	.venv-test/bin/python benchmarks/cluster.py

clean:
	rm -rf .venv .venv-test build dist *.egg-info
