#!/usr/bin/env python3
"""runtime.py - what does a goroutine, a channel, a lock cost? Beside Go, and beside peers.

    tests/bench/runtime.py [ROW...] [--rounds N] [--workers 1,2] [--shared] [--wall]
                           [--parked N] [--timers N] [--build DIR]

Builds libraddle (-O2, without tests) and the rows of tests/bench/runtime in C and in Go, then runs
every row in every configuration, one process each, interleaved, N rounds. Printed are medians of CPU
ns per operation (--wall: of time), and Raddle's ratio to Go. One worker means one CPU too.
--shared adds a column for libraddle.so; --parked and --timers leave so many goroutines and timers
waiting in the background. --build takes the libraries of a meson build directory that exists.
RADDLE_BENCH_PEERS="name=PROGRAM,..." adds programs with the same output lines, on one CPU.
A column that is not there for a row shows -.
"""
import argparse
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
TIMEOUT_S = 120
SAME_IN_GO = re.compile(r"_fill$")  # rows that differ from Go's in how C says it
AS_IN_GO = {"try_recv": "select_default"}


def build_library(out):
    build = out / "build"
    subprocess.run(["meson", "setup", build, ROOT, "-Dtests=false"], check=True,
                   stdout=subprocess.DEVNULL)
    subprocess.run(["ninja", "-C", build, "runtime/libraddle.a", "runtime/libraddle.so"], check=True,
                   stdout=subprocess.DEVNULL)
    return build


def build_programs(build, out):
    """Column name -> program."""
    sources = sorted((HERE / "runtime").glob("*.c"))
    flags = ["gcc", "-O2", "-I", ROOT / "runtime/include", *sources]
    library = (build / "runtime").resolve()
    programs = {"raddle": out / "rt", "raddle.so": out / "rt.so"}
    subprocess.run([*flags, library / "libraddle.a", "-lpthread", "-o", programs["raddle"]], check=True)
    subprocess.run([*flags, f"-L{library}", f"-Wl,-rpath,{library}", "-l:libraddle.so",
                    "-o", programs["raddle.so"]], check=True)
    if shutil.which("go"):
        programs["go"] = out / "rt.go"
        subprocess.run(["go", "build", "-o", programs["go"], HERE / "runtime/go/rt.go"], check=True)
    return programs


def columns(programs, arguments):
    """(name, program, workers), in the order of the table."""
    peers = dict(entry.split("=", 1) for entry in
                 filter(None, os.environ.get("RADDLE_BENCH_PEERS", "").split(",")))
    for workers in map(int, arguments.workers.split(",")):
        for name in ("raddle", "raddle.so", "go"):
            if name in programs and (name != "raddle.so" or arguments.shared):
                yield f"{name}/{workers}", programs[name], workers
        if workers == 1:
            for name, program in peers.items():
                yield name, program, 1


def name_for(row, column):
    if column.startswith("raddle"):
        return row
    return AS_IN_GO.get(row, SAME_IN_GO.sub("", row))


def run(row, column, program, workers, arguments):
    """(value per operation, bytes) or None when the program has no such row, or fails."""
    cpus = sorted(os.sched_getaffinity(0))
    environment = dict(os.environ, GOMAXPROCS=str(workers), RADDLE_MAXPROCS=str(workers),
                       BENCH_PARKED=str(arguments.parked), BENCH_TIMERS=str(arguments.timers))
    command = [program, name_for(row, column)]
    if workers == 1:
        command = ["taskset", "-c", str(cpus[-1]), *command]
    try:
        done = subprocess.run(command, env=environment, capture_output=True, text=True,
                              timeout=TIMEOUT_S)
    except subprocess.TimeoutExpired:
        return None
    found = re.search(r"^RT \S+ (\d+) (\d+) (\d+) (-?\d+)", done.stdout, re.M)
    if not found:
        if done.returncode != 2 or done.stderr:
            print(f"{row}, {column}: status {done.returncode}: {done.stderr[-300:]}", file=sys.stderr)
        return None
    return int(found[2 if arguments.wall else 3]) / int(found[1]), int(found[4])


def short(value):
    return f"{value:.1f}" if value < 1000 else f"{value:.0f}"


def cell(results):
    if not results:
        return "-"
    text = short(statistics.median(result[0] for result in results))
    resident = statistics.median(result[1] for result in results)
    return f"{text} ({resident:.0f} B)" if resident > 0 else text


def ratio(mine, theirs):
    if not mine or not theirs:
        return "-"
    return f"{statistics.median(a[0] for a in mine) / statistics.median(b[0] for b in theirs):.2f}"


def measure(row, table, arguments):
    """Prints one line of the table."""
    results = {column: [] for column, _, _ in table}
    for _ in range(arguments.rounds):
        for column, program, workers in table:
            result = run(row, column, program, workers, arguments)
            if result:
                results[column].append(result)
    cells = []
    for column, _, workers in table:
        cells.append(cell(results[column]))
        if column.startswith("go/"):
            cells.append(ratio(results[f"raddle/{workers}"], results[column]))
    print("| " + " | ".join([row, *cells]) + " |", flush=True)


def main():
    parser = argparse.ArgumentParser(description="costs of the runtime beside Go and peers")
    parser.add_argument("rows", nargs="*")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--workers", default="1,2")
    parser.add_argument("--shared", action="store_true")
    parser.add_argument("--wall", action="store_true")
    parser.add_argument("--parked", type=int, default=0)
    parser.add_argument("--timers", type=int, default=0)
    parser.add_argument("--build", type=pathlib.Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        out = pathlib.Path(directory)
        programs = build_programs(arguments.build or build_library(out), out)
        table = list(columns(programs, arguments))
        rows = arguments.rows or subprocess.run([programs["raddle"]], check=True, text=True,
                                                capture_output=True).stdout.split()
        heads = [head for column, _, workers in table
                 for head in ([column, "ratio"] if column.startswith("go/") else [column])]
        print("| row | " + " | ".join(heads) + " |")
        print("|---" * (len(heads) + 1) + "|")
        for row in rows:
            measure(row, table, arguments)


main()
