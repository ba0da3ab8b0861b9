# Everything a person does with this house. `make` alone lists it.

.DEFAULT_GOAL := help
.PHONY: help demo demo-reset fast test test-time soak bench check draw lock licences sbom audit system
SHELL := /bin/sh

BIN := .venv/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check install
CODE := bot scheduler storage migrations tests tools conftest.py
# `make test PROFILE=ci` walks the same examples every time.
PROFILE ?= dev
# A pyenv shim may answer "not installed", so each name is tried, not looked up.
SUITS := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))
PYTHON ?= $(shell for name in python3 python3.13 python3.12 python3.11; do \
	$$name -c "$(SUITS)" 2>/dev/null && { echo $$name; break; }; done)

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1	/p' Makefile | while IFS='	' read -r name does; do \
		printf '  make %-12s %s\n' "$$name" "$$does"; done

demo: .venv/run ## a web chat on this machine, with twelve fictional people and a clock to turn
	@$(BIN)/holdfast demo

demo-reset: .venv/run ## the same, starting afresh
	@$(BIN)/holdfast demo --fresh

fast: .venv/bench ## the tests without PostgreSQL, browser, kills and the slowest: under a minute
	@$(BIN)/python -m pytest -n auto --dist worksteal -q -m "not postgresql and not browser and not kills and not slow"

test: .venv/bench system .venv/node ## all tests; what this machine cannot run is named at the end
	@$(BIN)/python -m pytest -n auto --dist worksteal --durations=10 --hypothesis-profile=$(PROFILE) \
		--cov --fully-covered

test-time: .venv/develop ## every day of 2026-2036 in every time zone: minutes
	@$(BIN)/python -m tests.scheduler.every_zone

soak: .venv/develop ## 100,000 days of people's lives, to see that memory stays flat: minutes
	@$(BIN)/python -m tests.faults.soak

bench: .venv/bench ## what it costs, beside what others do the same with: about sixteen minutes; DATABASE=postgresql://… names a server
	@$(BIN)/holdfast bench --json $(if $(DATABASE),--database "$(DATABASE)")

check: .venv/develop ## format, lint, types, imports, texts, drawings, spelling, lock, licences
	@echo "format"; $(BIN)/ruff format --check --quiet $(CODE)
	@echo "lint"; $(BIN)/ruff check --quiet $(CODE)
	@echo "types"; $(BIN)/mypy
	@echo "imports"; $(BIN)/lint-imports --no-logo
	@echo "texts"; $(BIN)/python -m bot.words
	@echo "drawings"; $(BIN)/holdfast draw --check
	@echo "spelling"; $(BIN)/codespell
	@echo "lock"; $(BIN)/python tools/lock.py check
	@echo "licences"; $(BIN)/python -m tools.licences check

draw: .venv/run ## docs/drawn.md: every dialogue as a diagram
	@$(BIN)/holdfast draw

lock: .venv/develop ## requirements.lock: anew, from pyproject.toml
	@$(BIN)/python tools/lock.py write

licences: .venv/develop ## docs/licences.md: anew, of what Holdfast runs on
	@$(BIN)/python -m tools.licences write

sbom: .venv/develop ## dist/holdfast-VERSION.cdx.json: what Holdfast runs on, in CycloneDX
	@$(BIN)/python -m tools.sbom

audit: .venv/develop ## known weaknesses of pinned packages, where the service is reachable
	@$(BIN)/python -m tools.audit

system: ## Chromium and PostgreSQL, where apt-get may install them
	@tools/system

.venv/bin/python:
	@"$(PYTHON)" -c "$(SUITS)" 2>/dev/null || { echo "Holdfast needs Python 3.11, 3.12 or 3.13," \
		"and found none. Install one, or say where: make PYTHON=/path/to/python3.12"; exit 1; }
	@echo "making .venv with $$("$(PYTHON)" --version)"
	@"$(PYTHON)" -m venv .venv || { rm -rf .venv; echo "This Python cannot make a .venv." \
		"On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }

# What Holdfast runs on is the lock up to the line where development begins.
.venv/run: requirements.lock pyproject.toml | .venv/bin/python
	@echo "installing what Holdfast runs on"
	@sed '/^# Only for development/,$$d' requirements.lock > .venv/run.lock
	@$(PIP) --require-hashes --requirement .venv/run.lock
	@$(PIP) --no-index --no-deps --no-build-isolation --editable .
	@touch $@

.venv/develop: .venv/run
	@echo "installing what its developers need"
	@sed '/^# Only to be measured/,$$d' requirements.lock > .venv/develop.lock
	@$(PIP) --require-hashes --requirement .venv/develop.lock
	@touch $@

# What the tests of Slack run against; without npm they are left out, and say so.
.venv/node: tests/slack_peer/package-lock.json tests/slack_peer/emulated.mjs | .venv/develop
	@mkdir -p $@ && cp tests/slack_peer/package.json tests/slack_peer/package-lock.json \
		tests/slack_peer/emulated.mjs $@/
	@command -v npm >/dev/null || { echo "no npm: going on without the tests of Slack"; exit 0; }; \
		echo "installing what Slack is tested against"; \
		cd $@ && npm ci --silent --no-audit --no-fund --no-update-notifier 2>/dev/null || \
		echo "npm could not install it; going on without"
	@touch $@

# One of these pins a package of ours to a version of years ago, so nothing they ask for is looked at.
.venv/bench: .venv/develop
	@echo "installing what it is measured beside"
	@sed -n '/^# Only to be measured/,$$p' requirements.lock > .venv/bench.lock
	@$(PIP) --require-hashes --no-deps --no-build-isolation --requirement .venv/bench.lock
	@touch $@
