#!/usr/bin/env python3
"""Tests of raddle-report's ways to show findings: other detectors' words, comparing, explaining; and --self-check.

Rules: TX-31

Usage: see toolkit.py.
"""
import json
import os
import re
import sys

from toolkit import at_terminal, cases, cells, check, gate, last_line, main, model_of, one_line, read, run, synthesize, tool, write

PANICS = {"FAKE_OBSERVED": "still", "FAKE_FINDING": "still", "FAKE_TASKS": "2"}
GO_STACK = r"(?:  [^\n]+\(\)\n      [^\n]+:\d+ \+0x[0-9a-f]+\n)+"
GO_RACE = re.compile(r"={18}\nWARNING: DATA RACE\n"
                     r"(?:Read|Write) at 0x[0-9a-f]+ by (?:main goroutine|goroutine \d+):\n" + GO_STACK +
                     r"\nPrevious (?:read|write) at 0x[0-9a-f]+ by (?:main goroutine|goroutine \d+):\n" + GO_STACK +
                     r"(?:\nGoroutine \d+ \((?:running|finished)\) created at:\n" + GO_STACK + r")*={18}\n")
GO_TRACE = re.compile(r"^goroutine \d+ \[[^\]\n]+\]:\n(?:[^\n]+\(\)\n\t[^\n]+:\d+ \+0x[0-9a-f]+\n)+", re.M)
TSAN_STACK = r"(?:    #\d+ [^\n]+ [^\n ]+(?::\d+){1,2} \([^\n]+\+0x[0-9a-f]+\)\n)+\n"
TSAN_RACE = re.compile(r"={18}\nWARNING: ThreadSanitizer: data race \(pid=\d+\)\n"
                       r"  (?:Read|Write|Atomic read|Atomic write) of size \d+ at 0x[0-9a-f]+ by "
                       r"(?:main thread|thread T\d+)(?: \(mutexes: [^)]*\))?:\n" + TSAN_STACK +
                       r"  Previous (?:atomic )?(?:read|write) of size \d+ at 0x[0-9a-f]+ by [^\n]+:\n" + TSAN_STACK)
TSAN_END = re.compile(r"SUMMARY: ThreadSanitizer: [^\n]+ [^\n]+:\d+:\d+ in \w+\n={18}\n")


def show(*arguments, status=0):
    done, out, err = run(tool("raddle-report"), *arguments)
    check(done == status and err == "", f"{arguments}: {done} {err!r}")
    return out


def test_go(directory):
    """Races as `go test -race` prints them, the rest as Go's tracebacks; the verdict stays the last line."""
    for case in ("race", "race-swapped", "race-locks", "race-static"):
        out = show("--format", "go", synthesize(directory, case))
        check(GO_RACE.match(out) is not None and "\nFound 1 data race(s)\n" in out, f"{case}: {out}")
    out = show("--format", "go", synthesize(directory, "deadlock"))
    check(out.startswith("fatal error: all goroutines are asleep - deadlock!\n\n"), out)
    check(len(GO_TRACE.findall(out)) == 2 and "\ncreated by visit_bank\n\t" in out, out)
    out = show("--format", "go", synthesize(directory, "panic"))
    check(re.match(r"panic: [^\n]+\n\ngoroutine \d+ \[running\]:\n", out) is not None, out)
    out = show("--format", "go", synthesize(directory, "leak"))
    check("found unexpected goroutines:\n[Goroutine 2 in state chan send, " in out, out)


