#!/usr/bin/env python3
"""What reports say of C++: the variables and members of a race, by either compiler's DWARF or by the symbols alone; waits of the library.

usage: cxx.py PART RADDLE_CXX GATE SOURCE_ROOT

PART: see kit.py.
"""
import json
import os
import re
import subprocess
import sys

import kit
from kit import PROGRAMS, TIMEOUT_S, TOOLS, check, main

RADDLE_CXX, GATE = TOOLS


def builds(directory, source, flags=()):
    for compiler, level, program in kit.builds(RADDLE_CXX, ("g++", "clang++"), directory, os.path.join(PROGRAMS, source), flags):
        yield f"{compiler} -{level}", program


def findings_of(program, *arguments):
    path = program + ".json"
    done = subprocess.run([GATE, "--quiet", "--timeout", "30", "--json", path, "--", program, *arguments], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=TIMEOUT_S, check=False)
    check(done.returncode == 66, f"{program}: status {done.returncode}: {done.stderr}")
    with open(path, encoding="utf-8") as file:
        return json.load(file)["findings"]


def races_of(program):
    """{id: the object}."""
    return {finding["id"]: finding["object"] for finding in findings_of(program)}


NAMES = ["n", "a::n", "a::(anonymous namespace)::hidden", "b::n", "b::Box<int>::n", "b::Box<unsigned long>::n",
         "(anonymous namespace)::hidden", "(anonymous namespace)::Shelf::n", "(anonymous namespace)::Shelf::here::n",
         "(anonymous namespace)::there::n"]


def test_names(directory):
    """A variable is told with its scopes, so that no two have one id: neither with DWARF nor with a symbol table only;
    and with its size where DWARF has no type."""
    for how, program in builds(directory, "cxx_names.cc"):
        races = races_of(program)
        names = sorted(about.get("name", "?") for about in races.values())
        check(names == sorted(NAMES), f"{how}: {names}")
        sizes = {about.get("name"): about.get("bytes") for about in races.values()}
        check(set(sizes.values()) == {4, 8}, f"{how}: {sizes}")
        subprocess.run(["strip", "-g", program], check=True, timeout=TIMEOUT_S)
        stripped = races_of(program)
        check(stripped.keys() == races.keys(), f"{how}, strip -g: {stripped}")
        names = sorted(about.get("name", "?") for about in stripped.values())
        check(names == sorted(NAMES), f"{how}, strip -g: {names}")
    for how, program in builds(directory, "cxx_names.cc", ["-g1"]):
        few = {about.get("name"): about.get("bytes") for about in races_of(program).values()}
        check(few == sizes, f"{how} -g1: {few}")


# By the variable that the allocation's line declares: what it holds, if that is known.
BLOCKS = {("shelf", "stock::Shelf.items", "int"), ("shelf", "stock::Shelf.name", "long"), ("shelves", "stock::Shelf[1].broken", "int"),
          ("box", "stock::Box.uses", "short"), ("owned", None, None), ("listed", None, None), ("shared", None, None)}


def test_blocks(directory):
    """What new makes is told by the pointer's type; of what the library makes, or what may be of two classes, only who holds it."""
    for how, program in builds(directory, "cxx_blocks.cc"):
        races = races_of(program)
        blocks = {(about.get("variable"), about.get("name"), about.get("type")) for about in races.values()}
        check(blocks == BLOCKS and len(races) == len(BLOCKS), f"{how}: {races}")


# What lies in a virtual base is told as the whole: which member is not known.
MEMBERS = {"of_virtual.own": "int", "of_base": "Virtual", "behind.own": "int", "before.last": "int", "as_whole.whole": "int",
           "as_half.half.high": "short", "as_byte.bytes[2]": "unsigned char", "of_bits.first..second": "bit-fields", "beside_bits.own": "int",
           "beside_static.part.own": "bool"}


def test_members(directory):
    """A member is told by what lies at the access, or not at all."""
    for how, program in builds(directory, "cxx_members.cc"):
        members = {about.get("name"): about.get("type") for about in races_of(program).values()}
        check(members == MEMBERS, f"{how}: {members}")


def test_lambdas(directory):
    """Lambdas are counted in their function, alike by all compilers: of two, a race in one is not the race in the other."""
    for how, program in builds(directory, "cxx_lambdas.cc"):
        findings = findings_of(program)
        places = {finding["accesses"][0]["stack"][0].get("function", "?") for finding in findings}
        counted = sorted(re.sub(r"\(\)( const)?", "", place) for place in places)
        check(counted == ["main::{lambda#2}::operator", "main::{lambda#3}::operator"], f"{how}: {places}")
        check(len({finding["id"] for finding in findings}) == 2, f"{how}: {[finding['id'] for finding in findings]}")


