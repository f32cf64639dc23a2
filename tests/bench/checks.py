#!/usr/bin/env python3
"""checks.py - what does each check cost, for a lock and for a channel? tests/bench/checks/pairs.c, interleaved:

    tests/bench/checks.py BUILD [--rounds N] [--only mutex,buffered] [--divide N] [--cc clang-19]

BUILD is a configured and built meson directory. Each round runs every row in every column, one after the
other, and the least of the rounds counts: CPU ns of a pair (lock and unlock, send and receive; of an
unbuffered channel there and back). Columns:

    plain      without us: built by the compiler alone, no detector
    dormant    built with raddle-cc, no detector
    all        under the detector, every check on
    -race …    the same without that check: by --checks, which reports nothing of the kind, or, where there is
               one, by the option that spares the work (lock_order=0, reachability=0)
    unseen     built by the compiler alone, under the detector: no access is told, all but races is looked for

The programs have no defect: a report, or a status that is not 0, is an error.
"""
import argparse
import os
import pathlib
import re
import resource
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROWS = {"pthread": ("pthread mutex", 4000000), "pthread-nested": ("two, one inside the other", 2000000),
        "pthread-two": ("pthread mutex, two threads", 2000000), "mutex": ("rdl_mutex", 4000000),
        "mutex-two": ("rdl_mutex, two goroutines", 2000000), "buffered": ("channel of 128", 2000000),
        "unbuffered": ("unbuffered, there and back", 500000)}
KINDS = ("data-race", "deadlock", "lock-order", "leak", "misuse", "panic")


def without(kind):
    return ["--checks", ",".join(name for name in KINDS if name != kind)]


# Column -> (which program, options of the gate; None: no detector)
COLUMNS = {"plain": ("plain", None), "dormant": ("raddle", None), "all": ("raddle", []),
           "-race": ("raddle", without("data-race")), "-deadlock": ("raddle", without("deadlock")),
           "-order": ("raddle", without("lock-order")), "-leak": ("raddle", without("leak")),
           "-misuse": ("raddle", without("misuse")), "-reach": ("raddle", ["-o", "reachability=0"]),
           "unseen": ("plain", without("data-race"))}


def build(cc, top, out):
    source, runtime = str(HERE / "checks" / "pairs.c"), str(top / "runtime")
    flags = ["-O2", "-g", "-std=gnu11", "-I", str(HERE.parents[1] / "runtime" / "include"), source]
    link = ["-L" + runtime, "-Wl,-rpath," + runtime, "-lraddle", "-lpthread"]
    programs = {name: out / name for name in ("plain", "raddle")}
    subprocess.run([cc, *flags, "-o", programs["plain"], *link], check=True)
    subprocess.run([top / "instrument" / "tools" / "raddle-cc", *flags, "-o", programs["raddle"], *link],
                   check=True, env=dict(os.environ, RADDLE_CC=cc))
    return programs


def run(column, row, repetitions, programs, gate):
    """CPU ns of a pair, or None when the run failed."""
    program, options = COLUMNS[column]
    command = [programs[program], row, str(repetitions)]
    if options is not None:
        command = [gate, "--quiet", *options, "--", *command]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          errors="replace", check=False)
    cost = re.search(r"^RESULT \S+ (\d+) (\d+) (\d+)", done.stdout, re.M)
    if done.returncode != 0 or not cost or "WARNING" in done.stdout:
        print(f"{row} ({column}): status {done.returncode}: {done.stdout[-400:]}", file=sys.stderr)
        return None
    return int(cost[3]) / int(cost[1])


def measure(arguments, rows, programs, gate):
    """(row, column) -> what its runs took."""
    costs = {}
    for _ in range(arguments.rounds):
        for row in rows:
            for column in COLUMNS:
                cost = run(column, row, max(1, ROWS[row][1] // arguments.divide), programs, gate)
                costs.setdefault((row, column), []).extend([cost] if cost is not None else [])
    return costs


def main():
    parser = argparse.ArgumentParser(description="what each check costs a lock and a channel")
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default=",".join(ROWS), help="rows: " + ", ".join(ROWS))
    parser.add_argument("--divide", type=int, default=4, help="run 1/N of the repetitions")
    parser.add_argument("--cc", default=shutil.which("clang-19") and "clang-19" or "gcc")
    arguments = parser.parse_args()
    rows = arguments.only.split(",")
    unknown = [row for row in rows if row not in ROWS]
    if unknown:
        parser.error(f"--only: there is no row '{unknown[0]}': it must be of {', '.join(ROWS)}")
    top = arguments.build.resolve()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with tempfile.TemporaryDirectory() as directory:
        programs = build(arguments.cc, top, pathlib.Path(directory))
        costs = measure(arguments, rows, programs, top / "instrument" / "tools" / "run-with-detector")
    print(f"{arguments.cc + ': CPU ns':28}" + "".join(f"{name:>10}" for name in COLUMNS))
    for row in rows:
        cells = "".join(f"{min(costs[row, c]):10.1f}" if costs[row, c] else f"{'failed':>10}" for c in COLUMNS)
        print(f"{ROWS[row][0]:28}{cells}", flush=True)


if __name__ == "__main__":
    main()
