#!/usr/bin/env python3
"""Tests of suppressions and baselines: findings that somebody has said need not fail.

Rules: TX-31

Usage: see toolkit.py.
"""
import datetime
import json
import os
import re
import subprocess
import sys

from toolkit import (check, gate, last_line, main, model_of, one_line, read, run, synthesize, tool, write)

PANICS = {"FAKE_OBSERVED": "still", "FAKE_FINDING": "still", "FAKE_TASKS": "2"}


def report(*arguments, env=None):
    return run(tool("raddle-report"), *arguments, env=env)


def merged(*arguments):
    status, out, err = report("--json", "-", *arguments)
    check(status == 0, f"{arguments}: {status} {err!r}")
    return json.loads(out)


# -- suppressions --


def test_suppressions(directory):
    """A suppressed finding is counted, not reported, and does not fail; a wrong line is an error."""
    rules = os.path.join(directory, "rules")
    race, leak, deadlock = [synthesize(directory, c) for c in ("race", "leak", "deadlock")]

    def with_rules(text, finding):
        write(directory, "rules", text)
        return report("--exit-report", finding, env={"RADDLE_OPTIONS": f"suppressions={rules}"})

    known = model_of(race)["findings"][0]["id"]
    matching = [
        (race, ["race:withdraw", "data-race:^dep*it$", "race:bank.c", "race:account.balance", f"id:{known}",
                "race_top:^deposit$", "race:*", "race:^*deposit*$", "called_from_lib:synthesize"]),
        (leak, ["thread:withdraw", "leak:bank.c"]),
        (deadlock, ["deadlock:*"]),
    ]
    for finding, lines in matching:
        for rule in lines:
            status, _, err = with_rules(f"# why\n\n  {rule}  \r\n", finding)
            check(status == 0 and err == "", f"{rule}: {status} {err!r}")
    status, _, err = with_rules("\ufeffrace:withdraw\n", race)  # the mark of UTF-8 is no part of the first line
    check(status == 0 and err == "", f"a mark: {status} {err!r}")
    other = ["race:with$", "leak:withdraw", "race:^ithdraw", "id:R000000000000", "deadlock:withdraw",
             "race_top:^customer$", "called_from_lib:^libsynthesize", "mutex:withdraw", "signal:withdraw",
             "race:with?raw", "race:[a-z]ithdraw", "race:with\\draw", "panic:*"]
    for rule in other:
        check(with_rules(rule, race)[0] == 66, f"{rule} matches")
    held = synthesize(directory, "race-locks")  # of the locks that were held only their places are not looked at
    for rule, wanted in [("race:cache.mu", 66), ("race:limits", 66), ("race:customer", 0)]:
        status, _, err = with_rules(rule, held)
        check(status == wanted, f"{rule} of a race with locks: {status} {err!r}")
    wrong = [("nonsense", ":1: 'nonsense' is no suppression"), ("rce:x", ":1: unknown kind 'rce'"),
             ("race:a\n\n# b\nrace:\n", ":4: 'race:' is no suppression"), ("race :a", "unknown kind 'race '"),
             ("id:bogus", ":1: 'bogus' is no finding's id: it must be R and 12 hexadecimal digits, as reports show it"),
             ("race:a\nid:R12*", ":2: 'R12*' is no finding's id"), (f"id:^{known}$", ":1: '^R"), (f"id:{known.upper()}", " is no finding's id"),
             (f"id: {known}", f":1: ' {known}' is no finding's id"),
             ("race:a\nrace:\0b", ":2: the line holds a NUL byte"), (":a", "unknown kind ''")]
    for rule, wanted in wrong:
        write(directory, "rules", rule)
        status, _, err = report(race, env={"RADDLE_OPTIONS": f"suppressions={rules}"})
        check(status == 125 and one_line(err) and wanted in err, f"{rule!r}: {status} {err!r}")
        # At the end of a process the findings are told all the same.
        status, _, err = with_rules(rule, race)
        said = err.split("\n")[0]
        check(status == 66 and wanted in said and said.endswith("; nothing is suppressed"), f"{rule!r} at exit: {status} {err!r}")


