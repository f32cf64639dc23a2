#!/usr/bin/env python3
"""What it takes from a finding to its report: CPU and wall ms, least of N rounds.

usage: report.py BUILD [--rounds N] [--keep DIR]

A racy program of 50 MB and more, nearly all of it debug information: one unit of 2,500 structures, functions
and variables, copied under other names. Rows: the first symbolised report with debug information of
the whole program, of a variable that the last unit defines, without it (symbol table only), and `run-with-detector true` beside `true`.
"""
import argparse
import os
import resource
import subprocess
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
WANTED_BYTES = 50_000_000
RECORDS = 2500
RACY = """#include <pthread.h>
#include "tests/rules/invisible.h"
struct store { int shelves; long items; };
static struct store store;
static void refill(struct store *s) { s->items++; }
static void *first(void *unused) { refill(&store); mark(0); return unused; }
static void *second(void *unused) { await(0); refill(&store); return unused; }
int main(void) {
    pthread_t a, b;
    pthread_create(&a, 0, first, 0);
    pthread_create(&b, 0, second, 0);
    pthread_join(a, 0);
    pthread_join(b, 0);
    return 0;
}
"""
RECORD = """struct record_{0} {{ struct record_{1} *next; const char *name_{0}; long count_{0}; int table_{0}[{2}]; }};
static struct record_{0} first_{0};
long visit_{0}(struct record_{0} *at, long limit) {{
    long sum = limit;
    for (int step = 0; step < limit; step++) {{ long part = at->count_{0} + step; sum += part; first_{0}.count_{0} = sum; }}
    return sum;
}}
"""


def make(directory, build):
    """The program; its copies of one unit are named apart."""
    tools = os.path.join(build, "instrument/tools")
    path = os.path.join(directory, "large")
    with open(os.path.join(directory, "unit.c"), "w", encoding="utf-8") as file:
        file.writelines(RECORD.format(i, max(i - 1, 0), i % 9 + 1) for i in range(RECORDS))
    with open(os.path.join(directory, "racy.c"), "w", encoding="utf-8") as file:
        file.write(RACY)
    subprocess.run(["gcc", "-g", "-c", "unit.c"], cwd=directory, check=True)
    objects, size = [], 0
    while size < WANTED_BYTES:
        for _ in range(8):
            objects.append(f"unit{len(objects)}.o")
            subprocess.run(["objcopy", f"--prefix-symbols=p{len(objects)}_", "unit.o", objects[-1]], cwd=directory, check=True)
        subprocess.run([os.path.join(tools, "raddle-cc"), "-D_GNU_SOURCE", "-g", "-O1", "-I", ROOT, "racy.c", *objects, "-pthread",
                        "-o", path], cwd=directory, check=True, env={**os.environ, "RADDLE_CC": "gcc"})
        size = os.path.getsize(path)
    subprocess.run(["strip", "-g", path, "-o", path + "-stripped"], check=True)
    with open(os.path.join(directory, "far.c"), "w", encoding="utf-8") as file:
        file.write(RACY.replace("static struct store store;", "extern struct store store;"))
    with open(os.path.join(directory, "store.c"), "w", encoding="utf-8") as file:
        file.write("struct store { int shelves; long items; };\nstruct store store;\n")
    subprocess.run([os.path.join(tools, "raddle-cc"), "-D_GNU_SOURCE", "-g", "-O1", "-I", ROOT, "far.c", *objects, "store.c", "-pthread",
                    "-o", path + "-far"], cwd=directory, check=True, env={**os.environ, "RADDLE_CC": "gcc"})
    return path


def findings_of(gate, program):
    kept = program + ".kept"
    os.makedirs(kept, exist_ok=True)
    subprocess.run([gate, "--quiet", "--keep", kept, "--", program], stderr=subprocess.DEVNULL, check=False)
    return [os.path.join(kept, name) for name in os.listdir(kept)]


def timed(command):
    """CPU and wall ms."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    wall, after = time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return 1e3 * (after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime), 1e3 * wall


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build")
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--keep")
    arguments = parser.parse_args()
    build = os.path.abspath(arguments.build)
    gate, report = [os.path.join(build, "instrument/tools", name) for name in ("run-with-detector", "raddle-report")]
    with tempfile.TemporaryDirectory(prefix="raddle-bench-") as scratch:
        os.makedirs(arguments.keep or scratch, exist_ok=True)
        program = make(arguments.keep or scratch, build)
        print(f"program of {os.path.getsize(program) / 1e6:.0f} MB, {os.path.getsize(program + '-stripped') / 1e6:.0f} MB stripped")
        rows = {"report": [report, *findings_of(gate, program)],
                "report, variable of the last unit": [report, *findings_of(gate, program + "-far")],
                "report, symbol table only": [report, *findings_of(gate, program + "-stripped")],
                "true": ["true"], "run-with-detector true": [gate, "true"]}
        least = {}
        for _ in range(arguments.rounds):
            for name, command in rows.items():
                now = timed(command)
                least[name] = tuple(map(min, now, least.get(name, now)))
        print("| row | CPU ms | wall ms |\n| --- | --- | --- |")
        for name, (cpu, wall) in least.items():
            print(f"| {name} | {cpu:.1f} | {wall:.1f} |")


main()
