# Set-up happens by itself: a virtual environment in .venv with the pinned requirements, renewed when they change.
# Paths are relative throughout, so a folder with spaces in its name will do.

VENV := .venv
BIN := $(VENV)/bin
PY := $(BIN)/python
PIP := $(PY) -m pip --disable-pip-version-check --quiet
WORKERS ?= 2
SUITABLE := import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))
PYTHONS := $(PYTHON) python3.13 python3.12 python3.11 python3 python

.PHONY: help run demo test browser check format bench bench-statistics requirements clean
.DEFAULT_GOAL := help

help: ## list the commands
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' Makefile

run: $(VENV)/.installed ## start the dashboard (on the first start both demonstration trials are simulated and loaded)
	@$(BIN)/crlm-dash serve

demo: $(VENV)/.installed ## simulate both demonstration trials and seal two data cuts of each
	@for trial in CRLM10 CRLM-EHD; do $(BIN)/crlm-dash demo --trial $$trial --seal || exit 1; done

test: $(VENV)/.installed-dev browser ## lint and run every test, browser journeys included
	@$(PY) -m ruff check .
	@PYTHONDONTWRITEBYTECODE= $(PY) -m pytest -n $(WORKERS) --dist worksteal

browser: $(VENV)/.installed-dev
	@$(PY) tests/browser_setup.py

check: $(VENV)/.installed-dev ## formatting, lint and types
	@$(PY) -m ruff format --check .
	@$(PY) -m ruff check .
	@$(PY) -m mypy

format: $(VENV)/.installed-dev ## put the code into the house's format
	@$(PY) -m ruff format .
	@$(PY) -m ruff check --fix .

bench: $(VENV)/.installed-dev ## measure speed and memory against their targets (about ten minutes the first time)
	@$(PY) -m bench

bench-statistics: $(VENV)/.installed-dev ## try the adjusted comparison on simulated trials whose truth is known (minutes)
	@OPENBLAS_NUM_THREADS=1 nice -n 19 $(PY) -m bench.statistics
	@OPENBLAS_NUM_THREADS=1 nice -n 19 $(PY) -m bench.imputation

requirements: $(VENV)/.installed-dev ## pin every requirement again, from pyproject.toml
	@$(PY) -m piptools compile $(COMPILE) --output-file requirements.txt pyproject.toml
	@$(PY) -m piptools compile $(COMPILE) --extra dev --constraint requirements.txt \
	  --output-file requirements-dev.txt pyproject.toml

COMPILE := --quiet --upgrade --strip-extras --no-header --annotation-style=line --no-emit-options \
  --no-emit-index-url --no-emit-trusted-host --no-emit-find-links

clean: ## remove the environment, caches, demonstration trials and bench files (sealed cuts in data/store stay)
	@rm -rf $(VENV) build dist .pytest_cache .ruff_cache .mypy_cache .hypothesis bench/built tests/screenshots data/demo
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
	@rm -rf src/*.egg-info

# -- set-up ------------------------------------------------------------------------------------------------

$(VENV)/.installed: requirements.txt pyproject.toml
	@$(PY) -c '$(SUITABLE)' >/dev/null 2>&1 && $(PIP) --version >/dev/null 2>&1 || { $(MAKE_VENV); }
	@echo "Installing the requirements (once; a few minutes) …"
	@$(PIP) install -r requirements.txt
	@$(PIP) install --no-deps -e .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt $(VENV)/.installed
	@echo "Installing the development tools (once) …"
	@$(PIP) install -r requirements-dev.txt
	@touch $@

# The newest Python that is there and can make an environment; Debian keeps that ability in a package of its own.
define MAKE_VENV
find_python() { for p in $(PYTHONS); do "$$p" -c '$(SUITABLE)' >/dev/null 2>&1 && { echo "$$p"; return; }; done; return 1; }; \
python="$$(find_python)" || { \
  if command -v apt-get >/dev/null; then \
    root=""; [ "$$(id -u)" = 0 ] || root="sudo -n"; \
    $$root apt-get update -qq && $$root apt-get install -y -qq python3 python3-venv >/dev/null; \
  fi; \
  python="$$(find_python)" || { \
    echo "Python 3.11, 3.12 or 3.13 with its venv module is needed and was not found." >&2; \
    echo "Debian, Ubuntu: sudo apt-get install python3 python3-venv. Elsewhere: install Python from python.org." >&2; \
    echo "A Python in another place: make PYTHON=/path/to/python3" >&2; exit 1; }; }; \
echo "Making $(VENV) with $$("$$python" --version) …"; "$$python" -m venv --clear $(VENV)
endef