def test_suppressing_gate(directory):
    """Suppressions of the command line, of the environment, of a nested run; unused ones are listed."""
    still = tool("still")
    model = os.path.join(directory, "model.json")
    gate("--json", model, still, env=PANICS)
    rules = write(directory, "rules", f"id:{json.loads(read(model))['findings'][0]['id']}\npanic:main\n")
    for arguments in (["--suppressions", rules], ["-o", f"suppressions={rules}"]):
        status, _, err = gate(*arguments, still, "exit", 4, env=PANICS)
        check(status == 4 and "clean" in err and "1 suppressed" in err, f"{arguments}: {status} {err!r}")
        check("rules: 1 of 2 lines matched nothing in this run: panic:main (line 2)" in err, f"unused: {err!r}")
    nested = [tool("run-with-detector"), "--suppressions", rules, still, "exit", "4"]
    status, _, err = gate(*nested, env=PANICS)
    check(status == 4, f"a nested run that suppresses: {status} {err!r}")
    status, _, err = gate("--suppressions", directory + "/none", still)
    check(status == 125 and one_line(err), f"no such file: {status} {err!r}")
    race, leak = synthesize(directory, "race"), synthesize(directory, "leak")
    both = write(directory, "both", "race:withdraw\nleak:bank.c\npanic:x\n")
    model = merged("--suppressions", both, race, leak)
    check(model["findings"] == [] and len(model["suppressed"]) == 2, "both are suppressed")
    check([r["matched"] for r in model["rules"]] == [1, 1, 0], f"matched: {model['rules']}")
    check([f["accepted"]["rule"] for f in model["accepted"]] == ["race:withdraw", "leak:bank.c"], "by whom")


# -- baselines --


def test_baseline(directory):
    """Only new findings fail; what is accepted stays in the model with the line that accepts it."""
    still, known = tool("still"), os.path.join(directory, "known")
    status, _, err = gate("--baseline", known, still, env=PANICS)
    check(status == 125 and one_line(err) and "known: baseline cannot be read" in err, f"none: {err!r}")
    status, _, err = gate("--update-baseline", still, env=PANICS)
    check(status == 125 and one_line(err) and "needs --baseline" in err, f"no file: {err!r}")
    status, _, err = gate("--baseline", directory + "/no/such", "--update-baseline", still, env=PANICS)
    check(status == 125 and one_line(err) and "cannot be written" in err, f"not writable: {err!r}")
    status, _, err = gate("--baseline", known, "--update-baseline", still, "exit", 3, env=PANICS)
    check(status == 3 and "1 in baseline" in last_line(err) and "1 added" in err, f"update: {status} {err!r}")
    lines, grammar = read(known).splitlines(), "ID [REASON | until YYYY-MM-DD REASON]"
    check(grammar in lines[0] and grammar in " ".join(gate("--help")[1].split()), f"what a line holds: {lines}")
    check(lines[2] == "" and lines[3].startswith("# ") and re.fullmatch("R[0-9a-f]{12}", lines[4]), f"{lines}")
    status, _, err = gate("--baseline", known, still, "exit", 3, env=PANICS)
    check(status == 3 and last_line(err).endswith("; 1 in baseline); the command itself ended with status 3"), f"known: {status} {err!r}")
    before = read(known)
    status, _, err = gate("--baseline", known, "--update-baseline", still, env=PANICS)
    check(status == 0 and read(known) == before, f"nothing to update: {status} {err!r}")
    nested = [tool("run-with-detector"), "--baseline", known, still, "exit", "4"]
    check(gate(*nested, env=PANICS)[0] == 4, "a nested run that knows it")
    model = os.path.join(directory, "model.json")
    status, _, err = gate("--json", model, "--baseline", known, still, env=PANICS)
    model = json.loads(read(model))
    accepted = model["accepted"][0]["accepted"]
    check(status == 0 and model["findings"] == [] and model["verdict"] == "clean", f"model: {model['verdict']}")
    check(accepted["by"] == "baseline" and accepted["line"] == 5 and accepted["file"] == known, f"{accepted}")
    quiet = {**PANICS, "FAKE_FINDING": "nobody"}
    status, _, err = gate("--baseline", known, still, env=quiet)
    check(status == 0 and "1 of 1 lines matched nothing in this run: R" in err, f"unused: {status} {err!r}")
    status, _, err = gate("--baseline", known, "--update-baseline", still, env=quiet)
    check(read(known) == before, "a run that does not meet a finding leaves its entry alone")


