#!/bin/sh
# Every C file is as clang-format writes it. Skipped where clang-format is not installed.
#
# usage: format.sh SOURCE_ROOT
set -u
cd "$1" || exit 1
command -v clang-format >/dev/null || { echo "clang-format is not installed"; exit 77; }
wrong=$(find runtime detector instrument samples tests -name '*.[ch]' -print0 |
    xargs -0 clang-format --dry-run -Werror 2>&1 | grep 'error:' | cut -d: -f1 | sort | uniq -c)
if [ -n "$wrong" ]; then
    echo "places that clang-format would change:"
    echo "$wrong"
    exit 1
fi
echo "every file is formatted"
