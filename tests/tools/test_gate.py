#!/usr/bin/env python3
"""Tests of the gate where its surroundings are not as usual: what it inherited, where it writes, what is taken from it.

Rules: TX-31

Usage: see toolkit.py.
"""
import json
import os
import sys
import threading

from toolkit import check, gate, last_line, main, one_line, read, run, tool, write

WATCHED = {"FAKE_OBSERVED": "still", "FAKE_TASKS": "3"}
PANICS = {**WATCHED, "FAKE_FINDING": "still"}
FOUND = 66


def below_sh(prologue, *arguments, env=None):
    """The gate, started by a shell that ran `prologue`."""
    return run("sh", "-c", prologue + '; exec "$0" "$@"', tool("run-with-detector"), *arguments,
               env={"RADDLE_DETECTOR": tool("libfake_detector.so"), **(env or {})})


def test_inherited(directory):
    """Whoever started the gate ignores SIGCHLD, bounds files, has options that only the gate knows."""
    ignores = ["import os, signal, sys", "signal.signal(signal.SIGCHLD, signal.SIG_IGN)", "os.execvp(sys.argv[1], sys.argv[1:])"]
    started = [sys.executable, "-c", "\n".join(ignores), tool("run-with-detector")]
    env = {"RADDLE_DETECTOR": tool("libfake_detector.so"), **WATCHED}
    status, _, err = run(*started, tool("still"), "exit", 7, env=env)
    check(status == 7 and last_line(err).startswith("raddle: clean"), f"SIGCHLD ignored: {status} {err!r}")
    asks = "import signal; print(signal.getsignal(signal.SIGCHLD) == signal.SIG_IGN, signal.getsignal(signal.SIGXFSZ).name)"
    _, out, _ = run(*started, sys.executable, "-c", asks, env=env)
    check(out == "True SIG_IGN\n", f"the command gets signals as the gate got them: {out!r}")  # Python ignores SIGXFSZ

    status, out, err = below_sh("ulimit -f 1000", tool("still"), env={**WATCHED, "TMPDIR": directory, "XDG_RUNTIME_DIR": ""})
    check(status == 125 and one_line(err) and "ulimit -f" in err, f"ulimit -f: {status} {err!r}")
    check(os.listdir(directory) == [], f"ulimit -f: left {os.listdir(directory)}")

    for options in ("linger_ms=500", "system_path=/srv"):
        status, _, err = gate(tool("still"), env={**WATCHED, "RADDLE_OPTIONS": options})
        check(status == 0 and one_line(err), f"RADDLE_OPTIONS={options}: {status} {err!r}")
    below = os.path.dirname(tool("still")) + "/"
    _, _, err = gate("-o", f"system_path={below}", "sh", "-c", tool("still") + "; exit 0", env={"FAKE_TASKS": "3"})
    check("still" in err and below not in err, f"a slash at the end: {err!r}")


def test_written(directory):
    """Links, pipes and full disks in the place of files; names that would be two lines."""
    still = tool("still")
    link, target = os.path.join(directory, "latest.json"), os.path.join(directory, "run.json")
    os.symlink("run.json", link)
    status, _, err = gate("--json", link, still, env=WATCHED)
    check(status == 0 and os.path.islink(link) and json.loads(read(target))["verdict"] == "clean", f"a link: {status} {err!r}")

    pipe, got = os.path.join(directory, "pipe"), []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: got.append(read(pipe)))
    reader.start()
    status, _, err = gate("--json", pipe, still, env=WATCHED)
    reader.join()
    check(status == 0 and json.loads(got[0])["verdict"] == "clean", f"a pipe: {status} {err!r}")

    status, _, err = gate("--json", "/dev/full", still, "exit", FOUND, env=PANICS)
    check(status == FOUND, f"findings and no room: {status} {err!r}")
    status, _, err = gate("--json", "/dev/full", still, env=WATCHED)
    check(status == 125 and "No space left" in err, f"no room: {status} {err!r}")
    status, _, err = gate("--json", directory + "/no\nsuch\x1b/file", still, env=WATCHED)
    check(status == 125 and one_line(err) and "\x1b" not in err, f"a name of two lines: {status} {err!r}")
    status, _, err = run("sh", "-c", '"$0" "$1" >/dev/full', tool("raddle-report"), target)
    check(status == 125 and one_line(err) and "standard output" in err, f"raddle-report: {status} {err!r}")


def test_no_place(directory):
    """Where no findings file can be made, the advice names what decides there."""
    deep, steps = directory, []
    while len(deep) < 4080:  # almost as long as a path may be: the file in it would be longer
        steps.append("d" * min(200, 4085 - len(deep)))
        deep = os.path.join(deep, steps[-1])
        os.mkdir(deep, 0o700)
    table = [
        (["--keep", deep], {}, "; make room there, or name another directory with --keep"),
        ([], {"XDG_RUNTIME_DIR": deep}, "; make room in $XDG_RUNTIME_DIR, or unset it and set TMPDIR to a directory with room"),
        ([], {"XDG_RUNTIME_DIR": "", "TMPDIR": deep[:-10]}, "; set TMPDIR to a directory "),
    ]
    for arguments, env, wanted in table:
        status, _, err = gate(*arguments, tool("still"), env=env)
        check(status == 125 and one_line(err) and "cannot be made: " in err and wanted in err, f"{arguments}: {status} {err[-300:]!r}")


def test_taken(directory):
    """The run removes its findings file: that is no clean run, and every output says so."""
    model = os.path.join(directory, "model.json")
    write(directory, "model.json", "{}\n")
    place = os.path.join(directory, "tmp")
    os.mkdir(place)
    status, _, err = gate("--json", model, "sh", "-c", 'rm -rf "$TMPDIR"/*', env={"TMPDIR": place, "XDG_RUNTIME_DIR": ""})
    check(status == 125 and "removed or changed its findings file" in last_line(err), f"taken: {status} {err!r}")
    check(json.loads(read(model))["verdict"] == "not-checked", "the model says so too")
    check(os.listdir(place) == [], f"left: {os.listdir(place)}")


def test_kept(directory):
    """A file that is kept holds what only the gate knew: raddle-report decides as the gate did."""
    still, static = tool("still"), tool("still_static")
    table = [
        ([still], WATCHED, 0),
        ([still], PANICS, FOUND),
        (["--timeout", 0.3, still, "sleep", 50], WATCHED, 124),
        ([static, "threads"], {}, 125),
        (["--ignore-process", "stil*", still], {"FAKE_TASKS": "3"}, 0),
        ([still], {"FAKE_TASKS": "3"}, 125),
    ]
    for i, (arguments, env, wanted) in enumerate(table):
        kept = os.path.join(directory, f"kept{i}")
        os.mkdir(kept)
        status, _, err = gate("--quiet", "--keep", kept, *arguments, env=env)
        check(status == wanted, f"{arguments}: {status} {err!r}")
        files = [os.path.join(kept, name) for name in os.listdir(kept)]
        status, out, _ = run(tool("raddle-report"), "--quiet", "--exitcode", FOUND, *files)
        verdict = last_line(err).replace("run-with-detector: ", "")
        check(status == wanted and last_line(out) == verdict, f"{arguments}: {status} {out!r} after {verdict!r}")


sys.exit(main(globals()))
