# `make run` needs nothing but Python 3.11: it makes its own environment, servers and data.
PYTHON ?= python3
RUNTIME = $(PYTHON) scripts/bootstrap.py runtime
DEV = $(PYTHON) scripts/bootstrap.py dev
RASA = $(PYTHON) scripts/rasa_environment.py
LOCK = uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	--no-emit-index-url --no-emit-find-links \
	--no-emit-package django --no-emit-package asgiref --no-emit-package sqlparse

.PHONY: run run-full rasa test test-rasa lint bench format lock clean-data

run: ## the whole hotline on this machine, until Ctrl-C
	@$(RUNTIME) python -m contact_center.cli run $(ARGS)

run-full: ## the same with a real Elasticsearch (fetched once, needs Java 21) and Rasa (needs Python 3.10)
	@$(RASA)
	@$(RUNTIME) python -m contact_center.cli run --full $(ARGS)

rasa: ## Rasa in an environment of its own (Python 3.10), trained around the current model; --use NAME goes back to another
	@$(RASA)
	@$(RUNTIME) python -m contact_center.rasa.build $(ARGS)

test: ## everything, against real servers and in a real browser; one part with ARGS="tests/unit -k ..."
	@$(DEV) python -m pytest $(ARGS)

test-rasa: ## train and question a real Rasa
	@$(RASA)
	@$(DEV) python -m pytest tests/rasa $(ARGS)

lint:
	@$(DEV) ruff check .
	@$(DEV) ruff format --check .
	@$(DEV) mypy .
	@$(DEV) lint-imports

format:
	@$(DEV) ruff check --fix .
	@$(DEV) ruff format .

bench: ## what it costs, beside the plain costs of the same machine
	@$(DEV) python -m benchmarks $(ARGS)

lock: ## requirements/*.txt from requirements/*.in; needs uv
	$(LOCK) requirements/runtime.in --output-file requirements/runtime.txt
	uv pip compile --quiet --universal --python-version 3.10 --generate-hashes --no-header --no-annotate \
		--no-emit-index-url --no-emit-find-links --no-emit-package tensorflow --no-emit-package tensorflow-intel \
		requirements/rasa.in --output-file requirements/rasa.txt
	$(LOCK) requirements/dev.in --constraint requirements/runtime.txt --output-file requirements/dev.txt

clean-data: ## forget the local database, files, logs and trained models
	rm -rf var
