#!/usr/bin/env python3
"""Tests of raddle-report and run-with-detector on synthetic findings: no detector is needed.

Rules: TX-31

Usage: see toolkit.py.
"""
import json
import os
import random
import re
import signal
import subprocess
import sys
import time

from toolkit import (HERE, ROOT, TIMEOUT_S, UPDATE, cases, check, gate, last_line, main, model_of, one_line, read, run,
                     synthesize, tool, write)


# -- reports --


def filtered(text):
    text = text.replace(ROOT.rstrip("/") + "/", "")
    text = re.sub(r"[^\s:]*/synthesize\b", "SYNTHESIZE", text)
    return re.sub(r"0x[0-9a-f]{5,}", "ADDRESS", text)


def test_golden(directory):
    """Every case's text report, addresses filtered, is the one kept in golden/."""
    for case in cases():
        status, out, err = run(tool("raddle-report"), synthesize(directory, case), cwd=directory)
        check(status == 0 and err == "", f"report of {case}: {status} {err}")
        golden = os.path.join(HERE, "golden", case + ".txt")
        if UPDATE:
            with open(golden, "w", encoding="utf-8") as file:
                file.write(filtered(out))
        with open(golden, encoding="utf-8") as file:
            kept = file.read()
        check(filtered(out) == kept, f"the report of {case} is not the one kept:\n{filtered(out)}")


def test_schema(directory):
    """Every model is valid; one finding is one line; text comes from the model alone."""
    import jsonschema  # the package python3-jsonschema
    schema_file = os.path.join(ROOT, "instrument/tools/report/raddle-findings-1.schema.json")
    with open(schema_file, encoding="utf-8") as file:
        schema = json.load(file)
    jsonschema.Draft7Validator.check_schema(schema)
    for case in cases():
        raw = synthesize(directory, case)
        model_file = raw + ".json"
        status, _, err = run(tool("raddle-report"), "--json", model_file, raw)
        check(status == 0, f"--json of {case}: {err}")
        with open(model_file, encoding="utf-8") as file:
            text = file.read()
        model = json.loads(text)
        for error in jsonschema.Draft7Validator(schema).iter_errors(model):
            check(False, f"{case}: {list(error.absolute_path)}: {error.message[:200]}")
        lines = [line for line in text.split("\n") if line.startswith('{"kind":')]
        findings = [line for line in lines if '"severity"' in line]
        check(len(findings) == len(model["findings"]), f"{case}: one line per finding")
        from_raw = run(tool("raddle-report"), raw, cwd=directory)[1]
        from_json = run(tool("raddle-report"), model_file, cwd=directory)[1]
        check(from_raw == from_json, f"{case}: the text of the model differs from that of the raw file")


def test_identity(directory):
    """The id does not depend on addresses, the order of accesses, lines or indices, but on the object."""
    def ids(case):
        return [f["id"] for f in model_of(synthesize(directory, case))["findings"]]
    first = ids("race")
    check(len(first) == 1, "one finding")
    for _ in range(5):
        check(ids("race") == first, "the id changed with the load address")
    check(ids("race-swapped") == first, "the id changed with the order of the accesses")
    check(ids("race-twice") == first, "the same finding in two processes is one")
    twice = model_of(synthesize(directory, "race-twice"))["findings"][0]
    check(twice["count"] == 2 and len(twice["processes"]) == 2, "its count and processes")
    seen = {case: ids(case)[0] for case in cases() if ids(case)}
    same = {"race", "race-swapped", "race-twice", "race-locks", "race-known", "half-written"}
    check(len({v for k, v in seen.items() if k not in same}) == len(seen) - len(same), f"ids collide: {seen}")
    merged = model_of_many([synthesize(directory, c) for c in ("race", "race-swapped", "leak")])
    check(len(merged["findings"]) == 2 and merged["findings"][0]["count"] == 2, "merging counts again")


def model_of_many(paths):
    return json.loads(run(tool("raddle-report"), "--json", "-", *paths)[1])