def test_tsan(directory):
    """Reports as ThreadSanitizer prints them, with its summary of each and its count."""
    for case in ("race", "race-swapped", "race-locks", "race-static"):
        out = show("--format", "tsan", synthesize(directory, case))
        check(TSAN_RACE.match(out) is not None and len(TSAN_END.findall(out)) == 1, f"{case}: {out}")
        check("\nThreadSanitizer: reported 1 warnings\n" in out, f"{case}: {out}")
    locks = show("--format", "tsan", synthesize(directory, "race-locks"))
    check(re.search(r" \(mutexes: (write|read) M\d", locks) is not None, f"mutexes: {locks}")
    for case, words in (("race", r"global 'account' of size \d+ at 0x[0-9a-f]+ \(synthesize\+0x[0-9a-f]+\)\n"),
                        ("race-stack", r"stack of thread T\d+\.\n"), ("race-freed", r"heap block of size 64 at 0x5000 allocated by main thread:\n")):
        out = show("--format", "tsan", synthesize(directory, case))
        check(re.search("\n  Location is " + words, out) is not None, f"{case}: {out}")
    for case, words in (("leak", "thread leak"), ("deadlock", "deadlock")):
        out = show("--format", "tsan", synthesize(directory, case))
        check(f"WARNING: ThreadSanitizer: {words} (pid=" in out, f"{case}: {out}")


def test_sizes(directory):
    """A variable whose size is not known is told without one."""
    path = synthesize(directory, "race")
    for known in (True, False):
        model = model_of(path)
        if not known:
            del model["findings"][0]["object"]["bytes"]
        edited, page = write(directory, "edited.json", json.dumps(model)), directory + "/page.html"
        text, tsan = show(edited), show("--format", "tsan", edited)
        show("--html", page, edited)
        check((re.search(r"\nThe memory is [^\n]* variable `account` of \d+ bytes, declared", text) is not None) == known, f"{known}: {text}")
        check(("global 'account' of size " in tsan) == known and "global 'account'" in tsan, f"{known}: {tsan}")
        check((re.search(r"<code>account</code> of \d+ bytes", read(page)) is not None) == known, f"{known}: the page")


def test_turns(directory):
    """Who waits for each other: who has waited longest stands first, of two alike whom the finding has first."""
    model = model_of(synthesize(directory, "deadlock"))
    tasks = model["findings"][0]["tasks"]
    for task, waited in zip(tasks, ("first", "second")):
        object_ = task["wait"]["objects"][0]
        stack = task["wait"]["stack"]
        task["wait"]["held_by"] = [{"label": tasks[0]["label"], "taken": stack}]
        task["holds"] = [{"label": "`mine`", "address": "0x10", "mode": "write", "taken": stack}]
        object_["label"] = f"`{waited}`"
    for waited, order in (((5, 900), ["second", "first"]), ((900, 5), ["first", "second"]), ((5, 5), ["first", "second"])):
        for task, ms in zip(tasks, waited):
            task["wait"]["waiting_ms"] = ms
        out = show(write(directory, "turns.json", json.dumps(model)))
        check(re.findall(r"\n +waits for `(\w+)`", out) == order, f"{waited}: {out}")


COMMENT = "    /* \u00fc \u20ac \u6f22\u5b57 \U0001f642 e\u0301 */ "  # one of two code units, one of no width, three wide
ACTED_ON = "[\u0080-\u009f\u202a-\u202e\u2066-\u2069]"  # by terminals: the second ones turn the text around
CARETS = [  # the line, the column in UTF-16 code units, what stands before the caret, what a page marks
    ("    count++;", 5, "    ", "count"),
    ("    count++;", 10, " " * 9, "++"),
    ("\tcount++;", 2, "\t", "count"),
    ("  \tif (a) {\tcount++; }", 13, "  \t        \t", "count"),
    (COMMENT + "count++;", len(COMMENT) + 2, " " * (len(COMMENT) + 2), "count"),
    ("\x1b[31m /* \\x1b */ count++;", 18, " " * 20, "count"),
    ("    /* \u009b31m */ count++;", 16, " " * 20, "count"),
    ("    /*\u202e } \u2066if (a)\u2069 */ count++;", 23, " " * 37, "count"),
    ("    caf\ufffd = 1;", 10, " " * 9, "="),
    ("    count++;", 1, None, None),                  # nothing stands there
    ("    count++;", 13, None, None),                 # the end
    ("    " + "x" * 40 + "\u20ac", 46, None, None),    # where the line was cut
    ("    count++;", 0, None, None),
    ("    count++;", None, None, None),
]