def test_container(directory):
    """The advice is about what the user named and can guard, not about the library's members within."""
    for how, program in builds(directory, "cxx_container.cc"):
        findings = [finding for finding in findings_of(program) if finding["object"].get("name", "").startswith("journal.lines._M_")]
        check(len(findings) != 0, f"{how}: no race in the vector")
        for finding in findings:
            check("guard `journal.lines` with one lock" in finding["hint"] and "atomic" not in finding["hint"], f"{how}: {finding['hint']}")


# What is waited in, what it waits on, who else stands on the stack.
# Of a variable on the stack that the compiler keeps in no place that it tells only the stack is known.
HEAP, STACK = r" in heap block from for_ever(\(char const\*\))? at \S+", r" (`(any|condition)` of (for_ever(\(char const\*\))?|main)|on the stack of main)"
WAITS = {"get": ("std::future::get", "future" + HEAP), "share": ("std::future::wait", "future" + HEAP),
         "latch": ("std::latch::wait", "latch" + STACK), "barrier": ("std::barrier::arrive_and_wait", "barrier"),
         "semaphore": ("std::counting_semaphore::acquire", "semaphore" + STACK),
         "atomic": ("std::atomic::wait", "atomic variable `word`"), "flag": ("std::atomic_flag::wait", "atomic flag"),
         "lock": ("std::mutex::lock", None), "guard": ("std::lock_guard", None),
         "condition": ("std::condition_variable::wait", "condition variable" + STACK),
         "any": ("std::condition_variable_any::wait", "condition variable" + STACK), "once": ("std::call_once", None),
         "thread": ("std::atomic::wait", "atomic variable `word`"), "async": ("std::atomic::wait", "atomic variable `word`")}


def test_waits(directory):
    """A wait is told by what the user called: of the library's frames in a row the outermost, and the name of it; suppressions know the others."""
    for how, program in builds(directory, "cxx_waits.cc", ["-std=c++20"]):
        for what, (called, on) in WAITS.items():
            finding = findings_of(program, what)[0]
            wait = finding["tasks"][0]["wait"]
            shown = [frame for frame in wait["stack"] if not frame.get("hidden")]
            librarys = [frame for frame in shown if frame.get("system")]
            users = [re.sub(r"[({].*", "", frame["function"]) for frame in shown if not frame.get("system")]
            check(wait.get("called") == called and on is None or re.fullmatch(on, wait["objects"][0]["label"]) is not None,
                  f"{how} {what}: {wait.get('called')} {wait['objects']}")
            check(shown[0] in librarys and len(librarys) <= (2 if what == "once" else 1), f"{how} {what}: {shown}")
            check(len(users) != 0 and all(name in ("for_ever", "for_ever::", "main") for name in users), f"{how} {what}: {users}")
            if what not in ("lock", "guard", "once"):
                check(f" waits in {called}, and nobody" in finding["title"], f"{how} {what}: {finding['title']}")
        rules = program + ".rules"
        for rule, status in (("deadlock:__platform_wait", 0), ("deadlock:pthread_once", 66)):
            with open(rules, "w", encoding="utf-8") as file:
                file.write(rule + "\n")
            done = subprocess.run([GATE, "--quiet", "-o", "on_deadlock=exit", "-o", "exitcode=0", "--exitcode", "66", "--suppressions",
                                   rules, "--", program, "latch"], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                                  timeout=TIMEOUT_S, check=False)
            check(done.returncode == (2 if status == 0 else status), f"{how} {rule}: {done.returncode} {done.stderr}")


def test_go(directory):
    """In the words of Go's tools a call has its parentheses once: C++'s names have parameters of their own."""
    for how, program in builds(directory, "cxx_calls.cc"):
        done = subprocess.run([GATE, "--timeout", "30", "--format", "go", "--", program], stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, timeout=TIMEOUT_S, check=False)
        stacks = done.stderr.split("\n\n")[:2]
        lines = [line.strip() for stack in stacks for line in stack.split("\n") if line.startswith("  ") and line.strip() != "" and line[2] != " "]
        calls = [re.sub(r"operator\(\)(\(\))?( const)?", "operator", line) for line in lines]
        wanted = ["plain()", "counted(int)", "Table::put(int) const", "main::{lambda}::operator", "main::{lambda#2}::operator"]
        check(all(call in wanted for call in calls) and set(wanted[:3]) <= set(calls), f"{how}: {lines}")


sys.exit(main(globals()))