def test_filters(directory):
    """--kind, --id, --file keep what they name and nothing else."""
    paths = [synthesize(directory, c) for c in ("race", "leak", "panic")]
    kinds = [f["kind"] for f in model_of_many(["--kind", "leak", *paths])["findings"]]
    check(kinds == ["leak"], f"--kind leak kept {kinds}")
    wanted = model_of_many(paths)["findings"][2]["id"]
    ids = [f["id"] for f in model_of_many(["--id", wanted, *paths])["findings"]]
    check(ids == [wanted], f"--id kept {ids}")
    check(len(model_of_many(["--file", "bank.c", *paths])["findings"]) == 3, "--file bank.c keeps all")
    check(model_of_many(["--file", "other.c", *paths])["findings"] == [], "--file other.c keeps none")


# -- wrong input --


def test_bad_input(directory):
    """Every mistake is one line that names it, and 125."""
    race = synthesize(directory, "race")
    prose = os.path.join(directory, "prose")
    with open(prose, "w", encoding="utf-8") as file:
        file.write("not JSON\n")
    other = os.path.join(directory, "other.json")
    with open(other, "w", encoding="utf-8") as file:
        file.write('{"schema": "something/2"}\n')
    none = write(directory, "none.json", '{"schema": 1}\n')
    version = damaged(directory, race, "version", 8, b"\x63\0\0\0")
    header = damaged(directory, race, "header", 12, b"\x01\0\0\0")
    short = os.path.join(directory, "short")
    with open(race, "rb") as file, open(short, "wb") as out:
        out.write(file.read(20))
    report = tool("raddle-report")
    table = [
        ([report], "no findings file"),
        ([report, "--frobnicate", race], "unknown option '--frobnicate'"),
        ([report, "--sarif", directory + "/no/such", race], "cannot be written"),
        ([report, "-x", race], "unknown option '-x'"),
        ([report, race, "--json"], "'--json' needs a value"),
        ([report, "--quiet=1", race], "'--quiet' takes no value"),
        ([report, "--kind", "rce", race], "unknown kind 'rce'"),
        ([report, "--id", "bogus", race], "bad value 'bogus' for --id: it must be a finding's id, R and 12 hexadecimal digits"),
        ([report, "--id", "", race], "bad value '' for --id"),
        ([report, "--explain", "R12", race], "bad value 'R12' for --explain"),
        ([report, "--color", "blue", race], "bad value 'blue' for --color"),
        ([report, "--symbolize", race], "not used with --symbolize"),
        ([report, "--exit-report", race, race], "not used with --exit-report"),
        ([report, "--exit-report", prose], "not a findings file"),
        ([report, "--dump", "0", race], "bad value '0' for --dump"),
        ([report, "--dump", "7", race], "was not asked for its tasks"),
        ([report, directory + "/none"], "cannot be read"),
        ([report, prose], "neither a findings file nor its JSON"),
        ([report, directory], "a directory; name the files in it"),
        ([report, other], "not a model of schema raddle-findings/1 but of 'something/2'; read it with the raddle-report that wrote it, or"),
        ([report, none], "not a model of schema raddle-findings/1: it names none; models are what --json writes"),
        ([report, version], "findings of format 99"),
        ([report, header], "its header says"),
        ([report, short], "ends inside its own header"),
        ([report, "--json", directory + "/no/such/file", race], "cannot be written"),
    ]
    for command, wanted in table:
        status, out, err = run(*command)
        name = " ".join(command).replace(directory + "/", "")
        check(status == 125 and one_line(err) and wanted in err and out == "", f"{name}: {status} {err!r}")
    status, _, err = run(report, race, env={"RADDLE_OPTIONS": "leeks=strict"})
    check(status == 125 and one_line(err) and "'leeks'" in err, f"unknown key: {status} {err!r}")
    for name, words in (("raddle-report", "--help"), ("raddle-report", "--version"), ("run-with-detector", "--help"),
                        ("run-with-detector", "--version"), ("run-with-detector", "-o help")):
        asked = [tool(name), *words.split()]
        status, out, err = run(*asked)
        check(status == 0 and out.endswith("\n") and err == "", f"{name} {words}: {status} {err!r}")
        with open("/dev/full", "w", encoding="utf-8") as full:
            done = subprocess.run(asked, stdout=full, stderr=subprocess.PIPE, text=True, check=False, timeout=TIMEOUT_S)
        check(done.returncode == 125 and done.stderr == f"{name}: standard output: cannot be written: No space left on device\n",
              f"{name} {words}: {done.returncode} {done.stderr!r}")


