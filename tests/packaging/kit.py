"""What the tests of packaging share: commands that must end as wanted, and other people's projects."""
import os
import re
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.path.dirname(os.path.dirname(HERE))
SKIPPED = 77
# What whoever runs us has told his own tools, and what a CI machine would see.
OTHERS = ("MAKEFLAGS", "MAKELEVEL", "MESON_TESTTHREADS", "RADDLE_TEST_NAME", "RADDLE_OPTIONS", "RADDLE_CC", "RADDLE_CXX",
          "CC", "CXX", "CFLAGS", "LDFLAGS", "DESTDIR", "GITHUB_STEP_SUMMARY", "GITHUB_WORKSPACE")
CLEAN = {name: value for name, value in os.environ.items() if name not in OTHERS}


def fail(*lines):
    sys.exit("\n".join(str(line) for line in lines))


def run(*command, cwd=None, env=None, wanted=0, timeout=600, shell=False):
    """Standard output and error, after the status was compared."""
    done = subprocess.run(command[0] if shell else command, cwd=cwd, env={**CLEAN, **(env or {})}, shell=shell,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          timeout=timeout, check=False)
    if done.returncode != wanted:
        fail(f"{command}: status {done.returncode}, not {wanted}", done.stdout)
    return done.stdout


def has(text, *wanted, no=()):
    for pattern in wanted:
        if not re.search(pattern, text, re.M):
            fail(f"no {pattern!r} in", text)
    for pattern in no:
        if re.search(pattern, text, re.M):
            fail(f"{pattern!r} in", text)


def needs(*programs):
    for program in programs:
        if shutil.which(program) is None:
            print(f"skipped: there is no {program}")
            sys.exit(SKIPPED)


def read(*path):
    with open(os.path.join(*path), encoding="utf-8") as file:
        return file.read()


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def replace(path, old, new):
    text = read(path)
    if old not in text:
        fail(f"{path}: no {old!r}")
    write(path, text.replace(old, new, 1))


def documented(language, title=""):
    """The block of that language, with that first line, in the packaging page: what a user is told to write."""
    found = re.search(rf"^```{language}\n({re.escape(title)}.*?)^```$", read(SOURCE, "instrument/tools/packaging/README.md"), re.M | re.S)
    if not found:
        fail(f"the packaging page has no block of {language} {title}")
    return found.group(1)


def foreign(place, name):
    """A copy of somebody else's project."""
    project = os.path.join(place, name)
    shutil.copytree(os.path.join(HERE, "foreign"), project)
    return project


class Installed:
    """Raddle as it was installed under some directory, and the environment that finds it there."""

    def __init__(self, root, prefix):
        self.prefix = os.path.join(root, prefix.lstrip("/"))
        lib = os.path.join(self.prefix, "lib")
        multiarch = os.path.join(lib, "x86_64-linux-gnu")
        self.lib = multiarch if os.path.exists(os.path.join(multiarch, "libraddle.so")) else lib
        self.env = {"PATH": f"{self.prefix}/bin:{os.environ['PATH']}",
                    "CMAKE_PREFIX_PATH": self.prefix,
                    "PKG_CONFIG_PATH": os.path.join(self.lib, "pkgconfig"),
                    "PKG_CONFIG_SYSROOT_DIR": root,
                    # /usr below another root is no place that compilers search.
                    "PKG_CONFIG_ALLOW_SYSTEM_CFLAGS": "1", "PKG_CONFIG_ALLOW_SYSTEM_LIBS": "1"}

    def run(self, *command, env=None, **more):
        return run(*command, env={**self.env, **(env or {})}, **more)