def model_with_line(directory, text, column, **newer):
    """A race whose later access is in that line, at that column; a file."""
    model = model_of(synthesize(directory, "race"))
    access = model["findings"][0]["accesses"][0]
    access["snippet"] = {"line": 100000, "lines": [{"line": 99999, "text": "{"}, {"line": 100000, "text": text}], **newer}
    for frame in access["stack"]:
        frame.update(line=100000, utf16_column=column)
        if column is None:
            del frame["utf16_column"]
    return write(directory, "line.json", json.dumps(model))


def below(report, text):
    """What stands below the line, up to a caret; None: no caret does."""
    shown = re.sub(ACTED_ON, lambda found: f"\\u{ord(found[0]):04x}", text.replace("\x1b", "\\x1b"))
    after = report.split(f"   >100000 | {shown}\n")[1].split("\n")[0]
    caret = re.fullmatch(r" {11}\| (\s*)\^", after)
    return caret and caret[1]


def test_carets(directory):
    """A caret stands below the column on a terminal, whatever stands before it; a page marks what is there."""
    page = directory + "/page.html"
    for text, column, before, marked in CARETS:
        model = model_with_line(directory, text, column)
        for locale in ("C", "C.UTF-8"):
            _, out, _ = run(tool("raddle-report"), model, env={"LC_ALL": locale})
            check(below(out, text) == before, f"{text!r}, {column}: {below(out, text)!r}")
            check("\x1b" not in out and re.search(ACTED_ON, out) is None, f"{text!r}: {out!r}")
        show("--html", page, model)
        marks = re.findall(r'value="100000" class="here"><code>.*?<mark>(.*?)</mark>', read(page))
        check(marks == ([marked] if marked else []), f"{text!r}, {column}: {marks}")
    with_names = json.dumps(model_of(synthesize(directory, "race"))).replace("withdraw", "with\\u202edraw\\u2069").replace("bank.c", "\\u2067b\\u009bank.c")
    for form in ("raddle", "go", "tsan"):
        out = show("--format", form, write(directory, "names.json", with_names))
        check("with\\u202edraw\\u2069" in out and "\\u2067b\\u009bank.c:" in out, f"{form}, names: {out!r}")
        check(re.search(ACTED_ON, out) is None, f"{form}, names: {out!r}")
    colored = show("--color", "always", model_with_line(directory, "  x();", 3))
    check("           |   \x1b[1;32m^\x1b[0m\n" in colored, f"in colour: {colored!r}")
    newer = model_with_line(directory, "    count++;", 5, newer=True)
    check(below(show(newer), "    count++;") is None, "a newer source")
    show("--html", page, newer)
    check(re.search('value="100000" class="here">[^\\n]*<mark>', read(page)) is None, "a newer source's page")


BESIDE = re.compile(r"\nPrevious read of size 8 at \S+ by goroutine 3:  +Write of size 8 at \S+ by goroutine 2 \"alice\":\n")
BELOW = re.compile(r"\nWrite of size 8 at \S+ by goroutine 2 \"alice\":\n(.+\n)+\nPrevious read of size 8 at \S+ by goroutine 3:\n")


def at(columns, path, *arguments, env=None):
    return at_terminal(columns, tool("raddle-report"), "--color", "never", *arguments, path, env=env)


def accesses(report):
    """The part of a race's report that may stand side by side."""
    return report.split("\n\n", 1)[1].split("\n\nGoroutine 2")[0]


def carets_at(report):
    """The characters that a report's carets stand below."""
    lines = [cells(line) for line in report.split("\n")]
    return [above[i] for above, below in zip(lines, lines[1:]) for i, c in enumerate(below) if c == "^"]


