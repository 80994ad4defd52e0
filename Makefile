# Everything needs only Python 3.11+ and make; the rest is installed into .venv from the requirements files.
.DEFAULT_GOAL := help
.PHONY: help install run demo corpus corpus-here test test-slow test-swift mutants coverage test-browser check check-django check-schema rehearse pressure bench budget lock clean-state
MAKEFLAGS += --no-print-directory

PYTHON = $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
V = .venv/bin
STACK = $(V)/python -m devtools.stack
PYTEST = $(V)/python -m pytest
# Installed sets are remembered by the locks' checksum, so a second start installs nothing.
SUM := $(shell cat requirements*.lock | cksum | cut -d' ' -f1)
RUN_SET = .venv/installed-run-$(SUM)
DEV_SET = .venv/installed-dev-$(SUM)
BENCH_SET = .venv/installed-bench-$(SUM)
SWIFT_SET = .venv/swift/installed-$(SUM)
LINTERS = tests/contract/linters
LINTER_SET = $(LINTERS)/node_modules/installed-$(shell cksum <$(LINTERS)/package-lock.json | cut -d' ' -f1)
SCHEMA = .venv/openapi.json

# uv is ten times faster than pip; pip is tried where uv cannot reach what pip is configured to. Compiled at once, for the
# first start has eight processes that would each do it (and go on so where PYTHONDONTWRITEBYTECODE is set).
install = echo "pystagram: installing the requirements"; \
	test -w "$$HOME" || export UV_NO_CACHE=1 PIP_NO_CACHE_DIR=1; \
	$(V)/uv pip install --quiet --require-hashes --compile-bytecode --python $(V)/python $(1) || \
	$(V)/python -m pip install --quiet --require-hashes $(1)

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

install: $(DEV_SET) ## install everything into .venv: what runs, the embedded servers, tests and lint

run: $(RUN_SET) ## start everything with a demo world; PORT=8001 moves the API
	@exec $(STACK) up

demo: $(RUN_SET) ## load the demo world into the running (or configured) servers
	@$(V)/python manage.py demo

corpus: $(DEV_SET) ## see what becomes of your own files: DIR=photos; ARGS="--url URL --token T" for a running API
	@test -n "$(DIR)" || { echo "make corpus DIR=a-folder-of-files" >&2; exit 1; }
	@$(STACK) with -- $(MAKE) corpus-here

# Needs servers; `corpus` brings throw-away ones. What is uploaded goes to a folder that is removed.
corpus-here:
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && export PYSTAGRAM_VAR="$$folder" && \
		$(V)/python manage.py migrate --verbosity 0 && $(V)/python manage.py corpus "$(DIR)" $(ARGS)

test: $(DEV_SET) ## run the suite on throw-away servers; ARGS="feed -k floor" narrows it
	@$(PYTEST) -n 2 $(ARGS)

# Compiled at once, or each process of each stack would do it where PYTHONDONTWRITEBYTECODE is set.
test-slow: $(DEV_SET) ## run crashes, kills, whole stacks, generated clients
	@$(V)/python -m compileall -q $(filter-out tests/,$(dir $(wildcard */__init__.py)))
	@$(if $(ARGS),,$(PYTEST) media portability --ignore=media/tests/content --storage=s3 -m "not browser" -n 2)
	@$(PYTEST) -m slow -n 2 --dist loadfile $(ARGS)

# Swift needs a file system with extended attributes at TMPDIR, as ext4, xfs and btrfs are.
ON_SWIFT = $(V)/python -m tests.support.swift $(PYTEST)
test-swift: $(DEV_SET) $(SWIFT_SET) ## run the tests of object storage on OpenStack Swift instead of the emulator
	@$(ON_SWIFT) $(or $(ARGS),media portability --ignore=media/tests/content) --storage=s3 -m "not slow and not browser" -n 2
	@$(if $(ARGS),,$(ON_SWIFT) -m slow tests/e2e/test_tour.py operations/tests/test_restore_drill.py tests/faults/test_fault_table.py)

mutants: $(DEV_SET) ## take the checks out one at a time and see that a test notices each
	@ALL_TESTS=1 $(PYTEST) -m slow tests/faults/test_mutants.py $(ARGS)

coverage: $(DEV_SET) ## list the lines that no fast test runs; ARGS="feed" narrows it
	@$(PYTEST) -n 2 --cov --cov-branch --cov-report=term:skip-covered $(ARGS)

test-browser: $(DEV_SET) ## walk through the browsable API in Chromium
	@$(PYTEST) -m browser $(ARGS)

