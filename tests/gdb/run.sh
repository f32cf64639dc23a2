#!/bin/sh
# Runs gdb in batch mode on goroutines.c and looks at what raddle-gdb.py says.
#
# usage: run.sh PROGRAM SCRIPT
#
# Status 77, which meson counts as skipped, where there is no gdb with Python, or it may not trace.
set -eu
program=$1 script=$2
if ! gdb -nx -batch -ex 'python print("has python")' 2>/dev/null | grep -q 'has python'; then
    echo "skipped: no gdb with Python"
    exit 77
fi
output=$(mktemp)
trap 'rm -f "$output"' EXIT
timeout 100 gdb -nx -batch -iex 'set debuginfod enabled off' -ex 'set pagination off' -x "$script" \
    -ex 'break stop_here' -ex run -ex 'info goroutines' -ex 'goroutine all bt' \
    -ex 'goroutine 4711 bt' -ex 'bt 1' -ex continue "$program" >"$output" 2>&1 || true
if grep -q 'ptrace: Operation not permitted' "$output"; then
    echo "skipped: gdb may not trace a process here"
    exit 77
fi
expect() {
    grep -Eq -- "$1" "$output" || {
        cat "$output"
        echo "missing: $1"
        exit 1
    }
}
expect '^ +[0-9]+ chan receive 0x[0-9a-f]+ wait_here$'
expect '^ +[0-9]+ sleep "dreamer" 0x[0-9a-f]+ sleep_here$'
expect '^ +[0-9]+ running 0x[0-9a-f]+ spin_here$'
expect '^ +1 running 0x[0-9a-f]+ stop_here$'
expect '^#[0-9]+ .* in wait_here '
expect '^#[0-9]+ .* in sleep_here '
expect '^#[0-9]+ .*spin_here '
expect '^#1 .* main '
expect '^no goroutine 4711'
expect '^\[Inferior 1 .* exited normally\]'
