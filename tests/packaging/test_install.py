#!/usr/bin/env python3
"""What `meson install` puts where: found by pkg-config, CMake, meson and shells, and gone after `ninja uninstall`.

usage: test_install.py BUILD_DIR PREFIX
"""
import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile

from kit import Installed, fail, foreign, has, needs, replace, run, write

BUILD, PREFIX = sys.argv[1:3]


RACY_CXX = """#include <thread>
static int hits;
int main() {
    std::thread other([] { hits++; });
    hits++;
    other.join();
}
"""


def pkg_config(raddle, place):
    """The flags of raddle-hooks are those of raddle-cc with gcc, and a program of raddle.pc runs."""
    flags = shlex.split(raddle.run("pkg-config", "--cflags", "raddle-hooks"))
    shown = shlex.split(raddle.run("raddle-cc", "--raddle-show", "-c", "x.c", env={"RADDLE_CC": "gcc"}))
    include = f"-I{raddle.prefix}/include"
    # valgrind's headers are not everywhere, and the wrapper looks.
    optional = {include, f"{include}/raddle/shadow"}
    wanted = set(shown[1:]) - {"-c", "x.c"} - optional
    if wanted != set(flags) - optional:
        fail("raddle-hooks.pc and raddle-cc differ in", wanted ^ (set(flags) - optional))
    libraries = shlex.split(raddle.run("pkg-config", "--libs", "raddle-hooks"))
    if libraries != [f"-L{raddle.lib}/raddle", f"{raddle.lib}/raddle/libtsan.a"]:
        fail("libraries of raddle-hooks:", libraries)
    elsewhere = shlex.split(raddle.run("pkg-config", "--libs", "raddle-hooks", env={"PKG_CONFIG_SYSROOT_DIR": place}))
    write(f"{place}/empty.c", "int main(void) { return 0; }\n")
    linked = subprocess.run(["gcc", "empty.c", "-o", "empty", *elsewhere], cwd=place, capture_output=True, text=True, check=False)
    if linked.returncode == 0 or "libtsan.a" not in linked.stderr:
        fail("where the archive is not, another one is taken:", elsewhere, linked.stderr)
    write(f"{place}/hello.c", '#include <raddle.h>\nint main(void) { rdl_yield(); return rdl_version() != RDL_VERSION; }\n')
    raddle.run("gcc hello.c -o hello $(pkg-config --cflags --libs raddle)", shell=True, cwd=place)
    raddle.run("./hello", cwd=place, env={"LD_LIBRARY_PATH": raddle.lib})
    raddle.run("gcc hello.c -o hello_static $(pkg-config --cflags raddle) -l:libraddle.a -L$(pkg-config --variable=libdir "
               "raddle) -L" + raddle.lib + " -pthread", shell=True, cwd=place)
    raddle.run("./hello_static", cwd=place)


def cmake(raddle, place):
    """Hooks by target and by directory, the runtime's targets, tests under the gate one by one, and versions."""
    needs("cmake", "ctest")
    project = foreign(place, "cmake")
    replace(f"{project}/CMakeLists.txt", "find_package(Threads REQUIRED)\n",
            "find_package(Threads REQUIRED)\nfind_package(Raddle 0.1 REQUIRED)\n")
    with open(f"{project}/CMakeLists.txt", "a", encoding="utf-8") as file:
        file.write('target_link_libraries(bank Raddle::hooks)\n'
                   'raddle_gate(test_bank OPTIONS --json found.json)\n'
                   'add_executable(hello hello.c)\ntarget_link_libraries(hello Raddle::raddle)\n'
                   'add_executable(hello_static hello.c)\ntarget_link_libraries(hello_static Raddle::raddle_static)\n')
    write(f"{project}/hello.c", "#include <raddle.h>\nint main(void) { rdl_yield(); return 0; }\n")
    cxx = shutil.which("c++") is not None
    if cxx:
        write(f"{project}/racy.cc", RACY_CXX)
        replace(f"{project}/CMakeLists.txt", "project(bank C)", "project(bank C CXX)")
        with open(f"{project}/CMakeLists.txt", "a", encoding="utf-8") as file:
            file.write("add_executable(racy racy.cc)\ntarget_link_libraries(racy Raddle::hooks Threads::Threads)\n")
    raddle.run("cmake", "-B", "build", cwd=project)
    raddle.run("cmake", "--build", "build", cwd=project)
    if cxx:
        has(raddle.run("run-with-detector", "build/racy", cwd=project, wanted=66), "data race on `hits`")
    told = raddle.run("ctest", "--test-dir", "build", "--output-on-failure", cwd=project, wanted=8)
    has(told, r"deposit .*\*\*\*Failed", r"visit .* Passed", "data race on `balance`", "^Test: deposit$")
    for program in ("hello", "hello_static"):
        raddle.run(f"build/{program}", cwd=project)
    clang = next((name for name in ("clang", "clang-14", "clang-19") if shutil.which(name)), None)
    if clang:
        env = {"CC": clang, "CFLAGS": "-Wall -Werror"}
        raddle.run("cmake", "-B", "build-clang", cwd=project, env=env)
        raddle.run("cmake", "--build", "build-clang", "--target", "test_bank", cwd=project, env=env)
        has(raddle.run("run-with-detector", "build-clang/test_bank", "deposit", cwd=project, wanted=66),
            "data race on `balance`")
    replace(f"{project}/CMakeLists.txt", "Raddle 0.1 ", "Raddle 0.9 ")
    has(raddle.run("cmake", "-B", "build", cwd=project, wanted=1), r"with requested version \"0.9\"", "version: 0.1.0")
    replace(f"{project}/CMakeLists.txt", "Raddle 0.9 ", "Raddle ")
    replace(f"{project}/CMakeLists.txt", "raddle_gate(test_bank", "raddle_gate(no_such_test")
    has(raddle.run("cmake", "-B", "build", cwd=project, wanted=1), "no_such_test is not a target: add the executable before")


