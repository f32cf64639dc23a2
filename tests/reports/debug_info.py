#!/usr/bin/env python3
"""What a report says in every state in which debug information is met.

usage: debug_info.py PART RADDLE_CC GATE REPORT SOURCE_ROOT

PART: see kit.py. Each builds programs/stock.c in its way, runs it, and looks
at the two frames of the access: `all` is names, lines, the inlined call, variable and type; `names` is the
physical functions' names alone; `nothing` is module and offset.
"""
import json
import os
import shutil
import subprocess
import sys

from kit import PROGRAMS, ROOT, TIMEOUT_S, TOOLS, check, main

RADDLE_CC, GATE, REPORT = TOOLS
SOURCE = os.path.join(PROGRAMS, "stock.c")


def run(*command, status=0, env=None, cwd=None):
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=TIMEOUT_S, check=False,
                          cwd=cwd, env={**os.environ, **(env or {})})
    if done.returncode != status:
        raise SystemExit(f"{command}: status {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout, done.stderr


def build(directory, compiler, *flags, name="stock", source=SOURCE):
    """Compiled and linked apart, as projects do it."""
    env = {"RADDLE_CC": compiler}
    common = [RADDLE_CC, "-D_GNU_SOURCE", "-O2", "-pthread", "-I", ROOT, *flags]
    run(*common, "-c", source, "-o", "stock.o", env=env, cwd=directory)
    run(*common, "stock.o", "-o", name, env=env, cwd=directory)
    return os.path.join(directory, name)


def raw_findings(program):
    """The raw findings of a run, which are made into reports later."""
    kept = program + ".kept"
    shutil.rmtree(kept, ignore_errors=True)
    os.mkdir(kept)
    run(GATE, "--quiet", "--keep", kept, "--", program, status=66)
    return [os.path.join(kept, name) for name in os.listdir(kept)]


def finding_of(raw, options=""):
    out, _ = run(REPORT, "--json", "-", *raw, env={"RADDLE_OPTIONS": options})
    found = [f for f in json.loads(out)["findings"] if "balance" not in f["title"]]
    found.sort(key=lambda f: "items" not in f["title"])
    return found[0]


def look(program, options=""):
    return finding_of(raw_findings(program), options)


def frames_of(finding):
    return [f for f in finding["accesses"][0]["stack"] if not f.get("hidden")]


def line_of(mark):
    with open(SOURCE, encoding="utf-8") as file:
        return next(n for n, line in enumerate(file, 1) if f"/* {mark} */" in line)


def says_lines(what, finding):
    frames = frames_of(finding)[:2]
    names = [f.get("function") for f in frames]
    check(names == ["count_up", "refill"], f"{what}: functions {names}")
    check([f.get("inlined", False) for f in frames] == [True, False], f"{what}: what is inlined")
    places = [(os.path.basename(f.get("file") or "?"), f.get("line")) for f in frames]
    check(places == [("stock.c", line_of("the access")), ("stock.c", line_of("the call"))], f"{what}: lines {places}")


def says_all(what, finding):
    says_lines(what, finding)
    about = finding["object"]
    seen = about.get("name"), about.get("type"), os.path.basename(about.get("file") or "?")
    check(seen == ("stock.items", "long", "stock.c"), f"{what}: object {about}")
    check(not any("note" in f for f in frames_of(finding)), f"{what}: notes")


def says_names(what, finding):
    frames = frames_of(finding)
    check(frames[0].get("function") == "refill" and "file" not in frames[0], f"{what}: {frames[0]}")
    check(finding["object"].get("name", "").startswith("stock"), f"{what}: object {finding['object']}")


def says_nothing(what, finding, program):
    for frame in frames_of(finding):
        check("function" not in frame and "file" not in frame, f"{what}: {frame}")
        check(frame["module"] == os.path.realpath(program) and frame["offset"].startswith("0x"), f"{what}: {frame}")
        check("build_id" in frame, f"{what}: no build id in {frame}")


def compilers():
    return [c for c in ("gcc", "clang", "clang-19") if shutil.which(c)]


def test_versions(directory):
    """DWARF 4 and 5, with and without compression, 64-bit, with an index of names."""
    for compiler in compilers():
        for flags in (["-g"], ["-gdwarf-4"], ["-gdwarf-5"], ["-g", "-gz=zlib"], ["-gdwarf-4", "-gz=zlib"], ["-g", "-ggdb3"],
                      ["-g", "-ffunction-sections", "-Wl,--gc-sections"], ["-g", "-no-pie", "-fno-pie"]):
            says_all(f"{compiler} {flags}", look(build(directory, compiler, *flags)))
        if compiler.startswith("clang"):
            for flags in (["-gdwarf-5", "-gpubnames"], ["-gdwarf-5", "-glldb"], ["-g", "-fdebug-types-section"]):
                says_all(f"{compiler} {flags}", look(build(directory, compiler, *flags)))
        says_lines(f"{compiler} -g1", look(build(directory, compiler, "-g1")))


def test_lto(directory):
    """Link-time optimisation; clang's needs lld."""
    for compiler in compilers():
        linkers = [["-fuse-ld=" + compiler.replace("clang", "lld")]] if compiler.startswith("clang") else [[], ["-fuse-ld=gold"]]
        for linker in linkers:
            tool = linker[0].replace("-fuse-ld=", "ld.") if linker else "ld"
            if shutil.which(tool) is None:
                continue
            for lto in (["-flto"], ["-flto=thin"]) if compiler.startswith("clang") else (["-flto"], ["-flto", "-gdwarf-4"]):
                says_all(f"{compiler} {lto} {linker}", look(build(directory, compiler, "-g", *lto, *linker)))


def test_split(directory):
    """-gsplit-dwarf: the other half beside the object, or lost, which leaves what the program itself has."""
    for compiler in compilers():
        for version in ("-gdwarf-4", "-gdwarf-5"):
            program = build(directory, compiler, "-gsplit-dwarf", version)
            raw = raw_findings(program)
            says_all(f"{compiler} {version} split", finding_of(raw))
            os.rename(os.path.join(directory, "stock.dwo"), os.path.join(directory, "lost"))
            frame = frames_of(finding_of(raw))[0]
            check(frame.get("function") in ("refill", "count_up") and frame.get("line"), f"{compiler} {version} .dwo lost: {frame}")
            check("stock.dwo cannot be read" in frame.get("note", ""), f"{compiler} {version} .dwo lost: {frame}")


def separate(program, *flags):
    """The debug information of a program in a file of its own; the program without it."""
    debug = program + ".debug"
    run("objcopy", "--only-keep-debug", *flags, program, debug)
    run("objcopy", "--strip-debug", program)
    return debug


def build_id(program):
    notes, _ = run("readelf", "-n", program)
    return notes.split("Build ID: ")[1].split()[0]


def test_separate(directory):
    """By .gnu_debuglink beside the program and below it, by build id in a directory that is given; another's file is not used."""
    for compiler in compilers():
        for flags in ([], ["--compress-debug-sections"]):
            program = build(directory, compiler, "-g", "-Wl,--build-id")
            debug = separate(program, *flags)
            run("objcopy", "--add-gnu-debuglink=" + debug, program)
            raw = raw_findings(program)
            says_all(f"{compiler} beside it {flags}", finding_of(raw))
            os.makedirs(os.path.join(directory, ".debug"), exist_ok=True)
            below = os.path.join(directory, ".debug", os.path.basename(debug))
            os.rename(debug, below)
            says_all(f"{compiler} in .debug {flags}", finding_of(raw))
            store = os.path.join(directory, "store")
            known = build_id(program)
            by_id = os.path.join(store, ".build-id", known[:2], known[2:] + ".debug")
            os.makedirs(os.path.dirname(by_id), exist_ok=True)
            os.rename(below, by_id)
            says_names(f"{compiler} not found {flags}", finding_of(raw))
            says_all(f"{compiler} by build id {flags}", finding_of(raw, f"debug_path={store}"))
            says_all(f"{compiler} second directory {flags}", finding_of(raw, f'debug_path="/nowhere:{store}"'))
            other = build(directory, compiler, "-g", "-Dcount_up=count_more", "-O1", "-Wl,--build-id", name="other")
            shutil.copy(separate(other), by_id)
            says_names(f"{compiler} another's debug file {flags}", finding_of(raw, f"debug_path={store}"))
            shutil.rmtree(store)


def test_stripped(directory):
    """A symbol table alone gives names; without one there are module, offset and build id."""
    for compiler in compilers():
        program = build(directory, compiler, "-g", "-Wl,--build-id")
        run("strip", "-g", program)
        says_names(f"{compiler} strip -g", look(program))
        program = build(directory, compiler, "-g0", "-Wl,--build-id")
        says_names(f"{compiler} -g0", look(program))
        run("strip", program)
        raw = raw_findings(program)
        says_nothing(f"{compiler} strip", finding_of(raw), program)
        text, _ = run(REPORT, *raw)
        check(f"({program}+0x" in text and f"build id {build_id(program)}" in text and " in ?" not in text
              and "(no names: the file was stripped;" in text,
              f"{compiler} strip: {text}")


def test_rebuilt(directory):
    """What was built again, replaced or removed since the run is not asked, and the report says so."""
    for compiler in compilers():
        program = build(directory, compiler, "-g", "-Wl,--build-id")
        raw = raw_findings(program)
        before = finding_of(raw)
        says_all(f"{compiler} as it was", before)
        os.rename(program, program + ".old")
        build(directory, compiler, "-g", "-O1", "-Dcount_up=count_more", "-Wl,--build-id")
        changed = finding_of(raw)
        says_nothing(f"{compiler} built again", changed, program)
        check(all("built again" in f.get("note", "") for f in frames_of(changed)), f"{compiler} built again: {frames_of(changed)}")
        os.remove(program)
        gone = finding_of(raw)
        check(all("cannot be read" in f.get("note", "") for f in frames_of(gone)), f"{compiler} removed: {frames_of(gone)}")
        with open(program, "w", encoding="utf-8") as file:
            file.write("no program\n")
        check(all("note" in f and "function" not in f for f in frames_of(finding_of(raw))), f"{compiler}: no ELF file")
        os.rename(program + ".old", program)
        check(finding_of(raw)["id"] == before["id"], f"{compiler}: as it was again")


sys.exit(main(globals()))
