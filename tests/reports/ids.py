#!/usr/bin/env python3
"""The id of a finding stays: over runs, machines' addresses, order of accesses, compilers, lines inserted above.

usage: ids.py [--runs N] [--levels "O0 O2"] [--compilers "gcc clang clang-19"] PROGRAM.c RADDLE_CC RADDLE_CXX GATE SOURCE_ROOT

Builds the program with each compiler that is there and each optimisation, and once more from another
directory with lines inserted above; runs each build N times, in all other ways once. At one optimisation
all must have the same findings. What differs between optimisations is printed, and is no failure.
The full measure is `--runs 100`; its figures stand in README.md.
"""
import argparse
import collections
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

COMPILERS = {"gcc": "g++", "clang": "clang++", "clang-19": "clang++-19"}  # of C: the one of C++
TIMEOUT_S = 60
# A function of its own, too: it moves addresses, and the numbers that compilers give to lambdas.
ABOVE = {".c": "static int inserted(int n) {\n    return n + 1;\n}\n",
         ".cc": "static int inserted(int n) {\n    return [](int m) { return m + 1; }(n);\n}\n"}


class Program:
    """One source, and how it is built and run."""

    def __init__(self, arguments, directory):
        self.source = os.path.abspath(arguments.program)
        self.suffix = os.path.splitext(self.source)[1]
        self.arguments, self.directory = arguments, directory

    def drifted(self):
        """The source again, elsewhere, with lines above and a use of what they hold."""
        folder = os.path.join(self.directory, "elsewhere")
        os.makedirs(folder, exist_ok=True)
        path = os.path.join(folder, "other" + self.suffix)
        with open(self.source, encoding="utf-8") as file:
            text = file.read()
        text = "/* Nothing\n * to see. */\n\n" + ABOVE[self.suffix] + text.replace("turns_of(argc)", "turns_of(inserted(argc - 1))")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def build(self, compiler, level, source):
        wrapper = self.arguments.raddle_cxx if self.suffix == ".cc" else self.arguments.raddle_cc
        program = os.path.join(self.directory, f"{compiler}-{level}" + ("-drifted" if source != self.source else ""))
        subprocess.run([wrapper, "-D_GNU_SOURCE", f"-{level}", "-g", "-pthread", "-I", self.arguments.root, source,
                        "-o", program], check=True, timeout=TIMEOUT_S,
                       env={**os.environ, "RADDLE_CC": compiler, "RADDLE_CXX": COMPILERS[compiler]})
        return program

    def ids(self, program, arguments=(), before=()):
        """The findings of one run: {id: its title}."""
        path = os.path.join(self.directory, "findings.json")
        done = subprocess.run([*before, self.arguments.gate, "--quiet", "--timeout", "30", "--json", path, "--", program,
                               *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=TIMEOUT_S, check=False)
        if done.returncode != 66:
            return {f"status {done.returncode}": done.stderr.strip()}
        with open(path, encoding="utf-8") as file:
            model = json.load(file)
        return {finding["id"]: finding["title"] for finding in model["findings"]}


class Tally:
    """Which ids were seen, and in how many runs."""

    def __init__(self):
        self.seen = collections.Counter()
        self.titles, self.runs, self.example = {}, 0, {}

    def add(self, how, ids):
        self.runs += 1
        self.seen[frozenset(ids)] += 1
        self.titles.update(ids)
        self.example.setdefault(frozenset(ids), how)

    def is_one(self):
        return len(self.seen) == 1 and not any(known.startswith("status") for known in self.titles)

    def explain(self):
        common = frozenset.intersection(*self.seen)
        for ids, times in self.seen.items():
            print(f"  {times} of {self.runs} runs, as {self.example[ids]}:")
            for known in sorted(ids - common):
                print(f"    {known} {self.titles[known]}")


def look(program, level, runs):
    tally, none = Tally(), shutil.which("setarch") is None
    for compiler in program.arguments.compilers.split():
        if shutil.which(COMPILERS[compiler] if program.suffix == ".cc" else compiler) is None:
            continue
        built, how = program.build(compiler, level, program.source), f"{compiler} -{level}"
        for i in range(runs):
            tally.add(f"{how}, run {i}", program.ids(built))
        tally.add(f"{how}, swapped", program.ids(built, ["swapped"]))
        if not none:
            tally.add(f"{how}, addresses not randomised", program.ids(built, before=["setarch", "-R"]))
        moved = program.build(compiler, level, program.drifted())
        tally.add(f"{how}, lines above", program.ids(moved))
    return tally


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--levels", default="O0 O1 O2")
    parser.add_argument("--compilers", default="gcc clang")
    for name in ("program", "raddle_cc", "raddle_cxx", "gate", "root"):
        parser.add_argument(name)
    arguments = parser.parse_args()
    failed, across, started = False, {}, time.monotonic()
    with tempfile.TemporaryDirectory(prefix="raddle-ids-") as directory:
        program = Program(arguments, directory)
        for level in arguments.levels.split():
            tally = look(program, level, arguments.runs)
            good = tally.is_one()
            failed |= not good
            across[level] = frozenset(tally.titles)
            print(f"-{level}: {tally.runs} runs, {len(tally.titles)} ids: {'all the same' if good else 'THEY DIFFER'}")
            if not good:
                tally.explain()
    if len(set(across.values())) > 1:
        common = frozenset.intersection(*across.values())
        print("between optimisations:", {level: sorted(ids - common) for level, ids in across.items()})
    print(f"{time.monotonic() - started:.1f} s")
    return failed


sys.exit(main())
