#!/bin/sh
# guests.sh RADDLE_CC GATE SOURCE_DIR: programs that bring what others have of the system: an allocator that calls us
# while it begins, pointers that lead nowhere, names of a newer libc, an OpenMP runtime under a name of its own, or none where one is asked for; and many regions of
# OpenMP leave nothing behind.
raddle_cc=$1 gate=$(realpath "$2") here=$3
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
failed=0

# So that a program that never begins ends all the same.
check() { # wanted-status program argument...
  wanted=$1 program=$2
  shift 2
  timeout 60 "$gate" "$dir/$program" "$@" >"$dir/out" 2>&1
  status=$?
  if [ $status -ne "$wanted" ] || { [ "$wanted" = 0 ] && ! grep -q '^raddle: clean' "$dir/out"; }; then
    echo "$program $*: status $status, not $wanted"
    cat "$dir/out"
    failed=1
  fi
}

# -- an allocator, in a library that knows nothing of us, and in the program --
"${CC:-cc}" -O1 -fno-builtin -shared -fPIC "$here/allocator.c" -o "$dir/liballocator.so" || exit 1
for order in RACES ORDERED; do
  "$raddle_cc" -g -O1 -pthread -D$order "$here/guests.c" -o "$dir/beside_$order" -L"$dir" -lallocator -Wl,-rpath,"$dir" || exit 1
  "$raddle_cc" -g -O1 -fno-builtin -pthread -D$order "$here/guests.c" "$here/allocator.c" -o "$dir/inside_$order" || exit 1
done
for place in beside inside; do
  check 66 ${place}_RACES
  check 0 ${place}_ORDERED
done

# -- bad pointers and lengths, and no descriptors left --
"$raddle_cc" -g -O1 -D_GNU_SOURCE "$here/pointers.c" -o "$dir/pointers" || exit 1
if "$dir/pointers"; then
  check 0 pointers
else
  echo 'skipped in part: this system answers otherwise by itself'
fi

# -- names of a newer libc --
for order in RACES ORDERED; do
  "$raddle_cc" -g -O1 -pthread -D$order "$here/isoc23.c" -o "$dir/isoc23_$order" || exit 1
done
check 66 isoc23_RACES
grep -q 'on `text' "$dir/out" && grep -q '^raddle: 2 findings' "$dir/out" || { echo 'isoc23: something is missing'; failed=1; }
check 0 isoc23_ORDERED

# -- OpenMP that is not there --
"$raddle_cc" -g -O1 "$here/no_openmp.c" -o "$dir/no_openmp" || exit 1
check 0 no_openmp

# -- one of a plugin's own: GCC's under another name, of the same length, as Python's wheels bring it --
runtime=$(gcc -print-file-name=libgomp.so.1)
if [ -f "$runtime" ]; then
  LC_ALL=C sed 's/libgomp\.so\.1/libmygo.so.1/g' "$runtime" >"$dir/libmygo.so.1"
  "$raddle_cc" -g -O1 "$here/openmp_host.c" -o "$dir/openmp_host" -ldl || exit 1
  for order in RACES ORDERED; do
    RADDLE_CC=gcc "$raddle_cc" -g -O1 -fopenmp -shared -fPIC -D$order "$here/openmp_plugin.c" -o "$dir/$order.so" -Wl,-rpath,"$dir" ||
      exit 1
    LC_ALL=C sed 's/libgomp\.so\.1/libmygo.so.1/g' "$dir/$order.so" >"$dir/plugin_$order.so"
  done
  check 66 openmp_host "$dir/plugin_RACES.so"
  check 0 openmp_host "$dir/plugin_ORDERED.so"
else
  echo 'skipped in part: there is no libgomp.so.1'
fi

# -- regions: forty times as many need no more memory, but for what is allocated ahead --
bytes() { # PROGRAM REGIONS
  OMP_WAIT_POLICY=passive RADDLE_OPTIONS=stats=1 timeout 100 "$gate" "$1" "$2" 2>&1 |
    sed -n 's/^raddle: bytes of tasks, clocks.*: \([0-9]*\) (.*/\1/p'
}
for compiler in gcc clang clang-14; do
  RADDLE_CC=$compiler "$raddle_cc" -g -O1 -fopenmp "$here/regions.c" -o "$dir/regions" 2>/dev/null || continue
  few=$(bytes "$dir/regions" 1000) many=$(bytes "$dir/regions" 40000)
  if [ -z "$few" ] || [ -z "$many" ] || [ "$many" -gt $((few + 4000000)) ]; then
    echo "$compiler: 1000 regions need '$few' bytes, 40000 '$many'"
    failed=1
  fi
done
exit $failed
