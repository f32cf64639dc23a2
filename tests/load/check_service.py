#!/usr/bin/env python3
"""Runs the watched service with a detector of few numbers, which must give all of them out again.

usage: check_service.py clean|racy GATE DETECTOR SERVICE

clean: nothing is found, nothing ran out, memory is flat. racy: the one race, whose earlier access is as
old as the run, is told with both stacks whole. In both, collections ran all the time.
"""
import json
import os
import subprocess
import sys
import tempfile

# So short a run still fills its own heap and stacks, beside a detector that is small here: 2 to 13 % between
# the middle and the end. 64 bytes lost with each job made it 70 %.
JOBS, CROWD, PERCENT = "300000", "200", "30"
TIMEOUT_S = 240
# detector/numbers.h, NUMBERS_FEW: all of them are given out many times.
SEGMENTS, TASKS = 1 << 18, 1 << 15
COLLECTIONS = 50
STACKS = {
    "write": ["note_opening", "open_for_business", "keep_watch"],
    "read": ["run", "main"],
}


def run_service(gate, detector, service):
    with tempfile.TemporaryDirectory(prefix="raddle-service-") as directory:
        file = os.path.join(directory, "findings.json")
        env = {**os.environ, "RADDLE_DETECTOR": detector, "RADDLE_OPTIONS": "stats=1"}
        done = subprocess.run([gate, "--json", file, "--", service, JOBS, CROWD, PERCENT], stdin=subprocess.DEVNULL, env=env,
                              capture_output=True, timeout=TIMEOUT_S, check=False)
        print(done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace"), sep="")
        with open(file, encoding="utf-8") as stream:
            return done.returncode, json.load(stream)


def names_of(stack):
    return [frame.get("function") for frame in stack if not frame.get("hidden")]


def judge_race(findings):
    if [finding["kind"] for finding in findings] != ["data-race"]:
        return f"the findings are {[finding['kind'] for finding in findings]}"
    for access in findings[0]["accesses"]:
        names = names_of(access["stack"])
        wanted = STACKS["write" if "write" in access["access"] else "read"]
        if names[:len(wanted)] != wanted:
            return f"a stack is {names}, not {wanted}"
    return None


def judge(part, status, model):
    limits = {limit["name"]: limit for limit in model["limits"]}
    count = {name: limit["count"] for name, limit in limits.items()}
    reached = [name for name, limit in limits.items() if limit["blind"]]
    if reached:
        return f"limits were reached: {reached}"
    if count.get("COLLECTIONS", 0) < COLLECTIONS:
        return f"only {count.get('COLLECTIONS', 0)} collections"
    if count["SEGMENTS_TAKEN"] < 4 * SEGMENTS or int(JOBS) < 4 * TASKS:
        return f"only {count['SEGMENTS_TAKEN']} segments and {JOBS} tasks"
    if part == "racy":
        return judge_race(model["findings"]) or (None if status == 66 else f"status {status}")
    return f"status {status}, {model['verdict']}" if status != 0 or model["findings"] else None


def main():
    part, gate, detector, service = sys.argv[1:5]
    status, model = run_service(gate, detector, service)
    wrong = judge(part, status, model)
    if wrong:
        print(f"check_service: {wrong}")
    return 1 if wrong else 0


sys.exit(main())
