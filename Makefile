# Every target sets up what it needs: a virtual environment in .venv, made once.
PYTHON ?= python3
PYTHONS ?= python3.11 python3.12 python3.13
ENV := .venv/bin
REPORT ?= study-report
BENCH_REPORT ?= bench-report
DATA ?= data

.PHONY: help study test test-every-case test-oldest test-pythons test-peers fuzz crash-test stress lint bench accuracy notebooks docs clean
help:           ## Show the targets
	@grep -E '^[a-z-]+:.*##' Makefile | sed 's/:.*##/\t/' | expand -t 17

study: .venv/ready  ## Answer the question: does a linear RNN act as a moving-average model?
	$(ENV)/rnnts study --quick --output $(REPORT)

test: .venv/ready   ## Run every test and every docstring example
	$(ENV)/python -m pytest --numprocesses auto --quiet

test-every-case: .venv/ready  ## Test kernels with every cell, loss and size (`test` takes some)
	RNNTS_EVERY_CASE=1 $(ENV)/python -m pytest --numprocesses auto --quiet tests/kernels/test_lanes.py tests/cells

# What is old cannot know what its own dependencies, which are new, have come to advise against; the
# oldest scikit-learn names two of its checks alike.
test-oldest: .venv/oldest/ready  ## Run `test` with the oldest supported version of each dependency
	NUMBA_CACHE_DIR='$(CURDIR)/.venv/oldest/numba' .venv/oldest/bin/python -m pytest --numprocesses auto --quiet -W ignore::DeprecationWarning -o strict_parametrization_ids=false

test-pythons: $(PYTHONS:%=.venv/%/ready)  ## Run `test` with CPython 3.11, 3.12 and 3.13, or what PYTHONS names
	for python in $(PYTHONS); do .venv/$$python/bin/python -m pytest --numprocesses auto --quiet || exit 1; done

test-peers: .venv/peers/ready  ## Test what stands inside sktime, skforecast, mlforecast and darts (own environment)
	.venv/peers/bin/python -m pytest --quiet -W default --disable-warnings tests/peers rnnts/sktime.py

fuzz: .venv/ready   ## Make 100,000 generated calls: each must end in an answer or a clear refusal
	$(ENV)/python -m fuzz --calls 100000

crash-test: .venv/ready  ## Kill processes in the midst of long work, 200 times, and see what is lost
	$(ENV)/python -m crashes --kills 200

stress: .venv/ready  ## Ask models from 16 threads and fit them under loky, threads and Dask, for two minutes
	$(ENV)/python -m stress --seconds 120

lint: .venv/ready   ## Check format, style, types and the layers of the architecture
	$(ENV)/ruff format --check .
	$(ENV)/ruff check .
	$(ENV)/mypy
	$(ENV)/lint-imports --no-logo

bench: .venv/bench  ## Print speed against torch, JAX, river and plain Numba, and memory, leaks and coverage
	$(ENV)/python -m benchmarks --output $(BENCH_REPORT)

accuracy: .venv/accuracy  ## Print the accuracy on panels of competitions: make accuracy DATA=folder
	$(ENV)/python -m benchmarks.panels --data $(DATA) --output $(BENCH_REPORT)

notebooks: .venv/notebooks  ## Execute the notebooks in place
	$(ENV)/jupyter execute --inplace notebooks/*.ipynb

docs: .venv/docs    ## Build the API pages in docs/_build
	$(ENV)/python -m docs

clean:          ## Remove the environment, caches and reports
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist docs/_build $(REPORT) $(BENCH_REPORT)

# uv inside the environment where it works (10 times faster), else pip 25.1+, the first to know --group.
.venv/ready: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "rnnts needs Python 3.11 or newer, $(PYTHON) is " + sys.version.split()[0] + "; run make PYTHON=/path/to/python3.11")'
	$(PYTHON) -m venv .venv
	{ $(ENV)/python -m pip install --quiet uv \
	  && $(ENV)/uv pip install --quiet --python $(ENV)/python --constraint constraints.txt --editable '.[all]' --group dev; } \
	|| { $(ENV)/python -m pip install --quiet --upgrade 'pip>=25.1' \
	  && $(ENV)/python -m pip install --quiet --constraint constraints.txt --editable '.[all]' --group dev; }
	@touch $@

# The oldest versions that there are wheels of for this Python.
.venv/oldest/ready: .venv/ready
	$(PYTHON) -m venv --without-pip $(@D)
	$(ENV)/uv pip install --quiet --python $(@D)/bin/python --resolution lowest-direct --only-binary :all: --editable '.[all]' --group test
	@touch $@

.venv/python3.%/ready: .venv/ready
	python3.$* -m venv --without-pip $(@D)
	$(ENV)/uv pip install --quiet --python $(@D)/bin/python --constraint constraints.txt --editable '.[all]' --group test
	@touch $@

# They do not take the pandas that everything else here is tested with.
.venv/peers/ready: .venv/ready
	$(PYTHON) -m venv .venv/peers
	.venv/peers/bin/python -m pip install --quiet --upgrade 'pip>=25.1'
	.venv/peers/bin/python -m pip install --quiet --editable . --group peers
	@touch $@

# What only some targets need; pip, because uv does not look at pip's settings for a local torch.
.venv/%: .venv/ready
	$(ENV)/python -m pip install --quiet --upgrade 'pip>=25.1'
	$(ENV)/python -m pip install --quiet --constraint constraints.txt --group $*
	@touch $@
