#!/bin/sh
# Lint, types, canonical Turtle and every test; pytest's closing line comes last.
set -eu
venv=$1
"$venv/bin/ruff" check --quiet .
"$venv/bin/ruff" format --check --quiet .
"$venv/bin/mypy" --no-error-summary
"$venv/bin/atf" fmt --check
exec "$venv/bin/python" -m pytest -q
