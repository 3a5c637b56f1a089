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
.PHONY: mutate bench docs help python setup setup-check setup-docs generate check-drift test test-httpx2 check check-all \
  check-upstream check-compat check-live demo build rehearse version release publish release-files check-parser test-dependencies clean upgrade

help: ## Say what each target does
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' Makefile

# In shell, because a Python too old could not even read scripts/dev/setup.py.
python:
	@command -v "$(PYTHON)" >/dev/null || { echo "$(PYTHON) was not found: install Python 3.11 or later, or name one, for example make PYTHON=python3.12 setup" >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$(PYTHON) is older than Python 3.11: install a later one, or name it, for example make PYTHON=python3.12 setup" >&2; exit 1; }

setup: python ## Make .venv with the pinned tools, if it is missing or out of date
	@"$(PYTHON)" -m scripts.dev.setup dev

setup-check: python ## Make .venv-check, the larger environment of check-all, likewise
	@"$(PYTHON)" -m scripts.dev.setup check-all

setup-docs: python ## Make .venv-docs, the environment of docs, likewise
	@"$(PYTHON)" -m scripts.dev.setup docs

generate: setup ## Write generated/ from openapi.yaml
	@$(RUN) scripts.generate

check-drift: setup ## Fail if generated/ is not what openapi.yaml, the configuration and the templates give
	@$(RUN) scripts.generate --check

check: setup ## Everything that runs in seconds: lint, format, types, drift
	@$(RUN) scripts.dev.check quick

test: setup ## The same, and all tests
	@$(RUN) scripts.dev.check test

check-all: setup-check ## What needs heavier tools: a second type checker, the tests marked heavy
	@$(RUN_CHECK) scripts.dev.check heavy

test-httpx2: setup-check ## All tests on a copy of the tree that is generated for httpx2
	@$(RUN_CHECK) scripts.dev.test_httpx2 --all

check-upstream: setup ## Compare openapi.yaml with a document that the service publishes: UPSTREAM=<url or file>
	@$(RUN) scripts.contract.check_upstream "$(or $(UPSTREAM),$(error say with what: make check-upstream UPSTREAM=<url or file>))"

check-compat: setup ## Say what changed for users since a revision, and which version that needs: BASE=<revision>
	@$(RUN) scripts.contract.check_compat "$(or $(BASE),$(error say since when: make check-compat BASE=<revision>))"

check-live: setup ## Hold the contract against the service, reading only, with the key in LEAP_API_KEY
	@$(RUN) scripts.contract.check_live

mutate: setup-check ## Change the code in many small ways, and see that a test notices each (some minutes)
	@$(RUN_CHECK) scripts.dev.check mutate

demo: setup ## Train a model on real image files, on the simulator (LIVE=1: on the service, which costs money)
	@$(RUN) scripts.dev.demo $(if $(filter 1,$(LIVE)),--live)

bench: setup ## Measure the client beside its peers, and write scripts/bench/results.json and .svg
	@$(RUN) scripts.bench

build: setup-check ## Make the wheel and the sdist of the last commit in dist/, the same bytes on every run
	@$(RUN_CHECK) scripts.release.build

rehearse: setup-check ## Build, upload to an index on this machine, install from there and use it
	@$(RUN_CHECK) scripts.release.rehearse

docs: setup-docs ## Build the site of pages and API explorer in build/site
	@$(RUN_DOCS) scripts.docs

version: setup ## Give the next release its number: VERSION=<number>
	@$(RUN) scripts.release.set_version "$(or $(VERSION),$(error say which: make version VERSION=<number>, for example 0.2.0))"

release: setup-check ## Look at all that a release needs, rehearse it, and tag the last commit
	@$(RUN_CHECK) scripts.release.release

publish: setup-check ## Upload what was rehearsed and tagged, where no workflow does: REPOSITORY=testpypi or pypi
	@$(RUN_CHECK) scripts.release.publish "$(or $(REPOSITORY),$(error say where to: make publish REPOSITORY=testpypi, then REPOSITORY=pypi))"

release-files: setup-check ## Write what is attached to a release: list of packages, digests, notes (after a rehearsal)
	@$(RUN_CHECK) scripts.release.release_files

check-parser: setup-check ## Say what the newest version of the pinned parser would change in generated/
	@$(RUN_CHECK) scripts.dev.check_parser

test-dependencies: setup-check ## Run the client's tests on other versions of what it depends on: WHICH=lowest or newest
	@$(RUN_CHECK) scripts.dev.test_dependencies "$(or $(WHICH),$(error say which: make test-dependencies WHICH=lowest, or WHICH=newest))"

upgrade: setup-check ## Renew the locks under scripts/locks/
	@$(RUN_CHECK) scripts.dev.upgrade

clean: ## Remove what the other targets made, but for generated/
	@rm -rf .venv .venv-check .venv-bench .venv-docs .venv*.lock .mypy_cache .pytest_cache .ruff_cache .hypothesis build dist
	@find scripts tests templates generated -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
