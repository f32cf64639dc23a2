#!/bin/sh
# barriers.sh RADDLE_CC GATE SOURCE_DIR: of a barrier with more threads than it is for, or with some that are not seen,
# no edge is lost.
raddle_cc=$1 gate=$(realpath "$2") here=$3
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
failed=0
cc -O1 -shared -fPIC -D_GNU_SOURCE "$here/late.c" -o "$dir/liblate.so" || exit 1
# usage: run EXPECTED_STATUS OPTIONS...
run() {
  expected=$1
  shift
  "$raddle_cc" -g -O1 -pthread "$@" "$here/barriers.c" -o "$dir/barriers" -L"$dir" -llate \
    -Wl,-rpath,"$dir" || exit 1
  "$gate" "$dir/barriers" 2>"$dir/err"
  status=$?
  [ "$status" -eq "$expected" ] || { echo "barriers $*: status $status"; cat "$dir/err"; failed=1; }
}

run 0
run 0 -DUNSEEN
run 66 -DRACE
run 66 -DRACE -DUNSEEN
exit $failed
