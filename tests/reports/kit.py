"""What the tests of reports of real programs share: their arguments, building, checking.

usage of the tests: TEST.py PART TOOL... SOURCE_ROOT

PART is one of the functions named test_PART; each test says which tools it wants.
"""
import os
import shutil
import subprocess
import sys
import tempfile

PART, TOOLS, ROOT = sys.argv[1], [os.path.abspath(path) for path in sys.argv[2:-1]], os.path.abspath(sys.argv[-1])
sys.path.append(os.path.join(ROOT, "tests"))
from terminal import at_terminal  # noqa: E402, F401: for the tests of this directory
PROGRAMS = os.path.join(ROOT, "tests/reports/programs")
TIMEOUT_S = 60
LEVELS = ("O0", "O2")
failures = []


def check(condition, what):
    if not condition:
        failures.append(what)
        print("FAILED:", what)


def compile_one(wrapper, compiler, level, source, program, flags=()):
    """wrapper: raddle-cc or raddle-c++; None: the compiler itself. compiler: of its language."""
    subprocess.run([wrapper or compiler, "-D_GNU_SOURCE", f"-{level}", "-g", "-pthread", "-I", ROOT, *flags, source, "-o", program], check=True,
                   timeout=TIMEOUT_S, env={**os.environ, "RADDLE_CC": compiler, "RADDLE_CXX": compiler})
    return program


def builds(wrapper, compilers, directory, source, flags=()):
    """(compiler, level, program) by each compiler that is there, at each optimisation."""
    for compiler in compilers:
        if shutil.which(compiler):
            for level in LEVELS:
                yield compiler, level, compile_one(wrapper, compiler, level, source, os.path.join(directory, f"{compiler}-{level}"), flags)


def main(parts):
    """parts: the globals of the test. Returns its status."""
    with tempfile.TemporaryDirectory(prefix="raddle-reports-") as directory:
        parts["test_" + PART](directory)
    print(f"{PART}: {len(failures)} failed")
    return bool(failures)
