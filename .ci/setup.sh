#!/bin/sh
# Creates the virtual environment with the pinned, hashed dependencies. Each missing prerequisite gets one sentence.
set -eu
python=$1
venv=$2

say() { printf '%s\n' "$*" >&2; }
fail() { say "atf set-up: $*"; exit 3; }

command -v "$python" >/dev/null 2>&1 || fail "no '$python' found. Install Python 3.11 or newer, or name it: make PYTHON=/path/to/python3 …"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    fail "$("$python" -V 2>&1) is too old. Install Python 3.11 or newer, or name it: make PYTHON=/path/to/python3.11 …"
"$python" -c 'import venv, ensurepip' 2>/dev/null ||
    fail "Python's venv module is missing. On Debian and Ubuntu: apt-get install python3-venv"
[ -w . ] || fail "no permission to write in $(pwd). Make the folder writable, or clone the project where you may write."

say "atf set-up: creating $venv …"
"$python" -m venv "$venv" || fail "could not create $venv. Remove the folder and try again."
say "atf set-up: installing $(grep -c '==' .ci/requirements.txt) pinned packages (a few minutes the first time) …"
"$venv/bin/python" -m pip install --disable-pip-version-check --quiet --progress-bar off --require-hashes \
    -r .ci/requirements.txt || fail "the packages could not be installed (see the lines above). Check the network or pip's configuration, then run make again."
"$venv/bin/python" -m pip install --disable-pip-version-check --quiet --no-deps --no-build-isolation --no-index --editable . ||
    fail "the command atf could not be installed into $venv (see the lines above)."
say "atf set-up: done."
