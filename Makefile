# Two commands matter: `make run` and `make test`. Needs Python 3.11 or newer and a network for the first time.
SHELL := /bin/sh
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && exit; done; echo python3)
VENV := .venv/bin
SIZE ?= full
MINUTES ?= 10
# Made up for this one check of the settings a deployment would have; nothing connects to these.
DEPLOYMENT := OPSTEAM_MODE=production OPSTEAM_SECRET_KEY=made-up-for-one-check-0123456789-abcdefghijklmnopqrstuvwxyz \
	OPSTEAM_SITE_URL=https://opsteam.example OPSTEAM_ALLOWED_HOSTS=opsteam.example \
	DATABASE_URL=postgresql://opsteam:opsteam@127.0.0.1:1/opsteam REDIS_URL=redis://127.0.0.1:1/0

.DEFAULT_GOAL := help
.PHONY: help run test begun lint bench hostile looks chaos setup schema lock backup restore verify sbom

help: ## show this list
	@echo "opsteam"
	@echo
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{ printf "%-14s%s\n", $$1, $$2 }'
	@echo
	@echo "  make run PORT=9000          choose the port"
	@echo "  make run DEMO=0             start empty instead of with the demo organization"
	@echo "  make run DATABASE_URL=postgresql://… REDIS_URL=redis://…    use your own servers"

run: ## install what is missing, start everything, Ctrl-C stops it
	@$(PYTHON) tools/setup.py run
	@exec $(VENV)/python -m opsteam.embedded

backup: ## write everything of `make run` into one new file: make backup FILE=…
	@$(PYTHON) tools/setup.py run
	@$(VENV)/python -m opsteam.embedded.manage backup "$(FILE)"

restore: ## bring it back into an empty `make run` that is stopped: make restore FILE=… (REPLACE=1 deletes what is there)
	@$(PYTHON) tools/setup.py run
	@$(VENV)/python -m opsteam.embedded.manage restore "$(FILE)" $(if $(REPLACE),--replace)

verify: ## prove every number, sequence and cursor of `make run`; with FILE=… a backup as well
	@$(PYTHON) tools/setup.py run
	@$(VENV)/python -m opsteam.embedded.manage verify $(FILE)

test: ## everything CI runs: lint, types, layers, migrations, deployment checks, tests
	@$(PYTHON) tools/setup.py dev
	@# What the tests begin with is made on the other core meanwhile.
	@$(MAKE) --no-print-directory -j 2 lint begun
	@echo "== tests"
	@# Programs of ours are compiled once, also where the environment keeps Python from writing that down. Three workers on
	@# two cores: some always wait for what they started.
	@PYTHONDONTWRITEBYTECODE= $(VENV)/python -m pytest -q -m "not alone" -n 3 --no-loadscope-reorder --durations=10
	@echo "== tests of quickness, alone on the machine"
	@$(VENV)/python -m pytest -q -m alone tests/browser
	@echo "== crash harness, alone on the machine"
	@$(VENV)/python -m tests.harness.chaos

begun:
	@echo "== tables and demo of the tests" && PYTHONDONTWRITEBYTECODE= $(VENV)/python -m tests.services

lint: ## the checks of `make test` that run no tests
	@echo "== ruff check" && $(VENV)/python -m ruff check .
	@echo "== ruff format --check" && $(VENV)/python -m ruff format --check .
	@echo "== mypy --strict" && $(DEPLOYMENT) $(VENV)/python -m mypy .
	@echo "== import-linter" && $(DEPLOYMENT) $(VENV)/lint-imports
	@echo "== makemigrations --check" && $(DEPLOYMENT) $(VENV)/python -W ignore manage.py makemigrations --check --dry-run
	@echo "== check --deploy" && $(DEPLOYMENT) $(VENV)/python manage.py check --deploy --fail-level WARNING
	@echo "== messages" && $(VENV)/python tools/messages.py check

setup: ## install everything for development, start nothing
	@$(PYTHON) tools/setup.py dev

bench: ## every promised number, against a baseline in the same run (SIZE=small: two minutes)
	@$(PYTHON) tools/setup.py dev
	@$(VENV)/python -m bench --size $(SIZE)

looks: ## give every page to axe in both languages, both themes and both widths, and picture them all
	@$(PYTHON) tools/setup.py dev
	@OPSTEAM_LOOKS=all OPSTEAM_SCREENSHOTS=1 $(VENV)/python -m pytest -q tests/browser/test_main_pages.py

hostile: ## attack every door with the whole corpus, and walk planted markup in a browser
	@$(PYTHON) tools/setup.py dev
	@OPSTEAM_HOSTILE=full $(VENV)/python -m pytest -q -n 2 --no-loadscope-reorder tests/hostile

chaos: ## kill everything that runs for MINUTES=10 while clients work; the judgement is build/chaos.json
	@$(PYTHON) tools/setup.py dev
	@$(VENV)/python -m tests.harness.chaos --minutes $(MINUTES)

schema: ## write docs/openapi.yaml anew, after a change of the API
	$(DEPLOYMENT) $(VENV)/python -W ignore manage.py spectacular --validate --fail-on-warn --file docs/openapi.yaml

lock: ## write requirements/*.txt and package-lock.json anew, with hashes and without addresses
	@$(PYTHON) tools/setup.py dev
	cd requirements && for file in pip run dev; do ../$(VENV)/python -m piptools compile --quiet --upgrade --generate-hashes \
		--allow-unsafe --strip-extras --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
		--output-file=$$file.txt $$file.in; done
	$(VENV)/npm install --package-lock-only --omit-lockfile-registry-resolved --ignore-scripts --no-audit --no-fund

sbom: ## write build/sbom.json, the bill of materials in CycloneDX, from the lock files
	@$(PYTHON) tools/setup.py dev
	@$(VENV)/python tools/sbom.py build/sbom.json
