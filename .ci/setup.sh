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
# Extras, self-hosted: the SPARQL editor and the movable picture. Where npm is missing or offline, the pages do without.
extra() {
    folder="$venv/share/atf/$1" package=$2 sums=$3 missing=
    files=$(printf '%s\n' "$sums" | cut -d ' ' -f 3)
    for file in $files; do [ -f "$folder/${file##*/}" ] || missing=yes; done
    [ -n "$missing" ] && command -v npm >/dev/null 2>&1 || return 0
    say "atf set-up: fetching the optional $1 …"
    scratch=$(mktemp -d)
    if (cd "$scratch" && npm pack --loglevel=error --fetch-retries=0 --fetch-timeout=30000 "$package" >/dev/null 2>&1 &&
        tar xzf ./*.tgz && printf '%s\n' "$sums" | sha256sum -c >/dev/null 2>&1); then
        mkdir -p "$folder"
        for file in $files; do cp "$scratch/$file" "$folder"; done
    else
        say "atf set-up: $1 could not be fetched; the pages work without it."
    fi
    rm -rf "$scratch"
}
extra yasgui @zazuko/yasgui@4.6.2 "55034eaac74c55f55fbd1eeed008ae38a79053651cbed2b453f1fcfd895a4b75  package/build/yasgui.min.js
085b94556b97f9928981bdedb6848fd11ad4d8d950e821f0d698c58ca538fc55  package/build/yasgui.min.css"
extra cytoscape cytoscape@3.34.4 "081591ab735b2b6a3b31a3c60f8f3a3e2fee8c92939e0c7820ad1208571b6cd8  package/dist/cytoscape.min.js"
say "atf set-up: done."
