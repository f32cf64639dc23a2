#!/usr/bin/env python3
"""Every rule program carries its header block and has a twin; every sample has its first comment.

usage: rules.py SOURCE_ROOT
"""
import difflib
import glob
import os
import re
import sys

TWINS = {"ordered": "races", "races": "ordered", "free": "stuck", "stuck": "free", "safe": "cycle", "cycle": "safe",
         "wrong": "right", "right": "wrong", "left": "gone", "gone": "left",
         "buggy": "fixed", "fixed": "buggy"}

problems = []


def complain(path, what):
    problems.append(f"{path}: {what}")


def body(path):
    with open(path, encoding="utf-8") as file:
        return file.read().split("*/\n", 1)[1].splitlines()


def check_rule(path):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    area, file_name = path.split("/")[2:]
    stem, extension = os.path.splitext(file_name)
    ending = stem.rsplit("_", 1)[1]
    other = TWINS.get(ending, "ordered")
    twin_name = re.sub("_(" + "|".join(TWINS) + ")$", "", stem) + f"_{other}{extension}"
    rule = re.match(r"/\* Rule    (\S+)\s+\[[^\]]+\]\n", text)
    if not rule or not rule.group(1).startswith(area + "."):
        complain(path, "the first line names no rule of its area, with its source")
    for word in ("Expect", "Why"):
        if not re.search(rf"^ \* {word} +\S", text, flags=re.M):
            complain(path, f"no line {word}")
    twin = re.search(r"^ \* Twin +(\S+)$", text, flags=re.M)
    if area == "real":
        return
    if not twin or twin.group(1) != twin_name:
        complain(path, f"no twin {twin_name} in the header")
    elif not os.path.exists(os.path.join(os.path.dirname(path), twin.group(1))):
        complain(path, f"{twin.group(1)} does not exist")
    elif other in ("races", "stuck", "cycle", "buggy"):
        diff = difflib.ndiff(body(path), body(os.path.join(os.path.dirname(path), twin.group(1))))
        if sum(line.startswith("+ ") for line in diff) > 2:
            complain(path, "the twin differs in more than one statement")


def check_sample(path):
    with open(path, encoding="utf-8") as file:
        comment = file.read().split("*/")[0]
    for wanted in (r"^/\* \S", r"^ \*   raddle-cc ", r"run-with-detector \./", r"^ \* Expect: \S",
                   r"^ \* (Output|Output \(varies\)|Error):$"):
        if not re.search(wanted, comment, flags=re.M):
            complain(path, f"the first comment lacks {wanted}")


def main():
    os.chdir(sys.argv[1])
    for path in sorted(glob.glob("tests/rules/*/*.c") + glob.glob("tests/rules/*/*.cc")):
        check_rule(path)
    for path in sorted(glob.glob("samples/*.c")):
        check_sample(path)
    print("\n".join(problems) or "every rule has its twin, every sample its lesson")
    return 1 if problems else 0


sys.exit(main())
