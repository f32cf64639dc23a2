#!/usr/bin/env python3
"""What a report of a deadlock, or of a lock order, says of its locks, and of those who stand still because of it.

usage: deadlocks.py PART RADDLE_CC GATE SOURCE_ROOT

PART: see kit.py.
"""
import json
import os
import re
import select
import subprocess
import sys
import time

import kit
from kit import PROGRAMS, TIMEOUT_S, TOOLS, check, main

RADDLE_CC, GATE = TOOLS


def builds(directory, name):
    return kit.builds(RADDLE_CC, ("gcc", "clang"), directory, os.path.join(PROGRAMS, name))


def run(program, *arguments, before=(), options=(), of="deadlock"):
    """Status, findings of that kind, text."""
    path = program + ".json"
    done = subprocess.run([GATE, "--timeout", "30", "--json", path, *options, "--", *before, program, *arguments],
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=TIMEOUT_S, check=False)
    with open(path, encoding="utf-8") as file:
        model = json.load(file)
    return done.returncode, [f for f in model["findings"] if f["kind"] == of], done.stderr


def test_stopped(directory):
    """Who stands still because of a deadlock is told with it, and counts with it; who waits for nothing counts by himself."""
    for compiler, level, program in builds(directory, "stopped.c"):
        how = f"{compiler} -{level}"
        status, found, text = run(program)
        check(status == 66 and len(found) == 1, f"{how}: {status} {text}")
        last = found[0]["tasks"][-1]
        check(last["label"] == "main" and last["behind"] and last["presumed"], f"{how}: {last}")
        check("Main, which stands still as well, waits in sync.WaitGroup.Wait" in text, f"{how}: {text}")
        check(found[0]["title"].endswith("wait for each other, none can ever run again") and "all" not in found[0]["title"],
              f"{how}: {found[0]['title']}")
        status, around, text = run(program, before=[GATE, "--quiet"])
        check(status == 66 and [f["id"] for f in around] == [found[0]["id"]], f"{how}, a run around: {status} {text}")
        known = program + ".known"
        with open(known, "w", encoding="utf-8") as file:
            file.write(found[0]["id"] + "\n")
        status, around, text = run(program, before=[GATE, "--baseline", known])
        check(status == 2 and not around, f"{how}, accepted within a run: {status} {text}")
        status, two, text = run(program, "for nothing")
        check(status == 66 and len(two) == 2 and two[0]["id"] == found[0]["id"], f"{how}, for nothing: {status} {text}")
        check(not any("presumed" in task for one in two for task in one["tasks"]), f"{how}: {two}")


def test_locks(directory):
    """A lock in a block of the heap has one label, held or waited for; two that one line has made are told apart."""
    for compiler, level, program in builds(directory, "shelves.c"):
        how = f"{compiler} -{level}"
        status, found, text = run(program)
        check(status == 66 and len(found) == 1, f"{how}: {status} {text}")
        tasks = [task for task in found[0]["tasks"] if "holds" in task]
        held = {lock["address"]: lock["label"] for task in tasks for lock in task["holds"]}
        wanted = {one["address"]: one["label"] for task in tasks for one in task["wait"]["objects"]}
        check(held == wanted and len(set(held.values())) == 2, f"{how}: {held} {wanted}")
        check(set(held.values()) == {f"mutex {n} made in put_up at shelves.c:15" for n in (1, 2)}, f"{how}: {held}")
        for address, label in held.items():
            check(f"holds {label}, taken at:" in text and f"on {label}, held by" in text, f"{how}: {text}")
            check(re.search(rf"\nMutex {label.split()[1]} \({address}\) was made at:\n(?:  #.*\n)*  #\d main  ", text), f"{how}: {text}")


NAMELESS = {"made": ("mutex {} made in drawer_lock at nameless.c:{}", "was made at", "pthread_mutex_init(&drawer"),
            "heap": ("lock {} in heap block from drawer_lock at nameless.c:{}", "lies in memory allocated at", "= calloc(")}


