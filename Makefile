# One target a verb, one line a target. Each runs a command under scripts/, which `--help` describes.
# Everything runs in environments of our own inside the checkout, which `make setup` makes and keeps up to date.

PYTHON ?= python3
RUN := .venv/bin/python -m
RUN_CHECK := .venv-check/bin/python -m
RUN_DOCS := .venv-docs/bin/python -m

# What a developer's shell says of Python must not reach our environments.
export PYTHONNOUSERSITE := 1
unexport PYTHONPATH PYTHONHOME PYTHONSAFEPATH PYTHONSTARTUP PYTHONOPTIMIZE PYTHONWARNINGS

.DEFAULT_GOAL := help
.PHONY: mutate soak bench docs help python setup setup-check setup-docs generate check-drift test test-httpx2 check check-all \
  check-upstream check-compat check-live demo demo-batch build rehearse version release publish release-files check-parser test-dependencies test-pythons clean upgrade

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' Makefile

# In shell, because a Python too old could not even read scripts/dev/setup.py.
python:
	@command -v "$(PYTHON)" >/dev/null || { echo "$(PYTHON) was not found: install Python 3.11 or later, or name one, for example make PYTHON=python3.12 setup" >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$(PYTHON) is older than Python 3.11: install a later one, or name it, for example make PYTHON=python3.12 setup" >&2; exit 1; }

setup: python ## Create .venv with the pinned tools, or update it
	@"$(PYTHON)" -m scripts.dev.setup dev

setup-check: python ## Create or update .venv-check, the larger environment of check-all
	@"$(PYTHON)" -m scripts.dev.setup check-all

setup-docs: python ## Create or update .venv-docs, the environment of docs
	@"$(PYTHON)" -m scripts.dev.setup docs

generate: setup ## Write generated/ from openapi.yaml
	@$(RUN) scripts.dev.make_sync
	@$(RUN) scripts.generate

check-drift: setup ## Check that generated/ is up to date with openapi.yaml, the configuration and templates/
	@$(RUN) scripts.generate --check

check: setup ## Run the quick checks: lint, format, types, drift, version
	@$(RUN) scripts.dev.check quick

test: setup ## Run the quick checks and all tests
	@$(RUN) scripts.dev.check test

check-all: setup-check ## Run what needs more tools: a second type checker, a rehearsal, the tests marked heavy
	@$(RUN_CHECK) scripts.dev.check heavy

soak: setup-check ## Play 20,000 random responses of a server, and kill trainings at every point (half an hour)
	@$(RUN_CHECK) scripts.dev.check soak

test-httpx2: setup-check ## Run all tests on a copy of the tree generated for httpx2
	@$(RUN_CHECK) scripts.dev.test_httpx2 --all

check-upstream: setup ## Compare openapi.yaml with a document the service publishes: UPSTREAM=<url or file>
	@$(RUN) scripts.contract.check_upstream "$(or $(UPSTREAM),$(error name the document: make check-upstream UPSTREAM=<url or file>))"

check-compat: setup ## List what changed for users since a revision, and the version this needs: BASE=<revision>
	@$(RUN) scripts.contract.check_compat "$(or $(BASE),$(error name the revision: make check-compat BASE=<revision>))"

check-live: setup ## Check openapi.yaml against the live API (read-only), with the key in LEAP_API_KEY
	@$(RUN) scripts.contract.check_live

mutate: setup-check ## Change the code in many small ways, and check that a test fails for each (some minutes)
	@$(RUN_CHECK) scripts.dev.check mutate

demo: setup ## Train a model from real image files on the simulator (LIVE=1: on the service, which costs money)
	@$(RUN) scripts.dev.demo $(if $(filter 1,$(LIVE)),--live)

demo-batch: setup ## Train twelve models on the simulator, with the process killed twice, and count what is billed
	@$(RUN) scripts.dev.demo_batch

bench: setup ## Measure the client beside its peers, and write scripts/bench/results.json and .svg
	@$(RUN) scripts.bench

build: setup-check ## Build the wheel and the sdist of the last commit into dist/, reproducibly
	@$(RUN_CHECK) scripts.release.build

rehearse: setup-check ## Build, upload to a local index, install from there, and use the package
	@$(RUN_CHECK) scripts.release.rehearse

docs: setup-docs ## Build the documentation site with its API explorer in build/site
	@$(RUN_DOCS) scripts.docs

version: setup ## Set the number of the next release: VERSION=<number>
	@$(RUN) scripts.release.set_version "$(or $(VERSION),$(error give the number: make version VERSION=<number>, for example 0.2.0))"

release: setup-check ## Check everything a release needs, rehearse it, and tag the last commit
	@$(RUN_CHECK) scripts.release.release

publish: setup-check ## Upload what was rehearsed and tagged, if no workflow does: REPOSITORY=testpypi or pypi
	@$(RUN_CHECK) scripts.release.publish "$(or $(REPOSITORY),$(error name the index: make publish REPOSITORY=testpypi, then REPOSITORY=pypi))"

release-files: setup-check ## Write what is attached to a release: SBOM, digests, notes (after make rehearse)
	@$(RUN_CHECK) scripts.release.release_files

check-parser: setup-check ## Show what the newest version of the pinned parser would change in generated/
	@$(RUN_CHECK) scripts.dev.check_parser

test-dependencies: setup-check ## Run the client's tests on other versions of its dependencies: WHICH=lowest or newest
	@$(RUN_CHECK) scripts.dev.test_dependencies "$(or $(WHICH),$(error name the versions: make test-dependencies WHICH=lowest, or WHICH=newest))"

test-pythons: setup-check ## Run the client's tests on every supported Python of this machine (WRITE=1: and list them in README.md)
	@$(RUN_CHECK) scripts.dev.test_pythons $(if $(filter 1,$(OTHERS)),--others) $(if $(filter 1,$(WRITE)),--write)

upgrade: setup-check ## Update the locks under scripts/locks/ to the newest versions
	@$(RUN_CHECK) scripts.dev.upgrade

clean: ## Remove what the other targets created, except generated/
	@rm -rf .venv .venv-check .venv-bench .venv-docs .venv*.lock .mypy_cache .pytest_cache .ruff_cache .hypothesis build dist
	@find scripts tests templates generated -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
