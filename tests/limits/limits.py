#!/usr/bin/env python3
"""Programs that are short of something: the verdict is the one they would have with all of it, or 125 and why.

usage: limits.py CASE GATE PROGRAM DETECTOR REPORT

Each case runs PROGRAM twice under the gate and twice with the detector preloaded: its race is found, and
without the race nothing is said. A machine that does not let a case be made skips it, and says why.
"""
import os
import re
import resource
import subprocess
import sys
import tempfile

CASE, GATE, PROGRAM, DETECTOR, REPORT = sys.argv[1], *(os.path.abspath(a) for a in sys.argv[2:])
SKIPPED = 77
RND_BITS = "/proc/sys/vm/mmap_rnd_bits"
MOST_BITS = 32


def skip(why):
    print("skipped:", why)
    sys.exit(SKIPPED)


def run(command, env=None, prepare=None, err=subprocess.PIPE):
    done = subprocess.run(command, env={**os.environ, **(env or {})}, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=err, preexec_fn=prepare, timeout=120, check=False)
    return done.returncode, (done.stderr or b"").decode(errors="replace")


def expect(what, end, status, *texts):
    got, err = end
    missing = [text for text in texts if not re.search(text, err, re.M)]
    if got != status or missing:
        sys.exit(f"{CASE}: {what}: status {got}, not {status}; missing {missing} in\n{err}")


def judge(words=(), before=(), prepare=None, said=True, err=subprocess.PIPE):
    """before: words of a command that runs the rest. said: standard error can be read."""
    found = ("data race on `shared`", "^raddle: 1 finding") if said else ()
    for kind, status, texts in (("race", 66, found), ("lock", 0, ())):
        expect(f"{kind}, gate", run([*before, GATE, PROGRAM, kind, *words], prepare=prepare, err=err), status, *texts,
               *(("^raddle: clean",) if said and kind == "lock" else ()))
        with tempfile.TemporaryDirectory() as private:
            end = run([*before, "env", "LD_PRELOAD=" + DETECTOR, PROGRAM, kind, *words],
                      env={"XDG_RUNTIME_DIR": private}, prepare=prepare, err=err)
        expect(f"{kind}, preloaded", end, status, *texts)


def inside_a_sandbox(word):
    """Preloaded, nothing can be started to report: the line says what holds the findings."""
    plain, _ = run([PROGRAM, "lock", word])
    if plain != 0:
        skip(f"by itself the program ends with {plain} in its sandbox")
    for kind, status, text in (("race", 66, "data race on `shared`"), ("lock", 0, "^raddle: clean")):
        expect(f"{kind}, gate", run([GATE, PROGRAM, kind, word]), status, text)
        with tempfile.TemporaryDirectory() as private:
            got, err = run([PROGRAM, kind, word], env={"XDG_RUNTIME_DIR": private, "LD_PRELOAD": DETECTOR})
            expect(f"{kind}, preloaded", (got, err), status, *(("run raddle-report on ",) if kind == "race" else ()))
            if kind == "race":
                done = subprocess.run([REPORT, err.split(" on ")[-1].strip()], capture_output=True, check=False, text=True)
                expect("the findings", (done.returncode, done.stdout + done.stderr), 0, text)


def strict():
    """It ends by a bare system call, so that nothing is said when the detector is only preloaded."""
    plain, _ = run([PROGRAM, "lock", "sandbox-strict"])
    if plain != 3:
        skip(f"by itself the program ends with {plain} in its sandbox")
    for kind, status, text in (("race", 66, "data race on `shared`"), ("lock", 3, "^raddle: clean")):
        expect(f"{kind}, gate", run([GATE, PROGRAM, kind, "sandbox-strict"]), status, text)
        with tempfile.TemporaryDirectory() as private:
            end = run([PROGRAM, kind, "sandbox-strict"], env={"XDG_RUNTIME_DIR": private, "LD_PRELOAD": DETECTOR})
        expect(f"{kind}, preloaded", end, 3)


