#!/bin/sh
# Builds Raddle with gcc and with clang and runs every test with both.
#
# usage: tests/run.sh
#
# Installs what is missing with apt-get, builds in build-gcc and build-clang, runs all suites there,
# the programs (rules, samples) with clang-19 too when it is installed, and the runtime's own tests
# under AddressSanitizer with UBSan (gcc) and under ThreadSanitizer (clang). Prints a table and ends
# with `N passed, N failed`, summed over the compilers. The status is 0 only when nothing failed,
# everything was built, and every suite ran at least one test.
set -u
case "${1-}" in
-h | --help)
    sed -n '2,/^set/{/^#/s/^# \{0,1\}//p;}' "$0"
    exit 0
    ;;
esac
cd "$(dirname "$0")/.." || exit 1
. tests/packages.sh

# shellcheck disable=SC2086 # a list of words
install_missing $BUILD_PACKAGES 'clang|clang-14|clang-19' g++ libcriterion-dev python3-jsonschema libxml2-utils clang-format gdb \
    libgtest-dev cmake make dpkg-dev fakeroot man-db zsh python3-yaml || exit 1

newest_clang() {
    command -v clang || command -v clang-14 || command -v clang-19
}

# OpenMP's runtime for that one: `clang version 14.0.6` wants libomp-14-dev.
major=$("$(newest_clang)" --version | sed -n 's/.*version \([0-9]*\)\..*/\1/p;q')
install_missing "libomp-${major:-14}-dev" || exit 1

# build DIRECTORY COMPILER: configures once, with $configuration, builds always.
configuration=
build() {
    echo "== building with $2 in $1"
    if [ ! -f "$1/build.ninja" ]; then
        rm -rf "$1"
        # shellcheck disable=SC2086 # a list of words
        CC="$2" meson setup "$1" $configuration >"$1.log" 2>&1 || { tail -n 20 "$1.log"; rm -rf "$1"; return 1; }
    else
        meson setup --reconfigure "$1" >"$1.log" 2>&1 || { tail -n 20 "$1.log"; return 1; }
    fi
    ninja -C "$1" >"$1.log" 2>&1 || { grep -v '^\[' "$1.log" | tail -n 40; return 1; }
    if grep -q 'warning: ' "$1.log"; then
        echo "warnings:" && grep 'warning: ' "$1.log" | sort -u | head -n 20
    fi
    rm -f "$1.log"
}

# check DIRECTORY [SUITE…]: runs the suites named, or all.
check() {
    directory=$1
    shift
    suites=
    for suite; do
        suites="$suites --suite $suite"
    done
    echo "== testing in $directory${*:+ (only: $*)}"
    rm -f "$directory/meson-logs/testlog.json"
    # shellcheck disable=SC2086 # a list of words
    meson test -C "$directory" --no-rebuild $suites >"$directory/meson-logs/test-output.txt" 2>&1
}

ran=
one() { # DIRECTORY COMPILER [SUITE…]
    directory=$1
    compiler=$2
    shift 2
    if build "$directory" "$compiler"; then
        check "$directory" "$@"
    fi
    ran="$ran $directory${*:+:$(echo "$*" | tr ' ' ',')}"
}

configuration=--prefix=/usr # the .deb is made of this one
one build-gcc gcc
configuration=
one build-clang "$(newest_clang)"
if command -v clang-19 >/dev/null && [ "$(newest_clang)" != "$(command -v clang-19)" ]; then
    one build-clang-19 clang-19 rules samples
fi

# The runtime alone: the detector takes the place of a sanitizer, and its hooks are the same names.
# Faults are the runtime's own to report; frames that were left by a jump are not looked at later.
ASAN_OPTIONS=handle_segv=0:handle_abort=0:handle_sigbus=0:handle_sigfpe=0:handle_sigill=0:detect_leaks=0
ASAN_OPTIONS=$ASAN_OPTIONS:detect_stack_use_after_return=0:use_sigaltstack=0
UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
TSAN_OPTIONS=halt_on_error=1:handle_segv=0
export ASAN_OPTIONS UBSAN_OPTIONS TSAN_OPTIONS
configuration='-Ddetector=false -Db_sanitize=address,undefined -Dc_args=-fno-sanitize=null'
one build-asan gcc stress
configuration='-Ddetector=false -Db_sanitize=thread -Db_lundef=false'
one build-tsan "$(command -v clang-19 || newest_clang)" stress

# shellcheck disable=SC2086 # a list of words
exec python3 tests/summary.py $ran
