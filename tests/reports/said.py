#!/usr/bin/env python3
"""What a race report says beyond the two stacks: whose memory, what would mend it, how to accept it.

usage: said.py PART RADDLE_CC GATE REPORT SOURCE_ROOT

PART: see kit.py.
"""
import json
import os
import re
import shutil
import subprocess
import sys

import kit
from kit import PROGRAMS, ROOT, TIMEOUT_S, TOOLS, at_terminal, check, compile_one, main

RADDLE_CC, GATE, REPORT = TOOLS
PLACES = os.path.join(PROGRAMS, "places.c")


def build(directory, compiler, level, source=PLACES):
    return compile_one(RADDLE_CC, compiler, level, source, os.path.join(directory, f"{compiler}-{level}"))


def builds(directory, source=PLACES):
    return kit.builds(RADDLE_CC, ("gcc", "clang"), directory, source)


def run(program, *arguments, options=()):
    """The model of a run, and its text."""
    path = program + ".json"
    done = subprocess.run([GATE, "--timeout", "30", "--json", path, *options, "--", program, *arguments], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=TIMEOUT_S, check=False)
    with open(path, encoding="utf-8") as file:
        return done.returncode, json.load(file), done.stderr


def race_on(program, which):
    status, model, text = run(program, which)
    check(status == 66 and len(model["findings"]) != 0, f"{program} {which}: status {status}: {text}")
    return model["findings"][0], text


def test_locals(directory):
    """A variable of a function that others reach by its address: name, element, type, function, declaration."""
    for compiler, level, program in builds(directory):
        finding, text = race_on(program, "number")
        about = finding["object"]
        seen = about.get("kind"), about.get("name"), about.get("type"), about.get("function"), about.get("task_label")
        check(seen == ("stack", "numbers[1]", "int", "main", "main"), f"{compiler} -{level}: {about}")
        check(re.search(r"\nThe memory is `numbers\[1\]` \(int\) of main, on the stack of main, declared at \S*places\.c:\d+\n",
                        text) is not None, f"{compiler} -{level}: {text}")


def test_frames(directory):
    """Races on variables of one function: as every compiler tells which is which where nothing is optimised, they are findings of their own there."""
    for compiler, level, program in builds(directory, os.path.join(PROGRAMS, "frames.c")):
        model = run(program)[1]
        seen = sorted((f["object"].get("name"), f["object"].get("everywhere")) for f in model["findings"])
        if level == "O0":
            check([name and re.sub(r"\d", "", name) for name, _ in seen] == ["all", "cells[]", "even", "range.high"] and all(of for _, of in seen),
                  f"{compiler} -{level}: {seen}")
        else:
            check(len(seen) == 1 and seen[0][1] is None, f"{compiler} -{level}: {seen}")


THREAD_LOCAL = os.path.join(ROOT, "tests/reports/programs/thread_local.c")
DECLARED = r", declared at \S*thread_local\.c:\d+\n"


def test_thread_local(directory):
    """A variable that each thread has for itself: whose, and which, by DWARF and by the symbol; in all formats."""
    for compiler, level, program in builds(directory, THREAD_LOCAL):
        for flags in ([], ["-gsplit-dwarf"], ["-g0"]):
            kept = f"{program}{''.join(flags)}"
            subprocess.run([RADDLE_CC, f"-{level}", "-g", *flags, "-pthread", THREAD_LOCAL, "-o", kept], check=True,
                           cwd=directory, timeout=TIMEOUT_S, env={**os.environ, "RADDLE_CC": compiler})
            for whose, task in ("main", "main"), ("thread", "thread 2"), ("stack", "thread 2"):
                said_of_thread_local(kept, whose, task, has_types=flags != ["-g0"])


