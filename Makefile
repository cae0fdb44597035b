# Everything here also works without make: see CONTRIBUTING.md.
PYTHON ?= python3
BIN := .venv/bin
ME := $(PYTHON) -m calendar_service
CODE := calendar_service feeds tests bench

.DEFAULT_GOAL := help
.PHONY: help run test check fmt bench pictures lock tools python

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1	/p' Makefile | expand -t 8

run: python ## the service with a demo season on http://127.0.0.1:8000 (HOST=… PORT=… move it)
	@$(ME) run

test: python ## install what the tests need, then run them all (ARGS="tests/feeds -x" for some)
	@$(ME) test $(ARGS)

check: tools ## style, types, direction of imports, templates
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy $(CODE)
	$(BIN)/lint-imports --no-logo
	$(BIN)/djlint --lint --quiet templates

fmt: tools ## format the code and mend what can be mended safely
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

bench: tools ## what is claimed about speed, measured here and now
	@$(BIN)/python -m bench $(ARGS)

pictures: tools ## take the pictures of README and docs anew (needs Chromium)
	@$(BIN)/python -m tests.browser.pictures

lock: ## lock requirements/*.in anew (needs uv)
	@for kind in run test judges; do \
	  uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	    $(UPGRADE) requirements/$$kind.in --output-file requirements/$$kind.txt; done

tools: python
	@$(ME) install test

python:
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 or newer is needed, and $(PYTHON) is not there."; exit 1; }
