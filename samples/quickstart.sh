#!/bin/sh
# Shows a data race being found: builds Raddle in build/, compiles bank_racy.c with raddle-cc, runs
# it under the detector, and says what happened.
#
# usage: samples/quickstart.sh
#
# Installs what is missing with apt-get. Status 0 when the race was found and shown.
set -u
case "${1-}" in
-h | --help)
    sed -n '2,/^set/{/^#/s/^# \{0,1\}//p;}' "$0"
    exit 0
    ;;
esac
cd "$(dirname "$0")/.." || exit 1
. tests/packages.sh

fail() {
    echo "quickstart: $*" >&2
    exit 1
}

# shellcheck disable=SC2086 # a list of words
install_missing $BUILD_PACKAGES || exit 1

echo "== building Raddle in build/"
log=$(mktemp) || fail "no temporary file: TMPDIR is not writable; name another one"
trap 'rm -f "$log"' EXIT
if [ ! -f build/build.ninja ]; then
    meson setup build -Dtests=false >"$log" 2>&1 || { tail -n 20 "$log"; fail "meson failed: see above"; }
fi
ninja -C build >"$log" 2>&1 || { tail -n 20 "$log"; fail "the build failed: see above"; }

say() {
    echo "\$ $*"
    "$@"
}

tools=build/instrument/tools
echo "== compiling a program with a bug: samples/bank_racy.c"
say $tools/raddle-cc samples/bank_racy.c -o build/bank_racy || fail "raddle-cc failed: see above"

echo "== running it by itself: it works, or seems to"
say build/bank_racy || fail "bank_racy ended with $?: it should end with 0"

echo "== running it under the detector"
say $tools/run-with-detector build/bank_racy 2>"$log"
status=$?
cat "$log"
printf '$ echo $?\n%s\n' $status
[ $status = 66 ] || fail "run-with-detector ended with $status: 66 was expected, see the report"
grep -q balance "$log" || fail "the report does not name balance: see above"

cat <<'TEXT'

== what happened
Two goroutines ran `withdraw` on the same account, and both touched `balance`: nothing - no lock, no
channel, no waitgroup - made one of them wait for the other. The report shows both accesses with
their stacks, where the two goroutines were started, and the variable with its declaration. The sum
may have been right this time; it is luck, and the detector does not judge by luck.

The exit status was 66: it means "something was found", and fails a CI job. A clean run keeps the
program's own status; 125 would mean that the run was not able to look. samples/bank_fixed.c is the
same program with a mutex, and a program of your own is built and run the same way: try

    build/instrument/tools/raddle-cc samples/bank_fixed.c -o build/bank_fixed
    build/instrument/tools/run-with-detector build/bank_fixed; echo $?
TEXT
