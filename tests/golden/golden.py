#!/usr/bin/env python3
"""Compares the text report of one program with the one kept here.

Rules: LK-02 HB-M-05

usage: golden.py [--update] GATE PROGRAM GOLDEN SOURCE_ROOT

The report is all that appears on standard error. What differs from run to run or from compiler to
compiler is filtered: addresses, offsets in functions, process ids, task numbers and states,
durations, the source root, lines of the runtime, how far another task was just then, what the memory held, which part of a
line is meant. Dumps show the failing goroutine only: what others did just then is luck. Report text is an interface: a change of a golden is a reviewed diff, made
with `tests/golden/update.sh BUILD`.
"""
import difflib
import os
import re
import subprocess
import sys

FILTERS = [
    (r"0x[0-9a-f]+", "ADDRESS"),
    (r"\+ADDRESS", "+OFFSET"),
    (r"\nThe memory held [^\n]* when the race was found\.", "\nThe memory held VALUE when the race was found."),
    (r"\bpid \d+", "pid PID"),
    (r"\bprocess \d+", "process PID"),
    (r"\b\d+(\.\d+)? ?(ns|us|µs|ms|s)\b", "TIME"),
    (r"\b([Gg]oroutine|[Tt]ask|[Tt]hread) \d+", r"\1 N"),
    (r"\bruntime/(\w+\.c):\d+", r"runtime/\1:LINE"),
    (r"\((running|finished|runnable)\)", "(STATE)"),
    (r"\n( +\|)\s+\^\n", r"\n\1 ^\n"),
    (r" That goroutine N has finished [^.]*\.", ""),
    # How far the other task was when it happened: three sentences are true, one after the other.
    (r"(goroutine N) has released nothing \([^)]*\) since its ([^,.]+), and no receive, lock or wait of (\w+) leads back to it\.",
     r"no receive, lock or wait of \3 leads back to that \2 of \1."),
    (r"(goroutine N) released something after its ([^,.]+) \([^)]*\), but no receive, lock or wait of (\w+) before its own \w+ leads back to it\.",
     r"no receive, lock or wait of \3 leads back to that \2 of \1."),
]


def filtered(text, program, source_root):
    text = re.sub(re.escape(os.path.abspath(program)) + r"(?!\.)", "PROGRAM", text)
    text = text.replace(source_root.rstrip("/") + "/", "")
    text = re.sub(r"(\.\./)+(?=(samples|tests|runtime)/)", "", text)
    for pattern, replacement in FILTERS:
        text = re.sub(pattern, replacement, text)
    return re.sub(r"(?m)(?:^ +waits [^\n]*\n)+", by_column, text)


def by_column(turns):
    """Of those who wait for each other, who began first is luck."""
    return "".join(sorted(turns[0].splitlines(True), key=lambda line: len(line) - len(line.lstrip())))


def main():
    arguments = sys.argv[1:]
    update = arguments[0] == "--update"
    gate, program, golden, source_root = arguments[update:]
    done = subprocess.run([gate, "--timeout", "60", "--color", "never", "--", program], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, check=False,
                          env=dict(os.environ, RADDLE_TRACEBACK="single"))
    report = filtered(done.stderr, program, source_root) + f"status {done.returncode}\n"
    if update:
        with open(golden, "w", encoding="utf-8") as file:
            file.write(report)
        return 0
    with open(golden, encoding="utf-8") as file:
        kept = file.read()
    diff = list(difflib.unified_diff(kept.splitlines(), report.splitlines(), golden, "this run", lineterm=""))
    print("\n".join(diff) or "the report is the one kept")
    return 1 if diff else 0


sys.exit(main())
