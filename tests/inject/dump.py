#!/usr/bin/env python3
"""What -o dump_signal prints of a live process, and that the process goes on.

usage: dump.py RADDLE_CC RUN_WITH_DETECTOR DETECTOR SOURCE_DIR

Each program says its number, and waits for a line: the signal comes in between.
"""
import os
import re
import select
import signal
import subprocess
import sys
import tempfile
import time

BAR = "=================="
LIMIT_S = 60
failures = 0


def expect(condition, what, text=""):
    global failures
    if not condition:
        failures += 1
        print(f"wrong: {what}\n{text}")


def read_dump(pipe):
    """All of standard error up to the end of a dump."""
    text, until = "", time.monotonic() + LIMIT_S
    while text.count(BAR) < 2:
        if not select.select([pipe], [], [], max(0, until - time.monotonic()))[0]:
            return text
        more = os.read(pipe.fileno(), 65536).decode()
        if not more:
            return text
        text += more
    return text


def run(command, environment=None, to_gate=False):
    """(the dump, standard output, the rest of standard error, the status)"""
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               env=dict(os.environ, **(environment or {})))
    number = int(process.stdout.readline())
    os.kill(process.pid if to_gate else number, signal.SIGQUIT)
    dump = read_dump(process.stderr)
    out, err = process.communicate(b"\n", timeout=LIMIT_S)
    return dump, out.decode(), err.decode(), process.returncode


def check_threads(what, dump):
    for line in (r"NOTE: TASKS\nprocess \d+: 4 tasks, of which 3 wait\n",
                 r"\nThread 2 waits in sem_wait on semaphore `served`, for .*, at:\n  #0 holder ",
                 r"\n  holds `cache`, taken at:\n  #0 holder ",
                 r"\nThread 3 waits in pthread_mutex_lock on mutex `cache`, held by thread 2 since dump.c:\d+, for ",
                 r"\n  runs `loaded`, begun at:\n  #0 loader ",
                 r"\nThread 4 waits in pthread_once on once `loaded`, run by thread 3 since dump.c:\d+, for ",
                 r"\n  created by main .* ago at:\n  #0 main ",
                 r"\nMain is running\n"):
        expect(re.search(line, dump), f"{what}: {line}", dump)


def main():
    raddle_cc, gate, detector, source = sys.argv[1:]
    with tempfile.TemporaryDirectory() as here:
        threads, goroutines = f"{here}/dump", f"{here}/goroutines"
        plain = os.environ.get("CC_PLAIN", "cc")
        subprocess.run([plain, "-g", "-O1", "-pthread", f"{source}/dump.c", "-o", threads], check=True)
        subprocess.run([raddle_cc, "-g", "-O1", f"{source}/dump_goroutines.c", "-D_GNU_SOURCE", "-o", goroutines], check=True)

        bare = {"LD_PRELOAD": detector, "RADDLE_OPTIONS": "dump_signal=QUIT"}
        dump, out, err, status = run([threads], bare)
        check_threads("bare", dump)
        expect((out, err, status) == ("done\n", "", 0), "bare: the program goes on", (out, err, status))
        for word, said in (("handler", "handled\n"), ("ignored", "")):
            dump, out, err, status = run([threads, word], bare)
            check_threads(word, dump)
            expect((out, err, status) == (said + "done\n", "", 0), f"{word}: as without us", (out, err, status))

        checked = [gate, "--checks", "deadlock,leak,misuse", "-o", "dump_signal=3", "--"]
        for to_gate in False, True:
            dump, out, err, status = run([*checked, threads], to_gate=to_gate)
            check_threads("gate", dump)
            expect(out == "done\n" and status == 0 and "clean" in err, "gate: a dump is no finding", (out, err, status))

        dump, out, err, status = run([gate, "-o", "dump_signal=SIGQUIT", "--", goroutines])
        expect(re.search(r": 7 tasks, of which 6 wait\n", dump), "goroutines", dump)
        expect(re.search(r"\(one of ×5\) waits in sync.Mutex.Lock on mutex `cache`, held by goroutine \d+ since ", dump),
               "goroutines wait", dump)
        expect(re.search(r"waits in chan receive on channel .*\n(.*\n)*  holds `cache`, taken at:", dump), "goroutine holds", dump)
        expect(re.search(r"\nMain is running, at:\n  #0 main  \S*dump_goroutines.c:\d+\n", dump), "where main runs", dump)
        expect(out == "done\n" and status == 0, "goroutines go on", (out, err, status))
    return failures != 0


sys.exit(main())
