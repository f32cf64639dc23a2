#!/usr/bin/env python3
"""detect.py - what does watching cost? The programs of tests/bench/detector, interleaved:

    tests/bench/detect.py BUILD [--rounds N] [--only seq,hot] [--divide N] [--cc clang-19,gcc]

BUILD is a configured and built meson directory. Each program is built plain, for the compiler's own
ThreadSanitizer, and with raddle-cc; each round runs, one after the other,

    plain    the program as it is
    floor    built with raddle-cc, but dormant: every hook is a call that returns at once, so no
             detector that is called by these hooks can cost less
    raddle   the same program under the detector
    tsan     ThreadSanitizer

and the least of the rounds counts. Printed are CPU time per operation and peak memory as ratios to
plain (a row that costs more than tsan has a `!`), and their geometric means. Full size is --divide 1:
the fewer repetitions, the more weigh first touches. The programs are free of races: a report, or a
status that is not 0, is an error.
"""
import argparse
import os
import pathlib
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
COLUMNS = ("floor", "raddle", "tsan")


def default_repetitions(source):
    return int(re.search(r"bench_reps\(argc, argv, (\d+)\)", source.read_text()).group(1))


def build(source, cc, tools, out):
    flags = ["-O2", "-g", "-std=gnu11", str(source), "-lpthread", "-lm"]
    environment = dict(os.environ, RADDLE_CC=cc)
    programs = {name: out / f"{source.stem}.{cc}.{name}" for name in ("plain", "raddle", "tsan")}
    subprocess.run([cc, *flags, "-o", programs["plain"]], check=True)
    subprocess.run([cc, "-fsanitize=thread", *flags, "-o", programs["tsan"]], check=True)
    subprocess.run([tools / "raddle-cc", *flags, "-o", programs["raddle"]], check=True,
                   env=environment)
    programs["floor"] = programs["raddle"]
    return programs


def run(column, program, repetitions, tools):
    """(CPU ns per operation, peak KiB), or None when the run failed."""
    command = [program, str(repetitions)]
    if column == "raddle":
        command = [tools / "run-with-detector", "--quiet", *command]
    elif column == "tsan":
        command = ["setarch", "-R", *command]  # older runtimes die at today's mmap randomisation
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          errors="replace", check=False)
    cost = re.search(r"^RESULT \S+ (\d+) (\d+) (\d+)", done.stdout, re.M)
    peak = re.search(r"^PEAK (\d+)", done.stdout, re.M)
    if done.returncode != 0 or not cost or not peak or "WARNING" in done.stdout:
        print(f"{program.name} ({column}): status {done.returncode}: {done.stdout[-400:]}",
              file=sys.stderr)
        return None
    return int(cost[3]) / int(cost[1]), int(peak[1])


def least(values):
    good = [value for value in values if value]
    return tuple(min(column) for column in zip(*good)) if good else None


def measure(source, cc, arguments, tools, out):
    """Column -> (CPU ratio, memory ratio); columns that failed are left out."""
    programs = build(source, cc, tools, out)
    repetitions = max(1, default_repetitions(source) // arguments.divide)
    rounds = [{name: run(name, programs[name], repetitions, tools)
               for name in ("plain", *COLUMNS)} for _ in range(arguments.rounds)]
    best = {name: least(r[name] for r in rounds) for name in ("plain", *COLUMNS)}
    plain = best.pop("plain")
    return {name: (cost[0] / plain[0], cost[1] / plain[1])
            for name, cost in best.items() if cost and plain}


def line(name, row):
    cells = ""
    for column in COLUMNS:
        cell = f"{row[column][0]:.2f} ({row[column][1]:.1f})" if column in row else "failed"
        worse = column == "raddle" and "tsan" in row and column in row and row[column] > row["tsan"]
        cells += f"{cell:>15}{'!' if worse else ' '}"
    print(f"{name:20}{cells}", flush=True)


def table(cc, arguments, tools):
    rows = []
    print(f"{cc + ': CPU (memory)':20}" + "".join(f"{name:>15} " for name in COLUMNS))
    with tempfile.TemporaryDirectory() as directory:
        for source in sorted((HERE / "detector").glob("*.c")):
            if not arguments.only or source.stem in arguments.only.split(","):
                rows.append(measure(source, cc, arguments, tools, pathlib.Path(directory)))
                line(source.stem, rows[-1])
    mean = lambda column, i: statistics.geometric_mean(r[column][i] for r in rows if column in r)
    line("geometric mean", {column: (mean(column, 0), mean(column, 1)) for column in COLUMNS
                            if any(column in row for row in rows)})


def main():
    parser = argparse.ArgumentParser(description="CPU and memory ratios of the detector")
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default="")
    parser.add_argument("--divide", type=int, default=8, help="run 1/N of the repetitions")
    parser.add_argument("--cc", default=",".join(filter(shutil.which, ("clang-19", "gcc"))))
    arguments = parser.parse_args()
    tools = arguments.build.resolve() / "instrument" / "tools"
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for cc in arguments.cc.split(","):
        table(cc, arguments, tools)


if __name__ == "__main__":
    main()
