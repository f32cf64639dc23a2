#!/usr/bin/env python3
"""The layer rules of the code, read from its includes and words.

usage: layers.py SOURCE_ROOT

1  detector/ knows nothing of runtime/, instrument/, threads or the dynamic linker, and event.h needs
   nothing but three freestanding headers.
2  runtime/ reaches the detector through emit.h alone.
3  instrument/ uses what detector/ publishes (its doors), never its insides, and of runtime/ only the
   public header.
4  Nobody declares another file's function by hand; weak ones and libc's own inner names aside.
5  Assembly and processor conditionals stand in arch/ only.
6  No note to ourselves is left in the text.
"""
import os
import re
import sys

FREESTANDING = {"stdint.h", "stddef.h", "stdbool.h", "stdatomic.h", "stdarg.h", "limits.h", "stdalign.h",
                "float.h", "stdnoreturn.h"}
EVENT_NEEDS = {"stdint.h", "stddef.h", "stdbool.h"}
# What detector/ publishes: the event door, findings, the host table, options with the signals that one names; core.h is the door as
# plain functions and hot.h its inlined fast path, both for hooks linked into the same object.
DETECTOR_DOORS = {"event.h", "findings.h", "misuses.def", "detector.h", "options.def", "signal_names.h", "core.h", "hot.h"}

problems = []


def complain(path, number, what):
    problems.append(f"{path}:{number}: {what}")


def sources(root, directory):
    for base, _, names in os.walk(os.path.join(root, directory)):
        for name in sorted(names):
            if name.endswith((".c", ".h", ".def", ".S", ".inc")):
                path = os.path.join(base, name)
                with open(path, encoding="utf-8") as file:
                    yield os.path.relpath(path, root), file.read()


def includes(text):
    for number, line in enumerate(text.splitlines(), 1):
        match = re.match(r'\s*#\s*include\s*([<"])([^>"]+)[>"]', line)
        if match:
            yield number, match.group(1) == "<", match.group(2)


def without_comments(text):
    keep_lines = lambda match: re.sub(r"[^\n]", " ", match.group(0))
    text = re.sub(r"/\*.*?\*/|//[^\n]*", keep_lines, text, flags=re.S)
    return re.sub(r'"(\\.|[^"\\\n])*"', '""', text)


def module_of(path, included):
    """The path inside the tree that an #include "…" means."""
    if "/" in included and included.split("/")[0] in ("detector", "runtime", "instrument"):
        return included
    return os.path.normpath(os.path.join(os.path.dirname(path), included))


def check_detector(root):
    for path, text in sources(root, "detector"):
        for number, system, name in includes(text):
            if system and name not in FREESTANDING:
                complain(path, number, f"<{name}> is not freestanding")
            if not system and not module_of(path, name).startswith("detector/"):
                complain(path, number, f"{name} is not of the detector")
            if path == "detector/event.h" and (not system or name not in EVENT_NEEDS):
                complain(path, number, "event.h needs stdint.h, stddef.h and stdbool.h only")
        for number, line in enumerate(without_comments(text).splitlines(), 1):
            if re.search(r"\b(dlsym|pthread_\w+|__thread|_Thread_local)\b", line):
                complain(path, number, "the detector has no threads, no linker and no thread-local state")


def check_runtime(root):
    for path, text in sources(root, "runtime"):
        for number, _, name in includes(text):
            module = module_of(path, name)
            if module == "detector/event.h" and path != "runtime/emit.h":
                complain(path, number, "only runtime/emit.h includes the event door")
            elif module.startswith("detector/") and module not in ("detector/event.h", "detector/options.def"):
                complain(path, number, f"{name} is not for the runtime")
            elif module.startswith("instrument/"):
                complain(path, number, f"{name}: the runtime knows no front-end")
        for number, line in enumerate(text.splitlines(), 1):
            if re.match(r"\s*#\s*if.*DETECTOR", line) and "_H" not in line:
                complain(path, number, "no conditional compilation on the detector")


def check_instrument(root):
    for path, text in sources(root, "instrument"):
        for number, system, name in includes(text):
            module = module_of(path, name)
            if module.startswith("detector/") and os.path.basename(module) not in DETECTOR_DOORS:
                complain(path, number, f"{name} is an inside of the detector")
            if not system and module.startswith("runtime/") and not module.endswith("raddle.h"):
                complain(path, number, f"{name} is an inside of the runtime")


def check_everywhere(root):
    for directory in ("detector", "runtime", "instrument"):
        for path, text in sources(root, directory):
            code = without_comments(text)
            in_arch = "/arch/" in path or path.endswith(".S")
            for number, line in enumerate(code.splitlines(), 1):
                if path.endswith(".c") and re.match(r"extern\b.*\)\s*;", line) \
                        and not re.search(r"weak|__libc_", line):
                    complain(path, number, "a function of another file is declared by hand")
                label = re.search(r"\)\s*__asm__\(\"", line)  # a declaration's: the name of its symbol
                if not in_arch and not label and re.search(
                        r"\b(__asm__|__asm|asm)\b\s*(volatile|__volatile__|goto)?\s*\(", line):
                    complain(path, number, "assembly outside arch/")
                if not in_arch and re.match(r"\s*#\s*(el)?if.*(x86|amd64|i386|aarch64)", line):
                    complain(path, number, "a processor conditional outside arch/")
            for number, line in enumerate(text.splitlines(), 1):
                if re.search(r"\b(TODO|FIXME|XXX|HACK)\b", line):
                    complain(path, number, "a note to ourselves")


def main():
    root = sys.argv[1]
    check_detector(root)
    check_runtime(root)
    check_instrument(root)
    check_everywhere(root)
    print("\n".join(problems) or "every layer keeps to itself")
    return 1 if problems else 0


sys.exit(main())
