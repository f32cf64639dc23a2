#!/bin/sh
# Writes all goldens anew from a build directory; review the diff.
#
# usage: tests/golden/update.sh [BUILD]      build-gcc by default
set -u
cd "$(dirname "$0")/../.." || exit 1
build=${1:-build-gcc}
for golden in tests/golden/*.txt; do
    name=$(basename "$golden" .txt)
    program=$build/samples/$name
    [ -x "$program" ] || program=$build/tests/rules/$name
    python3 tests/golden/golden.py --update "$build/instrument/tools/run-with-detector" "$program" "$golden" \
        "$PWD" || exit 1
done
git diff --stat -- tests/golden