check: $(DEV_SET) ## lint, types, import contracts, migrations, schema, sizes
	@$(V)/ruff check .
	@$(V)/ruff format --check .
	@$(V)/lint-imports
	@$(V)/python -m tests.architecture
	@$(V)/mypy .
	@$(STACK) with -- $(MAKE) check-django
	@$(MAKE) check-schema
	@$(MAKE) budget

# Needs a database; `check` brings a throw-away one.
check-django:
	@$(V)/python manage.py makemigrations --check --dry-run
	@$(V)/python manage.py lint_migrations
	@$(V)/python manage.py spectacular --validate --fail-on-warn --format openapi-json --file $(SCHEMA)
	@PYSTAGRAM_ENV=production PYSTAGRAM_URL=https://pystagram.example \
		PYSTAGRAM_SECRET_KEY=$$($(V)/python -c 'import secrets; print(secrets.token_urlsafe(64))') \
		$(V)/python -W error manage.py check --deploy --fail-level WARNING

# Lints the schema that `check-django` wrote.
check-schema: $(LINTER_SET)
	@cd $(LINTERS) && export REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true && \
		said=$$(node_modules/.bin/redocly lint $(CURDIR)/$(SCHEMA) --config redocly.yaml 2>&1) || { echo "$$said"; exit 1; }
	@cd $(LINTERS) && node_modules/.bin/spectral lint $(CURDIR)/$(SCHEMA) --ruleset spectral.yaml --fail-severity warn --quiet

# No container engine is needed.
rehearse: $(DEV_SET) ## run every service of docker-compose.yml by its command, behind its proxy
	@$(V)/python scripts/rehearse.py

budget: ## report sizes of files and functions beside their budgets
	@$(V)/python scripts/budget.py

pressure: $(DEV_SET) ## see what others notice of slow clients, kills, a full disk; ARGS="slow" narrows it
	@$(V)/python scripts/pressure.py $(ARGS)

bench: $(BENCH_SET) ## measure on this machine; ARGS="media --repeat 9 --plot bench.png"
	@$(V)/python manage.py bench $(or $(ARGS),media)

# All with the versions of the largest set; what a lock has already is changed only by `ARGS=--upgrade`.
LOCK = $(V)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate $(ARGS)
lock: .venv/bin/uv ## write the versions and hashes of all that requirements*.txt lead to
	@$(LOCK) requirements-dev.txt -o requirements-dev.lock
	@for name in requirements requirements-embedded requirements-bench requirements-swift; do \
		$(LOCK) $$name.txt -c requirements-dev.lock -o $$name.lock || exit 1; \
	done

clean-state: $(RUN_SET) ## delete the embedded servers' data and the uploaded media
	@$(STACK) forget

$(RUN_SET): .venv/bin/uv
	@$(call install,-r requirements.lock -r requirements-embedded.lock)
	@rm -f .venv/installed-run-*; touch $@

$(DEV_SET): .venv/bin/uv
	@$(call install,-r requirements-dev.lock)
	@rm -f .venv/installed-*; touch $@ $(RUN_SET)

$(BENCH_SET): $(DEV_SET)
	@$(call install,-r requirements-bench.lock)
	@touch $@

$(SWIFT_SET): .venv/bin/uv requirements-swift.lock
	@echo "pystagram: installing Swift"
	@$(V)/uv venv --quiet --allow-existing --python $(V)/python .venv/swift
	@test -w "$$HOME" || export UV_NO_CACHE=1; \
	$(V)/uv pip install --quiet --require-hashes --python .venv/swift/bin/python -r requirements-swift.lock
	@touch $@

$(LINTER_SET): $(LINTERS)/package-lock.json
	@command -v npm >/dev/null || { echo "make check needs Node.js 20.19 or later with npm (Debian: apt install nodejs npm)" >&2; exit 1; }
	@echo "pystagram: installing the linters of the schema"
	@cd $(LINTERS) && npm ci --ignore-scripts --no-audit --no-fund --silent
	@touch $@

.venv/bin/uv:
	@test -n "$(PYTHON)" || { echo "pystagram needs Python 3.11 or later; set PYTHON=/path/to/it." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "$(PYTHON) has no venv module: apt install python3-venv (Debian, Ubuntu) or use another PYTHON=." >&2; exit 1; }
	@echo "pystagram: making .venv (the first time only)"
	@$(PYTHON) -m venv .venv
	@test -w "$$HOME" || export PIP_NO_CACHE_DIR=1; \
	$(V)/python -m pip install --quiet --disable-pip-version-check uv==0.13.9
