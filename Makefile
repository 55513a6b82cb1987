# Two commands are enough for a newcomer: `make demo` and `make test`. `make` alone lists the others.
SHELL := /bin/bash
.DEFAULT_GOAL := help

# The newest that answers: a name on the path may be a shim with nothing behind it.
PYTHON ?= $(shell for v in python3.13 python3.12 python3.11 python3; do \
            $$v -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$v; break; }; done)
BIN    := .venv/bin
LOCAL  := contracts chassis kernel services/approval-svc services/supervision-svc services/notify-svc services/expert-svc launcher
PORT   ?= 8000
DATA   ?= data
PYTEST := $(BIN)/python -m pytest -q
# Where a machine forbids it, pytest rewrites its 480 modules anew at each start: six seconds.
unexport PYTHONDONTWRITEBYTECODE
ROOMS  := contracts chassis kernel services launcher checks
BESIDE := tests

.PHONY: help demo run test test-fast test-all check openapi fix contracts bench compose-env lock clean

help: ## What can be done here
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

demo: .venv/run ## The whole story on an embedded district, checked step by step (needs only Python 3.11+)
	@$(BIN)/shenguan demo

run: .venv/run ## An embedded district that stays up: http://127.0.0.1:$PORT, state under $DATA
	@$(BIN)/shenguan up --port $(PORT) --data $(DATA) --sample

test: .venv/dev ## All tests, long campaigns as rotating samples (Kafka by address, Docker, or Java and Maven)
	@# Two halves of about the same length, side by side: much of the time of both is waiting.
	@mkdir -p build; echo "$(BESIDE) run beside this and are shown after it (build/test-beside.log)"; \
	(trap - INT; exec $(PYTEST) -m "not whole" $(BESIDE)) > build/test-beside.log 2>&1 & beside=$$!; \
	$(PYTEST) -m "not whole" $(ROOMS); rooms=$$?; \
	wait $$beside; others=$$?; cat build/test-beside.log; exit $$((rooms || others))

test-fast: .venv/dev ## Rules and units: under 30 seconds
	$(PYTEST) -m "not whole and not kafka and not slow" $(ROOMS)

test-all: .venv/dev ## Every crash point and every campaign, whole
	@# No dump of every thread after five minutes: a campaign takes longer than that.
	$(PYTEST) -o faulthandler_timeout=0

check: .venv/dev ## Style, types, arrows, grammar, generated files
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy contracts/shenguan_contracts chassis/shenguan_chassis kernel/shenguan_kernel services/*-svc/*_svc launcher/shenguan_launcher checks
	$(BIN)/lint-imports
	$(BIN)/python -m checks

openapi: .venv/dev ## Spectral over docs/openapi, where Node is (`make check` holds validator and own rules anyway)
	$(BIN)/python -m checks.spectral

fix: .venv/dev ## Let the tools mend what they can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

contracts: .venv/dev ## Write schemas, AsyncAPI and the generated pages of docs/ anew
	$(BIN)/python -m checks --write

bench: .venv/dev ## Ratios against a bare hand-written baseline of the same run
	$(BIN)/python -m bench

compose-env: .venv/run ## Make .env and secrets/ for docker compose: every password generated, none kept in the repository
	@$(BIN)/shenguan compose-env

lock: ## Compile requirements/*.in anew (needs uv)
	cd requirements && for kind in run dev; do uv pip compile --universal --generate-hashes --python-version 3.11 --no-header \
	  --no-annotate --no-emit-index-url --no-emit-find-links -q $$kind.in -o $$kind.lock; done

clean: ## Remove the environment and everything generated locally
	rm -rf .venv .cache build .pytest_cache .mypy_cache .ruff_cache

.venv/run: requirements/run.lock $(addsuffix /pyproject.toml,$(LOCAL))
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "需要 Python 3.11 或更新版本 (Python 3.11+ needed): make $(MAKECMDGOALS) PYTHON=/path/to/python3.11"; exit 1; }
	@echo "setting up .venv (once)"
	@[ -x $(BIN)/python ] || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/run.lock
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation $(foreach d,$(LOCAL),-e $(d))
	@touch $@

.venv/dev: requirements/dev.lock .venv/run
	@echo "adding what tests and checks need (once)"
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/dev.lock
	@touch $@