def test_beside(directory):
    """A terminal that is wide enough shows the two accesses side by side, with every word of them; all else one below the other."""
    path = write(directory, "race.json", json.dumps(model_of(synthesize(directory, "race"))))
    narrow, seen = at(80, path), set()
    check(narrow == show(path) and BELOW.search(narrow) is not None, f"80: {narrow}")
    for columns in range(90, 210, 3):
        wide = at(columns, path)
        beside = BESIDE.search(wide) is not None
        seen.add(beside)
        check(beside != (BELOW.search(wide) is not None) and (beside or columns < 140), f"{columns}: {wide}")
        check(not beside or max(len(line) for line in accesses(wide).split("\n")) <= columns, f"{columns}: {wide}")
        check(sorted(wide.split()) == sorted(narrow.split()) and len(carets_at(wide)) == 2, f"{columns}: {wide}")
    check(seen == {False, True}, f"side by side: {seen}")
    check(show("--explain", model_of(path)["findings"][0]["id"], path).startswith(narrow.rsplit("\n", 2)[0]), "explained in a file")
    check(BESIDE.search(at(160, path, "--explain", model_of(path)["findings"][0]["id"])) is not None, "explained at a terminal")
    for told, beside in (("160", True), ("80", False), ("", False), ("0", False), ("160x", False), ("-160", False), ("9" * 30, False)):
        check((BESIDE.search(at(80, path, env={"COLUMNS": told})) is not None) == beside, f"COLUMNS={told}")
    _, out, _ = run(tool("raddle-report"), path, env={"COLUMNS": "200"})
    check(out == narrow, f"a file has no columns: {out}")


def test_beside_long(directory):
    """What is too long there: places stand below their names, source is cut behind the caret, names are never cut."""
    for text, column, under in (("    count++;", 5, "c"), ("\tif (a) {\tcount++; }", 11, "c"), (COMMENT + "count++;", len(COMMENT) + 2, "c"),
                                ("    x = 1; /* " + "long " * 30, 7, "="), ("  " * 30 + "x = 1; " + "y = 1; " * 10, 63, "=")):
        path = model_with_line(directory, text, column)
        for columns in (160, 200):
            wide = at(columns, path)
            check(BESIDE.search(wide) is not None and under in carets_at(wide) and "\t" not in wide, f"{text!r}: {wide}")
            check(max(len(cells(line)) for line in accesses(wide).split("\n")) <= columns, f"{text!r}, {columns}: {wide}")
            check(("\u2026\n" in wide) == (len(text) > 100), f"{text!r}, {columns}: {wide}")
    colored = at_terminal(160, tool("raddle-report"), path)
    check("\x1b[1;32m^\x1b[0m" in colored and re.sub(r"\x1b\[[0-9;]*m", "", colored) == at(160, path), "in colour")
    path = synthesize(directory, "race")
    for name, folder, beside, broken in (("f", "d", True, False), ("f" * 40, "d" * 40, True, True), ("f" * 100, "d", False, False), ("a\tb", "d", False, False)):
        model = model_of(path)
        for access in model["findings"][0]["accesses"]:
            access["stack"][0].update(function=name, file=f"/{folder}/bank.c")
        wide = at(160, write(directory, "long.json", json.dumps(model)))
        check((BESIDE.search(wide) is not None) == beside and wide.count(f"#0 {name}") == 2, f"{name}: {wide}")
        check((re.search(f"\n  #0 {name} +#0 {name}.*\n       /{folder}/bank", wide) is not None) == broken, f"{name}: {wide}")
    model = model_of(path)
    frames = model["findings"][0]["accesses"][0]["stack"]
    frames[0:0] = [frames[0]] * 100 + [{"pc": "0x0", "omitted": 10 ** 15, "hidden": True}]
    deep = at(160, write(directory, "deep.json", json.dumps(model)))
    check(BESIDE.search(deep) is not None and re.search(r"\n +#1000000000000101 customer ", deep) is not None, f"a deep stack: {deep}")