def test_orders(directory):
    """Locks of an order that have no name: by the call that made them, or their memory, with all of its callers."""
    with open(os.path.join(PROGRAMS, "nameless.c"), encoding="utf-8") as file:
        lines = file.read().split("\n")
    for compiler, level, program in builds(directory, "nameless.c"):
        ids = set()
        for kind, (shape, origin, call) in NAMELESS.items():
            how = f"{compiler} -{level} {kind}"
            status, found, text = run(program, kind, of="lock-order")
            check(status == 66 and len(found) == 1, f"{how}: {status} {text}")
            line = next(n for n, one in enumerate(lines, 1) if call in one)
            labels = {lock["label"] for step in found[0]["cycle"] for lock in (step["holds"], step["takes"])}
            check(labels == {shape.format(n, line) for n in (1, 2)}, f"{how}: {labels}")
            for n in (1, 2):
                check(re.search(rf"\n{shape.split()[0].capitalize()} {n} \(0x[0-9a-f]+\) {origin}:\n(?:  #.*\n)+  #\d main  ", text),
                      f"{how}: {text}")
            ids.add(found[0]["id"])
        check(len(ids) == 1, f"{compiler} -{level}: {ids}")
        status, found, text = run(program, "local", of="lock-order")
        check(status == 66 and "takes the lock `knives` of main, then the lock `forks` of main" in found[0]["title"],
              f"{compiler} -{level} local: {text}")


# By what the program is told to wait in: how the sentence begins.
HINTS = {"itself": r"do not take mutex `m` again while it is held: .*, or, if no signal handler takes it, make the mutex a recursive one\.",
         "handler": r"do not take mutex `m` in a signal handler, which may interrupt who holds it: (?!.*recursive)",
         "once": r"take the wait of main at waits\.c:\d+ out of the code that once `once` runs: ",
         "once in the heap": "close the channel where the last send is over",
         "context": r"close the channel where the last send is over \(that of a context is closed by its end: rdl_ctx_free\), ",
         "writing": r"let main let go of rwlock `rw` before it takes it for writing, .*; or let it take the lock for writing from the start\.",
         "reading": r"do not take rwmutex `shared` again while it is held: ",
         "ended": "let thread 2 unlock it on every way out",
         "within": r"let main unlock what it holds before it waits at waits\.c:\d+: ",
         "condition": "signal wherever what it waits for changes, .*, and wait in a loop that looks first",
         "semaphore": r"post \(release\) it on every way out", "barrier": "as many tasks must come to it as it was made for",
         "waitgroup": "each task that it counts must be done on every way out, best by RDL_DEFER_DONE",
         "unserved": "signal wherever what it waits for changes",
         "nil": r"make the channel \(rdl_chan_make\) before it is used", "unjoined": "join the thread, or detach it"}


