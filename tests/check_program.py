#!/usr/bin/env python3
"""Runs one rule program or sample and compares it with what its first comment expects.

usage: check_program.py [options] SOURCE PROGRAM
  --gate FILE    run-with-detector; without it the program runs bare and must say nothing of ours
  --repeat N     run N times in all; with --log only what the log still lacks
  --log FILE     append one line a run: `ok`, or what went wrong
  --one-cpu      pin to processor 0
  --plain        the program was built without us: nothing is asked about its memory
  --silent       the program was built as its own twin: nothing may be found

The comment's lines (a colon after the word in samples, none in rules):
  Expect  none|clean | KIND [NAME...] KIND: race or data-race, deadlock, lock-order, leak, panic, misuse. A NAME
                                      must stand in each finding's object or title, and each in some
  Also    KIND...                     there may be findings of these kinds, too, about anything
  Listed  TEXT                        a note, which does not fail the run, has this in its title
  Says    TEXT                        the report has this in one of its lines
  Follows none | NAME...              only findings about these names follow from another (follow.h)
  Each    LOW HIGH                    run once with each argument; every run must say the same
  Stack   F G H                       some access of the finding has a stack with F, G, H one below
                                      the other, innermost first
  Whole   F G H                       likewise, and no other frame
  Users   F G H                       likewise, and no other frame of the program
  Ends    F G H                       likewise, and nothing of the program below them
  Output: / Error:                    lines of standard output; first line of standard error when bare
  Expect  rows                        a table of rows, tests/rows/rows.h: run in each of its ways, and
                                      the verdict of each row is in its name

A finding that is missing is a `miss`, one that nobody expects is a `false alarm`: counted apart,
because they are two different kinds of wrong. Everything else is an `error`.
"""
import argparse
import json
import os
import re
import subprocess
import sys
import tempfile

TIMEOUT_S = 90
# OpenMP's threads that turn idly take the processor from those that work. One of LLVM's that sleeps is not woken by
# a new task, so a program whose thread waits for its task's start, as ours do, may wait for ever.
OPENMP = {"OMP_WAIT_POLICY": "passive", "KMP_BLOCKTIME": "infinite"}
KINDS = {"race": "data-race", "none": None, "clean": None}
WAYS = ("goroutine", "swapped", "thread", "ordered")


def rows_of(text):
    """The rows of a table: name -> whether two tasks make it. Macros of the table make rows, too."""
    pairs, singles = ["FIRST", "SECOND"], ["ROW"]
    bodies = re.findall(r"^#define (\w+)\(((?:.*\\\n)*.*)", text, re.M)
    for kind in (pairs, singles):
        for known in kind:  # which grows meanwhile
            kind += [name for name, body in bodies
                     if name not in pairs + singles and re.search(rf"\b{known}\(", body)]
    uses = re.findall(r"^([A-Z]\w+)(\(.*)", text, re.M)
    return {name: macro in pairs for macro, rest in uses if macro in pairs + singles
            for name in re.findall(r"[(,] *((?:No)?Race\w+)(?=[,)])", rest)}


class Expectation:
    """What the first comment of a source promises."""

    def __init__(self, source):
        with open(source, encoding="utf-8") as file:
            text = file.read()
        self.lines = [line[3:].rstrip() for line in text.split("*/")[0].splitlines()]
        self.rows = rows_of(text)
        words = self.word("Expect")[0].split()
        self.kind = KINDS.get(words[0], words[0])
        self.names = words[1:]
        also = self.word("Also")
        self.also = {KINDS.get(word, word) for word in also[0].split()} if also else set()
        self.listed, self.says = self.word("Listed"), self.word("Says")
        self.options = [part for option in self.word("Options") for part in ("-o", option)]
        follows = self.word("Follows")
        self.follows = set(follows[0].split()) - {"none"} if follows else None
        self.stacks = [(word, line.split()) for word in ("Stack", "Whole", "Users", "Ends") for line in self.word(word)]
        self.output = self.block("Output:")
        self.error = self.block("Error:")
        each = self.word("Each")
        low, high = (int(n) for n in each[0].split()) if each else (0, 0)
        self.arguments = [[str(n)] for n in range(low, high + 1)] if each else [[]]
        if self.kind == "rows":
            self.arguments = [[way] for way in WAYS]
            self.output = ["over"]

    def word(self, name):
        found = (re.match(rf"{name}:? +(.*)", line) for line in self.lines)
        return [match.group(1) for match in found if match]

    def block(self, title):
        if title not in self.lines:
            return None
        start = self.lines.index(title) + 1
        block = []
        while self.lines[start].startswith("  "):
            block.append(self.lines[start][2:])
            start += 1
        return block


