#!/usr/bin/env python3
"""The package: built by its one command, sound, installed by dpkg, used by projects of others, removed without a trace.

usage: test_deb.py root|machine BUILD_DIR PREFIX     (inside: for itself)

root      dpkg installs it below a directory, with this machine's packages as its dependencies
machine   dpkg installs it in /usr of a copy of this machine that lives as long as the test; skipped (77)
          where that may not be mounted
"""
import fcntl
import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile

import adoption
from kit import SKIPPED, SOURCE, Installed, fail, has, needs, read, run, write

BUILD_DEB = os.path.join(SOURCE, "instrument/tools/packaging/build-deb.sh")


def build(build_dir, prefix, place):
    """From this build when it is for /usr, else from one of its own, which is kept: made once."""
    own = os.path.join(build_dir, "deb")
    with open(os.path.join(build_dir, "deb.lock"), "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        options = ["-n", "-b", build_dir] if prefix == "/usr" else ["-b", own]
        return run(BUILD_DEB, *options, place, timeout=1500).splitlines()[-1], options


def bytes_of(path):
    with open(path, "rb") as file:
        return file.read()


def check_command(package, options, place):
    """The same again has the same bytes; what cannot be says why."""
    again = os.path.join(place, "again")
    os.mkdir(again)
    if bytes_of(run(BUILD_DEB, "-n", *options, again).strip()) != bytes_of(package):
        fail(f"{package}: another build of the same has other bytes")
    has(run(BUILD_DEB, os.path.join(place, "nowhere"), wanted=1), "nowhere: not a directory; make it first")
    has(run(BUILD_DEB, "-x", wanted=1), "wrong option; usage: ")


# -- is it sound? --

def listed(package):
    """(mode, owner, path, target) of each entry."""
    for line in run("dpkg-deb", "-c", package).splitlines():
        mode, owner, _, _, _, path = line.split(None, 5)
        path, _, target = path.partition(" -> ")
        yield mode, owner, path[1:], target


def check_entries(package, tree):
    for mode, owner, path, target in listed(package):
        program = path.startswith(("/usr/bin/", "/usr/libexec/raddle/"))
        wanted = "d" in mode[0] and "drwxr-xr-x" or target and "lrwxrwxrwx" or (
            program and path[-1] != "/" and "-rwxr-xr-x" or "-rw-r--r--")
        if owner != "root/root" or mode != wanted or not re.match(r"/(usr/.*)?$", path):
            fail(f"{path}: {mode} {owner}, {wanted} root/root in /usr was wanted")
        if target and not os.path.exists(os.path.join(tree + os.path.dirname(path), target)):
            fail(f"{path}: leads to {target}, which is not there")
        if re.match(r"/usr/share/man/.*[^/]$", path):
            if not path.endswith(".gz") or not target and bytes_of(tree + path)[4:8] != b"\0\0\0\0":
                fail(f"{path}: is not compressed, or carries a time")


def check_elf(tree, depends):
    for path in glob.glob(f"{tree}/usr/**", recursive=True):
        if os.path.islink(path) or not os.path.isfile(path) or bytes_of(path)[:4] != b"\x7fELF":
            continue
        dynamic = run("readelf", "-dSW", path)
        has(dynamic, no=["RPATH", "RUNPATH", r"\.symtab", r"\.debug_"])
        for library in re.findall(r"NEEDED.*\[(.*)\]", dynamic):
            owner = run("dpkg-query", "-S", f"*/{library}").split(":")[0]
            if owner not in depends:
                fail(f"{path}: needs {library} of {owner}, which is not in Depends: {depends}")


def check_package(package, place):
    tree, control = os.path.join(place, "tree"), os.path.join(place, "control")
    run("dpkg-deb", "-x", package, tree)
    run("dpkg-deb", "-e", package, control)
    if sorted(os.listdir(control)) != ["control", "md5sums", "triggers"]:
        fail("the package has scripts or conffiles:", os.listdir(control))
    fields = dict(re.findall(r"^([\w-]+): (.*)$", read(control, "control"), re.M))
    version = re.search(r"version: '(.*)'", read(SOURCE, "meson.build")).group(1)
    architecture = run("dpkg", "--print-architecture").strip()
    if (fields["Package"], fields["Version"], fields["Architecture"]) != ("raddle", version, architecture) \
            or os.path.basename(package) != f"raddle_{version}_{architecture}.deb":
        fail(fields)
    run("md5sum", "--check", "--quiet", os.path.join(control, "md5sums"), cwd=tree)
    sums = {line.split("  ", 1)[1] for line in read(control, "md5sums").splitlines()}
    files = {path[1:] for mode, _, path, _ in listed(package) if mode[0] == "-"}
    if sums != files:
        fail("md5sums and files differ:", sums ^ files)
    check_entries(package, tree)
    check_elf(tree, [entry.split()[0] for entry in fields["Depends"].split(", ")])
    for wanted in ("copyright", "changelog.gz", "examples/gitlab-ci.yml"):
        if f"usr/share/doc/raddle/{wanted}" not in files:
            fail(f"no {wanted} in the package")
    if shutil.which("lintian"):
        has(run("lintian", "--allow-root", "--fail-on", "error,warning", package), no=["^[EW]:"])


# -- is it of use? --

def use(raddle, dpkg, package, place):
    """Installed, looked at, used, removed."""
    run(*dpkg, "-i", package)
    has(run(*dpkg, "-s", "raddle"), "^Status: install ok installed")
    has(raddle.run("run-with-detector", "--self-check"), "passed: this machine can look")
    has(raddle.run("raddle-report", "--version"), r"raddle-report \(raddle\)")
    shutil.copy(f"{SOURCE}/samples/bank_racy.c", place) # among the package's examples, which containers leave out
    raddle.run("raddle-cc", "bank_racy.c", "-o", "bank_racy", cwd=place)
    has(raddle.run("run-with-detector", "./bank_racy", cwd=place, wanted=66), "data race on `balance`", "withdraw .*bank_racy.c:")
    for shell_part in (adoption.cmake, adoption.meson):
        shell_part(raddle, place)
    run(*dpkg, "-r", "raddle")
    gone = run(*dpkg, "--purge", "raddle")
    has(gone, no=["error"])


def below_a_root(package, place):
    root = os.path.join(place, "root")
    admin = os.path.join(root, "var/lib/dpkg")
    for name in ("updates", "info", "triggers"):
        os.makedirs(os.path.join(admin, name))
    # What is installed here is installed there, without its files: dependencies are looked up.
    shutil.copy("/var/lib/dpkg/status", admin)
    for path in glob.glob("/var/lib/dpkg/info/*.list"):
        write(os.path.join(admin, "info", os.path.basename(path)), "")
    dpkg = ["dpkg", f"--root={root}", "--force-script-chrootless", f"--log={place}/dpkg.log"]
    if os.getuid() != 0:
        needs("fakeroot")
        dpkg = ["fakeroot", dpkg[0], "--force-not-root", *dpkg[1:]]
    raddle = Installed(root, "/usr")
    raddle.lib = os.path.join(root, "usr/lib/x86_64-linux-gnu")
    raddle.env["PKG_CONFIG_PATH"] = os.path.join(raddle.lib, "pkgconfig")
    raddle.env["LD_LIBRARY_PATH"] = raddle.lib
    use(raddle, dpkg, package, place)
    left = [os.path.join(base, name) for base, directories, names in os.walk(root) for name in directories + names
            if not base.startswith(os.path.dirname(os.path.dirname(admin)))]
    left = [path for path in left if not path.startswith(os.path.join(root, "var"))]
    if left:
        fail("left by dpkg -r:", *left)


# $1: where; $2, $3: directories that must be the same inside.
MACHINE = """set -e
mount -t tmpfs raddle "$1"
mkdir "$1/upper" "$1/work" "$1/root"
mount -t overlay raddle -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" "$1/root"
for directory in /dev /proc /sys; do mount --rbind $directory "$1/root$directory"; done
mount -t tmpfs raddle "$1/root/tmp"
for directory in "$2" "$3"; do mkdir -p "$1/root$directory"; mount --bind "$directory" "$1/root$directory"; done
"""


def on_a_machine(package, place):
    mounts = os.path.join(place, "mounts")
    os.mkdir(mounts)
    enter = ["unshare", "--mount"]
    words = ["sh", mounts, SOURCE, place]
    tried = subprocess.run([*enter, "sh", "-c", MACHINE, *words], capture_output=True, text=True, check=False)
    if os.getuid() != 0 or tried.returncode != 0:
        print("skipped: no copy of this machine:", tried.stderr)
        sys.exit(SKIPPED)
    script = MACHINE + 'exec chroot "$1/root" python3 -B "$4" inside "$5" "$3"'
    print(run(*enter, "sh", "-c", script, *words, os.path.abspath(__file__), package,
              env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/"}, timeout=600))


def files_of_usr():
    return {os.path.join(base, name) for base, directories, names in os.walk("/usr") for name in directories + names
            if "__pycache__" not in base + name}


def inside(package, place):
    """In the chroot: really in /usr, found without a word about where."""
    before = files_of_usr()
    raddle = Installed("/", "/usr")
    raddle.env = {}
    use(raddle, ["dpkg"], package, place)
    run("dpkg", "-i", package)
    # By the loader's own search, and by its name alone.
    has(run("./bank_racy", cwd=place, env={"LD_PRELOAD": "libraddle-detector.so"}, wanted=66), "data race on `balance`")
    has(run("pkg-config", "--libs", "raddle"), "^-lraddle")
    if shutil.which("man") and os.path.exists("/usr/share/man/man1/raddle-c++.1.gz"):
        has(run("man", "raddle-c++", env={"MANPAGER": "cat"}), "raddle-cc, raddle-c")
    run("dpkg", "-r", "raddle")
    left = files_of_usr() - before
    if left:
        fail("left by dpkg -r:", *sorted(left))


def main():
    part = sys.argv[1]
    if part == "inside":
        inside(*sys.argv[2:4])
        return
    needs("dpkg", "dpkg-deb", "dpkg-shlibdeps", "cmake", "meson")
    place = os.path.realpath(tempfile.mkdtemp(prefix="raddle-deb-"))
    try:
        package, options = build(*sys.argv[2:4], place)
        if part == "root":
            check_command(package, options, place)
            check_package(package, place)
            below_a_root(package, place)
        else:
            on_a_machine(package, place)
    finally:
        shutil.rmtree(place)


main()