def test_hints(directory):
    """A proposal by who waits for whom, or by what is waited in; and each place of a wait with its source, once."""
    for compiler, level, program in builds(directory, "waits.c"):
        for what, words in HINTS.items():
            how = f"{compiler} -{level} {what}"
            path = program + ".json"
            done = subprocess.run([GATE, "--timeout", "30", "--json", path, "--", program, what], stdin=subprocess.DEVNULL,
                                  capture_output=True, text=True, timeout=TIMEOUT_S, check=False)
            with open(path, encoding="utf-8") as file:
                finding = [f for f in json.load(file)["findings"] if f["kind"] in ("deadlock", "leak")][0]
            hint = finding.get("hint", "")
            check(done.returncode == 66 and re.match("To mend it: " + words, hint) is not None, f"{how}: {done.returncode} {finding}")
            check(f"\n\n{hint}\n\nFinding " in done.stderr, f"{how}: {done.stderr}")
            served = re.search(r"\nMain waits in sync\.RWMutex\.RLock on rwmutex `shared`, which it holds itself for reading since waits\.c:\d+, "
                               r"behind (goroutine \d+), who waits to write and is served first, for ", done.stderr)
            check((served is not None) == (what == "reading") == ("served first" in done.stderr), f"{how}: {done.stderr}")
            check(served is None or f"waits for rwmutex `shared` behind {served[1]} (" in done.stderr, f"{how}: {done.stderr}")
            if what == "once in the heap":
                check(re.search(r"\n  runs once in heap block from (wait_in|main) at waits\.c:\d+, begun at:", done.stderr), f"{how}: {done.stderr}")
            if what == "unserved":
                check(re.search(r"1 thread blocked at exit in pthread_cond_wait on .* at waits.c:\d+, created in wait_in; in the whole run nobody "
                                "did what it waits for$", finding["title"]) is not None, f"{how}: {finding['title']}")
            wait = finding["tasks"][0].get("wait", finding)
            line = f"\n   >{wait['snippet']['line']:5} | "
            check(done.stderr.count(line) == 1, f"{how}: {done.stderr}")


# By what is waited in while others are kept out: title, and how the hint begins and goes on.
ALONE = r"main waits in \w+, and nobody is left to end the wait"
TOGETHER = r"(main and goroutine 2|goroutine 2 and main) wait, and nobody is left to end these waits"
KEPT_OUT = {"condition": (ALONE, "let main unlock mutex `m` before it waits at", "signal wherever"),
            "semaphore": (ALONE, "let main unlock mutex `m` before it waits at", r"post \(release\) it"),
            "once": (ALONE, "take the wait of main at", r"post \(release\) it"),
            "channel": (TOGETHER, "let goroutine 2 unlock mutex `m` before it waits at", "close the channel where")}


def test_kept_out(directory):
    """Who waits for a lock, or a once, that is held in another wait, may be who is to end that: the two do not wait for each other."""
    for compiler, level, program in builds(directory, "mended.c"):
        for what, (title, first, besides) in KEPT_OUT.items():
            how = f"{compiler} -{level} {what}"
            status, found, text = run(program, what)
            check(status == 66 and len(found) == 1 and re.fullmatch("deadlock: " + title, found[0]["title"]), f"{how}: {status} {text}")
            place = r" mended\.c:\d+" + (" out of the code that once `once` runs" if what == "once" else "")
            wanted = "what that code makes" if what == "once" else "the lock"
            hint = found[0].get("hint", "") if found else ""
            words = f"{first}{place}: thread [23], which may be who should end that wait, waits for {wanted}\\. If that is another: {besides}"
            check(re.match("To mend it: " + words, hint), f"{how}: {text}")


# Of those who wait for what they hold themselves: how the hint begins.
OF_THEMSELVES = {"early return": r"let main unlock mutex `m` on every way out of begin, which took it at mended\.c:\d+, early returns and errors",
                 "loop": r"let main unlock mutex `m` on every way out of begin_all, which took it at mended\.c:\d+, ",
                 "upgrade": r"let main let go of rwmutex `shared` before it takes it for writing, for a writer waits for every reader"}


def test_themselves(directory):
    """Who waits for himself: was the unlock left out, is it an upgrade, or is the lock taken twice?"""
    for compiler, level, program in builds(directory, "mended.c"):
        for what, words in OF_THEMSELVES.items():
            how = f"{compiler} -{level} {what}"
            status, found, text = run(program, what)
            check(status == 66 and len(found) == 1 and re.match("To mend it: " + words, found[0].get("hint", "")), f"{how}: {status} {text}")
            reads = " for reading" if what == "upgrade" else ""
            check(found[0]["title"].endswith(", which it holds itself" + reads), f"{how}: {text}")
            check(re.search(rf"`, which it holds itself{reads} since mended\.c:\d+, for ", text), f"{how}: {text}")
            check(f"`, taken{reads} at:\n" in text, f"{how}: {text}")


