#!/usr/bin/env python3
"""Which rules of tests/semantics/rules.txt, and which tests of Go's race detector in race_tests.txt, the
last test run of a build directory has proved.

usage: coverage.py [BUILD]          build-gcc by default

A rule is covered when a test that *passed* carries its id:
  unit      in the name of a Criterion test, CH_07_CH_08_what_it_shows
  rules     in the brackets of the first comment's `Rule` line
  others    in a line `Rules: CH-07 CH-08` of the source or script
A test of Go's (Race…, NoRace…) is covered when a table of tests/rows that passed has a row of its name.
A text (TX) is covered when each of its quoted parts stands in the source of a test that passed.

Prints a row per area, then what cannot be and what is missing. Status 1: something is missing, an
id that no rule has stands in a test's name, or more than ten of a file are said to be impossible.
"""
import collections
import json
import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
KINDS = ("test", "text", "informative", "later", "cannot")
RULES, RACE_TESTS = "rules.txt", "race_tests.txt"
CANNOT_MAX = 10
ID = r"(?:HB[-_])?[A-Z][A-Z0-9]{0,2}[-_][0-9]{2}"


class Rule:
    def __init__(self, line, file):
        self.file = file
        self.id, self.kind, self.says = line.split(None, 2)
        self.texts = re.findall(r'"([^"]*)"', self.says) if self.kind == "text" else []
        self.proofs = []

    def area(self):
        return "Go race" if self.file == RACE_TESTS else re.sub(r"-?[0-9]+$", "", self.id)


def read_rules():
    rules = {}
    for name in (RULES, RACE_TESTS):
        for line in read(os.path.join(ROOT, "tests", "semantics", name)).splitlines():
            if line.strip() and not line.startswith("#"):
                rule = Rule(line.strip(), name)
                assert rule.kind in KINDS and rule.id not in rules, line
                assert rule.kind != "cannot" or "=>" in rule.says, line
                rules[rule.id] = rule
    return rules


def read(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


def ids_in(text):
    return [found.replace("_", "-") for found in re.findall(rf"(?<![A-Za-z0-9]){ID}(?![0-9])", text)]


def ids_of_test_name(name):
    """CH_07_CH_08_text: the ids come first."""
    match = re.match(rf"((?:{ID}_)+)", name + "_")
    return ids_in(match.group(1).replace("_HB_", " HB_")) if match else []


def declared_ids(source):
    head = source[:4000]
    lines = re.findall(r"^.{0,3}\s*Rule\s.*\[(.*)\]", head, re.M) + re.findall(r"Rules: (.*)", head)
    return [found for line in lines for found in ids_in(line)]


def rows_of(path, source):
    """The tests of Go's that a table has, by their names."""
    is_table = os.path.dirname(os.path.realpath(path)) == os.path.join(ROOT, "tests", "rows")
    return re.findall(r"\b(?:No)?Race[A-Za-z]\w*", source) if is_table else []


def sources_of(test):
    """Files of the tree that a test runs or is made from."""
    suite, _, name = test["name"].rpartition(" / ")
    suite = suite.split(":")[-1]
    found = [os.path.join(ROOT, "tests", suite, name.split(".")[0] + end) for end in (".c", ".cc")]
    found += [word for word in test["command"] if os.path.realpath(word).startswith(ROOT + os.sep)]
    return [path for path in found if os.path.isfile(path)]


def criterion_passes(test):
    output = test.get("stdout", "") + test.get("stderr", "")
    return re.findall(r"\[PASS\].*?(\w+)::(\w+)", output)


def is_text_file(path):
    return path.endswith((".c", ".cc", ".h", ".py", ".sh", ".txt"))


def collect(build):
    """(id, what proves it) pairs, and the sources and rows of tests that passed."""
    log = os.path.join(build, "meson-logs", "testlog.json")
    if not os.path.exists(log):
        sys.exit(f"coverage: {build} has no test log; run meson setup {build} && meson test -C {build}")
    proofs, sources, rows = [], set(), set()
    for line in read(log).splitlines():
        test = json.loads(line)
        for suite, name in criterion_passes(test):
            proofs += [(found, f"{suite}::{name}") for found in ids_of_test_name(name)]
        if test["result"] not in ("OK", "EXPECTEDFAIL"):
            continue
        for path in sources_of(test):
            if is_text_file(path):
                sources.add(path)
                proofs += [(found, os.path.relpath(path, ROOT)) for found in declared_ids(read(path))]
                rows.update(rows_of(path, read(path)))
    return proofs, sources, rows


def plain_strings(path):
    """The source with the string literals that a line break cuts put together."""
    return re.sub(r'"\s*\n\s*"', "", read(path))


def judge(rules, proofs, sources, rows):
    """Fills in the proofs; returns those whose id no rule has."""
    strays = []
    for found, where in proofs:
        if found in rules:
            rules[found].proofs.append(where)
        else:
            strays.append((found, where))
    for rule in rules.values():
        if rule.file == RACE_TESTS and rule.id in rows:
            rule.proofs.append("a row")
    written = "".join(plain_strings(path) for path in sorted(sources))
    for rule in rules.values():
        if rule.texts and all(text in written for text in rule.texts):
            rule.proofs.append("source")
    return strays


def state_of(rule):
    if rule.kind in ("informative", "later"):
        return rule.kind
    if rule.kind == "cannot":
        return "cannot"
    return "covered" if rule.proofs else "missing"


def show(rules):
    states = ("covered", "cannot", "missing", "informative", "later")
    table = collections.defaultdict(collections.Counter)
    for rule in rules.values():
        table[rule.area()][state_of(rule)] += 1
        table["all"][state_of(rule)] += 1
    table["all"] = table.pop("all")
    print(f"{'rules':8}" + "".join(f"{state:>12}" for state in states))
    for area, row in table.items():
        print(f"{area:8}" + "".join(f"{row[state] or '-':>12}" for state in states))


def report(build):
    """Prints it all; true when nothing is missing."""
    rules = read_rules()
    strays = judge(rules, *collect(build))
    show(rules)
    cannot = [rule for rule in rules.values() if rule.kind == "cannot"]
    missing = [rule for rule in rules.values() if state_of(rule) == "missing"]
    files = collections.Counter(rule.file for rule in cannot)
    print(f"\nC cannot have ({', '.join(f'{n} of {file}' for file, n in files.items())}, at most {CANNOT_MAX}):")
    for rule in cannot:
        print(f"  {rule.id}  {rule.says}")
    for rule in missing:
        print(f"missing {rule.id}  {rule.says}")
    for found, where in strays:
        print(f"no such rule: {found} in {where}")
    return not missing and not strays and max(files.values(), default=0) <= CANNOT_MAX


def main():
    if len(sys.argv) > 2 or sys.argv[1:2] in (["-h"], ["--help"]):
        print(__doc__)
        return 0
    return 0 if report(sys.argv[1] if len(sys.argv) > 1 else "build-gcc") else 1


if __name__ == "__main__":
    sys.exit(main())