def test_formats_of_all(directory):
    """No finding is left out in any words, and a name that is none is refused."""
    for case in cases():
        path = synthesize(directory, case)
        weights = [f["severity"] == "error" for f in model_of(path)["findings"]]
        n = sum(weights)
        tsan = show("--format", "tsan", path)
        check(tsan.count("WARNING: ThreadSanitizer: ") == tsan.count("SUMMARY: ThreadSanitizer: ") == n, f"{case}: {tsan}")
        check(tsan.count("NOTE: ThreadSanitizer: ") == len(weights) - n, f"{case}, notes: {tsan}")
        check(("ThreadSanitizer: reported " in tsan) == (n != 0) and (n == 0 or f"\nThreadSanitizer: reported {n} warnings\n" in tsan), f"{case}: {tsan}")
        go, own = show("--format", "go", path), show(path)
        check(go.splitlines()[-1] == own.splitlines()[-1], f"{case}: the verdict in Go's words")
    status, _, err = run(tool("raddle-report"), "--format", "java", path)
    check(status == 125 and one_line(err) and "raddle, go or tsan" in err, f"{status} {err!r}")
    status, _, err = gate("--format", "java", "true")
    check(status == 125 and one_line(err) and "raddle, go or tsan" in err, f"{status} {err!r}")
    status, _, err = gate("--format", "tsan", tool("still"), env=PANICS)
    check(status == 66 and "WARNING: ThreadSanitizer: panic" in err and last_line(err).startswith("raddle: "), err)


def test_compare(directory):
    """--diff: what is new fails, what is as before does not, what is gone is listed."""
    race, leak, panic = [synthesize(directory, c) for c in ("race", "leak", "panic")]
    old = directory + "/old.json"
    show("--json", old, race, leak)
    out = show("--exitcode", 66, "--diff", old, race, leak)
    check("raddle: clean" in out and f"; 2 in {old})" in out, out)
    out = show("--exitcode", 66, "--diff", old, race, panic, status=66)
    check(f"0 suppressed, 1 in {old}" in out and "in baseline" not in out, out)
    model = json.loads(show("--json", "-", "--exitcode", 66, "--diff", old, race, panic, status=66))
    check([f["kind"] for f in model["findings"]] == ["panic"], "what is new")
    check([f["kind"] for f in model["accepted"]] == ["data-race"], "what is as before")
    gone = [c["text"] for c in model["conditions"] if c["kind"] == "gone"]
    check(len(gone) == 1 and gone[0].startswith(f"no longer met, as in {old}: R") and "leak" in gone[0], f"{gone}")
    check("matched nothing" not in json.dumps(model), "what is gone is told once")
    status, _, err = run(tool("raddle-report"), "--diff", directory + "/none", race)
    check(status == 125 and one_line(err) and "cannot be read" in err, f"{status} {err!r}")


def test_made_with(directory):
    """A model keeps the leaks=, portability= and strip_path_prefix= that it was made with, as the manual says."""
    sleeping, model = synthesize(directory, "leak-sleeping"), directory + "/made.json"
    strict = {"RADDLE_OPTIONS": "leaks=strict"}
    check(run(tool("raddle-report"), "--exitcode", 66, "--json", model, sleeping)[0] == 0, "a note")
    check(run(tool("raddle-report"), "--exitcode", 66, sleeping, env=strict)[0] == 66, "made strictly")
    check(run(tool("raddle-report"), "--exitcode", 66, model, env=strict)[0] == 0, "made before")
    check(run(tool("raddle-report"), "--exitcode", 66, "--json", model, sleeping, env=strict)[0] == 66, "made strictly, as a model")
    check(run(tool("raddle-report"), "--exitcode", 66, model)[0] == 66, "and still")


