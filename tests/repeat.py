#!/usr/bin/env python3
"""Runs one program again and again and logs each run; soak.sh starts it for unit and stress programs.

usage: repeat.py --log FILE [--repeat N] [--mode MODE] PROGRAM [ARGUMENT…]

  --repeat N   runs in all, those already in the log included
  --mode MODE  free; one-cpu: pinned to processor 0; loaded: beside a loop that never sleeps

Runs take turns with 1, 2, 4 and 16 workers. A run that is not over after 120 s gets SIGQUIT, so that
its dump says who waits for what. Every run is a line: `ok`, or `error: ` or `hang: ` and why.
"""
import argparse
import os
import signal
import subprocess
import sys

TIMEOUT_S = 120
WORKERS = ("1", "2", "4", "16")


def finish(process):
    """(hung, output) of a run."""
    try:
        return False, process.communicate(timeout=TIMEOUT_S)[0]
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGQUIT)
    try:
        return True, process.communicate(timeout=10)[0]
    except subprocess.TimeoutExpired:
        process.kill()
        return True, process.communicate()[0]


def run(command, workers):
    process = subprocess.Popen(command, env=os.environ | {"RADDLE_MAXPROCS": workers},
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    hung, output = finish(process)
    text = " | ".join(output.decode(errors="replace").split("\n")[:60])
    if hung:
        return f"hang: {workers} workers: {text}"
    if process.returncode != 0:
        return f"error: {workers} workers: status {process.returncode}: {text}"
    return "ok"


def runs_in(log):
    if not os.path.exists(log):
        return 0
    with open(log, encoding="utf-8") as file:
        return sum(1 for line in file if line.endswith("\n"))


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--log", required=True)
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--mode", choices=("free", "one-cpu", "loaded"), default="free")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    args = parser.parse_args()
    command = (["taskset", "-c", "0"] if args.mode == "one-cpu" else []) + args.command
    load = None
    if args.mode == "loaded":
        load = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    bad = 0
    try:
        for n in range(runs_in(args.log), args.repeat):
            said = run(command, WORKERS[n % len(WORKERS)])
            bad += said != "ok"
            with open(args.log, "a", encoding="utf-8") as file:
                file.write(said + "\n")
    finally:
        if load is not None:
            load.kill()
            load.wait()
    return 1 if bad else 0


sys.exit(main())
