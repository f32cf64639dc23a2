"""A team adopts Raddle: the documented lines in its project, an annotated failure, a baseline, green, a new race, red."""
from kit import documented, fail, foreign, has, read, replace

LOCKED = "    pthread_mutex_lock(&lock);\n    visits++;\n    pthread_mutex_unlock(&lock);\n"
BASELINE = "--baseline raddle.baseline"


def adopt(raddle, project, build, line, accept):
    """build: commands that build; line: what runs the tests; accept: what takes today's findings as known."""
    def tests(command, wanted):
        return raddle.run(command, shell=True, cwd=project, wanted=wanted,
                          env={"GITHUB_STEP_SUMMARY": f"{project}/summary.md", "GITHUB_WORKSPACE": project})

    def annotation(variable):
        at = read(project, "bank.c").split("\n").index(f"    {variable};" if variable == "visits++" else f"    {variable}") + 1
        return rf"^::error title=data-race R[0-9a-f]+,file=bank\.c,line={at},"

    for command in build:
        raddle.run(*command, cwd=project)
    has(tests(line, 66), annotation("balance += amount;"), r"^raddle: 1 finding \(1 data race\)")
    has(read(project, "summary.md"), "data race", r"bank\.c")
    has(tests(accept, 0), "1 in baseline")
    has(read(project, "raddle.baseline"), r"^R[0-9a-f]+\b")
    gate = line.replace("run-with-detector", f"run-with-detector {BASELINE}")
    has(tests(gate, 0), "^raddle: clean.*1 in baseline", no=["^::error"])
    replace(f"{project}/bank.c", LOCKED, "    visits++;\n")
    raddle.run(*build[-1], cwd=project)
    has(tests(gate, 66), annotation("visits++"), "data race on `visits`", r"^raddle: 1 finding .*1 in baseline",
        no=["^::error.*`balance`"])


def cmake(raddle, place):
    project = foreign(place, "cmake")
    replace(f"{project}/CMakeLists.txt", "add_library(", documented("cmake") + "add_library(")
    adopt(raddle, project, [("cmake", "-B", "build"), ("cmake", "--build", "build")], documented("ctest").strip(),
          documented("accept").strip())


def meson(raddle, place):
    project = foreign(place, "meson")
    replace(f"{project}/meson.build", "bank = ", documented("meson") + "bank = ")
    line = documented("mesontest").strip()
    ctest, own = (documented(name).strip().split("--github ")[1] for name in ("ctest", "mesontest"))
    accept = documented("accept").strip().replace(ctest, own)
    if accept == documented("accept").strip():
        fail("the packaging page accepts in other words than it runs the tests")
    adopt(raddle, project, [("meson", "setup", "build"), ("ninja", "-C", "build")], line, accept)