def test_baseline_lines(directory):
    """Dates, reasons, and what is wrong with a line."""
    race = synthesize(directory, "race")
    known = model_of(race)["findings"][0]["id"]
    today = datetime.datetime.now(datetime.timezone.utc).date()
    good = [f"\ufeff{known}\n", f"\ufeff# x\n{known}\n", f"{known}\n", f"# x\n\n\t{known} \r\n", f"{known} it is harmless", f"{known} until 2999-12-31 later",
            f"{known} until {today} last day", f"{known}\n{known}\n", f"{known} untilled land"]
    for text in good:
        status, out, err = report("--exitcode", 66, "--baseline", write(directory, "b", text), race)
        check(status == 0 and "1 in baseline" in out, f"{text!r}: {status} {out[-200:]} {err!r}")
    yesterday = today - datetime.timedelta(days=1)
    status, out, _ = report("--exitcode", 66, "--baseline", write(directory, "b", f"{known} until {yesterday} later"),
                            race)
    check(status == 66 and f"b: 1 of 1 lines expired: {known} (line 1, until {yesterday}: later)" in out,
          f"expired: {status} {out[-400:]}")
    old, other = f"{known} until {yesterday} mend it", f"{known} until {today} later"
    twice = [(f"{known}\n{old}\n", 2), (f"{old}\n{known}\n", 1), (f"{known} why\n# again\n{other}\n{old}\n{other}\n", 4)]
    for text, line in twice:  # who put it off for a shorter time is believed, and told with its own line
        path = write(directory, "b", text)
        status, out, _ = report("--exitcode", 66, "--baseline", path, race)
        check(status == 66 and f"1 of 1 lines expired: {known} (line {line}, until {yesterday}: mend it)" in out,
              f"{text!r}: {status} {out[-400:]}")
        status, out, err = report("--update-baseline", "--baseline", path, race)
        check(read(path) == text and f"(line {line}, until" in out, f"again, {text!r}: {out[-400:]} {err!r}")
    wrong = [("R12", ":1: 'R12' is no finding's id"), (f"\n{known}x", ":2: "), (known.upper(), ":1: "),
             (f"{known} until", "bad date ''"), (f"{known} until 2999-02-30 x", "bad date '2999-02-30'"),
             (f"{known} until 2999-13-01 x", "bad date"), (f"{known} until 1.2.2999 x", "bad date"),
             (f"{known} until 2999-12-31", ":1: a reason is missing"), ("\0", ":1: the line holds a NUL"),
             (f"{known} until 2999-12-3112 x", "bad date")]
    for text, wanted in wrong:
        status, out, err = report("--baseline", write(directory, "b", text), race)
        check(status == 125 and one_line(err) and wanted in err and out == "", f"{text!r}: {status} {err!r}")


