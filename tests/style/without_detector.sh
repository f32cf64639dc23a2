#!/bin/sh
# The runtime builds and passes its tests when every detector/*.c is deleted.
#
# usage: without_detector.sh SOURCE_ROOT
#
# Works on a copy: the runtime, its unit tests, and the headers of detector/, under a meson.build
# that is the project's own without the other parts.
set -u
root=$1
copy=$(mktemp -d) || exit 1
trap 'rm -rf "$copy"' EXIT

mkdir -p "$copy/detector" "$copy/tests/unit"
cp -R "$root/runtime" "$root/meson_options.txt" "$copy/"
cp "$root"/detector/*.h "$root"/detector/*.def "$copy/detector/"
cp "$root"/tests/unit/test_runtime_* "$copy/tests/unit/"
cp "$root"/tests/unit/*.h "$copy/tests/unit/" 2>/dev/null
{
    sed -E "/subdir\('(detector|instrument|tests|samples)'\)/d" "$root/meson.build"
    echo "criterion = dependency('criterion')"
    for source in "$copy"/tests/unit/test_runtime_*.c; do
        name=$(basename "$source" .c)
        echo "test('$name', executable('$name', 'tests/unit/$name.c', include_directories: [root_inc, runtime_inc],"
        echo "  dependencies: [criterion, raddle_static_dep]), timeout: 120)"
    done
} >"$copy/meson.build"

meson setup "$copy/build" "$copy" >"$copy/log" 2>&1 || { tail -n 20 "$copy/log"; exit 1; }
ninja -C "$copy/build" >"$copy/log" 2>&1 || { tail -n 20 "$copy/log"; exit 1; }
meson test -C "$copy/build" --no-rebuild --print-errorlogs >"$copy/log" 2>&1 || { tail -n 60 "$copy/log"; exit 1; }
grep -E '^(Ok|Fail)' "$copy/log"
