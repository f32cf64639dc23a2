#!/bin/sh
# every.sh SOURCE_ROOT PROGRAM…: each function of interpose.def is called by some test: it stands in a source of tests/,
# or some PROGRAM, built with _FORTIFY_SOURCE, asks for it.
root=$1
shift
names=$(mktemp) || exit 1
trap 'rm -f "$names"' EXIT
{
  cat "$root"/tests/*/*.c "$root"/tests/*/*.cc "$root"/tests/*/*/*.c "$root"/tests/*/*/*.cc "$root"/tests/*/*.h |
    grep -oE '[A-Za-z_][A-Za-z_0-9]*'
  for program; do nm -D -u "$program" | awk '{ sub(/@.*/, "", $NF); print $NF }'; done
} | sort -u > "$names"
missing=$(tr '\n' ' ' < "$root/instrument/interpose.def" |
  grep -oE '(REAL\([^,]*, *\**[A-Za-z_0-9]+|EXTRA\([A-Za-z_0-9]+)' | grep -oE '[A-Za-z_0-9]+$' | grep -v '^name$' |
  sort -u | comm -23 - "$names")
[ -z "$missing" ] || { echo 'no test calls:' $missing; exit 1; }