def test_baseline_rewrite(directory):
    """raddle-report makes the baseline what its files hold: added, kept with their words, taken out."""
    race, leak, panic = [synthesize(directory, c) for c in ("race", "leak", "panic")]
    ids = {c: model_of(p)["findings"][0]["id"] for c, p in (("race", race), ("leak", leak), ("panic", panic))}
    text = (f"# heading\n\n# about the race\n{ids['race']} until 2999-01-01 for a reason\n# about what is mended\n"
            f"# in two lines\nR000000000000 gone\n# about the panic\n{ids['panic']}\n\n# the end\n")
    known = write(directory, "known", text)
    check(report("--update-baseline", "--baseline", known, "--kind", "leak", race)[0] == 125, "not with a filter")
    status, out, err = report("--exitcode", 66, "--update-baseline", "--baseline", known, race, leak)
    check(status == 0 and "1 added, 2 taken out" in err and "matched nothing" not in out, f"{status} {err!r} {out}")
    wanted = f"# heading\n\n# about the race\n{ids['race']} until 2999-01-01 for a reason\n\n# the end\n"
    new = read(known)
    check(new.startswith(wanted), f"kept:\n{new}")
    check(re.fullmatch(f"# leak: .*\n{ids['leak']}\n", new[len(wanted):]) is not None, f"added:\n{new}")
    marked = write(directory, "marked", f"\ufeff{ids['race']}\nR000000000000 gone\n")
    status, _, err = report("--update-baseline", "--baseline", marked, race)
    check(status == 0 and read(marked) == f"\ufeff{ids['race']}\n", f"a mark: {status} {err!r} {read(marked)!r}")
    write(directory, "marked", f"\ufeffR000000000000 gone\n{ids['race']}\n")
    status, _, err = report("--update-baseline", "--baseline", marked, race)
    check(status == 0 and read(marked) == f"{ids['race']}\n" and "1 taken out" in err, f"a mark: {status} {err!r} {read(marked)!r}")
    shards = []
    for name, path in (("a", race), ("b", leak)):
        shards.append(os.path.join(directory, name + ".json"))
        check(report("--baseline", known, "--json", shards[-1], path)[0] == 0, name)
    model = merged(*shards)
    check(len(model["accepted"]) == 2 and model["findings"] == [] and model["verdict"] == "clean", "merged shards")
    check([r["matched"] for r in model["rules"]] == [1, 1], f"each was needed once: {model['rules']}")
    check(not [c for c in model["conditions"] if c["kind"] == "unused"], f"nothing is unused: {model['conditions']}")
    status, _, err = report("--update-baseline", "--baseline", known, *shards)
    check(status == 0 and read(known) == new, f"nothing changes: {err!r}\n{read(known)}")


def test_baselines(directory):
    """Several baselines all count; an update is of the last one, and adds nothing that another one has."""
    race, leak, panic = [synthesize(directory, c) for c in ("race", "leak", "panic")]
    ids = {c: model_of(p)["findings"][0]["id"] for c, p in (("race", race), ("leak", leak), ("panic", panic))}
    common = write(directory, "common", f"{ids['race']} of all\n")
    mine, both = os.path.join(directory, "mine"), ["--baseline", common, "--baseline", os.path.join(directory, "mine")]
    status, _, err = report(*both, race)
    check(status == 125 and one_line(err) and "mine: baseline cannot be read" in err, f"none: {err!r}")
    status, _, err = report("--baseline", mine, "--baseline", common, "--update-baseline", race)
    check(status == 125 and one_line(err), f"only the last may lack: {err!r}")
    status, out, err = report("--exitcode", 66, *both, "--update-baseline", race, leak)
    check(status == 0 and "mine: 1 added, 0 taken out" in err and "2 in baseline" in out, f"{status} {out} {err!r}")
    check(ids["leak"] in read(mine) and ids["race"] not in read(mine), read(mine))
    for files in (both, ["--baseline", mine, "--baseline", common]):
        status, out, _ = report("--exitcode", 66, *files, race, leak)
        check(status == 0 and "2 in baseline" in out and "matched nothing" not in out, f"{files}: {status} {out[-300:]}")
    # An id in both: it is needed in both, and who put it off for a shorter time is believed.
    write(directory, "mine", f"{ids['race']} until 2000-01-01 soon\n{ids['leak']}\n")
    for files in (both, ["--baseline", mine, "--baseline", common]):
        status, out, _ = report("--exitcode", 66, *files, race, leak)
        check(status == 66 and "1 in baseline" in out and "matched nothing" not in out
              and f"mine: 1 of 2 lines expired: {ids['race']} (line 1" in out, f"{files}: {status} {out[-400:]}")
    write(directory, "mine", f"{ids['race']} until 2999-01-01 later\n{ids['panic']}\n")
    model = merged(*both, race, leak)
    check([f["accepted"]["file"] for f in model["accepted"]] == [mine], f"by whom: {model['accepted']}")
    check([(r["file"], r["matched"]) for r in model["rules"]] == [(common, 1), (mine, 1), (mine, 0)], f"{model['rules']}")
    # What is mended goes from the last one only.
    before = read(common)
    status, _, err = report(*both, "--update-baseline", leak)
    check(status == 0 and "mine: 1 added, 2 taken out" in err and read(common) == before, f"{status} {err!r}")
    nested = ["--baseline", common, "--baseline", write(directory, "own", "")]
    status, _, err = gate(*nested, "--update-baseline", tool("still"), "exit", 4, env=PANICS)
    check(status == 4 and "own: 1 added" in err and read(common) == before, f"the gate: {status} {err!r}")
    check(gate(*nested, tool("still"), "exit", 4, env=PANICS)[0] == 4, "the gate knows it")


