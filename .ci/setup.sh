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
# An extra: the SPARQL editor, self-hosted. Where npm is missing or offline, the plain form is all there is.
editor="$venv/share/atf/yasgui"
if command -v npm >/dev/null 2>&1 && [ ! -f "$editor/yasgui.min.js" ]; then
    say "atf set-up: fetching the optional SPARQL editor …"
    scratch=$(mktemp -d)
    if (cd "$scratch" && npm pack --loglevel=error --fetch-retries=0 --fetch-timeout=30000 @zazuko/yasgui@4.6.2 >/dev/null 2>&1 && tar xzf ./*.tgz &&
        sha256sum -c >/dev/null 2>&1 <<SUMS
55034eaac74c55f55fbd1eeed008ae38a79053651cbed2b453f1fcfd895a4b75  package/build/yasgui.min.js
085b94556b97f9928981bdedb6848fd11ad4d8d950e821f0d698c58ca538fc55  package/build/yasgui.min.css
SUMS
    ); then
        mkdir -p "$editor" && cp "$scratch"/package/build/yasgui.min.js "$scratch"/package/build/yasgui.min.css "$editor"
    else
        say "atf set-up: the editor could not be fetched; the plain SPARQL form works without it."
    fi
    rm -rf "$scratch"
fi
say "atf set-up: done."
