#!/usr/bin/env python3
"""Adds up what meson test recorded in several build directories.

usage: summary.py DIRECTORY[:SUITE,SUITE…]…

Prints failures with their first lines, and what was skipped and why, then a table of suites; misses and false alarms of the
detector are counted apart. Of the first directory with all suites it prints which rules the tests
that passed have proved (coverage.py); a rule without proof is a failure. The last line is
`N passed, N failed`. A directory without a record, or a suite that ran no test, counts as one
failure: silence is not success.
"""
import collections
import json
import os
import sys

import coverage

SUITES = ["unit", "stress", "faults", "trace", "inject", "tools", "html", "rules", "samples", "style", "golden"]


def record_of(directory):
    """The tests of the last run: name, suites, result, output."""
    path = os.path.join(directory, "meson-logs", "testlog.json")
    if not os.path.exists(path):
        return None
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def suites_of(test):
    """Meson writes `project:suite / name`, with a `+` between several suites."""
    suites, _, name = test["name"].rpartition(" / ")
    return [suite.split(":")[-1] for suite in suites.split("+")], name


def show_failure(directory, test):
    lines = (test.get("stdout", "") + test.get("stderr", "")).strip().splitlines()
    print(f"FAILED {directory}: {test['name']} ({test['result'].lower()})")
    for line in lines[-12:]:
        print(f"    {line}")


def show_skipped(directory, test):
    lines = (test.get("stdout", "") + test.get("stderr", "")).strip().splitlines()
    print(f"SKIPPED {directory}: {test['name']}{': ' + lines[-1] if lines else ''}")


def add_up(directory, wanted, totals):
    tests = record_of(directory)
    if tests is None:
        print(f"FAILED {directory}: it was not built, or no test ran")
        return 0, 1
    passed, failed, seen = 0, 0, collections.Counter()
    for test in tests:
        good = test["result"] in ("OK", "EXPECTEDFAIL")
        skipped = test["result"] == "SKIP"
        if skipped:
            show_skipped(directory, test)
        for suite in suites_of(test)[0]:
            seen[suite] += 0 if skipped else 1
            totals[suite, directory] += 1 if good else 0
        passed += good
        if not good and not skipped:
            failed += 1
            show_failure(directory, test)
            output = test.get("stdout", "")
            totals["misses"] += output.count("miss: ")
            totals["false alarms"] += output.count("false alarm: ")
    for suite in wanted:
        if seen[suite] == 0:
            print(f"FAILED {directory}: suite {suite} ran no test")
            failed += 1
    return passed, failed


def main():
    totals = collections.Counter()
    passed = failed = 0
    directories = []
    whole = None
    for argument in sys.argv[1:]:
        directory, _, suites = argument.partition(":")
        directories.append(directory)
        whole = whole or (None if suites else directory)
        good, bad = add_up(directory, suites.split(",") if suites else SUITES, totals)
        passed += good
        failed += bad
    if not directories:
        print("FAILED nothing was built")
        failed = 1
    if whole is not None and record_of(whole) is not None:
        covered = coverage.report(whole)
        totals["coverage", whole] += covered
        passed += covered
        failed += not covered
    print("\npassed      " + "".join(f"{directory:>16}" for directory in directories))
    for suite in sorted({key[0] for key in totals if isinstance(key, tuple)}):
        print(f"{suite:12}" + "".join(f"{totals[suite, directory]:16}" for directory in directories))
    print(f"\ndetector: {totals['misses']} misses, {totals['false alarms']} false alarms")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


sys.exit(main())