def test_endless(directory):
    """What has no end is given up, in one line, before anything runs."""
    race, ran = synthesize(directory, "race"), os.path.join(directory, "ran")
    pipe = os.path.join(directory, "pipe")
    os.mkfifo(pipe)
    for option, what in (("--suppressions", "suppressions"), ("--baseline", "baseline")):
        wanted = f"{what} cannot be read: it has more than 64 MB, or no end"
        with subprocess.Popen(["sh", "-c", 'exec yes "# nothing" > "$0"', pipe]) as writer:
            for path, run_one in (("/dev/zero", report), (pipe, report), ("/dev/zero", gate)):
                status, out, err = run_one(option, path, *([race] if run_one == report else ["touch", ran]))
                check(status == 125 and one_line(err) and wanted in err and out == "", f"{option} {path}: {status} {err!r}")
            writer.terminate()
    status, _, err = report("--baseline", "/dev/zero", "--update-baseline", race)
    check(status == 125 and one_line(err) and "no end" in err, f"{status} {err!r}")
    check(not os.path.exists(ran), "nothing runs")
    status, _, err = report(race, env={"RADDLE_OPTIONS": "suppressions=/dev/zero"})
    check(status == 125 and one_line(err) and "no end" in err, f"{status} {err!r}")


def test_baseline_together(directory):
    """Runs that update one file at the same time lose nothing."""
    known, names = os.path.join(directory, "known"), ("race", "leak", "panic", "misuse", "deadlock", "race-static")
    paths = [synthesize(directory, name) for name in names]
    ids = {f["id"] for p in paths for f in model_of(p)["findings"] if f["severity"] == "error"}
    running = [subprocess.Popen([tool("run-with-detector"), "--baseline", known, "--update-baseline", tool("still")],
                                env={**os.environ, **PANICS, "RADDLE_DETECTOR": tool("libfake_detector.so")},
                                stderr=subprocess.DEVNULL) for _ in range(8)]
    check([p.wait(60) for p in running] == [0] * 8, "all of them accept it")
    entries = [line for line in read(known).splitlines() if line.startswith("R")]
    check(len(entries) == 1, f"one entry: {entries}")
    report("--update-baseline", "--baseline", known, *paths)
    entries = [line for line in read(known).splitlines() if line.startswith("R")]
    check(set(entries) == ids and len(entries) == len(ids), f"entries: {entries}, ids: {ids}")


sys.exit(main(globals()))
