#!/bin/sh
# Runs the programs of a suite many times, in parallel, and counts.
#
# usage: [SUITE=rules|stress|unit] tests/soak.sh [RUNS] [FILTER]
#
#   SUITE    rules   every sample, rule program and table of rows under the detector (the default)
#            stress  the stress programs, with 1, 2, 4 and 16 workers in turn
#            unit    the unit test programs, likewise
#   RUNS     runs of each program and mode, 200 by default
#   FILTER   only programs whose name contains it: bank, chan., sample., test_runtime_ …
#
# Each program runs on all processors and, in the same number, pinned to processor 0 (taskset);
# those of stress and unit also beside a loop that never sleeps.
# Environment: BUILD (build directory; build-gcc by default, made if missing), STATE (directory of
# the results, BUILD/soak by default), JOBS (programs at the same time; the processors by default),
# MODES ("free one-cpu", or "free one-cpu loaded", by default), LENGTH (of stress programs; 5).
#
# Resumable: every run is a line in STATE, so an interrupted soak goes on where it was, and a larger
# RUNS adds what is missing. Remove STATE to start again, for instance after a new build.
# Prints for each program that went wrong how often and how, then a line of totals. Status 0: every
# run was right.
set -u
case "${1-}" in
-h | --help)
    sed -n '2,/^set/{/^#/s/^# \{0,1\}//p;}' "$0"
    exit 0
    ;;
*[!0-9]*)
    echo "soak: RUNS is $1: not a number; see --help" >&2
    exit 125
    ;;
esac
cd "$(dirname "$0")/.." || exit 1
RUNS=${1:-200}
FILTER=${2-}
BUILD=${BUILD:-build-gcc}
STATE=${STATE:-$BUILD/soak}
JOBS=${JOBS:-$(nproc)}
SUITE=${SUITE:-rules}
LENGTH=${LENGTH:-5}
case $SUITE in
rules) MODES=${MODES:-free one-cpu} ;;
stress | unit) MODES=${MODES:-free one-cpu loaded} ;;
*)
    echo "soak: SUITE is $SUITE: not rules, stress or unit; see --help" >&2
    exit 125
    ;;
esac

if [ ! -f "$BUILD/build.ninja" ]; then
    meson setup "$BUILD" || exit 1
fi
ninja -C "$BUILD" >/dev/null || { echo "soak: $BUILD does not build; run ninja -C $BUILD" >&2; exit 1; }
mkdir -p "$STATE"

list_stress() {
    for source in tests/stress/*.c; do
        name=stress_$(basename "$source" .c)
        echo "$name $source $BUILD/tests/stress/$name $1"
    done
}

list_unit() {
    for source in tests/unit/test_*.c; do
        name=$(basename "$source" .c)
        echo "$name $source $BUILD/tests/$name $1"
    done
}

list_rules() {
    for source in samples/*.c; do
        name=$(basename "$source" .c)
        echo "sample.$name $source $BUILD/samples/$name $1"
    done
    for source in tests/rules/*/*.c tests/rules/*/*.cc; do
        name=$(basename "$(dirname "$source")").$(basename "${source%.*}")
        echo "$name $source $BUILD/tests/rules/$name $1"
    done
    for source in tests/rows/*.c tests/rows/*.cc; do
        test -f "$source" || continue
        name=rows.$(basename "${source%.*}")
        echo "$name $source $BUILD/tests/rows/$name $1"
    done
}

# One line per program and mode: NAME SOURCE PROGRAM MODE
list_programs() {
    for mode in $MODES; do
        "list_$SUITE" "$mode"
    done | if [ -n "$FILTER" ]; then awk -v f="$FILTER" 'index($1, f)'; else cat; fi
}

list_programs >"$STATE/list"
if [ ! -s "$STATE/list" ]; then
    echo "soak: $FILTER: no program of suite $SUITE has this in its name" >&2
    exit 125
fi

# shellcheck disable=SC2016 # expanded by the inner shells
case $SUITE in
rules)
    xargs -P "$JOBS" -L 1 sh -c '
        one=
        test "$6" = one-cpu && one=--one-cpu
        exec python3 tests/check_program.py --gate "$1/instrument/tools/run-with-detector" $one \
            --repeat "$2" --log "$0/$3.$6.log" "$4" "$5" >/dev/null' "$STATE" "$BUILD" "$RUNS" <"$STATE/list"
    ;;
*)
    test "$SUITE" = unit && LENGTH=
    xargs -P "$JOBS" -L 1 sh -c 'exec python3 tests/repeat.py --mode "$6" --repeat "$2" \
        --log "$0/$3.$6.log" "$5" $1' "$STATE" "$LENGTH" "$RUNS" <"$STATE/list"
    ;;
esac

awk -v runs="$RUNS" -v state="$STATE" '
    {
        log_file = state "/" $1 "." $4 ".log"
        n = good = 0
        split("", how)
        while (n < runs && (getline line < log_file) > 0) {
            n++
            if (line == "ok") { good++; continue }
            how[line]++
            sub(/: .*/, "", line)
            kinds[line]++
        }
        close(log_file)
        total += n; right += good; unfinished += n < runs
        if (good < n || n < runs) {
            printf "%s (%s): %d of %d right, %d ran\n", $1, $4, good, runs, n
            for (what in how) printf "    %d times  %s\n", how[what], what
        }
    }
    END {
        printf "%d programs and modes, %d runs: %d right, %d misses, %d false alarms, %d errors, %d hangs, %d not finished\n",
            NR, total, right, kinds["miss"], kinds["false alarm"], kinds["error"], kinds["hang"], unfinished
        exit right < total || unfinished > 0
    }' "$STATE/list"
