#!/usr/bin/env python3
"""Man pages say what the programs say: every option, every key of -o, every function of the headers.

usage: test_man.py PAGES_DIR TOOLS_DIR SOURCE_ROOT

Both ways: what --help lists and the page lacks is a problem, and what the page has and --help does not.
Where man(1) is installed the pages must come out of it without a warning.
"""
import os
import re
import shutil
import subprocess
import sys

from kit import documented

PAGES, TOOLS, SOURCE = sys.argv[1:4]
HELP = {"run-with-detector": "--help", "raddle-report": "--help", "raddle-cc": "--raddle-help"}
# Of other programs, in examples.
FOREIGN = {"--test-dir", "--wrapper", "--cflags", "--libs", "--help"}
problems = []


def read(*path):
    with open(os.path.join(*path), encoding="utf-8") as file:
        return file.read()


def run(*command, **more):
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, **more)


def page_text(name):
    """A page without the marks of roff."""
    return re.sub(r"\\f[BIR]|\\&", "", read(PAGES, name)).replace("\\-", "-").replace("\\e", "\\")


def part(page, title):
    return re.search(rf"^\.SH {title}\n(.*?)(?=^\.SH |\Z)", page_text(page), re.M | re.S).group(1)


def tags(text):
    return re.findall(r"^\.T[PQ]\n(.*)$", text, re.M)


def same(what, wanted, found):
    problems.extend(f"{what}: {name} is missing" for name in sorted(set(wanted) - set(found)))
    problems.extend(f"{what}: {name} does not exist" for name in sorted(set(found) - set(wanted)))
    if not wanted:
        problems.append(f"{what}: there is nothing to compare with")


def normal(text):
    return " ".join(text.replace("`", "").split()).rstrip(".").lower()


def check_options():
    every = set(FOREIGN)
    for program, flag in HELP.items():
        told = run(os.path.join(TOOLS, program), flag).stdout
        options = re.findall(r"^ {2,6}(?:-\S, )?(--[a-z-]+)(=\S+)?", told, re.M)
        listed = re.findall(r"(--[a-z-]+)(=\S+)?", "\n".join(tags(part(f"{program}.1", "OPTIONS"))))
        same(f"{program}.1", ["".join(o) for o in options], ["".join(o) for o in listed])
        if not all(normal(words) in normal(part(f"{program}.1", "OPTIONS"))
                   for words in re.findall(r"^ {4,6}--\S+ +(\S.*)$", told, re.M)):
            problems.append(f"{program}.1: an option is explained in other words than by {flag}")
        every |= {name for name, _ in options}
    wrong = run(os.path.join(TOOLS, "raddle-cc"), "--raddle-nothing", "-c", "x.c")
    if wrong.returncode != 1 or wrong.stderr != "raddle-cc: --raddle-nothing: unknown option; see --raddle-help\n":
        problems.append(f"raddle-cc --raddle-nothing: status {wrong.returncode}, {wrong.stderr}")
    for page in os.listdir(PAGES):
        if re.search(r"\.[1-8]$", page):
            for name in set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", page_text(page))) - every:
                problems.append(f"{page}: there is no option {name}")


def check_keys():
    told = run(os.path.join(TOOLS, "run-with-detector"), "-o", "help").stdout
    keys = re.findall(r"^  (\w+=.*)$", told, re.M)
    same("keys in run-with-detector.1", keys, tags(part("run-with-detector.1", "KEYS")))
    table = re.findall(r"^OPTION_\w+\((\w+), ", read(SOURCE, "detector/options.def"), re.M)
    same("-o help", table + ["linger_ms", "system_path"], [key.split("=")[0] for key in keys])


def check_functions():
    listed = "\n".join(tags(part("raddle.3", "THE RUNTIME") + part("raddle.3", "TALKING TO THE DETECTOR")))
    declared = read(SOURCE, "runtime/include/raddle.h") + read(SOURCE, "instrument/include/raddle/detector.h")
    names = r"\b(rdl_(?!_)\w+)\("
    same("raddle.3", re.findall(r"(?:RDL__API|static inline) [^;{(]*?" + names, declared), re.findall(names, listed))
    same("raddle.3", re.findall(r"^#define (RDL_(?!_|NORETURN)\w+)", declared, re.M),
         re.findall(r"^(RDL_\w+)", listed, re.M))


def check_documented():
    """What users are told to write is the same everywhere."""
    page = page_text("raddle.7")
    for name in ("cmake", "meson", "ctest", "mesontest", "accept"):
        for line in documented(name).strip().split("\n"):
            if line not in page:
                problems.append(f"raddle.7: lacks the line of the packaging page: {line}")
    for name in ("cmake", "meson"):
        for word in re.findall(r"\w+\([^()]*\)", documented(name)):
            if word not in read(SOURCE, "README.md"):
                problems.append(f"README.md: lacks {word}")


def check_rendering():
    if shutil.which("man") is None:
        print("there is no man(1): pages are not rendered")
        return
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "MANWIDTH": "80", "MANPAGER": "cat"}
    for page in sorted(os.listdir(PAGES)):
        if re.search(r"\.[1-8]$", page):
            done = run("man", "--warnings", "-E", "UTF-8", "-l", os.path.join(PAGES, page), env=environment)
            if done.returncode != 0 or done.stderr or "NAME" not in done.stdout:
                problems.append(f"{page}: {done.stderr or 'man shows nothing'}")


check_options()
check_keys()
check_functions()
check_documented()
check_rendering()
print("\n".join(problems) or "pages, help and headers agree")
sys.exit(1 if problems else 0)