def run(command, one_cpu):
    if one_cpu:
        command = ["taskset", "-c", "0"] + command
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=2 * TIMEOUT_S,
                              check=False, env=os.environ | OPENMP)
    except subprocess.TimeoutExpired:
        return 124, "", "no end in sight"
    return done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")


def last_line(text):
    return text.rstrip().split("\n")[-1]


def judge_output(expect, out):
    if expect.output is not None and out.split("\n")[:-1] != expect.output:
        return f"error: standard output is {out!r}"
    return None


def judge_bare(expect, program, arguments, one_cpu):
    """The program by itself: it works, and says nothing of ours."""
    status, out, err = run([program] + arguments, one_cpu)
    wanted = 2 if expect.kind in ("deadlock", "panic") else 0
    if status != wanted:
        return f"error: status {status} without the detector, not {wanted}: {last_line(err)}"
    if expect.error is not None and err.split("\n")[0] != expect.error[0]:
        return f"error: standard error begins with {err.split(chr(10))[0]!r}"
    if wanted == 0 and err != "":
        return f"error: without the detector it says {last_line(err)!r}"
    return judge_output(expect, out)


def shows(stack, word, functions):
    left_out = {"Whole": ("hidden",), "Ends": ("hidden",), "Users": ("hidden", "system")}.get(word, ())
    names = [re.sub(r"\(.*\)$", "", frame.get("function") or "") for frame in stack
             if not any(frame.get(mark) for mark in left_out)]
    if word == "Ends":
        return names[-len(functions):] == functions
    if left_out:
        return names == functions
    return any(names[i:i + len(functions)] == functions for i in range(len(names)))


def names_in(expect, finding):
    """Those of the expected names that a finding is about."""
    about = json.dumps([finding.get("object"), finding.get("title")])
    return {name for name in expect.names if re.search(rf"\b{name}\b", about)}


def judge_findings(expect, findings):
    findings = [f for f in findings if f["kind"] not in expect.also]
    wrong = [f for f in findings if f["kind"] != expect.kind]
    if wrong:
        return f"false alarm: {wrong[0]['kind']}: {wrong[0].get('title')}"
    abouts = [names_in(expect, finding) for finding in findings]
    missing = set(expect.names) - set().union(*abouts)
    if missing and len(expect.names) > 1:
        return f"miss: nothing about {' '.join(sorted(missing))}"
    for finding, about in zip(findings, abouts):
        if expect.names and not about:
            return f"error: the finding is not about {' or '.join(expect.names)}: {finding.get('title')}"
        if expect.follows is not None and finding.get("follows", False) != bool(about & expect.follows):
            return f"error: the finding {'follows' if finding.get('follows') else 'does not follow'}: {finding.get('title')}"
        for word, functions in expect.stacks:
            if not any(shows(access["stack"], word, functions) for access in finding["accesses"]):
                seen = [[frame.get("function") for frame in access["stack"] if not frame.get("hidden")]
                        for access in finding["accesses"]]
                return f"error: no stack shows {' '.join(functions)}, but {seen}"
    return None


def row_of(rows, access):
    """The row that a stack belongs to: the longest name that some function begins with."""
    functions = [frame.get("function") or "" for frame in access["stack"]]
    named = [row for row in rows for function in functions if function.startswith(row + "_")]
    return max(named, key=len, default=None)


