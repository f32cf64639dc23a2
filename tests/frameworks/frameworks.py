#!/usr/bin/env python3
"""Test frameworks under the gate: a race fails the run, and carries the name of its test.

usage: frameworks.py PART CC CXX GATE INCLUDE_DIR

CC and CXX are raddle-cc and raddle-c++. Each part builds what stands in this directory in a place of its
own, runs it with its framework and compares: status 66, one finding for each test that races, its name in
the JSON and in the text, and nothing said of the tests that do not.
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
PART, CC, CXX, GATE, INCLUDE = sys.argv[1], *(os.path.abspath(a) for a in sys.argv[2:6])
SKIPPED = 77
# What whoever runs us has told his own tools.
OTHERS = ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEFILES", "GNUMAKEFLAGS", "MESON_TESTTHREADS", "RADDLE_TEST_NAME")
OTHERS_BEGIN = ("CTEST_", "CRITERION_", "GTEST_")
ENVIRONMENT = {name: value for name, value in os.environ.items()
               if name not in OTHERS and not name.startswith(OTHERS_BEGIN)}


def run(*command, cwd, env=None, wanted=0):
    done = subprocess.run(command, cwd=cwd, env={**ENVIRONMENT, **(env or {})}, stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=300, check=False)
    if done.returncode != wanted:
        sys.exit(f"{' '.join(command)}: status {done.returncode}, not {wanted}\n{done.stdout}\n{done.stderr}")
    return done.stdout + done.stderr


def judge(place, tests, *command, env=None, said=True):
    """Runs the command under the gate: what races is in `tests`, and nothing else."""
    model = os.path.join(place, "model.json")
    out = run(GATE, "--json", model, "--", *command, cwd=place, env=env, wanted=66)
    findings = read(model)
    found = sorted(name for finding in findings for name in finding["tests"])
    if found != sorted(tests):
        sys.exit(f"{PART}: findings of {found}, not of {sorted(tests)}\n{out}")
    for finding in findings:
        names = finding["tests"]
        line = (f"Tests: {', '.join(names)}" if len(names) > 1 else f"Test: {names[0]}" if said
                else f"Command: {names[0]}")
        if names[0] != finding["test"] or line not in out.split("\n"):
            sys.exit(f"{PART}: no line {line!r} in\n{out}")
        if not finding["command"]:
            sys.exit(f"{PART}: the finding has no command")


def read(model):
    with open(model, encoding="utf-8") as file:
        return json.load(file)["findings"]


def needs(*programs):
    for program in programs:
        if shutil.which(program) is None:
            print(f"skipped: there is no {program}")
            sys.exit(SKIPPED)


def build(place, source, name, *libraries, compiler=CC):
    run(compiler, "-g", "-pthread", "-I" + INCLUDE, os.path.join(HERE, source), "-o", name, *libraries, cwd=place)
    return os.path.join(place, name)


def criterion(place):
    program = build(place, "with_criterion.c", "bank", "-lcriterion")
    judge(place, ["bank.deposits_race"], program, "-j2")


def googletest(place):
    if not os.path.exists("/usr/include/gtest/gtest.h"):
        print("skipped: there is no libgtest-dev")
        sys.exit(SKIPPED)
    program = build(place, "with_googletest.cc", "bank", "-lgtest", "-lgtest_main", compiler=CXX)
    judge(place, ["Bank.DepositsRace", "Sums.GrandchildrenRace<int>"], program)


def cmake(place):
    needs("cmake", "ctest")
    run("cmake", os.path.join(HERE, "project"), "-DSOURCE_DIR=" + HERE, "-DINCLUDE_DIR=" + INCLUDE, cwd=place,
        env={"CC": CC, "CXX": CXX})
    run("cmake", "--build", ".", cwd=place)
    judge(place, ["deposits without a lock", "deposits_by_a_shell"], "ctest", "-j2")


def meson(place):
    needs("meson", "ninja")
    for name in ("project/meson.build", "program.c", "work.h"):
        shutil.copy(os.path.join(HERE, name), place)
    run("meson", "setup", "built", cwd=place, env={"CC": CC, "CFLAGS": "-I" + INCLUDE})
    judge(place, ["deposits without a lock"], "meson", "test", "-C", "built")
    # The wrapper is the gate of each test by itself: it makes the test fail, and meson says so.
    wrapper = os.path.join(place, "wrapper")
    with open(wrapper, "w", encoding="utf-8") as file:
        file.write(f'#!/bin/sh\nexec {GATE} --json "{place}/of-$2.json" -- "$@"\n')
    os.chmod(wrapper, 0o755)
    out = run("meson", "test", "-C", "built", "--wrapper", wrapper, "--print-errorlogs", cwd=place, wanted=1)
    for line in ("Test: deposits without a lock", "exit status 66"):
        if line not in out:
            sys.exit(f"meson: no line {line!r} in\n{out}")
    named = {kind: [finding["test"] for finding in read(f"{place}/of-{kind}.json")] for kind in ("race", "lock")}
    if named != {"race": ["deposits without a lock"], "lock": []}:
        sys.exit(f"meson --wrapper: {named}")


def make(place):
    needs("make")
    shutil.copy(os.path.join(HERE, "make", "Makefile"), place)
    settings = [f"CC={CC}", "SOURCE_DIR=" + HERE, "INCLUDE_DIR=" + INCLUDE]
    run("make", *settings, "bank", cwd=place)
    judge(place, ["bank race"], "make", "-j4", *settings, "check", said=False)


def by_hand(place):
    """The program's own word comes before the environment's, and that before the command."""
    program = build(place, "program.c", "bank")
    judge(place, ["a name"], program, "race", "a name", env={"RADDLE_TEST_NAME": "nightly"})
    judge(place, ["nightly"], program, "race", env={"RADDLE_TEST_NAME": "nightly"})
    judge(place, ["bank race"], program, "race", said=False)


def odd_lists(place):
    """What lies above a program by the name of a list of tests need not be one. Read to its end all the same."""
    program = build(place, "program.c", "bank")
    lists = os.path.join(place, "CTestTestfile.cmake")
    os.mkfifo(lists)
    os.mkdir(os.path.join(place, "meson-info"))
    os.mkfifo(os.path.join(place, "meson-info", "intro-tests.json"))
    judge(place, ["bank race"], program, "race", said=False)
    os.remove(lists)
    for text in ('subdirs("a" ' + '"b" ' * 1000000 + ")", "subdirs(" + "[=[ " * 1000000 + ")", "[=["):
        with open(lists, "w", encoding="ascii") as file:
            file.write(f'add_test("in a list" "{program}" "race")\n{text}')
        judge(place, ["in a list"], program, "race")


with tempfile.TemporaryDirectory(prefix="raddle-frameworks-") as directory:
    {"criterion": criterion, "googletest": googletest, "ctest": cmake, "meson": meson, "make": make,
     "by_hand": by_hand, "odd_lists": odd_lists}[PART](os.path.realpath(directory))