def said_of_thread_local(program, whose, task, has_types):
    typed = [r" \(int\)" if has_types else "", DECLARED if has_types else r"\n"]
    member = r"`tally\.counts\[2\]`" if has_types else r"`tally\+16`"
    for what, words in (("plain", r"the thread-local variable `plain`{} of {}{}"),
                        ("member", member + "{}, in the thread-local variable `tally` of {}{}")):
        status, model, text = run(program, whose, what)
        about = [f["object"] for f in model["findings"]]
        good = re.search(r"\nThe memory is " + words.format(typed[0], task, typed[1]), text) is not None
        check(status == 66 and len(about) == 1 and about[0]["kind"] == "thread-local" and good,
              f"{program} {whose} {what}: status {status} {about} {text}")
        status, _, text = run(program, whose, what, "joined")
        check(status == 0 and "raddle: clean" in text, f"{program} {whose} {what} joined: status {status} {text}")
    _, _, text = run(program, whose, options=("--format", "tsan"))
    named = "main thread" if task == "main" else task.replace(" ", " T")
    check(f"\n  Location is TLS of {named}.\n" in text, f"{program} {whose}: {text}")


# Of programs/blocks.c: what lies in which block, allocated by whom.
BLOCKS = {"account.balance": ("long", "struct account", "main"), "account.limits[1].high": ("int", "struct account", "main"),
          "account.open..closed": ("bit-fields", "struct account", "main"), "account[2].balance": ("long", "struct account [4]", "main"),
          "account[1].balance": ("long", "struct account [4]", "main"), "list_t.items[3]": ("int", "list_t", "main"),
          "node.weight": ("double", "struct node", "node_new"), "cells[4]": ("long", "long [5]", "main")}


def test_blocks(directory):
    """A member of a heap block: name and type of it and of the block; two blocks of one function have ids of their own, elements share one."""
    source = os.path.join(PROGRAMS, "blocks.c")
    for compiler, level, program in builds(directory, source):
        for flags in ([], ["-gdwarf-4"], ["-gsplit-dwarf"], ["-fdebug-types-section"]):
            subprocess.run([RADDLE_CC, "-D_GNU_SOURCE", f"-{level}", "-g", *flags, "-pthread", "-I", ROOT, source, "-o", program], check=True,
                           cwd=directory, timeout=TIMEOUT_S, env={**os.environ, "RADDLE_CC": compiler})
            model, text = run(program)[1:]
            seen, what = {}, f"{compiler} -{level} {flags}"
            for finding in model["findings"]:
                about = finding["object"]
                name, kind, whole = about.get("name"), about.get("type"), about.get("block_type")
                place = f"`{name}` ({kind}), at offset {about['offset']} of a heap block of {about['bytes']} bytes ({whole}) at {about['address']}"
                check(place in text, f"{what}: {place} not in {text}")
                maker = BLOCKS.get(name, (None, None, "?"))[2]
                check(f"on `{name}` ({kind}) in heap block of {about['bytes']} bytes from {maker}:" in finding["title"], f"{what}: {finding['title']}")
                check(BLOCKS.get(name, ())[:2] == (kind, whole), f"{what}: {about}")
                seen.setdefault(name, set()).add(about.get("variable"))
            check(seen.get("account.balance") == {"mine", "yours"}, f"{what}: {seen}")
            suppressions = os.path.join(directory, "suppressions")
            with open(suppressions, "w", encoding="utf-8") as file:
                file.write("race:account\n")
            check(run(program, options=("--suppressions", suppressions))[0] == 66, f"{what}: ThreadSanitizer knows no name of a block")
            check(len(seen) == len(BLOCKS) - 1 and len(model["findings"]) == len(BLOCKS), f"{what}: {seen}")
        subprocess.run(["objcopy", "--strip-debug", program], check=True, timeout=TIMEOUT_S)
        said_of_unknown(program, "no debug information")


def test_many_blocks(directory):
    """Blocks of one function that nothing else tells apart have an id each, however calls are made and laid out."""
    source, ids = os.path.join(PROGRAMS, "many_blocks.c"), set()
    for compiler, level, program in builds(directory, source):
        for flags in ([], ["-fno-plt"], ["-no-pie", "-fno-pie"], ["-gsplit-dwarf"], ["-Wl,-z,now"]):
            subprocess.run([RADDLE_CC, "-D_GNU_SOURCE", f"-{level}", "-g", *flags, "-pthread", "-I", ROOT, source, "-o", program], check=True,
                           cwd=directory, timeout=TIMEOUT_S, env={**os.environ, "RADDLE_CC": compiler})
            found = run(program)[1]["findings"]
            check(len(found) == 4, f"{compiler} -{level} {flags}: {[f['object'] for f in found]}")
            ids |= {f["id"] for f in found}
    check(len(ids) == 4, f"the ids: {ids}")