def test_edited(directory):
    """A model with something wrong in it is one line: the file, its line, the member, what it must be. No finding stops
    failing by that."""
    model = model_of(synthesize(directory, "race"))

    def edited(change, value, lines=None):
        copy = json.loads(json.dumps(model))
        *way, last = change
        place = copy
        for step in way:
            place = place[step]
        if value is None:
            del place[last]
        else:
            place[last] = value
        path = os.path.join(directory, "edited.json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump(copy, file, indent=lines)
        return run(tool("raddle-report"), "--exitcode", "66", path)

    first, severities = ["findings", 0], '"error", "portability" or "note"'
    table = [
        (first + ["severity"], None, f"findings[0].severity is missing: it must be {severities}"),
        (first + ["severity"], "eror", f'findings[0].severity is "eror": it must be {severities}'),
        (first + ["kind"], 3, 'findings[0].kind is 3: it must be "data-race", '),
        (first, 3, "findings[0] is 3: it must be an object"),
        (first + ["count"], 0, "findings[0].count is 0: it must be a whole number, 1 or more"),
        (first + ["count"], 1.5, "findings[0].count is 1.5: it must be a whole number"),
        (first + ["count"], "many " * 50, "findings[0].count is a long string: it must be"),
        (first + ["accesses", 1, "stack", 0, "line"], [], "findings[0].accesses[1].stack[0].line is an array: it must be"),
        (first + ["object", "label"], None, "findings[0].object.label is missing: it must be a string"),
        (["findings"], {}, "findings is an object: it must be an array"),
        (["conditions"], [{"kind": "limit", "text": "x"}], "conditions[0].blind is missing: it must be true or false"),
        (first + ["id"], "R1", 'findings[0].id is "R1": it must be R and 12 hexadecimal digits'),
        (first + ["id"], "R0123456789aB", 'findings[0].id is "R0123456789aB": it must be R and'),
        (first + ["id"], "Q0123456789ab", 'findings[0].id is "Q0123456789ab": it must be R and'),
        (first + ["runs"], ["1"], 'findings[0].runs[0] is "1": it must be 16 hexadecimal digits'),
        (first + ["runs"], [], "findings[0].runs is an array of another length: it must be an array of 1 or more"),
        (first + ["processes"], [], "findings[0].processes is an array of another length: it must be an array of 1 or more"),
        (first + ["accesses"], model["findings"][0]["accesses"] * 2, "findings[0].accesses is an array of another length: it must be an array of 2\n"),
        (first + ["accesses"], model["findings"][0]["accesses"][:1], "findings[0].accesses is an array of another length: it must be an array of 2\n"),
        (first + ["accesses", 0, "address"], "0xzz", 'findings[0].accesses[0].address is "0xzz": it must be 0x and hexadecimal digits'),
        (first + ["accesses", 0, "stack", 0, "pc"], "0x", 'stack[0].pc is "0x": it must be 0x and hexadecimal digits'),
        (["suppressed"], ["R1"], 'suppressed[0] is "R1": it must be R and 12 hexadecimal digits'),
        (["processes"], None, "processes is missing: it must be an array"),
        (["accepted"], ["x"], 'accepted[0] is "x": it must be an object'),
        (["accepted"], model["findings"], "accepted[0].accepted is missing: it must be an object"),
    ]
    for change, value, wanted in table:
        for lines in (None, 1):
            status, out, err = edited(change, value, lines)
            check(status == 125 and one_line(err) and wanted in err and out == "", f"{change} {value!r}: {status} {err!r}")
            number = int(err.split("edited.json:")[1].split(":")[0])
            wrong = read(os.path.join(directory, "edited.json")).split("\n")[number - 1]
            check(f"{json.dumps(change[-1])}: {json.dumps(value)}" in wrong or not isinstance(value, (int, str)) or value == 3,
                  f"{change}: line {number}: {wrong[:100]!r}")
    ours = os.path.join(directory, "ours.json")
    run(tool("raddle-report"), "--json", ours, synthesize(directory, "race"), synthesize(directory, "leak"))
    with open(ours, "r+", encoding="utf-8") as file:
        text = file.read().replace('"kind":"leak","title"', '"kind":"leek","title"')
        file.seek(0)
        file.write(text)
    status, _, err = run(tool("raddle-report"), ours)
    check(status == 125 and one_line(err) and 'ours.json:7: findings[1].kind is "leek": it must be' in err, f"{status} {err!r}")
    for change, value in (["unknown"], [{"a": 1}]), (first + ["count"], 1 << 62), (first + ["unknown"], 1.5):
        check(edited(change, value)[0] == 66, f"{change}: {value!r} does no harm")
    for verdict in ("clean", "not-checked", "timeout", "error"):  # what it holds is worse, and counts
        check(edited(["verdict"], verdict)[0] == 66, f"findings under {verdict}")


def test_contradicted(directory):
    """A model that does not hold what its verdict came from is refused: made anew it would be clean."""
    late = {"kind": "timeout", "blind": False, "text": "timeout: the run was ended after 1 s"}
    blind = {"kind": "limit", "blind": True, "text": "records lost: 1"}
    note = json.loads(json.dumps(model_of(synthesize(directory, "race"))["findings"][0]))
    note["severity"] = "note"
    empty = model_of(synthesize(directory, "nothing"))
    path = os.path.join(directory, "stated.json")

    def stated(verdict, conditions=(), findings=()):
        with open(path, "w", encoding="utf-8") as file:
            json.dump({**empty, "verdict": verdict, "conditions": list(conditions), "findings": list(findings)}, file)
        return run(tool("raddle-report"), "--exitcode", "66", path)

    table = [("findings", [], [], "clean"), ("error", [], [], "clean"), ("timeout", [], [], "clean"),
             ("not-checked", [], [], "clean"), ("findings", [], [note], "clean"), ("findings", [late], [], "timeout"),
             ("error", [late], [], "timeout"), ("timeout", [blind], [], "not-checked"), ("findings", [blind], [], "not-checked")]
    for verdict, conditions, findings, held in table:
        status, out, err = stated(verdict, conditions, findings)
        wanted = f'stated.json: its verdict is "{verdict}", but all that it holds comes to "{held}": something was taken out of it; '
        check(status == 125 and one_line(err) and wanted in err and f'write "{held}" there' in err and out == "",
              f"{verdict} {conditions} {findings}: {status} {err!r}")
    status, _, err = run(tool("raddle-report"), "--diff", path, synthesize(directory, "race"))
    check(status == 125 and "stated.json: its verdict" in err, f"--diff: {status} {err!r}")
    for verdict, conditions, findings, wanted in (("clean", [], [], 0), ("clean", [], [note], 0), ("clean", [late], [], 124),
                                                  ("timeout", [late, blind], [], 124), ("clean", [blind], [], 125),
                                                  ("not-checked", [blind], [note], 125)):
        check(stated(verdict, conditions, findings)[0] == wanted, f"{verdict} {conditions} {findings} is read")


def test_read_again(directory):
    """Whatever view of whatever findings our tools write is read again, and comes to the same."""
    known = write(directory, "known", f"{model_of(synthesize(directory, 'race'))['findings'][0]['id']}\n")
    quiet = write(directory, "quiet", "race:*\nleak:*\ndeadlock:*\nmisuse:*\npanic:*\n")
    old = os.path.join(directory, "old.json")
    run(tool("raddle-report"), "--json", old, synthesize(directory, "race"))
    paths = {case: synthesize(directory, case) for case in cases()}
    views = [["--kind", "leak"], ["--file", "nowhere.c"], ["--id", "R000000000000"], ["--baseline", known], ["--suppressions", quiet],
             ["--diff", old], []]
    for view in views:
        for files in ([path] for path in paths.values()), [list(paths.values())]:
            for inputs in files:
                first, second = os.path.join(directory, "first.json"), os.path.join(directory, "second.json")
                before, _, err = run(tool("raddle-report"), "--exitcode", 66, *view, "--json", first, *inputs)
                after, _, again = run(tool("raddle-report"), "--exitcode", 66, "--json", second, first)
                check(before == after and err == again == "", f"{view} {inputs}: {before} {err!r}, {after} {again!r}")


def damaged(directory, path, name, at, content):
    out = os.path.join(directory, name)
    with open(path, "rb") as file:
        data = bytearray(file.read())
    data[at:at + len(content)] = content
    with open(out, "wb") as file:
        file.write(data)
    return out


def test_damage(directory):
    """A file cut at any record, or with any byte changed, is read or refused: never a crash, never clean
    when a finding is gone."""
    path = synthesize(directory, "race-member")
    with open(path, "rb") as file:
        data = file.read()
    used = int.from_bytes(data[24:32], "little")
    for size in list(range(0, 200, 8)) + list(range(200, used, 72)):
        cut = os.path.join(directory, "cut")
        with open(cut, "wb") as file:
            file.write(data[:size])
        status, out, err = run(tool("raddle-report"), cut)
        fine = (status == 125 and one_line(err)) or (status == 0 and "not checked: " in out)
        check(fine, f"cut at {size}: {status} {out[-200:]} {err}")
    generator = random.Random(7)
    for _ in range(150):
        changed = bytearray(data[:used + 64])
        for _ in range(generator.randint(1, 4)):
            changed[generator.randrange(64, used)] = generator.randrange(256)
        flipped = os.path.join(directory, "flipped")
        with open(flipped, "wb") as file:
            file.write(changed)
        status, _, err = run(tool("raddle-report"), "--json", flipped + ".json", flipped)
        check(status in (0, 125), f"changed bytes: {status} {err}")
        again, _, err = run(tool("raddle-report"), flipped + ".json") if status == 0 else (0, "", "")
        check(again == 0, f"changed bytes, and what was made of them: {again} {err}")


def test_exit_report(directory):
    """The end of a bare run: 66 with findings, 125 when it could not look, silent when clean."""
    report = tool("raddle-report")
    table = [("nothing", 0), ("race", 66), ("leak", 66), ("leak-sleeping", 0), ("unobserved", 125),
             ("full", 125), ("half-written", 66)]
    for case, wanted in table:
        status, out, err = run(report, "--exit-report", synthesize(directory, case))
        check(status == wanted and out == "", f"--exit-report {case}: {status}")
        check((err == "") == (case == "nothing"), f"--exit-report {case} says {err!r}")
    status, _, _ = run(report, "--exit-report", synthesize(directory, "leak-sleeping"),
                       env={"RADDLE_OPTIONS": "leaks=strict"})
    check(status == 66, f"leaks=strict: {status}")


def test_symbolize(_):
    """One line out for every line in, whatever it is."""
    synthesizer = tool("synthesize")
    names = subprocess.run(["nm", synthesizer], capture_output=True, text=True, check=True).stdout
    start, nowhere = [int(re.search(rf"^([0-9a-f]+) [tT] {name}$", names, re.M).group(1), 16)
                      for name in ("visit_bank", "nowhere")]
    lines = [f"{start + 0x10000 + 5:x} 10000 {synthesizer}", f"{start + 5:x} 0 {synthesizer}",
             f"{nowhere + 1:x} 0 {synthesizer}", "7 0 /none", "rubbish", ""]
    status, out, _ = run(tool("raddle-report"), "--symbolize", stdin=("\n".join(lines) + "\n").encode())
    rows = [line.split("\t") for line in out.split("\n")[:-1]]
    check(status == 0 and len(rows) == len(lines), f"--symbolize: {out!r}")
    for row in rows[:2]:
        check(row[0] == "visit_bank" and row[1].endswith("bank.c") and int(row[2]) > 0, f"--symbolize: {row}")
        check(row[3] == "+0x5", f"--symbolize offset: {row}")
    check(rows[2][0] in ("visit_nowhere", "nowhere") and rows[2][1].endswith("line_zero.c") and rows[2][2] == "6",
          f"--symbolize of code without a line: {rows[2]}")
    for row in rows[3:]:
        check(row[:3] == ["??", "", "0"], f"--symbolize of nothing: {row}")


def test_changed_module(directory):
    """A module that was built again since the run is not used for lines, and the frame says so."""
    path = synthesize(directory, "race")
    with open(path, "rb") as file:
        data = file.read()
    build_id = re.search(rb"\x14\x00\x00\x00(.{20})", data[300:], re.S)
    check(build_id is not None, "the module record has a build id")
    at = 300 + build_id.start(1)
    other = damaged(directory, path, "changed", at, bytes(20))
    frames = model_of(other)["findings"][0]["accesses"][0]["stack"]
    check(all("built again" in f.get("note", "") and "line" not in f for f in frames), f"frames: {frames}")


# -- the gate --


def test_gate_misuse(directory):
    """Misuse is one line and the status of API.md, before anything runs."""
    still = tool("still")
    plain = os.path.join(directory, "plain")
    with open(plain, "w", encoding="utf-8") as file:
        file.write("x")
    table = [
        ([], 125, "no command"),
        (["--"], 125, "no command"),
        (["--frobnicate", still], 125, "unknown option '--frobnicate'"),
        (["--sarif"], 125, "'--sarif' needs a value"),
        (["--format", "c", still], 125, "bad value 'c' for --format"),
        (["--exitcode", "256", still], 125, "bad value '256' for --exitcode"),
        (["--exitcode", "x", still], 125, "bad value 'x' for --exitcode"),
        (["--timeout", "0", still], 125, "bad value '0' for --timeout"),
        (["--timeout", "1s", still], 125, "bad value '1s' for --timeout"),
        (["--checks", "rce", still], 125, "unknown check 'rce'"),
        (["--checks", "lock", still], 125, "unknown check 'lock'"),
        (["--keep", "/dev/null/none", still], 125, "for --keep: it cannot be made: Not a directory; name a directory that"),
        (["--keep", "/proc/none/deeper", still], 125, "for --keep: it cannot be made: No such file or directory"),
        (["--keep", still, still], 125, "for --keep: it must be a directory that can be written"),
        (["-o", "leeks=1", still], 125, "unknown option 'leeks'"),
        (["-o", "leaks=loose", still], 125, "bad value 'loose' for leaks"),
        (["-o", "on_deadlock=wait", still], 125, "bad value 'wait' for on_deadlock"),
        (["-o", "dump_signal=KILL", still], 125, "bad value 'KILL' for dump_signal"),
        (["-o", "maxprocs=-1", still], 125, "bad value '-1' for maxprocs"),
        (["-o", "linger_ms=x", still], 125, "bad value 'x' for linger_ms"),
        (["-o", "nonsense", still], 125, "must be key=value"),
        (["--timeout"], 125, "'--timeout' needs a value"),
        ([directory + "/none"], 127, "not found"),
        (["no-such-command-anywhere"], 127, "not found"),
        ([plain], 126, "cannot be run"),
        ([directory], 126, "cannot be run"),
    ]
    for arguments, wanted, text in table:
        status, out, err = gate(*arguments)
        name = " ".join(arguments).replace(directory + "/", "")
        check(status == wanted and one_line(err) and text in err and out == "", f"{name}: {status} {err!r}")
    status, _, err = gate(still, env={"RADDLE_DETECTOR": directory + "/none.so"})
    check(status == 125 and one_line(err) and "none.so" in err, f"no detector: {status} {err!r}")
    status, _, err = gate(still, env={"RADDLE_OPTIONS": "leaks=strict:bogus=1"})
    check(status == 125 and one_line(err) and "'bogus'" in err, f"RADDLE_OPTIONS: {status} {err!r}")


def test_gate_status(directory):
    """The table of statuses and their order."""
    still, watched = tool("still"), {"FAKE_OBSERVED": "still", "FAKE_TASKS": "3"}
    broken = os.path.join(directory, "broken")
    with open(broken, "w", encoding="utf-8") as file:
        file.write("#!/no/such/interpreter\n")
    os.chmod(broken, 0o755)
    panics = {**watched, "FAKE_FINDING": "still"}
    lost = {**watched, "FAKE_LOST": "still"}
    table = [
        ([still, "exit", 0], watched, 0, "raddle: clean (1 process, 3 tasks)"),
        ([still, "exit", 7], watched, 7, "raddle: clean (1 process, 3 tasks); the command itself ended with status 7"),
        (["--", still, "exit", 7], watched, 7, "raddle: clean"),
        ([still, "kill", 9], watched, 137, "raddle: clean (1 process, 3 tasks); the command itself was ended by signal 9 (SIGKILL)"),
        (["sh", "-c", f"{still} kill 9; exit $?"], watched, 137, "; the command itself ended with status 137 (128 + SIGKILL)"),
        ([still, "exit", 7], panics, 66, "raddle: 1 finding (1 panic) in 1 process; 0 suppressed, 0 in baseline"),
        ([still, "kill", 11], panics, 66, "raddle: 1 finding"),
        (["--exitcode", 3, still], panics, 3, "raddle: 1 finding"),
        (["--exitcode", 0, still, "exit", 5], panics, 5, "0 in baseline; the command itself ended with status 5"),
        (["-o", "exitcode=4", still], panics, 4, "raddle: 1 finding"),
        (["--checks", "data-races,leak", still], panics, 0, "raddle: clean"),
        (["--checks", "panics", still], panics, 66, "raddle: 1 finding"),
        ([still], lost, 125, "raddle: not checked: findings that did not fit into the findings file: 1"),
        ([still], {**lost, **panics}, 66, "raddle: 1 finding"),
        (["--timeout", 0.3, still, "sleep", 50], watched, 124, "raddle: timeout: the run was ended after 0.3 s; what its tasks were "
         "waiting for is not known: the process recorded none of it before it ended; raise --timeout if it is only slow"),
        (["--timeout", 0.3, still, "ignore", 50], watched, 124, "raddle: timeout"),
        (["--timeout", 0.3, still, "sleep", 50], panics, 66, "raddle: 1 finding"),
        (["--timeout", 0.3, still, "sleep", 50], lost, 124, "raddle: timeout"),
        (["--timeout", 50, still, "exit", 3], watched, 3, "raddle: clean"),
        (["sh", "-c", "exit 3"], {}, 3, "raddle: clean (1 process, 1 task)"),
        (["sh", "-c", f"{still}; exit 3"], {}, 3, "raddle: clean (2 processes of one task each)"),
        (["ls", "-l", "/dev/null"], {}, 0, "raddle: clean"),
        ([broken], {}, 127, "cannot be run"),
    ]
    for arguments, env, wanted, text in table:
        status, _, err = gate(*arguments, env=env)
        check(status == wanted and text in last_line(err), f"{arguments} {env}: {status} {err!r}")
        check(wanted not in (0, 66, 124, 125) or "the command itself" not in err, f"{arguments}: what decides is told alone: {err!r}")


def test_gate_looking(_):
    """What was not looked at is said, and decides where it must."""
    still, threads = tool("still"), {"FAKE_TASKS": "3"}
    both = {**threads, "FAKE_OBSERVED": "still"}
    static = tool("still_static")
    table = [
        ([still], threads, 125, "was not built for observation"),
        (["sh", "-c", f"{still}; exit 0"], threads, 125, "was not built for observation"),
        (["--ignore-process", "stil*", still], threads, 0, "clean"),
        (["--checks", "deadlock,leak", still], threads, 0, "clean"),
        (["-o", f"system_path={os.path.dirname(still)}", "sh", "-c", f"{still}"], threads, 125,
         "no process of the run was built"),
        (["sh", "-c", f"{still}; exit 4"], both, 4, "clean"),
        (["--strict", "sh", "-c", f"{still}; exit 4"], both, 125, "was not built for observation"),
        ([static, "exit", "3"], {}, 125, "statically linked"),
        ([tool("still_own_detector")], {}, 125, "carries the compiler's own ThreadSanitizer"),
        (["env", "-u", "LD_PRELOAD", still], threads, 125, "no process of the run was built"),
        (["env", "-u", "LD_PRELOAD", still], {}, 0, "clean"),
        ([still], {"FAKE_REPLACED": "still"}, 125, "replaced itself by a program in which the detector did not start: if that refused "
         "its options, a line above says which; if the program is static or setuid, link it dynamically"),
    ]
    for arguments, env, wanted, text in table:
        status, _, err = gate(*arguments, env=env)
        check(status == wanted and text in last_line(err), f"{arguments} {env}: {status} {err!r}")
    _, _, err = gate(still, env={**both, "FAKE_AGAIN": "still"})
    check("\nraddle: findings were met 1 more time at the same places, by the same paths (process " in "\n" + err, f"again: {err!r}")
    _, _, err = gate("sh", "-c", f"{still}; exit 4", env=both)
    check(re.search(r"not observed: \d process(es)?: \w+", err) is not None, f"helpers are listed: {err!r}")


def test_gate_tree(directory):
    """Descendants count, are waited for, and are left alone; a run inside a run counts once."""
    still, watched = tool("still"), {"FAKE_OBSERVED": "still", "FAKE_TASKS": "2"}
    began = time.monotonic()
    status, _, err = gate("-o", "linger_ms=300", still, "child", 2, env=watched)
    check(status == 0 and "1 process left running" in last_line(err), f"left running: {status} {err!r}")
    check(time.monotonic() - began < 1.8, "the gate waits for linger_ms only")
    status, _, err = gate("-o", "linger_ms=9000", still, "child", 1, env=watched)
    check(status == 0 and "left running" not in err, f"waited for: {status} {err!r}")
    model = os.path.join(directory, "model.json")
    nested = [tool("run-with-detector"), "--color", "never", still]
    panics = {**watched, "FAKE_FINDING": "still"}
    status, _, err = gate("--json", model, *nested, env=panics)
    with open(model, encoding="utf-8") as file:
        findings = json.load(file)["findings"]
    check(status == 66 and [f["count"] for f in findings] == [1], f"nested: {status} {findings}")
    status, _, err = gate(tool("run-with-detector"), "--exitcode", "0", still, env=panics)
    check(status == 0, f"a nested run that only reports: {status} {err!r}")
    kept = os.path.join(directory, "made", "for", "it")
    status, _, err = gate("--keep", kept, still, env=panics)
    files = os.listdir(kept)
    check(status == 66 and len(files) == 1 and files[0] in err, f"--keep: {files} {err!r}")
    check("1 panic" in run(tool("raddle-report"), os.path.join(kept, files[0]))[1], "the kept file can be read")
    size = os.stat(os.path.join(kept, files[0])).st_size
    check(size < 65536, f"it is as long as what it holds: {size}")
    left = os.path.join(directory, "left")
    gate("--keep", left, "-o", "linger_ms=100", still, "child", 1, env=watched)
    size = os.stat(os.path.join(left, os.listdir(left)[0])).st_size
    check(size == 256 << 20, f"who is left running may still write: {size}")
    status, _, err = gate("--quiet", still, env=panics)
    check(status == 66 and one_line(err), f"--quiet: {status} {err!r}")
    preload = {"LD_PRELOAD": tool("libfake_detector.so")}
    status, out, _ = gate("sh", "-c", "echo $LD_PRELOAD", env=preload)
    check(out.strip() == preload["LD_PRELOAD"], f"LD_PRELOAD is not doubled: {out!r}")
    status, out, _ = gate("-o", "leaks=strict", "sh", "-c", "echo $RADDLE_OPTIONS",
                          env={"RADDLE_OPTIONS": "seed=5"})
    check(out.strip() == "seed=5:leaks=strict", f"options are passed on: {out!r}")


def test_gate_signals(directory):
    """A signal sent to the gate goes on to the command, and the gate still reports."""
    ready = os.path.join(directory, "ready")
    script = f"trap 'exit 9' TERM; touch {ready}; while :; do sleep 0.1; done"
    with subprocess.Popen([tool("run-with-detector"), "sh", "-c", script], stderr=subprocess.PIPE, text=True,
                          env={**os.environ, "RADDLE_DETECTOR": tool("libfake_detector.so")}) as process:
        while not os.path.exists(ready) and process.poll() is None:
            time.sleep(0.02)
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=TIMEOUT_S)
    check(process.returncode == 9 and "raddle: clean" in err, f"SIGTERM: {process.returncode} {err!r}")


sys.exit(main(globals()))