def test_shards(directory):
    """A pid is one process in one run: of two machines it is two processes, and once more the same file is none, whatever its name."""
    one = directory + "/one.json"
    show("--json", one, synthesize(directory, "race"))
    model = json.loads(read(one))
    its_run = model["processes"][0]["run"]
    check(model["findings"][0]["runs"] == [its_run], "the finding knows its run")
    other = write(directory, "other.json", read(one).replace(its_run, "00000000000000ab"))
    old = write(directory, "old.json", json.dumps({**model, "findings": [{k: v for k, v in f.items() if k != "runs"} for f in model["findings"]],
                                                   "processes": [{k: v for k, v in p.items() if k != "run"} for p in model["processes"]]}))
    link = directory + "/link.json"
    os.symlink(one, link)
    _, out, err = run(tool("raddle-report"), "--json", "-", one, link)
    check(err.startswith(f"raddle-report: {link}: given more than once") and json.loads(out)["findings"] == model["findings"], f"a link: {err}")
    for files, n in (([one, one], 1), ([one, other], 2), ([one, other, one], 2), ([old, old], 1)):
        twice = [name for i, name in enumerate(files) if name in files[:i]]
        said = "".join(f"raddle-report: {name}: given more than once: it counts once\n" for name in twice)
        status, out, err = run(tool("raddle-report"), *files)
        check(status == 0 and err == said, f"{files}: {status} {err!r}")
        check(f" in {n} process{'' if n == 1 else 'es'}; " in out.splitlines()[-1], f"{files}: {out.splitlines()[-1]}")
        finding = json.loads(run(tool("raddle-report"), "--json", "-", *files)[1])["findings"][0]
        count = len(set(files)) * model["findings"][0]["count"]
        check(len(finding["processes"]) == n and finding["count"] == count, f"{files}: {finding}")
    twice = write(directory, "twice.json", show("--json", "-", one, other))
    check(" in 2 processes; " in show(twice, one, other).splitlines()[-1], "a merge of merges")


def other_id(paths, case):
    return model_of(next(path for name, path in paths.items() if name != case))["findings"][0]["id"]


def test_explain(directory):
    """One finding, what its kind means, and the lines that would accept it, which do."""
    paths = {case: synthesize(directory, case) for case in ("race", "leak", "panic", "misuse", "deadlock")}
    for case, path in paths.items():
        known = model_of(path)["findings"][0]["id"]
        out = show("--explain", known, *paths.values())
        for words in (f"Finding {known}", "What it is: ", "Why it is wrong: ", "What to do: ", f"id:{known}\n"):
            check(words in out, f"{case}: {words!r} is missing")
        check("Finding " + known in out and known not in show(*paths.values(), "--explain", other_id(paths, case)), f"{case} alone")
    status, out, err = run(tool("raddle-report"), "--explain", "R000000000000", paths["race"])
    check(status == 125 and one_line(err) and "no finding R000000000000" in err, f"{status} {err!r}")


def test_explain_and(directory):
    """What is asked for besides an explanation is done: files hold that finding, and it decides."""
    race, leak = synthesize(directory, "race"), synthesize(directory, "leak")
    known, other = (model_of(path)["findings"][0]["id"] for path in (race, leak))
    model, page, old = (os.path.join(directory, name) for name in ("model.json", "page.html", "old.json"))
    out = show("--explain", known, "--json", model, "--html", page, "--exitcode", 3, race, leak, status=3)
    check("What it is: " in out and f"Finding {known}" in out, out)
    check([f["id"] for f in json.loads(read(model))["findings"]] == [known] and known in read(page), "the files")
    show("--explain", known, "--exitcode", 3, "--baseline", write(directory, "known", known + "\n"), race, leak)
    show("--json", old, race)
    show("--explain", other, "--diff", old, "--exitcode", 3, race, leak, status=3)
    show("--explain", known, "--diff", old, "--exitcode", 3, race, leak)
    out = show("--explain", known, "--github", race, leak)
    check(out.startswith("::error title=") and "What it is: " in out and other not in out, out)