def said_of_unknown(program, why):
    """All that is said of a block is its size and who allocated it."""
    model, text = run(program)[1:]
    check(len(model["findings"]) != 0, f"{program}, {why}: {text}")
    for finding in model["findings"]:
        about = finding["object"]
        check(not {"name", "type", "block_type"} & set(about) and about["kind"] == "heap", f"{program}, {why}: {about}")
        check(re.match(r"data race on heap block of \d+ bytes from \w+: two tasks in touch$", finding["title"]) is not None,
              f"{program}, {why}: {finding['title']}")
        check(f"The memory is at offset {about['offset']} of a heap block of {about['bytes']} bytes at" in text, f"{program}, {why}: {text}")


def test_doubts(directory):
    """A heap block that may be several things is called none of them."""
    for _, _, program in builds(directory, os.path.join(PROGRAMS, "doubts.c")):
        said_of_unknown(program, "in doubt")


# Of programs/values.c: what the second task finds, without debug information and with it.
VALUES = {"number": ("-41", "0xffffffd7"), "cells[2]": ("9", None), "small": ("201", "0xc9"), "letter": ("'b'", "0x62"), "is_on": ("true", "0x01"),
          "known": ("GREEN", "0x00000007"), "unknown": ("5", "0x00000005"), "negative": ("BLUE", "0xffffffff"), "narrow": ("0.1", "0x3dcccccd"),
          "ratio": ("3.5", "0x400c000000000000"), "many": ("18446744073709551615", "0xffffffffffffffff"), "mixed": ("12", "0x000c")}


def said_of_values(program, column, what):
    model, text = run(program)[1:]
    seen = {f["object"].get("name"): f["accesses"][0].get("value") for f in model["findings"]}
    for name, told in VALUES.items():
        if told[column] is not None:
            check(seen.get(name) == told[column], f"{what}: {name} held {seen.get(name)}")
            check(re.search(rf" variable `{re.escape(name)}`[^\n]*\nThe memory held {re.escape(told[column])} when the race was found\.\n\n", text)
                  is not None or "[" in name, f"{what}: {name}: {text}")
    check(re.fullmatch(r"0x[0-9a-f]{12,16}", seen.get("pointer") or "") is not None, f"{what}: {seen}")
    for name in {"config.ready..level", "pair", "pair.a"} & set(seen):
        check(column or seen[name] is None, f"{what}: {name} held {seen[name]}")
    told_earlier = [f["title"] for f in model["findings"] if "value" in f["accesses"][1]]
    check(told_earlier == [], f"{what}: of the earlier access, too: {told_earlier}")
    return {f["id"] for f in model["findings"]}


def test_values(directory):
    """What the later access found, as the program's type has it, else in hex; of a bit-field and of a structure nothing; not part of the id."""
    for compiler, level, program in builds(directory, os.path.join(PROGRAMS, "values.c")):
        what = f"{compiler} -{level}"
        ids = said_of_values(program, 0, what)
        html, sarif = program + ".html", program + ".sarif"
        run(program, options=("--html", html, "--sarif", sarif))
        with open(html, encoding="utf-8") as file:
            check("<p>The memory held <code>GREEN</code> when the race was found.</p>" in file.read(), f"{what}: HTML")
        subprocess.run(["objcopy", "--strip-debug", program], check=True, timeout=TIMEOUT_S)
        said_of_values(program, 1, what + ", no debug information")
        check(len(ids) == len(run(program)[1]["findings"]), f"{what}: {ids}")


# As PrintLocation() of compiler-rt's tsan_report.cpp has them.
LOCATIONS = [r"TLS of {}\.", r"global 'table' of size 48 at (0x[0-9a-f]+) \(\S+\+(0x[0-9a-f]+)\)",
             r"heap block of size 8 at 0x[0-9a-f]+ allocated by {}:", r"stack of {}\."]