def judge_rows(rows, findings, way):
    """Misses and false alarms of one run, each with the name of its row."""
    reported, alarms = set(), set()
    for finding in findings:
        used = re.search(r"`(Race\w+)_object`", str(finding.get("title")))
        if finding["kind"] == "misuse" and used and used.group(1) in rows and way != "ordered":
            continue  # one operation has the other's object in its hands, and it shows
        of = {row_of(rows, access) for access in finding.get("accesses", [])}
        row = of.pop() if len(of) == 1 else None
        reported.add(row)
        if way == "ordered" or row is None or not row.startswith("Race") or finding["kind"] != "data-race":
            alarms.add(row or str(finding.get("title")))
    wanted = {row for row, is_pair in rows.items()
              if row.startswith("Race") and way != "ordered" and (is_pair or way == "goroutine")}
    wrong = [f"{what}: {' '.join(sorted(names))}"
             for what, names in (("miss", wanted - reported), ("false alarm", alarms)) if names]
    return "; ".join(wrong) or None


def judge_texts(expect, findings, err):
    """What is told, whether it fails the run or not."""
    titles = [str(f.get("title")) for f in findings if f.get("severity") != "error"]
    unlisted = [text for text in expect.listed if not any(text in title for title in titles)]
    unsaid = [text for text in expect.says if text not in err]
    if unlisted or unsaid:
        return f"miss: nothing says {(unlisted + unsaid)[0]!r}"
    return None


def judge_gated(expect, gate, program, arguments, one_cpu):
    """The program under the detector: status, verdict and findings."""
    with tempfile.TemporaryDirectory(prefix="raddle-check-") as directory:
        file = os.path.join(directory, "findings.json")
        status, out, err = run(gate + ["--timeout", str(TIMEOUT_S), "--json", file, "--", program] + arguments,
                               one_cpu)
        if status not in (0, 66):
            detail = "miss" if expect.kind is not None and status == 2 else "error"
            return f"{detail}: status {status}: {last_line(err)}"
        with open(file, encoding="utf-8") as stream:
            model = json.load(stream)
    findings = [f for f in model["findings"] if f.get("severity", "error") == "error"]
    unsaid = judge_texts(expect, model["findings"], err)
    if unsaid:
        return unsaid
    if expect.kind == "rows":
        return judge_rows(expect.rows, findings, arguments[0]) or judge_output(expect, out)
    if expect.kind is None:
        if status == 66 or findings:
            return f"false alarm: {last_line(err)}"
        if not last_line(err).startswith("raddle: clean"):
            return f"error: the verdict is {last_line(err)!r}"
        return judge_output(expect, out)
    if status == 0 or not any(f["kind"] == expect.kind for f in findings):
        return f"miss: {last_line(err)}"
    return judge_findings(expect, findings) or judge_output(expect, out)


def judge(expect, args):
    for arguments in expect.arguments:
        if args.gate:
            gate = [args.gate] + (["--checks", "deadlock,leak,lock-order,misuse,panic"] if args.plain else [])
            gate += expect.options
            wrong = judge_gated(expect, gate, args.program, arguments, args.one_cpu)
        else:
            wrong = judge_bare(expect, args.program, arguments, args.one_cpu)
        if wrong:
            return wrong + (f" (argument {arguments[0]})" if arguments else "")
    return None


def runs_in(log):
    if log is None or not os.path.exists(log):
        return 0
    with open(log, encoding="utf-8") as file:
        return sum(1 for line in file if line.endswith("\n"))


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--gate")
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--log")
    parser.add_argument("--one-cpu", action="store_true")
    parser.add_argument("--silent", action="store_true")
    parser.add_argument("--plain", action="store_true")
    parser.add_argument("source")
    parser.add_argument("program")
    args = parser.parse_args()
    expect = Expectation(args.source)
    if args.silent:
        expect.kind = None
    bad = 0
    for _ in range(runs_in(args.log), args.repeat):
        wrong = judge(expect, args)
        bad += wrong is not None
        if wrong:
            print(wrong, flush=True)
        if args.log:
            with open(args.log, "a", encoding="utf-8") as file:
                file.write((wrong or "ok").replace("\n", " ") + "\n")
    return 1 if bad else 0


sys.exit(main())
