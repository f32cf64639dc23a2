#!/bin/sh
# Builds a C++ program with one compiler and the runtime's static and shared library, and runs both.
#
# usage: run.sh COMPILER SOURCE INCLUDE_DIRECTORY LIBRARY_DIRECTORY
#
# Status 77, which meson counts as skipped, when the compiler is missing.
set -eu
compiler=$1 source=$2 include=$3 libraries=$4
command -v "$compiler" >/dev/null || {
    echo "skipped: no $compiler"
    exit 77
}
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
flags="-std=c++17 -g -O1 -Wall -Wextra -Werror -Wno-gnu-statement-expression -I$include"
for library in "$libraries/libraddle.a" "$libraries/libraddle.so"; do
    # shellcheck disable=SC2086 # flags are words
    "$compiler" $flags -rdynamic "$source" -o "$directory/program" "$library" -pthread
    LD_LIBRARY_PATH=$libraries "$directory/program"
done
