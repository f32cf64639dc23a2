#!/usr/bin/env python3
"""scale.py - what do operations cost beside many live goroutines, and what do the goroutines cost?

    tests/bench/scale.py BUILD [--live 10,1000,100000,1000000] [--rounds N] [--rows chan,lock] [--cc clang-19]

BUILD is a configured and built meson directory. scale/scale.c runs plain and under the detector, and
scale/go/scale.go under `go run -race`'s runtime where there is a Go. Printed are CPU ns per operation, least
of the rounds, and for the ring of N goroutines (a token goes round twice) CPU and memory.
"""
import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent / "scale"
OPERATIONS = {"chan": 20000, "buffered": 100000, "lock": 200000, "contended": 20000, "waitgroup": 5000}
LIMIT = 900  # seconds for one run; beyond, the cell stays empty


def build(arguments, tools, out):
    environment = dict(os.environ, RADDLE_CC=arguments.cc)
    program = out / "scale"
    subprocess.run([tools / "raddle-cc", "-O2", "-g", "-std=gnu11", HERE / "scale.c", "-o", program],
                   check=True, env=environment)
    commands = {"plain": [program], "raddle": [tools / "run-with-detector", "--quiet", program]}
    if shutil.which("go"):
        done = subprocess.run(["go", "build", "-race", "-o", out / "race", HERE / "go" / "scale.go"],
                              env=dict(os.environ, CGO_ENABLED="1"))
        if done.returncode == 0:
            commands["go -race"] = [out / "race"]
    return commands


def run(command, row, live, operations):
    """The numbers of the line SCALE, or None."""
    try:
        done = subprocess.run([*command, row, str(live), str(operations)], capture_output=True, text=True,
                              timeout=LIMIT)
    except subprocess.TimeoutExpired:
        return None
    found = re.search(r"^SCALE \S+((?: -?\d+)+)$", done.stdout, re.M)
    if done.returncode != 0 or not found:
        print(f"{command} {row} {live}: status {done.returncode}: {done.stderr[-300:]}", file=sys.stderr)
        return None
    return [int(n) for n in found[1].split()]


def least(command, row, live, operations, rounds):
    results = [run(command, row, live, operations) for _ in range(rounds)]
    return min((r for r in results if r), key=lambda r: r[3], default=None)


def print_rows(commands, arguments):
    print("CPU ns per operation" + "".join(f"{live:>14}" for live in arguments.live))
    for row in arguments.rows:
        for name, command in commands.items():
            cells = ""
            for live in arguments.live:
                result = least(command, row, live, OPERATIONS[row], arguments.rounds)
                cells += f"{result[3] / result[1]:14.0f}" if result else f"{'-':>14}"
            print(f"{row:10}{name:>10}{cells}", flush=True)


def print_ring(commands, arguments):
    print(f"{'ring of N':20}{'N':>10}{'CPU s':>10}{'wall s':>10}{'RSS MiB':>10}{'shadow':>10}{'tables':>10}")
    for live in arguments.live:
        for name, command in commands.items():
            result = least(command, "ring", live, 2, arguments.rounds)
            if result:
                _, _, wall, cpu, made, _, shadow, tables = result
                print(f"{name:20}{live:10}{cpu / 1e9:10.2f}{wall / 1e9:10.2f}{made >> 20:10}{shadow >> 20:10}"
                      f"{tables >> 20:10}", flush=True)


def main():
    parser = argparse.ArgumentParser(description="costs beside many live goroutines")
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--live", default="10,1000,100000,1000000")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--rows", default=",".join(OPERATIONS) + ",ring")
    parser.add_argument("--cc", default="clang-19" if shutil.which("clang-19") else "gcc")
    arguments = parser.parse_args()
    arguments.live = [int(n) for n in arguments.live.split(",")]
    rows = arguments.rows.split(",")
    arguments.rows = [row for row in rows if row != "ring"]
    with tempfile.TemporaryDirectory() as directory:
        commands = build(arguments, arguments.build.resolve() / "instrument" / "tools", pathlib.Path(directory))
        if arguments.rows:
            print_rows(commands, arguments)
        if "ring" in rows:
            print_ring(commands, arguments)


if __name__ == "__main__":
    main()
