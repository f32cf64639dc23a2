#!/usr/bin/env python3
"""What a race report calls the variables and members of C++: the same by either compiler's DWARF, variables by the symbols alone.

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


def builds(directory, source):
    for compiler, level, program in kit.builds(RADDLE_CXX, ("g++", "clang++"), directory, os.path.join(PROGRAMS, source)):
        yield f"{compiler} -{level}", program


def findings_of(program):
    path = program + ".json"
    done = subprocess.run([GATE, "--quiet", "--timeout", "30", "--json", path, "--", program], stdin=subprocess.DEVNULL,
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
    """A variable is told with its scopes, so that no two have one id: neither with DWARF nor with a symbol table only."""
    for how, program in builds(directory, "cxx_names.cc"):
        races = races_of(program)
        names = sorted(about.get("name", "?") for about in races.values())
        check(names == sorted(NAMES), f"{how}: {names}")
        subprocess.run(["strip", "-g", program], check=True, timeout=TIMEOUT_S)
        stripped = races_of(program)
        check(stripped.keys() == races.keys(), f"{how}, strip -g: {stripped}")
        names = sorted(about.get("name", "?") for about in stripped.values())
        check(names == sorted(NAMES), f"{how}, strip -g: {names}")


# What lies in a virtual base is told as the whole, and so are bits that share a byte: which is not known.
MEMBERS = {"of_virtual.own": "int", "of_base": "Virtual", "behind.own": "int", "before.last": "int", "as_whole.whole": "int",
           "as_half.half.high": "short", "as_byte.bytes[2]": "unsigned char", "of_bits": "Bits", "beside_bits.own": "int"}


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


sys.exit(main(globals()))
