# Each chore prepares what it needs and is quick the second time: stamps in .venv/ remember what is installed.

PYTHON ?= python3
SERVE ?= 1
ARGS ?=

VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip install --quiet --disable-pip-version-check
TRANSLATIONS := $(wildcard crmbridge/locale/*/LC_MESSAGES/*.po)
MAKEMESSAGES := --all --add-location file --no-obsolete --ignore '.venv/*' --ignore 'tests/*' --ignore 'var/*'
POSTGRES := $(PY) -m crmbridge.embedded_postgres

.DEFAULT_GOAL := help
.PHONY: help setup demo run stop test lint style bench soak messages screenshots clean

help:  ## list the chores
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/.installed $(VENV)/.messages  ## install packages, create the database and its tables, collect static files
	@$(PY) manage.py migrate --verbosity 0
	@$(PY) manage.py collectstatic --no-input --verbosity 0

demo: $(VENV)/.installed $(VENV)/.messages  ## show everything with made-up data; SERVE=0 ends after the import
	@$(PY) manage.py demo $(if $(filter 0,$(SERVE)),--no-serve) $(ARGS)

run: setup  ## web server and worker until Ctrl-C; ARGS="--port 8001"
	@$(PY) manage.py serve $(ARGS)

stop:  ## stop the embedded database
	@if [ -x $(PY) ]; then $(POSTGRES) stop; fi

test: $(VENV)/.browser style  ## all checks and tests; ARGS="-k words" for some tests
	@$(PY) -m pytest $(ARGS)

lint: style  ## style, types, templates, imports, migrations, translations
	@$(PY) -m pytest tests/test_project.py

bench: $(VENV)/.tests-installed $(VENV)/.messages  ## measure imports against a floor; FULL=1 with up to a million contacts
	@$(PY) -m tests.bench $(if $(FULL),--full) $(ARGS)

soak: $(VENV)/.tests-installed $(VENV)/.messages  ## fifty imports through faults, each compared with one in peace
	@$(PY) -m tests.soak $(ARGS)

messages: $(VENV)/.installed  ## collect the texts to translate into crmbridge/locale; needs gettext
	@$(PY) manage.py makemessages $(MAKEMESSAGES)
	@sed -i '/^"POT-Creation-Date\|^"Report-Msgid-Bugs-To/d' $(TRANSLATIONS)

screenshots: $(VENV)/.browser  ## a picture of every page into var/screenshots, in both languages, sizes and themes
	@$(PY) -m pytest tests/screenshots/take.py

clean:  ## stop the embedded database and remove it, .venv, var and caches
	@if [ -x $(PY) ] && [ -e var/postgres ]; then CRMBRIDGE_VAR=var $(POSTGRES) remove; fi
	@rm -rf $(VENV) var .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

style: $(VENV)/.tests-installed $(VENV)/.messages
	@$(VENV)/bin/ruff check --quiet
	@$(VENV)/bin/ruff format --check --quiet
	@$(VENV)/bin/mypy
	@$(VENV)/bin/djlint --lint --quiet templates
	@$(VENV)/bin/lint-imports --no-logo

$(PY):
	@command -v $(PYTHON) >/dev/null || \
	  { echo "crmbridge needs Python 3.11 or newer, and there is no $(PYTHON). Name one: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "crmbridge needs Python 3.11 or newer; this is $$($(PYTHON) --version). Name another: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
	  { rm -rf $(VENV); echo "Python's venv is missing. On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }

$(VENV)/.installed: requirements.txt | $(PY)
	@echo "Installing packages"
	@$(PIP) -r $<
	@touch $@

$(VENV)/.tests-installed: tests/requirements.txt $(VENV)/.installed
	@echo "Installing packages for the tests"
	@$(PIP) -r $<
	@touch $@

# The compiled catalogues are in the repository: gettext is only needed by those who translate.
$(VENV)/.messages: $(TRANSLATIONS) $(VENV)/.installed
	@$(if $(TRANSLATIONS),if command -v msgfmt >/dev/null; then cd crmbridge && ../$(VENV)/bin/django-admin compilemessages --verbosity 0; fi)
	@touch $@

$(VENV)/.browser: tests/browser/ensure_chromium.py $(VENV)/.tests-installed
	@$(PY) $<
	@touch $@