# What is left of tasks that hold locks: of each leak what it waits in, what else is said of the wait, and how the hint begins.
WHERE = r" before it waits at mended\.c:\d+: "
LEFT = {"left to himself": {"sync.Mutex.Lock": (", which it holds itself since", "do not take mutex `mu` again while it is held: [^,]*$")},
        "left with a lock": {"sync.Mutex.Lock": (", held by goroutine 2 since", f"let goroutine 2 unlock what it holds{WHERE}who should"),
                             "chan receive": ("  holds `mu`, taken at:", f"let goroutine 2 unlock mutex `mu`{WHERE}goroutine \\d+, which may be")},
        "left reading": {"sync.RWMutex.Lock": (", held by goroutine 2 for reading since", f"let goroutine 2 unlock what it holds{WHERE}"),
                         "chan receive": ("  holds `shared`, taken for reading at:", f"let goroutine 2 unlock rwmutex `shared`{WHERE}")}}


def test_left(directory):
    """A leak that holds a lock, and one that waits for it, are told with each other, and mended as a deadlock of them would be."""
    for compiler, level, program in builds(directory, "mended.c"):
        for what, leaks in LEFT.items():
            how = f"{compiler} -{level} {what}"
            status, found, text = run(program, what, of="leak")
            check(status == 66 and sorted(one["tasks"][0]["wait"]["kind"] for one in found) == sorted(leaks), f"{how}: {status} {text}")
            for one in found:
                said, words = leaks[one["tasks"][0]["wait"]["kind"]]
                check(re.match("To mend it: " + words, one["hint"]) and said in text, f"{how}: {one} {text}")
                check(len(one["tasks"]) == 1, f"{how}: {one}")


def test_counts(directory):
    """Tasks that several calls have made, and that are one finding, are counted together."""
    cases = (("goroutines", 2, "2 goroutines blocked at exit in chan send at "),
             ("threads", 3, "3 threads finished, never joined, created in leave_several"))
    for compiler, level, program in builds(directory, "mended.c"):
        for what, n, words in cases:
            how = f"{compiler} -{level} {what}"
            status, found, text = run(program, what, of="leak")
            check(status == 66 and [(one["count"], one["tasks"][0]["count"]) for one in found] == [(n, n)], f"{how}: {status} {text}")
            check(found[0]["title"].startswith("leak: " + words), f"{how}: {text}")
            check(f" (one of ×{n})" in text and text.count(f", {n} times in process ") == 1, f"{how}: {text}")


def test_list(directory):
    """In the sequence of steps that is told nobody takes a lock for which he needs one that another has by then."""
    for compiler, level, program in builds(directory, "list.c"):
        status, found, text = run(program, of="lock-order")
        check(status == 66 and len(found) == 1 and len(found[0]["cycle"]) == 3, f"{compiler} -{level}: {status} {text}")
        steps = [line.split("`")[1] for line in text.split("none of them goes on:\n")[1].split("\n") if line.lstrip().startswith("locks `")]
        check(sorted(steps) == ["a", "b", "c"] and steps.index("b") < steps.index("a"), f"{compiler} -{level}: {text}")


def test_rwlock(directory):
    """An rwlock of POSIX is called so where it is misused, by the id that it had as an rwmutex."""
    for compiler, level, program in builds(directory, "mended.c"):
        status, found, text = run(program, "rwlock", of="misuse")
        check([one["title"] for one in found] == ["misuse: main unlocks rwlock `rw`, which nobody holds"], f"{compiler} -{level}: {status} {text}")
        check([one["id"] for one in found] == ["R835921476472"], f"{compiler} -{level}: {found}")


