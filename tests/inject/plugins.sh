#!/bin/sh
# plugins.sh RADDLE_CC GATE SOURCE_DIR: libraries that follow each other at one address keep their names, in
# stacks and for variables, also when they have taken turns for long; and stats=1 tells of memory.
raddle_cc=$1 gate=$(realpath "$2") here=$3
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
failed=0
for name in one two; do
  "$raddle_cc" -g -O1 -shared -fPIC -DPLUGIN=$name "$here/plugin.c" -o "$dir/$name.so" || exit 1
done
"$raddle_cc" -g -O1 -pthread -D_GNU_SOURCE "$here/plugins.c" -o "$dir/plugins" -ldl || exit 1
cd "$dir" || exit 1

for rounds in 0 1 200; do
  tries=0 status=4
  while [ $status -eq 4 ] && [ $tries -lt 50 ]; do # 4: the system did not put them at one address
    "$gate" ./plugins $rounds 2>err
    status=$?
    tries=$((tries + 1))
  done
  for pattern in '#0 write_in_one .*plugin.c:8' '#1 plugin_write .*plugin.c:13' '#2 first ' \
    '#0 write_in_two .*plugin.c:8' '#2 second ' '#0 count_in_one .*plugin.c:18' 'variable `counter_of_one`' \
    '^raddle: [23] findings ([23] data races)'; do
    grep -q -e "$pattern" err || { echo "$rounds rounds: no line '$pattern'"; failed=1; }
  done
  [ $status -eq 66 ] || { echo "$rounds rounds: status $status"; failed=1; }
  [ $failed -eq 0 ] || { cat err; exit 1; }
done

RADDLE_OPTIONS=stats=1 "$gate" ./plugins 2>err
grep -q '^raddle: bytes of call paths.*: [1-9]' err && grep -q '^raddle: bytes of shadow memory: [1-9]' err ||
  { echo 'stats=1 tells nothing'; cat err; exit 1; }