def test_owners(directory):
    """Whose memory it is, in the words of ThreadSanitizer: by the number of the thread, whose creation is told, too."""
    for compiler, level, program in builds(directory, os.path.join(PROGRAMS, "owners.c")):
        for arguments, named in ([], "thread T2"), (["1", "main"], "main thread"):
            _, model, text = run(program, *arguments, options=("--format", "tsan"))
            reports = [report for report in text.split("WARNING: ")[1:] if "  Location is " in report]
            lines = sorted(re.search(r"^  Location is (.*)$", report, re.M)[1] for report in reports)
            known = [re.fullmatch(wanted.format(named), line) for wanted, line in zip(LOCATIONS, lines)]
            check(len(lines) == 4 and all(known), f"{compiler} -{level} {named}: {lines}")
            created = [f"\n  {named.title()} (tid=" in report for report in reports if f" of {named}." in report or f"by {named}:" in report]
            check(created == [named != "main thread"] * 3, f"{compiler} -{level} {named}: {text}")
            table = next(f for f in model["findings"] if f["object"].get("variable") == "table")
            touched = int(table["accesses"][0]["address"], 16)
            start, in_module = (int(number, 16) for number in known[1].groups()) if known[1] else (0, 0)
            check(touched - start == table["object"].get("offset") == 28, f"{compiler} -{level}: {lines} {table}")
            check((touched - in_module) % 4096 == 0, f"{compiler} -{level}: {lines} {table}")


# Name: (type, bytes of the variable). Adjacent bit-fields are one memory location [C11 3.14], those of a union overlap.
PARTS = {"config.ready..stop": ("bit-fields", 32), "config.mode..level": ("bit-fields", 32), "wide.low..last": ("bit-fields", 12),
         "beside.next": ("char", 12), "lone.odd": ("unsigned int", 4), "either": ("union {\u2026}", 4), "list.items[1]": ("int", 12),
         "inner.items[0]": ("int", 8)}


def test_parts(directory):
    """Bit-fields are told by the run of them that is one memory location: alike by all compilers, and no two runs have one id."""
    ids = {}
    for compiler, level, program in builds(directory, os.path.join(PROGRAMS, "parts.c")):
        _, model, text = run(program)
        about = {f["object"].get("name"): (f["object"].get("type"), f["object"].get("bytes")) for f in model["findings"]}
        check(about == PARTS, f"{compiler} -{level}: {about}")
        seen = sorted(f["id"] for f in model["findings"])
        check(len(set(seen)) == len(PARTS) and ids.setdefault(level, seen) == seen, f"{compiler} -{level}: {seen} {ids}")
        check("The memory is `config.mode..level` (bit-fields), in the global variable `config` of 32 bytes" in text, text)


HINTS = {"one-lock": r"if `guard` guards `global\.counts\[2\]`, hold it in without_lock at places\.c:\d+, too\.",
         "readers": r"take `table` for writing in reading_lock at places\.c:\d+\.",
         "free": r"free it when its last user is done: before the free in releasing at places\.c:\d+, wait for goroutine \d+ \(a waitgroup, "
                 r"or a receive\)\.",
         "atomic": r"one of the two is atomic: make that in on_number_too at places\.c:\d+ atomic, too\.",
         "number": r"guard `numbers\[1\]` with one lock at both places, make both accesses atomic, or hand it over from task to task\.",
         "family": r"wait for goroutine \d+ \(a waitgroup, or a receive\) before what main at places\.c:\d+ does\."}


def test_hints(directory):
    """A proposal by the pattern of the accesses."""
    for compiler, level, program in builds(directory):
        for which, words in HINTS.items():
            finding, text = race_on(program, which)
            hint = finding.get("hint", "")
            check(re.fullmatch("To mend it: " + words, hint) is not None, f"{compiler} -{level} {which}: {hint}")
            check(f"\n{hint}\n" in text, f"{compiler} -{level} {which}: {text}")