def test_mixtures(directory):
    """What cannot be done together is one line that says so; nothing is dropped in silence."""
    race = synthesize(directory, "race")
    known = model_of(race)["findings"][0]["id"]
    both = os.path.join(directory, "both")
    table = [
        (["--explain", known, "--json", "-", race], "asked for by --json and --explain"),
        (["--github", "--sarif", "-", race], "asked for by --sarif and --github"),
        (["--json", "-", "--html", "-", race], "standard output: asked for by --json and --html"),
        (["--json", both, "--html", both, race], "asked for by --json and --html"),
        (["--json", both, "--html", f"{directory}/./both", race], "asked for by --json and --html"),
        (["--explain", known, "--format", "go", race], "--format is not used with --explain"),
        (["-q", "--explain", known, race], "--quiet is not used with --explain"),
        (["--explain", known, "--id", known, race], "--id is not used with --explain"),
        (["--explain", known, "--explain", known, race], "--explain is given twice"),
        (["--kind", "leak", "--kind", "panic", race], "--kind is given twice"),
        (["--diff", race, "--diff", race, race], "--diff is given twice"),
        (["--exit-report", race, "--json", both], "--json is not used with --exit-report"),
        (["--dump", 7, "--exitcode", 3, race], "--exitcode is not used with --dump"),
        (["--symbolize", "--json", both], "--json is not used with --symbolize"),
        (["--update-baseline", "--baseline", both, "--explain", known, race], "not used with --explain"),
    ]
    for arguments, wanted in table:
        status, out, err = run(tool("raddle-report"), *arguments)
        check(status == 125 and one_line(err) and wanted in err and out == "", f"{arguments}: {status} {err!r}")
        check(not os.path.exists(both), f"{arguments}: a file was left behind")
    status, _, err = gate("--json", both, "--junit", both, "true")
    check(status == 125 and one_line(err) and "asked for by --json and --junit" in err, f"{status} {err!r}")


def test_twice(directory):
    """A format is written to each file that is named for it, and the same one asked for again is the same one."""
    race = synthesize(directory, "race")
    first, second = (os.path.join(directory, name) for name in ("first", "second"))
    show("--json", first, "--json", second, "--json", first, race)
    check(read(first) == read(second) == show("--json", "-", "--json", "-", race), "both files, and one document")
    status, _, err = gate("--html", first, "--html", second, tool("still"), env=PANICS)
    check(status == 66 and read(first) == read(second) != "" and "<html" in read(first), f"{status} {err!r}")


def test_exit_status(directory):
    """--exitcode makes raddle-report decide as the gate does."""
    for case, wanted in (("race", 3), ("nothing", 0), ("unobserved", 125), ("half-written", 3), ("full", 125)):
        show("--exitcode", 3, "--quiet", synthesize(directory, case), status=wanted)
        show("--quiet", synthesize(directory, case))
    for case, wanted in (("race", 0), ("nothing", 0), ("unobserved", 125), ("half-written", 125), ("full", 125)):
        show("--exitcode", 0, "--quiet", synthesize(directory, case), status=wanted)
    model = model_of(synthesize(directory, "nothing"))
    late = {"kind": "timeout", "blind": False, "text": "timeout: the run was ended after 1 s"}
    path = write(directory, "late.json", json.dumps({**model, "verdict": "timeout", "conditions": [late]}))
    show("--exitcode", 0, "--quiet", path, status=124)


def test_blind_self_check(_):
    """A machine whose detector sees nothing fails it, and the report says why."""
    status, _, err = gate("--self-check")
    check(status == 125 and "racy canary: its data race was NOT found" in err and "self-check: failed" in err, err)
    for besides in (["true"], ["--json", "-"], ["--timeout", "5"], ["-q"]):
        status, out, err = gate("--self-check", *besides)
        check(status == 125 and one_line(err) and "not used with --self-check" in err and out == "", err)


sys.exit(main(globals()))
