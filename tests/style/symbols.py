#!/usr/bin/env python3
"""What the built libraries need, offer and keep: read with nm, readelf and objdump.

usage: symbols.py SOURCE_ROOT BUILD_ROOT

needs     the detector core has no undefined symbol: no libc, no thread-local accessor, no compiler
          helper; both libraries need libc and the loader, nothing else
offers    names of ours only, or names that the interposition tables list
keeps     no writable file-scope variable but the documented roots
hides     the tests' invisible order carries no hooks
hot       the hooks of the common accesses push little and call only as their last step
"""
import os
import re
import subprocess
import sys

problems = []
SOURCE, BUILD = sys.argv[1], sys.argv[2]

RUNTIME = os.path.join(BUILD, "runtime", "libraddle")
DETECTOR = os.path.join(BUILD, "instrument", "libraddle-detector.so")
CORE = os.path.join(BUILD, "detector", "libdetector.a")
LIBC_ONLY = re.compile(r"^(libc\.so\.6|ld-linux-x86-64\.so\.2)$")

# Writable globals that may exist, with the reason [STYLE 2.6].
CORE_ROOTS = {
    "det": "the root of the detector",
    "shadow_base": "where the fast path finds the shadow: its own symbol, so that a hook loads it once",
    "shadow_mask": "likewise",
}
ROOTS = {
    "libraddle": {
        "rdl__rt": "the root of the runtime",
        "rdl__events": "the door, filled once before the first task",
        "options": "filled once before the first task",
        "unwind": "libunwind's entry points, filled once",
        "nowhere": "the answer for what has no symbol; never written",
    },
    "detector": CORE_ROOTS,
    "libraddle-detector": CORE_ROOTS | {
        "front": "the root of the front-end",
        "real": "the table of real functions, filled once",
        "openmp_real": "likewise, those of OpenMP's runtimes",
        "strtok_state": "strtok's own place: see text.c",
        "sys_vdso_clock": "the kernel's function, filled once",
        "sys_is_shut": "whether asking the kernel for memory would be the end, once",
        "sys_own": "what memory is ours: to be known before the root is",
        "raddle_detector_events": "the door, filled once",
        "__TMC_END__": "of the compiler's start files",
        # Of libgcc's unwinder (callers.h), which finds nothing registered with itself:
        "dwarf_reg_size_table": "the sizes of registers, filled once",
        "once_regsizes": "likewise, whether it is",
        "object_mutex": "guards the next ones",
        "any_objects_registered": "never",
        "seen_objects": "none",
        "unseen_objects": "none",
        "marker": "of its sorting of what is registered",
    },
}


def tool(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def complain(what):
    problems.append(what)


def elf_symbols(path):
    """(name, type, bind, section index) of each symbol of an object, archive or library."""
    for line in tool("readelf", "-sW", path).splitlines():
        fields = line.split()
        if len(fields) >= 8 and fields[0].endswith(":") and fields[0][:-1].isdigit():
            yield fields[7].split("@")[0], fields[3], fields[4], fields[6]


def check_needs():
    defined, undefined = set(), set()
    for name, _, _, section in elf_symbols(CORE):
        (undefined if section == "UND" else defined).add(name)
    for name in sorted(undefined - defined - {"", "_GLOBAL_OFFSET_TABLE_"}):
        complain(f"needs: the detector core calls {name}")
    for library in (RUNTIME + ".so", DETECTOR):
        for needed in re.findall(r"\(NEEDED\).*\[(.*)\]", tool("readelf", "-dW", library)):
            if not LIBC_ONLY.match(needed):
                complain(f"needs: {os.path.basename(library)} needs {needed}")


def interposed_names():
    names = set()
    for base, _, files in os.walk(os.path.join(SOURCE, "instrument")):
        for file in files:
            if file.endswith(".def"):
                with open(os.path.join(base, file), encoding="utf-8") as stream:
                    names.update(re.findall(r"\b[A-Za-z_]\w+\b", stream.read()))
    return names


def exported(library):
    lines = tool("nm", "-D", "--defined-only", library).splitlines()
    return sorted(line.split()[-1].split("@")[0] for line in lines)


def check_offers():
    with open(os.path.join(SOURCE, "runtime", "include", "raddle.h"), encoding="utf-8") as stream:
        declared = set(re.findall(r"\brdl_\w+", stream.read()))
    for name in exported(RUNTIME + ".so"):
        if name not in declared:
            complain(f"offers: libraddle.so exports {name}, which raddle.h does not declare")
    for name, kind, bind, section in elf_symbols(RUNTIME + ".a"):
        if bind in ("GLOBAL", "WEAK") and section != "UND" and not name.startswith("rdl_"):
            complain(f"offers: libraddle.a defines {name} ({kind.lower()})")
    listed = interposed_names()
    for name in exported(DETECTOR):
        if not name.startswith(("__tsan_", "raddle_", "rdl_", "ompt_start_tool")) and name not in listed:
            complain(f"offers: libraddle-detector.so exports {name}, which no table lists")


def writable_variables(path):
    """Names of the non-thread-local variables in .data and .bss; relocated constants do not count."""
    names = set()
    for line in tool("nm", "-f", "sysv", path).splitlines():
        fields = [field.strip() for field in line.split("|")]
        if len(fields) == 7 and fields[3] == "OBJECT" and re.match(r"\.(data|bss)(?!\.rel\.ro)", fields[6]):
            names.add(re.sub(r"^\w+\.(?=[a-z])|\.\d+$", "", fields[0]))
    return names


def check_keeps():
    for label, path in (("libraddle", RUNTIME + ".a"), ("detector", CORE), ("libraddle-detector", DETECTOR)):
        for name in sorted(writable_variables(path) - set(ROOTS[label]) - {"completed", "__dso_handle"}):
            complain(f"keeps: {label} has a writable variable {name}, which is no documented root")


def code_of(path, function):
    text = tool("objdump", "-d", "--no-show-raw-insn", f"--disassemble={function}", path)
    return [line.split("\t", 1)[1].strip() for line in text.splitlines() if re.match(r"\s+[0-9a-f]+:\t", line)]


def check_hides():
    program = os.path.join(BUILD, "tests", "rules", "chan.send_before_receive_ordered")
    for function in ("mark", "await", "await_times", "happened"):
        code = code_of(program, function)
        if not code and function in ("mark", "await"):
            complain(f"hides: {function} was inlined")
        for line in code:
            if "tsan" in line:
                complain(f"hides: {function} calls {line.split('<')[-1].rstrip('>')}")


def check_hot():
    for hook in ("read4", "write4", "read8", "write8"):
        code = code_of(DETECTOR, f"__tsan_{hook}")
        pushes = sum(line.startswith("push") for line in code)
        calls = [line for line in code if line.startswith("call")]
        frame = [line for line in code if re.match(r"sub\s+\$0x[0-9a-f]+,%rsp", line)]
        print(f"__tsan_{hook}: {len(code)} instructions, {pushes} pushes, {len(calls)} calls")
        if not code:
            complain(f"hot: no code of __tsan_{hook}")
        if pushes > 2 or frame:
            complain(f"hot: __tsan_{hook} has {pushes} pushes and {len(frame)} stack frames")
        if calls:
            complain(f"hot: __tsan_{hook} calls {calls[0]}: slow paths are tail calls")


def main():
    for check in (check_needs, check_offers, check_keeps, check_hides, check_hot):
        check()
    print("\n".join(problems) or "the libraries need, offer and keep what they may")
    return 1 if problems else 0


sys.exit(main())