def meson_cxx(raddle, project):
    os.mkdir(project)
    write(f"{project}/racy.cc", RACY_CXX)
    write(f"{project}/meson.build", "project('racy', 'c', 'cpp')\nadd_project_dependencies(dependency('raddle-hooks'), "
          "language: ['c', 'cpp'])\nexecutable('racy', 'racy.cc', dependencies: dependency('threads'))\n")
    raddle.run("meson", "setup", "build", cwd=project)
    raddle.run("ninja", "-C", "build", cwd=project)
    has(raddle.run("run-with-detector", "build/racy", cwd=project, wanted=66), "data race on `hits`")


def meson(raddle, place):
    """The runtime as a dependency, the gate as --wrapper of the tests, and the compiler from the environment."""
    project = foreign(place, "meson")
    write(f"{project}/hello.c", "#include <raddle.h>\nint main(void) { rdl_yield(); return 0; }\n")
    with open(f"{project}/meson.build", "a", encoding="utf-8") as file:
        file.write("test('hello', executable('hello', 'hello.c', dependencies: dependency('raddle', version: '>= 0.1')))\n")
    raddle.run("meson", "setup", "build", cwd=project, env={"CC": "raddle-cc"})
    if shutil.which("c++") is not None:
        meson_cxx(raddle, os.path.join(place, "cxx"))
    told = raddle.run("meson", "test", "-C", "build", "--wrapper", "run-with-detector", "--print-errorlogs", cwd=project,
                      wanted=1)
    has(told, r"deposit +FAIL .*exit status 66", r"visit +OK", r"hello +OK", "data race on `balance`")


def bash(raddle, place):
    completion = f"{raddle.prefix}/share/bash-completion/completions/run-with-detector"
    for link in ("raddle-report", "raddle-cc", "raddle-c++"):
        if os.readlink(os.path.join(os.path.dirname(completion), link)) != "run-with-detector":
            fail(f"bash completion of {link} does not lead to the file")
    os.mkdir(f"{place}/some")
    write(f"{place}/some.json", "")

    def completed(*words):
        script = (f'source "{completion}"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _raddle "$1" "${{COMP_WORDS[COMP_CWORD]}}"; '
                  'printf "%s\\n" "${COMPREPLY[@]}"')
        return raddle.run("bash", "-c", script, "bash", *words, cwd=place).split()

    help_text = raddle.run("run-with-detector", "--help")
    for option in ("--json=", "--github", "-q", "--self-check", "--update-baseline"):
        if option not in completed("run-with-detector", "-") or option.rstrip("=") not in help_text:
            fail(f"bash does not complete {option}")
    for words, wanted in (
            (["--for"], ["--format="]), (["--format", "=", "g"], ["go"]), (["--format", "="], ["raddle", "go", "tsan"]),
            (["--color", "n"], ["never"]), (["--checks", "=", "leak,dea"], ["leak,deadlock"]), (["-o", "lea"], ["leaks="]),
            (["--json", "so"], ["some", "some.json"]), (["--keep", "so"], ["some"]), (["--exitcode", "="], []),
            (["--json", "some.json", "--github", "test"], None), (["--", "print"], None)):
        found = completed("run-with-detector", *words)
        if wanted is None and not {"test", "printf"} & set(found) or wanted is not None and sorted(found) != sorted(wanted):
            fail(f"bash completes {words} as {found}, not {wanted}")
    if "--kind=" not in completed("raddle-report", "--") or "--timeout=" in completed("raddle-report", "--"):
        fail("bash completes raddle-report with the wrong options")


def zsh(raddle, _):
    """Its description of each option is one that _arguments takes."""
    if shutil.which("zsh") is None:
        print("there is no zsh: its completion is not tried")
        return
    found = [os.path.join(base, "_raddle") for base, _, names in os.walk(f"{raddle.prefix}/share/zsh") if "_raddle" in names]
    for service, options in (("run-with-detector", ["--json=", "--github", "-o+", "--quiet"]),
                             ("raddle-report", ["--diff=", "--explain="])):
        script = (f'_arguments() {{ zmodload zsh/zutil; print -rl -- "$@"; }}; service={service}; PREFIX=; state=; '
                  f'f() {{ {"source " + found[0]}; }}; f')
        told = raddle.run("zsh", "-f", "-c", script)
        for option in options:
            if not any(option + "[" in line for line in told.split("\n")):
                fail(f"zsh: no {option} for {service} in", told)
        if any(line.count("[") - line.count("\\[") != 1 for line in told.split("\n") if "--" in line and "[" in line):
            fail(f"zsh: a description of {service} is not closed in", told)


def main():
    root = os.path.realpath(tempfile.mkdtemp(prefix="raddle-install-"))
    stage = os.path.join(root, "stage")
    try:
        run("meson", "install", "-C", BUILD, "--no-rebuild", "--destdir", stage)
        raddle = Installed(stage, PREFIX)
        has(raddle.run("run-with-detector", "--self-check"), "passed: this machine can look")
        for part in (pkg_config, cmake, meson, bash, zsh):
            place = os.path.join(root, part.__name__)
            os.mkdir(place)
            part(raddle, place)
        run("ninja", "-C", BUILD, "uninstall", env={"DESTDIR": stage})
        left = [os.path.join(base, name) for base, _, names in os.walk(stage) for name in names]
        if left or os.path.exists(stage):
            fail("left by ninja uninstall:", json.dumps(left or stage))
    finally:
        shutil.rmtree(root)


main()
