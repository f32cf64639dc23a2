"""What the tests of the tools share: running them, findings to run them on, and checks.

usage of the tests: TEST.py [--update] PART BIN SOURCE_ROOT

PART is one of the functions named test_PART. BIN is a directory with the tools and the programs of
this directory. --update rewrites what is kept in golden/: a reviewed diff.
"""
import json
import os
import subprocess
import sys
import tempfile

UPDATE = "--update" in sys.argv
PART, BIN, ROOT = [a for a in sys.argv[1:] if a != "--update"]
HERE = os.path.dirname(os.path.abspath(__file__))
TIMEOUT_S = 60
sys.path.append(os.path.join(ROOT, "tests"))
from terminal import at_terminal, cells  # noqa: E402, F401: for the tests of this directory
failures = []


def tool(name):
    return os.path.realpath(os.path.join(BIN, name))


def run(*command, stdin=None, env=None, cwd=None):
    done = subprocess.run([str(c) for c in command], input=stdin, stdin=None if stdin else subprocess.DEVNULL,
                          capture_output=True, timeout=TIMEOUT_S, check=False, cwd=cwd,
                          env={**os.environ, **(env or {})})
    return done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")


def check(condition, what):
    if not condition:
        failures.append(what)
        print("FAILED:", what)


def cases():
    return run(tool("synthesize"))[1].split()


def synthesize(directory, case):
    path = os.path.join(directory, case)
    check(run(tool("synthesize"), case, path)[0] == 0, f"synthesize {case}")
    return path


def model_of(path):
    status, out, err = run(tool("raddle-report"), "--json", "-", path)
    check(status == 0, f"--json of {path}: {err}")
    return json.loads(out)


def one_line(err):
    return err.count("\n") == 1 and err.endswith("\n")


def gate(*arguments, env=None, cwd=None):
    return run(tool("run-with-detector"), *arguments, cwd=cwd,
               env={"RADDLE_DETECTOR": tool("libfake_detector.so"), **(env or {})})


def last_line(err):
    return err.rstrip("\n").split("\n")[-1]


def write(directory, name, text):
    path = os.path.join(directory, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def main(parts):
    """parts: the globals of the test. Returns its status."""
    with tempfile.TemporaryDirectory(prefix="raddle-tools-") as directory:
        parts["test_" + PART](directory)
    print(f"{PART}: {len(failures)} failed")
    return 1 if failures else 0