def test_runtime(directory):
    """Where the runtime waits for its caller, its own source is not shown, nor named as the place of the finding."""
    for compiler, level, program in builds(directory, "waits.c"):
        how = f"{compiler} -{level}"
        status, found, text = run(program, "group")
        check(status == 66 and len(found) == 1, f"{how}: {status} {text}")
        check("no frame of the program" not in text and "errgroup.c" not in text, f"{how}: {text}")
        check(re.search(r"on channel made in (wait_in|main) at waits.c:\d+, for \S+ m?s, at:\n  #0 goes ", text), f"{how}: {text}")
        check(re.search(r"\nSUMMARY: Raddle: deadlock \S*waits.c:\d+ in \w+\n", text), f"{how}: {text}")


def test_ended(directory):
    """An accepted deadlock ends its process all the same: the last line says why a clean run has that status, and what to do."""
    program = next(builds(directory, "deadlock.c"))[2]
    rules, known = os.path.join(directory, "rules"), os.path.join(directory, "known")
    _, found, text = run(program)
    check("command itself" not in text, f"what fails the run is told alone: {text}")
    check("\nMain, held up by that as well, waits in pthread_join on" in text, f"who is no part of it: {text}")
    for path, line in ((rules, "deadlock:both"), (known, found[0]["id"])):
        with open(path, "w", encoding="utf-8") as file:
            file.write(line + "\n")
    because = rf"because a deadlock ended it \({found[0]['id']}, which {{}}\): mend it, or let .* -o on_deadlock=continue and --timeout$"
    shell = ["sh", "-c", '"$@"; exit 3', "sh"]
    table = [(["--baseline", known], [], 66, because.format("is in the baseline")),
             (["--suppressions", rules], [], 66, because.format("is suppressed")),
             (["--exitcode", "0"], [], 66, because.format("stands above")),
             (["--baseline", known, "-o", "exitcode=7"], [], 7, because.format("is in the baseline")),
             (["--baseline", known], shell, 3, rf"status 3, and a deadlock ended {os.path.basename(program)} \(process \d+\) \(R")]
    for options, before, wanted, words in table:
        status, _, text = run(program, before=before, options=options)
        last = text.rstrip("\n").split("\n")[-1]
        check(status == wanted and re.search(f"; the command itself ended with status {wanted}, {words}" if not before else words, last),
              f"{options} {before}: {status} {text}")


def test_many(directory):
    """Of very many in a circle so many are told one by one as somebody may read; those that each wait for their own by one of them."""
    ids = set()
    for compiler, level, program in builds(directory, "ring.c"):
        how = f"{compiler} -{level}"
        status, found, text = run(program)
        check(status == 66 and len(found) == 1, f"{how}: {status} {text[:4000]}")
        tasks = [task for task in found[0]["tasks"] if task["label"] != "main"]
        holders = [task for task in tasks if "holds" in task]
        check(len(holders) == 250 and all(task["count"] == 1 for task in holders), f"{how}: {len(holders)} hold something")
        check([task["count"] for task in tasks if "holds" not in task] == [150], f"{how}: who comes after them")
        check("400 tasks wait for each other" in found[0]["title"] and "(one of ×150) waits in sync.Mutex.Lock on" in text,
              f"{how}: {found[0]['title']}")
        check("Main, which stands still as well, waits in sync.WaitGroup.Wait" in text, f"{how}: {text[-2000:]}")
        ids.add(found[0]["id"])
        status, found, text = run(program, "each")
        check(status == 66 and len(found) == 1, f"{how}, each: {status} {text[:4000]}")
        check([task["count"] for task in found[0]["tasks"] if task["label"] != "main"] == [400], f"{how}, each: {found[0]['tasks'][:3]}")
        check("all 401 tasks wait" in found[0]["title"] and "(one of ×400) waits in chan receive on" in text, f"{how}, each: {found[0]['title']}")
    check(len(ids) == 1, f"whoever sees the circle first: {ids}")