def test_suppression(directory):
    """The lines at the end of each report, in a file of suppressions, accept all."""
    for compiler, level, program in builds(directory):
        _, _, text = run(program, "one-lock")
        lines = re.findall(r"^Suppression: (id:R[0-9a-f]{12})$", text, re.M)
        check(len(lines) == text.count("WARNING: DATA RACE") != 0, f"{compiler} -{level}: {text}")
        path = os.path.join(directory, "accepted")
        with open(path, "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
        status, model, text = run(program, "one-lock", options=["--suppressions", path])
        check(status == 0 and not model["findings"], f"{compiler} -{level}: {status} {text}")


# Lines, and whether they accept the race of held_race.c; the twins are functions of hidden and of shown frames.
RULES = [("race:start_thread", False), ("race:thread", False), ("race:libc", False), ("race:run_main", False),
         ("race:libraddle", False), ("race:lock_guard", False), ("race:second", True), ("race:main", True), ("race:held_race.c", True)]


def test_hidden(directory):
    """A suppression means what the report shows of the accesses: not the machinery below a stack, not where held locks were taken."""
    source = os.path.join(ROOT, "tests/reports/programs/held_race.c")
    program = build(directory, "gcc", "O0", source)
    kept = os.path.join(directory, "kept")
    os.mkdir(kept)
    status, _, text = run(program, options=["--keep", kept])
    check(status == 66, f"the race is found: {status} {text}")
    raw = [os.path.join(kept, name) for name in os.listdir(kept)]
    for rule, accepts in RULES:
        path = os.path.join(directory, "rules")
        with open(path, "w", encoding="utf-8") as file:
            file.write(rule + "\n")
        done = subprocess.run([REPORT, "--exitcode", "66", "--suppressions", path, *raw], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=TIMEOUT_S, check=False)
        check(done.returncode == (0 if accepts else 66), f"{rule}: {done.returncode} {done.stdout}")


def test_columns(directory):
    """SARIF's columns count UTF-16 code units, and a line that is cut ends with a whole character."""
    with open(PLACES, encoding="utf-8") as file:
        text = file.read()
    source = os.path.join(directory, "wide.c")
    with open(source, "w", encoding="utf-8") as file:
        file.write(text.replace("global.flag++;", "/* \u00fc \u20ac \U0001f642 */ global.flag++; /* " + "\u20ac" * 90 + " */"))
    program = build(directory, "gcc", "O0", source)
    sarif = program + ".sarif"
    _, model, _ = run(program, "family", options=["--sarif", sarif])
    snippets = [a["snippet"] for f in model["findings"] for a in f["accesses"] if "snippet" in a]
    lines = [line["text"] for s in snippets for line in s["lines"] if "\u20ac\u20ac" in line["text"]]
    check(len(lines) != 0 and all(line.endswith("\u20ac") for line in lines), f"cut lines: {lines}")
    with open(sarif, encoding="utf-8") as file:
        written = json.load(file)["runs"][0]
    check(written["columnKind"] == "utf16CodeUnits", "columnKind")
    with open(source, encoding="utf-8") as file:
        kept = file.read().split("\n")
    regions = [r["locations"][0]["physicalLocation"]["region"] for r in written["results"]]
    seen = [kept[r["startLine"] - 1].encode("utf-16-le")[2 * (r["startColumn"] - 1):].decode("utf-16-le") for r in regions
            if "\u20ac" in kept[r["startLine"] - 1]]
    check(len(seen) != 0 and all(s.startswith(("global.flag++", "flag++", ".flag++", "++;")) for s in seen), f"columns: {regions} {seen}")


def above_caret(text):
    """What stands above each caret of a report and behind it, where tabs end at each eighth column."""
    lines = [line.expandtabs() for line in text.split("\n")]
    return [above[len(below) - 1:] for above, below in zip(lines, lines[1:]) if re.fullmatch(r" +\|\s+\^", below)]


def test_carets(directory):
    """A caret below what the compiler holds for the access, by bytes as it counts them; without columns there is none."""
    source = os.path.join(directory, "held.c")
    with open(os.path.join(PROGRAMS, "held_race.c"), encoding="utf-8") as file:
        text = file.read()
    with open(source, "w", encoding="utf-8") as file:
        file.write(text.replace("    visits++;", "\t/* \u00fc \u20ac */\tvisits++;"))
    for flags in ((), ("-gno-column-info",)):
        for compiler, level, program in kit.builds(RADDLE_CC, ("gcc", "clang"), directory, source, flags):
            _, _, text = run(program)
            seen = above_caret(text)
            check(len(seen) == (0 if flags else 2) and all(s in ("visits++;", "++;") for s in seen), f"{compiler} -{level} {flags}: {seen} {text}")


def test_beside(directory):
    """At a terminal the gate, and a program without one, show the two accesses side by side where there is room."""
    program = build(directory, "gcc", "O0", os.path.join(PROGRAMS, "held_race.c"))
    headings = re.compile(r"\nPrevious (read|write) of size 4 at \S+ by thread \d:  +(Read|Write) of size 4 at \S+ by thread \d:\n")
    detector = os.path.join(os.path.dirname(GATE), "../libraddle-detector.so")
    for columns, beside in ((80, False), (200, True)):
        for command, env in (([GATE, "--timeout", "30", "--", program], {}), ([program], {"LD_PRELOAD": detector})):
            text = at_terminal(columns, *command, env=env)
            check(("DATA RACE" in text) and (headings.search(text) is not None) == beside, f"{columns}, {command}: {text}")


def test_bytes(directory):
    """Sources in Latin-1, and paths that are no UTF-8: only the bytes that are none are replaced."""
    with open(os.path.join(ROOT, "tests/reports/programs/held_race.c"), "rb") as file:
        text = file.read().replace(b"    visits++;", b"    /* caf\xe9 \xc3\xa9 */ visits++;")
    odd = os.fsencode(directory) + b"/caf\xe9"
    os.mkdir(odd)
    for folder in (os.fsencode(directory), odd):
        with open(folder + b"/latin.c", "wb") as file:
            file.write(text)
        program = os.fsdecode(folder) + "/latin"
        compile_one(RADDLE_CC, "gcc", "O0", program + ".c", program)
        json_path, sarif = os.path.join(directory, "latin.json"), os.path.join(directory, "latin.sarif")
        done = subprocess.run([GATE, "--timeout", "30", "--json", json_path, "--sarif", sarif, "--", program, b"caf\xe9"],
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=TIMEOUT_S, check=False)
        said = done.stderr.decode()  # fails if it is no UTF-8
        check(done.returncode == 66, f"{folder}: {done.returncode} {said}")
        with open(json_path, encoding="utf-8") as file:
            finding = json.load(file)["findings"][0]
        with open(sarif, encoding="utf-8") as file:
            region = json.load(file)["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]
        check(finding["command"][1] == "caf\ufffd", f"{folder}: {finding['command']}")
        frame = finding["accesses"][0]["stack"][0]
        if folder == odd:
            check(all(frame[key].startswith(directory + "/caf\ufffd/latin") for key in ("file", "module")), f"{folder}: {frame}")
        wanted = "    /* caf\ufffd \u00e9 */ visits++;"
        lines = [line["text"] for access in finding["accesses"] for line in access["snippet"]["lines"]]
        check(lines.count(wanted) == 2 and wanted in said, f"{folder}: {lines} {said}")
        check(wanted[region["startColumn"] - 1:].startswith(("visits++;", "++;")), f"{folder}: {region}")


def test_newer(directory):
    """A source that was written after the program is shown, and the report says so; in its twin they are in order."""
    source = os.path.join(directory, "held.c")
    shutil.copy(os.path.join(ROOT, "tests/reports/programs/held_race.c"), source)
    program = build(directory, "gcc", "O0", source)
    linked = os.stat(program).st_mtime_ns
    words = "(the source is newer than the program: these lines may not be those that were compiled)"
    for written, newer in ((linked - 1, False), (linked, False), (linked + 1, True)):
        os.utime(source, ns=(written, written))
        _, model, text = run(program, options=["--html", program + ".html"])
        snippets = [access.get("snippet", {}) for finding in model["findings"] for access in finding["accesses"]]
        with open(program + ".html", encoding="utf-8") as file:
            page = file.read()
        check([s.get("newer", False) for s in snippets] == [newer] * 2, f"{newer}: {snippets}")
        check(text.count(words) == newer and "visits++" in text, f"{newer}: {text}")
        check(("source is newer than the program" in page) == newer, f"{newer}: the page")
        check(len(above_caret(text)) == (0 if newer else 2), f"{newer}: {text}")
        check(page.count("<mark>") == (0 if newer else 3), f"{newer}: what the page marks, a lock's place too")


sys.exit(main(globals()))
