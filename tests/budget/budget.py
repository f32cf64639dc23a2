#!/usr/bin/env python3
"""What becomes of a program whose detector may not use the memory it wants: memory=SIZE, --mem-limit, ulimit -v.

usage: budget.py RUN_WITH_DETECTOR PROGRAM
"""
import os
import re
import subprocess
import sys

TIMEOUT_S = 200
FORGOTTEN = "oldest accesses were forgotten because memory= was used up"
REFUSED = "the detector could get no memory"
PASSED = "kept more than memory= allows"

# what, arguments of run-with-detector, of the program, status, must be said, must not be said
CASES = [
    ("overrun by much", ["-o", "memory=32M"], ["churn", 64], 125, [FORGOTTEN, "raise memory="], []),
    ("the same by its other name", ["--mem-limit", "32M"], ["churn", 64], 125, [FORGOTTEN], []),
    ("inside", ["-o", "memory=2G"], ["churn", 64], 0, ["clean"], [FORGOTTEN, PASSED]),
    ("no limit", [], ["churn", 64], 0, ["clean"], [FORGOTTEN, PASSED]),
    ("a race near in time", ["-o", "memory=32M"], ["race", 64], 66, [FORGOTTEN, "last_word"], []),
    ("10,000 goroutines", ["-o", "memory=64M"], ["goroutines", 40], 125, [FORGOTTEN], []),
    ("10,000 goroutines with room", ["-o", "memory=2G"], ["goroutines", 40], 0, ["clean"], [FORGOTTEN]),
    ("parent and child", ["-o", "memory=32M"], ["fork", 48], 125, [FORGOTTEN], []),
    ("parent and child with room", ["-o", "memory=2G"], ["fork", 48], 0, ["clean"], [FORGOTTEN]),
    ("what cannot be forgotten", ["-o", "memory=1M"], ["churn", 1], None, [PASSED], []),
    ("no number", ["-o", "memory=much"], ["churn", 1], 125, ["bad value 'much' for memory"], []),
    ("an unknown unit", ["--mem-limit", "1T"], ["churn", 1], 125, ["--mem-limit: bad value '1T' for memory"], []),
]


def run(command, env=None):
    done = subprocess.run(command, capture_output=True, timeout=TIMEOUT_S, check=False, stdin=subprocess.DEVNULL,
                          env={**os.environ, **(env or {})})
    return done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")


def judge(end, status, said, unsaid, works=True):
    """None, or what is wrong with the end of a run."""
    got, out, err = end
    if status is not None and got != status:
        return f"status {got}, not {status}: {err[-1500:]}"
    if works and out != "right\n":
        return f"the program says {out!r}"
    missing = [text for text in said if text not in err]
    spare = [text for text in unsaid if text in err]
    return f"missing {missing}, too much {spare}: {err[-1500:]}" if missing or spare else None


def bytes_in_use(err):
    return {name: int(n) for name, n in re.findall(r"raddle: bytes (.*?)(?:, of which.*)?: (\d+)", err)}


def main():
    gate, program = sys.argv[1:]
    bad = 0

    def tell(name, wrong):
        nonlocal bad
        bad += wrong is not None
        print(f"{name}: {wrong or 'right'}")

    for name, options, arguments, status, said, unsaid in CASES:
        end = run([gate, *options, "--", program, *map(str, arguments)])
        works = not any("bad value" in text for text in said)
        tell(name, judge(end, status, said, unsaid, works))

    # The parts beside the budget; the whole passes it only while a thread is stopped inside the detector.
    end = run([gate, "-o", "memory=64M", "-o", "stats=1", "--", program, "churn", "64"])
    parts = bytes_in_use(end[2])
    budget = parts.pop("that memory= allows", 0)
    good = budget == 64 << 20 and len(parts) == 5 and sum(parts.values()) <= 2 * budget
    tell("the parts", None if good else f"{budget} {parts}: {end[2][-1500:]}")

    # The system refuses what is not limited: 1 GiB of address space, so that the shadow is two-level.
    command = f"ulimit -v 1048576 && exec {program} churn 320"
    end = run([gate, "--", "sh", "-c", command])
    tell("the system's end", judge(end, 125, [REFUSED], []))
    return 1 if bad else 0


sys.exit(main())