def test_asked(directory):
    """A deadlock of all goroutines ends the program, leaves it, or makes it dump core, as is asked for."""
    program = next(builds(directory, "all_asleep.c"))[2]
    gate = [GATE, "--timeout", "2", "--exitcode", "7"]
    for asked, words in (("exit", None), ("continue", "the run was ended after 2 s"), ("abort", None)):
        done = subprocess.run([*gate, "-o", "on_deadlock=" + asked, "--", "sh", "-c", 'ulimit -c 0; "$1"; echo status $?', "sh", program],
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=TIMEOUT_S, check=False)
        status = {"exit": "status 2\n", "continue": "", "abort": "status 134\n"}[asked]
        check(done.returncode == 7 and done.stdout == status and (words is None or words in done.stderr),
              f"{asked}: {done.returncode} {done.stdout} {done.stderr}")
        check(done.stderr.count("WARNING: DEADLOCK") == 1, f"{asked}: {done.stderr}")


def test_helper(directory):
    """Two bugs through one helper have two ids, and who called it is told, whether raddle-cc has built the program or not."""
    for wrapper in (RADDLE_CC, None):
        for compiler, level, program in kit.builds(wrapper, ("gcc", "clang", "clang-19"), directory, os.path.join(PROGRAMS, "helper.c")):
            for bug in ("deadlock", "order"):
                how = f"{compiler} -{level}, {'raddle-cc' if wrapper else 'plain'}, {bug}"
                ids = set()
                for caller in ("deposit", "transfer"):
                    path = program + ".json"
                    done = subprocess.run([GATE, "--timeout", "30", "--checks", "deadlock,lock-order", "--json", path, "--", program, bug, caller],
                                          stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=TIMEOUT_S, check=False)
                    with open(path, encoding="utf-8") as file:
                        found = json.load(file)["findings"]
                    check(len(found) == 1 and f"#1 {caller}" in done.stderr, f"{how}: {done.stderr}")
                    ids |= {finding["id"] for finding in found}
                check(len(ids) == 2, f"{how}: {ids}")


def read_reports(pipe, n=1):
    """Standard error until it has so many whole reports; less when the program ended before."""
    text, until = "", time.monotonic() + TIMEOUT_S
    while text.count("SUMMARY: ") < n and select.select([pipe], [], [], max(0, until - time.monotonic()))[0]:
        more = os.read(pipe.fileno(), 65536).decode()
        if not more:
            break
        text += more
    return text


