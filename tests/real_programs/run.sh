#!/bin/bash
# run.sh - do programs that others wrote build, work and stay silent under the gate?
#
#   tests/real_programs/run.sh [PROGRAM...]      zstd sqlite memcached redis libuv pool: these without a name;
#                                                lbzip2 xz apr nng libevent: tested, not timed
#
#   BUILD  build directory of Raddle (build)
#   WORK   where sources and builds go, several GB, outside the repository
#          (raddle-real-programs in the temporary directory)
#   LLVM   suffix of the clang that is compared with (-19)
#   JOBS   how many compilers at once (all processors)
#   RUNS   how often the time is taken (3)
#   TESTS  no: what was tested before is only timed again
#
# Sources are Debian's, from the mirror that this machine is set up with: its entries are copied into
# WORK with their type changed to deb-src, nothing of the machine's own set-up is changed. CI never
# runs this. Each program (programs.sh) is built three times by the same compiler with the same options,
# `plain`, `tsan` and `raddle`, is tested, and has its time taken. Everything stays in WORK/VARIANT/PROGRAM.*; findings
# must be read, a table cannot say whether they are true (README.md).
set -u
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
BUILD=$(cd "${BUILD:-$root/build}" && pwd) || exit 125
WORK=${WORK:-${TMPDIR:-/tmp}/raddle-real-programs}
LLVM=${LLVM--19}
JOBS=${JOBS:-$(nproc)}
RUNS=${RUNS:-3}
flags="-O2 -g"
mkdir -p "$WORK"
export RADDLE_CC=clang$LLVM RADDLE_CXX=clang++$LLVM
unset RADDLE_OPTIONS LD_PRELOAD

case "$WORK/" in
"$root"/*) echo "run.sh: WORK must lie outside the repository" >&2 && exit 125 ;;
esac
. "$here/programs.sh"

# -- sources --

mirror() {
    [ -e "$WORK/apt/ready" ] && return
    mkdir -p "$WORK/apt/lists/partial" "$WORK/apt/sources"
    for list in /etc/apt/sources.list.d/*.sources; do
        [ -e "$list" ] && sed 's/^Types:.*/Types: deb-src/' "$list" >"$WORK/apt/sources/${list##*/}"
    done
    for list in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
        [ -e "$list" ] && sed -n 's/^deb /deb-src /p' "$list" >"$WORK/apt/sources/${list##*/}"
    done
    {
        echo "Dir::Etc::sourcelist \"/dev/null\";"
        echo "Dir::Etc::sourceparts \"$WORK/apt/sources\";"
        echo "Dir::State::lists \"$WORK/apt/lists\";"
    } >"$WORK/apt/apt.conf"
    APT_CONFIG=$WORK/apt/apt.conf apt-get -q update >"$WORK/apt/log" 2>&1 && touch "$WORK/apt/ready"
}

get() {
    APT_CONFIG=$WORK/apt/apt.conf apt-get -q source "$@" >>"$WORK/apt/log" 2>&1
}

# fetch PACKAGE: its source, patched as Debian builds it, in WORK/source/PACKAGE. A mirror without Debian's part
# gives the authors' alone.
fetch() {
    local to=$WORK/source/$1
    [ -d "$to" ] && return
    mkdir -p "$WORK/download/$1" "$WORK/source" && cd "$WORK/download/$1" || return
    if get --download-only "$1"; then
        dpkg-source -x --no-check "$1"_*.dsc "$to" >>"$WORK/apt/log" 2>&1
    else
        get --download-only --tar-only "$1" && mkdir "$to" &&
            tar -xf "$1"_*.orig.tar.* --strip-components=1 -C "$to"
    fi
}

# -- the three builds --

# variant NAME: CC, CXX and gate of it. Findings leave the programs' own status alone.
variant() {
    CC=clang$LLVM CXX=clang++$LLVM gate=
    case $1 in
    tsan) CC="$CC -fsanitize=thread" CXX="$CXX -fsanitize=thread" ;;
    raddle)
        CC=$BUILD/instrument/tools/raddle-cc CXX=$BUILD/instrument/tools/raddle-c++
        gate="$BUILD/instrument/tools/run-with-detector --exitcode=0 --"
        ;;
    esac
}

# build PROGRAM VARIANT
build() {
    local place=$WORK/$2 package=$1_package
    [ -e "$place/$1.built" ] && return
    rm -rf "${place:?}/$1"
    mkdir -p "$place" && cp -a "$WORK/source/${!package}" "$place/$1" &&
        (cd "$place/$1" && "$1_build") >"$place/$1.build.log" 2>&1 && touch "$place/$1.built"
}

