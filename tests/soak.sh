#!/bin/sh
# Runs the programs of a suite many times, in parallel, and counts.
#
# usage: [SUITE=rules|stress|unit] [CELLS=all|"COMPILER:WORKERS ..."] tests/soak.sh [RUNS] [FILTER]
#
#   SUITE    rules   every sample, rule program, path and table of rows under the detector (the default)
#            stress  the stress programs, with 1, 2, 4 and 16 workers in turn
#            unit    the unit test programs, likewise
#   CELLS    suite rules only: one soak for each compiler and number of workers. all is gcc-12,
#            clang-14 and clang-19 with 1, 2 and 16 workers, gcc-12:2 first.
#   RUNS     runs of each program and mode: 200 by default; in cells 200 in gcc-12:2, 20 in others
#   FILTER   only programs whose name contains it: bank, chan., sample., test_runtime_ ...
#
# Each program runs on all processors and, in the same number, pinned to processor 0 (taskset);
# those of stress and unit also beside a loop that never sleeps.
# Environment: BUILD (build directory; build-gcc by default, made if missing; of cells what comes
# before the compiler's name: build-), STATE (directory of the results, BUILD/soak by default, of
# cells build-soak), JOBS (programs at the same time; the processors by default), MODES ("free
# one-cpu", or "free one-cpu loaded", by default; "free" of cells), LENGTH (of stress programs; 5).
#
# Resumable: every run is a line in STATE, so an interrupted soak goes on where it was, and a larger
# RUNS adds what is missing. Remove STATE to start again, for instance after a new build.
# Prints for each program that went wrong how often and how, then a line of totals for each cell.
# Status 0: every run was right.
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
RUNS=${1-}
FILTER=${2-}
JOBS=${JOBS:-$(nproc)}
SUITE=${SUITE:-rules}
LENGTH=${LENGTH:-5}
CELLS=${CELLS-}
test "$CELLS" = all && CELLS="gcc-12:2 gcc-12:1 gcc-12:16 clang-14:1 clang-14:2 clang-14:16 \
    clang-19:1 clang-19:2 clang-19:16"
case $SUITE${CELLS:+-cells} in
rules-cells) MODES=${MODES:-free} ;;
rules) MODES=${MODES:-free one-cpu} ;;
stress | unit) MODES=${MODES:-free one-cpu loaded} ;;
*)
    echo "soak: SUITE is $SUITE${CELLS:+, with CELLS}: not rules, stress or unit; see --help" >&2
    exit 125
    ;;
esac

# build DIRECTORY [COMPILER]: made if missing, up to date afterwards, new programs among them.
build() {
    again=
    if [ -f "$1/build.ninja" ]; then
        again=--reconfigure
    else
        echo "soak: building all of it in $1, which takes minutes; BUILD=DIRECTORY takes another build"
    fi
    CC=${2:-${CC-}} meson setup $again "$1" >"$1.log" 2>&1 || { cat "$1.log"; return 1; }
    rm -f "$1.log"
    ninja -C "$1" >/dev/null || { echo "soak: $1 does not build; run ninja -C $1" >&2; return 1; }
}

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
        name=rows.$(basename "${source%.*}")
        echo "$name $source $BUILD/tests/rows/$name $1"
    done
    for source in tests/paths/*.c tests/paths/*.cc; do
        name=paths.$(basename "${source%.*}")
        echo "$name $source $BUILD/tests/paths/$name $1"
        echo "${name}_ordered $source $BUILD/tests/paths/${name}_ordered $1 --silent"
    done
}

# One line per program and mode: NAME SOURCE PROGRAM MODE [--silent]
list_programs() {
    for mode in $MODES; do
        "list_$SUITE" "$mode"
    done | if [ -n "$FILTER" ]; then awk -v f="$FILTER" 'index($1, f)'; else cat; fi
}

# shellcheck disable=SC2016 # expanded by the inner shells
run_programs() {
    case $SUITE in
    rules)
        xargs -P "$JOBS" -L 1 sh -c '
            one=
            test "$6" = one-cpu && one=--one-cpu
            exec python3 tests/check_program.py --gate "$1/instrument/tools/run-with-detector" $one $7 \
                --repeat "$2" --log "$0/$3.$6.log" "$4" "$5" >/dev/null' "$STATE" "$BUILD" "$1" <"$STATE/list"
        ;;
    *)
        test "$SUITE" = unit && LENGTH=
        xargs -P "$JOBS" -L 1 sh -c 'exec python3 tests/repeat.py --mode "$6" --repeat "$2" \
            --log "$0/$3.$6.log" "$5" $1' "$STATE" "$LENGTH" "$1" <"$STATE/list"
        ;;
    esac
}

# soak RUNS: the programs of BUILD, results in STATE.
soak() {
    mkdir -p "$STATE"
    list_programs >"$STATE/list"
    if [ ! -s "$STATE/list" ]; then
        echo "soak: $FILTER: no program of suite $SUITE has this in its name" >&2
        exit 125
    fi
    run_programs "$1"
    awk -v runs="$1" -v state="$STATE" '
        {
            log_file = state "/" $1 "." $4 ".log"
            n = good = 0
            split("", how)
            while ((getline line < log_file) > 0) {
                n++
                if (line == "ok") { good++; continue }
                how[line]++
                sub(/: .*/, "", line)
                kinds[line]++
            }
            close(log_file)
            total += n; right += good; unfinished += n < runs
            if (good < n || n < runs) {
                printf "%s (%s): %d of %d right, %d ran\n", $1, $4, good, n < runs ? runs : n, n
                for (what in how) printf "    %d times  %s\n", how[what], what
            }
        }
        END {
            printf "%d programs and modes, %d runs: %d right, %d misses, %d false alarms, %d errors, %d hangs, %d not finished\n",
                NR, total, right, kinds["miss"], kinds["false alarm"], kinds["error"], kinds["hang"], unfinished
            exit right < total || unfinished > 0
        }' "$STATE/list"
}

if [ -z "$CELLS" ]; then
    BUILD=${BUILD:-build-gcc}
    STATE=${STATE:-$BUILD/soak}
    build "$BUILD" || exit 1
    soak "${RUNS:-200}"
    exit
fi

prefix=${BUILD:-build-}
states=${STATE:-build-soak}
status=0
for cell in $CELLS; do
    BUILD=$prefix${cell%:*}
    STATE=$states/$cell
    RADDLE_MAXPROCS=${cell#*:}
    export RADDLE_MAXPROCS
    echo "== $cell workers"
    case $cell in
    gcc-12:2) runs=${RUNS:-200} ;;
    *) runs=${RUNS:-20} ;;
    esac
    build "$BUILD" "${cell%:*}" && soak "$runs" || status=1
done
exit $status