def test_apart(directory):
    """Circles of which none waits for another are findings of their own, found at one look or not; who is held up is told with his."""
    for compiler, level, program in builds(directory, "apart.c"):
        how = f"{compiler} -{level}"
        model = program + ".json"
        with subprocess.Popen([GATE, "--json", model, program], stdin=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            text = read_reports(process.stderr, 3)
            text += process.communicate(b"\n", timeout=TIMEOUT_S)[1].decode()
        with open(model, encoding="utf-8") as file:
            found = json.load(file)["findings"]
        check(process.returncode == 66 and text.count("WARNING: ") == 3, f"{how}: {process.returncode} {text}")
        told = sorted((one["count"], [bool(task.get("behind")) for task in one["tasks"]]) for one in found)
        check(told == [(1, [False, False]), (1, [False, False]), (1, [False, True])], f"{how}: {told} {text}")


def test_bystanders(directory):
    """Whoever only waits for what a circle holds is none of it, and the finding is the same with him and without."""
    for compiler, level, program in builds(directory, "bystanders.c"):
        for what, title in (("twice", "goroutine 2 waits for mutex `mu`, which it holds itself"),
                            ("writing", "goroutine 2 waits for rwmutex `rw`, which it holds itself"),
                            ("crosswise", "goroutine 2 and goroutine 3 wait for each other, none can ever run again")):
            ids = set()
            for others in (0, 1, 2):
                how = f"{compiler} -{level} {what} {others}"
                status, found, text = run(program, what, str(others))
                check(status == 66 and len(found) == 1, f"{how}: {status} {text}")
                check(found[0]["title"] == "deadlock: " + title, f"{how}: {text}")
                tasks = found[0]["tasks"]
                members = [task["label"] for task in tasks if not (task.get("behind") or task.get("presumed"))]
                check(len(members) == (2 if what == "crosswise" else 1), f"{how}: {members}")
                check(sum(task["count"] for task in tasks) == len(members) + others + 1, f"{how}: {tasks}")
                ids.add(found[0]["id"])
            check(len(ids) == 1, f"{compiler} -{level} {what}: {ids}")


# By what becomes of a mutex that goroutine 2 has locked: who has it in the end, and how the hint begins.
PASSED_ON = {"kept": ("goroutine 2", "let goroutine 2 unlock"), "unlocked": ("goroutine 4", None), "waited": (None, None),
             "taken": ("goroutine 3", "let goroutine 3 unlock"), "ended": ("goroutine 3", "let goroutine 3 unlock")}


def test_passed_on(directory):
    """A mutex that another has unlocked is not held by who locked it, though it never unlocked it itself."""
    for compiler, level, program in builds(directory, "passed_on.c"):
        for what, (holder, hint) in PASSED_ON.items():
            how = f"{compiler} -{level} {what}"
            status, found, text = run(program, what)
            check(status == 66 and len(found) == 1, f"{how}: {status} {text}")
            check([task["label"] for task in found[0]["tasks"] if "holds" in task] == [one for one in (holder,) if one], f"{how}: {text}")
            check(text.count("  holds `mu`, taken at:") == (holder is not None), f"{how}: {text}")
            check(hint is None or found[0]["hint"].startswith("To mend it: " + hint), f"{how}: {text}")
            if what in ("kept", "taken", "ended"):
                check(f"waits in sync.Mutex.Lock on mutex `mu`, held by {holder} since " in text, f"{how}: {text}")


def follow(command):
    """Status, what was told before main got each of its lines, what was told afterwards."""
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        reports = []
        for _ in range(2):
            reports.append(read_reports(process.stderr))
            check(process.poll() is None, f"{command}: ended before it was told: {reports}")
            process.stdin.write(b"\n")
            process.stdin.flush()
        rest = process.communicate(timeout=TIMEOUT_S)[1].decode()
    return process.returncode, reports, rest


def test_early(directory):
    """A deadlock is told while the run goes on, and once; not when nothing is to be told, or it was accepted."""
    program = kit.compile_one(RADDLE_CC, "gcc", "O1", os.path.join(PROGRAMS, "early.c"), os.path.join(directory, "early"))
    known, model = program + ".known", program + ".json"
    end = "raddle: 2 findings (2 deadlocks) in 1 process; 0 suppressed, 0 in baseline\n"
    for form, title in (("raddle", "WARNING: DEADLOCK"), ("tsan", "WARNING: ThreadSanitizer: deadlock")):
        status, reports, rest = follow([GATE, "--format", form, "--json", model, program])
        check(status == 66 and [text.count(title) for text in reports] == [1, 1], f"{form}: {status} {reports}")
        check("early.c:14" in reports[0] and "early.c:28" in reports[1], f"{form}: {reports}")
        check(title not in rest and rest.endswith(end), f"{form}, the rest: {rest}")
    with open(model, encoding="utf-8") as file:
        check(len(json.load(file)["findings"]) == 2, f"model: {form}")
    program = kit.compile_one(RADDLE_CC, "gcc", "O1", os.path.join(PROGRAMS, "deadlock.c"), os.path.join(directory, "deadlock"))
    for options in (["--quiet"], ["--baseline", known, "--update-baseline"], ["--baseline", known]):
        _, _, text = run(program, options=options)
        check("WARNING: " not in text and "deadlock" in text, f"{options}: {text}")


sys.exit(main(globals()))
