#!/usr/bin/env python3
"""detect.py - what does watching cost? The programs of tests/bench/detector, interleaved:

    tests/bench/detect.py BUILD [--rounds N] [--only seq,hot] [--divide N] [--cc clang-19]

BUILD is a configured and built meson directory. Each round runs, one after the other, the plain
program, the same built with raddle-cc but dormant, under the detector, and built for the compiler's
own ThreadSanitizer. Printed are ratios of CPU time per operation to plain, each taken within its
round, as the median of the rounds; and the same for peak memory. The programs are free of races:
a report, or a status that is not 0, is an error.
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
CONFIGURATIONS = ("plain", "dormant", "raddle", "tsan")


def default_repetitions(source):
    return int(re.search(r"bench_reps\(argc, argv, (\d+)\)", source.read_text()).group(1))


def build(source, cc, tools, out):
    flags = ["-O2", "-g", "-std=gnu11", str(source), "-lpthread", "-lm"]
    environment = dict(os.environ, RADDLE_CC=cc)
    programs = {name: out / f"{source.stem}.{name}" for name in ("plain", "raddle", "tsan")}
    subprocess.run([cc, *flags, "-o", programs["plain"]], check=True)
    subprocess.run([cc, "-fsanitize=thread", *flags, "-o", programs["tsan"]], check=True)
    subprocess.run([tools / "raddle-cc", *flags, "-o", programs["raddle"]], check=True,
                   env=environment)
    programs["dormant"] = programs["raddle"]
    return programs


def run(configuration, program, repetitions, tools):
    """(CPU ns per operation, peak KiB), or None when the run failed."""
    command = [program, str(repetitions)]
    if configuration == "raddle":
        command = [tools / "run-with-detector", "--quiet", *command]
    elif configuration == "tsan":
        command = ["setarch", "-R", *command]  # older runtimes die at today's mmap randomisation
    with tempfile.TemporaryFile("w+") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(process.pid, 0)
        output.seek(0)
        text = output.read()
    found = re.search(r"^RESULT \S+ (\d+) (\d+) (\d+)", text, re.M)
    if status != 0 or not found or "WARNING" in text:
        print(f"{program.name} ({configuration}): status {status}: {text[-400:]}", file=sys.stderr)
        return None
    return int(found[3]) / int(found[1]), usage.ru_maxrss


def measure(source, arguments, tools, out):
    programs = build(source, arguments.cc, tools, out)
    repetitions = max(1, default_repetitions(source) // arguments.divide)
    ratios = {name: [] for name in CONFIGURATIONS}
    for _ in range(arguments.rounds):
        base = run("plain", programs["plain"], repetitions, tools)
        for name in CONFIGURATIONS[1:]:
            result = run(name, programs[name], repetitions, tools)
            if base and result:
                ratios[name].append((result[0] / base[0], result[1] / base[1]))
    return {name: [statistics.median(column) for column in zip(*rows)]
            for name, rows in ratios.items() if rows}


def main():
    parser = argparse.ArgumentParser(description="CPU and memory ratios of the detector")
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default="")
    parser.add_argument("--divide", type=int, default=8, help="run 1/N of the repetitions")
    parser.add_argument("--cc", default="clang-19" if shutil.which("clang-19") else "gcc")
    arguments = parser.parse_args()
    tools = arguments.build.resolve() / "instrument" / "tools"
    wanted = set(filter(None, arguments.only.split(",")))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    means = {name: [] for name in CONFIGURATIONS}
    print(f"{'CPU ratio (memory ratio)':26}" + "".join(f"{n:>16}" for n in CONFIGURATIONS[1:]))
    with tempfile.TemporaryDirectory() as directory:
        for source in sorted((HERE / "detector").glob("*.c")):
            if wanted and source.stem not in wanted:
                continue
            row = measure(source, arguments, tools, pathlib.Path(directory))
            cells = ""
            for name in CONFIGURATIONS[1:]:
                value = row.get(name)
                cells += f"{value[0]:9.2f} ({value[1]:4.1f})" if value else f"{'failed':>16}"
                if value:
                    means[name].append(value[0])
            print(f"{source.stem:26}{cells}", flush=True)
    print(f"{'geometric mean':26}" + "".join(
        f"{statistics.geometric_mean(means[n]):9.2f}{'':7}" if means[n] else f"{'-':>16}"
        for n in CONFIGURATIONS[1:]))


if __name__ == "__main__":
    main()
