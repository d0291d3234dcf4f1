#!/bin/sh
# Installs kgbuild with what developing it needs: PIP="python -m pip install" tools/install.sh LOCK yes|only|no [EXTRAS]
set -eu
lock=$1 locked=$2 extras=${3:-dev}
log=$(mktemp)
trap 'rm -f "$log"' EXIT

if [ "$locked" != no ]; then
    # the lock is whole; were pip to work it out again, it would look for newer versions of libraries with extras
    if $PIP --require-hashes --no-deps --requirement "$lock" >"$log" 2>&1; then
        # what is built here has no hash; what builds it is in the lock. Should the lock lack something, that is added
        if [ "$locked" = only ]; then
            exec $PIP --no-deps --no-build-isolation --editable .
        fi
        exec $PIP --no-build-isolation --editable ".[$extras]"
    fi
    cat "$log" >&2
    if grep -q "DO NOT MATCH THE HASHES" "$log"; then
        echo "a package is not the one that was locked: nothing more is installed" >&2
        exit 1
    fi
    if [ "$locked" = only ]; then
        exit 1
    fi
    echo "the lock file does not fit this Python or this package index: installing by version ranges" >&2
fi
exec $PIP --editable ".[$extras]"
