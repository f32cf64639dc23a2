#!/usr/bin/env python3
"""Makes every request of the runtime to the system fail in turn, once, and once for ever.

usage: faults.py PROGRAM FAULT_LIBRARY [RUNTIME_DIRECTORY]

Each run must end in one of two ways: `done` and status 0, or status 2 with one line
`fatal error: rdl: …` and, before it, lines `runtime: …` that name the limit and what to do; before
the first task, `raddle: cannot start: …`. A crash by signal, a hang or anything else is a failure.
"""
import concurrent.futures
import os
import re
import subprocess
import sys
import tempfile

TIMEOUT_S = 60
AT_ONCE = 4
STARTUP = re.compile(r"^raddle: cannot start: rdl: .", re.M)
FATAL = re.compile(r"^fatal error: rdl: .", re.M)
LIMIT = re.compile(r"^runtime: .*(; (raise|look)|limit)", re.M)


def run(program, library, directory, faults):
    environment = os.environ | {"LD_PRELOAD": library, "RADDLE_MAXPROCS": "3"} | faults
    if directory:
        environment["LD_LIBRARY_PATH"] = directory
    try:
        done = subprocess.run([program], env=environment, stdin=subprocess.DEVNULL, capture_output=True,
                              timeout=TIMEOUT_S, check=False)
    except subprocess.TimeoutExpired as late:
        return None, "", (late.stderr or b"").decode(errors="replace")
    return done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")


def judge(status, out, err):
    """None when the end is right, else why it is not."""
    if status is None:
        return f"it hangs: {err[-500:]}"
    if status == 0:
        return None if out == "done\n" else f"status 0, but it says {out!r}"
    if status < 0:
        return f"it dies of signal {-status}: {err[-500:]}"
    if STARTUP.search(err):
        return None
    if status == 2 and FATAL.search(err):
        return None if LIMIT.search(err) else f"no line names the limit: {err[:500]}"
    return f"status {status}: {out!r} {err[:500]}"


def count_requests(program, library, directory):
    with tempfile.TemporaryDirectory(prefix="raddle-faults-") as place:
        log = os.path.join(place, "count")
        status, out, err = run(program, library, directory, {"FAULT_LOG": log})
        if status != 0 or out != "done\n":
            sys.exit(f"faults: without a fault: {judge(status, out, err)}")
        with open(log, encoding="utf-8") as file:
            return int(file.read())


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    program, library = sys.argv[1:3]
    directory = sys.argv[3] if len(sys.argv) > 3 else None
    n = count_requests(program, library, directory)
    if n < 20:
        sys.exit(f"faults: only {n} requests were seen: is {library} engaged?")
    cases = [{"FAULT_AT": str(k)} | ever for k in range(1, n + 1) for ever in ({}, {"FAULT_EVER": "1"})]
    bad = 0
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        for faults, end in zip(cases, pool.map(lambda f: run(program, library, directory, f), cases)):
            wrong = judge(*end)
            bad += wrong is not None
            if wrong:
                print(" ".join(f"{name}={value}" for name, value in faults.items()), wrong)
    print(f"{n} requests, each refused once and for ever: {len(cases)} runs, {bad} wrong")
    return 1 if bad else 0


sys.exit(main())
