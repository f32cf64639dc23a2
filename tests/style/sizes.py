#!/usr/bin/env python3
"""How large files and functions are: a file has at most 800 lines, a function at most 70.

usage: sizes.py SOURCE_ROOT

Prints median, p90 and longest per directory, and everything over the limit. Reads the shape that
clang-format gives: a function begins at the first column and its body ends with a `}` there.
"""
import os
import re
import statistics
import sys

FILE_LINES, FUNCTION_LINES, SAMPLE_LINES, RULE_LINES = 800, 70, 80, 40
WHOLE_PROGRAMS = {"samples/http_server.c": 160}  # a server, not a lesson of one page


def functions(lines):
    """(name, lines of the whole definition) of each function."""
    start = None
    for number, line in enumerate(lines):
        if start is None and re.match(r"[A-Za-z_].*[^;]$", line) and "(" in line and not line.endswith(";"):
            start = number
        if start is not None and line.endswith(";") and not line.startswith(" "):
            start = None
        if line == "}" and start is not None:
            name = re.search(r"(\w+)\s*\(", lines[start])
            yield (name.group(1) if name else "?"), number - start + 1
            start = None
        elif line.startswith("}"):
            start = None


def limit_of(path):
    if path.startswith("samples/"):
        return WHOLE_PROGRAMS.get(path, SAMPLE_LINES)
    if path.startswith("tests/rules/") and "/real/" not in path and path.count("/") == 3:
        return RULE_LINES
    return FILE_LINES


def main():
    root = sys.argv[1]
    problems = []
    for directory in ("runtime", "detector", "instrument", "tests", "samples"):
        lengths = []
        for base, _, names in os.walk(os.path.join(root, directory)):
            for name in sorted(names):
                if not name.endswith((".c", ".h", ".S", ".def", ".py", ".sh")):
                    continue
                path = os.path.relpath(os.path.join(base, name), root)
                with open(os.path.join(root, path), encoding="utf-8") as file:
                    lines = file.read().splitlines()
                if len(lines) > limit_of(path):
                    problems.append(f"{path}: {len(lines)} lines, {limit_of(path)} allowed")
                if name.endswith((".c", ".h")):
                    for function, length in functions(lines):
                        lengths.append(length)
                        if length > FUNCTION_LINES:
                            problems.append(f"{path}: {function}: {length} lines, {FUNCTION_LINES} allowed")
        if lengths:
            lengths.sort()
            print(f"{directory:11} {len(lengths):5} functions: median {statistics.median(lengths):.0f}, "
                  f"p90 {lengths[len(lengths) * 9 // 10]}, longest {lengths[-1]}")
    print("\n".join(problems) or "nothing is too long")
    return 1 if problems else 0


sys.exit(main())