# -- what they cost --

# cost_of COMMAND...: "SECONDS MEGABYTES" of processor and of the largest process.
cost_of() {
    "$WORK/cost" "$@"
}

# server_cost PID: the same of a living process.
server_cost() {
    awk -v ticks="$(getconf CLK_TCK)" 'NR == FNR { sub(/.*\) /, ""); seconds = ($12 + $13) / ticks; next }
        /^VmHWM/ { printf "%.2f %.1f\n", seconds, $2 / 1024 }' "/proc/$1/stat" "/proc/$1/status"
}

# -- one program --

run_tests() { # PROGRAM VARIANT
    local place=$WORK/$2
    variant "$2"
    rm -f "$place/$1.reports."*
    export TSAN_OPTIONS="exitcode=0:log_path=$place/$1.reports"
    (cd "$place/$1" && "$1_test") >"$place/$1.out" 2>"$place/$1.log"
    echo $? >"$place/$1.status"
}

# Interleaved, so that what else the machine does meets all of them.
take_costs() { # PROGRAM
    declare -F "$1_cost" >/dev/null || return
    rm -f "$WORK"/*/"$1.cost"
    export TSAN_OPTIONS="exitcode=0:report_bugs=0"
    for _ in $(seq "$RUNS"); do
        for v in plain tsan raddle; do
            variant $v
            (cd "$WORK/$v/$1" && "$1_cost") >>"$WORK/$v/$1.cost" 2>>"$WORK/$v/$1.cost.log"
        done
    done
}

# -- the table --

# ratios PROGRAM VARIANT: "CPU / RSS" times that of the plain build, the least of the runs.
ratios() {
    [ -e "$WORK/plain/$1.cost" ] || return
    awk 'FNR == 1 { file++; least = size = 1e9 }
        { if ($1 < least) least = $1; if ($2 < size) size = $2; cpu[file] = least; rss[file] = size }
        END { if (cpu[1] > 0 && rss[1] > 0 && file == 2) printf "%.1f / %.1f", cpu[2] / cpu[1], rss[2] / rss[1] }' \
        "$WORK/plain/$1.cost" "$WORK/$2/$1.cost"
}

row() {
    local builds=yes same=yes found by_tsan unseen
    for v in plain tsan raddle; do
        [ -e "$WORK/$v/$1.built" ] || builds="not $v"
    done
    if [ "$builds" != yes ]; then
        echo "| $1 | $builds | | | | | |"
        return
    fi
    for what in out status; do
        cmp -s "$WORK/plain/$1.$what" "$WORK/raddle/$1.$what" || same="NO, see *.$what"
    done
    [ -s "$WORK/plain/$1.out" ] || same="NO, nothing was tested"
    found=$(grep -oh '^Finding R[0-9a-f]*' "$WORK/raddle/$1.log" | sort -u | wc -l)
    unseen=$(grep -c '^raddle: not ' "$WORK/raddle/$1.log")
    [ "$unseen" = 0 ] || found="$found; $unseen lines of what was not seen"
    by_tsan=$(cat "$WORK/tsan/$1.reports."* 2>/dev/null | grep '^SUMMARY' | sort -u | wc -l)
    echo "| $1 | $builds | $same | $found | $by_tsan | $(ratios "$1" raddle) | $(ratios "$1" tsan) |"
}

"clang$LLVM" -O2 "$here/cost.c" -o "$WORK/cost" || exit 125
mirror || { echo "run.sh: no list of sources, see $WORK/apt/log" >&2 && exit 125; }
[ $# -gt 0 ] || set -- zstd sqlite memcached redis libuv pool
for program in "$@"; do
    package=${program}_package
    if [ -z "${!package-}" ] || ! fetch "${!package}"; then
        echo "run.sh: no source of $program, see $WORK/apt/log" >&2
        exit 125
    fi
    shared=$WORK/source/$program.shared
    mkdir -p "$shared"
    for v in plain tsan raddle; do
        variant $v
        build "$program" $v && { [ "${TESTS-}" = no ] || run_tests "$program" $v; }
    done
    take_costs "$program"
done
echo "| program | builds | tests as without us | findings | different reports of TSan | CPU / RSS | TSan's CPU / RSS |"
echo "| --- | --- | --- | --- | --- | --- | --- |"
for program in "$@"; do
    row "$program"
done