def address_space():
    """Too little for the findings file, or for the detector: who had it is named, not who gave it."""
    for kib in (200_000, 300_000):
        for kind in ("race", "lock"):
            for before in (("sh", "-c", f'ulimit -v {kib} && exec "$@"', "sh"),
                           ("prlimit", f"--as={kib << 10}"), ("sh", "-c", f'prlimit --as={kib << 10} "$@"; exit 0', "sh")):
                expect(f"{kind}, {kib} KiB, {before[0]}", run([GATE, *before, PROGRAM, kind]), 125, "^raddle: .*ulimit -v",
                       f"^raddle: not checked: {PROGRAM}: the detector found no memory to start in it")
    limit = ("sh", "-c", 'ulimit -v "$0" && exec "$@"')
    for kind, status, text in (("race", 66, "data race on `shared`"), ("lock", 0, "^raddle: clean")):  # what the line asks for is enough
        expect(f"{kind}, 200 MB", run([GATE, *limit, "204800", PROGRAM, kind]), 125, "it takes 256 MB, and .* 1 GB in all$")
        expect(f"{kind}, 1 GB", run([GATE, *limit, "1048576", PROGRAM, kind]), status, text)


def small_stack():
    def prepare():
        resource.setrlimit(resource.RLIMIT_STACK, (64 << 10, 64 << 10))
    judge(prepare=prepare)


def no_randomness():
    if run(["setarch", "-R", "true"])[0] != 0:
        skip("setarch -R does not work here")
    judge(before=("setarch", "-R"))


def most_randomness():
    """What every process of the machine has; it is not ours to change."""
    try:
        with open(RND_BITS, encoding="ascii") as file:
            bits = int(file.read())
    except (OSError, ValueError) as fault:
        skip(f"{RND_BITS}: {fault}")
    if bits < MOST_BITS:
        skip(f"{RND_BITS} is {bits}; `sysctl vm.mmap_rnd_bits={MOST_BITS}` makes it the most")
    for _ in range(5):
        judge()


def apart(script):
    """A command that runs the rest where the shell commands were done, in a name space of its own."""
    before = ("unshare", "-m", "sh", "-c", f'mount --make-rprivate / && {script} && exec "$@"', "sh")
    if run([*before, "true"])[0] != 0:
        skip("mounts of a name space of its own are not allowed here")
    return before


def no_proc():
    with tempfile.TemporaryDirectory() as empty:
        judge(before=apart(f"mount --bind {empty} /proc"))


def read_only():
    ro = apart("mount -o remount,ro,bind /")
    if run([*ro, "sh", "-c", "! touch /tmp/raddle-limits"])[0] != 0:
        skip("/tmp lies elsewhere than /")
    none = {"XDG_RUNTIME_DIR": "", "TMPDIR": ""}
    for kind in ("race", "lock"):
        expect(f"{kind}, gate", run([*ro, GATE, PROGRAM, kind], env=none), 125,
               "run-with-detector: .*cannot be made: Read-only file system; set TMPDIR")
        expect(f"{kind}, preloaded", run([*ro, "env", "LD_PRELOAD=" + DETECTOR, PROGRAM, kind], env=none), 125,
               "raddle: no findings file can be made")
    somewhere = apart("mount -t tmpfs none /mnt && mount -o remount,ro,bind /")
    for kind, status in (("race", 66), ("lock", 0)):
        expect(f"{kind}, TMPDIR", run([*somewhere, GATE, PROGRAM, kind], env={**none, "TMPDIR": "/mnt"}), status)


def closed():
    def prepare():
        for fd in (0, 1, 2):
            os.close(fd)
    judge(prepare=prepare, said=False)
    judge(words=("no-output",), said=False)


def full():
    with open("/dev/full", "wb") as file:
        judge(said=False, err=file)


{
    "smallest_stacks": lambda: judge(words=("smallest-stacks",)),
    "small_first_stack": small_stack,
    "address_space": address_space,
    "sandbox_that_refuses": lambda: inside_a_sandbox("sandbox-errno"),
    "sandbox_that_kills": lambda: inside_a_sandbox("sandbox-kill"),
    "sandbox_strict": strict,
    "no_randomness": no_randomness,
    "most_randomness": most_randomness,
    "no_proc": no_proc,
    "read_only": read_only,
    "closed": closed,
    "full": full,
}[CASE]()
