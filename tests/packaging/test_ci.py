#!/usr/bin/env python3
"""What forges and pre-commit read: it parses, refers to what exists, and its commands do what they promise.

usage: test_ci.py BUILD_DIR PREFIX

The services are not here, so their steps are run as they would: of the GitHub action each `run` with the inputs filled
in, of the GitLab job its script, of the pre-commit hook its entry with the arguments that the page shows. Raddle is
installed below a directory, so the action's own installing is left to the test of the package, and apt-get to Debian.
"""
import json
import os
import re
import shutil
import sys
import tempfile
import xml.etree.ElementTree

from kit import SKIPPED, SOURCE, Installed, documented, fail, foreign, has, needs, read, replace, run, write

try:
    import yaml
except ImportError:
    print("skipped: there is no python3-yaml")
    sys.exit(SKIPPED)

ACTION = ".github/actions/raddle/action.yml"
JOB = "instrument/tools/packaging/gitlab-ci.yml"
EXPRESSION = re.compile(r"\$\{\{ (\S+) \}\}")


def load(path):
    return yaml.safe_load(read(SOURCE, path))


def mend(project):
    """No race is left in it."""
    replace(f"{project}/bank.c", "    balance += amount;\n",
            "    pthread_mutex_lock(&lock);\n    balance += amount;\n    pthread_mutex_unlock(&lock);\n")


def built(raddle, place, name):
    project = foreign(place, name)
    raddle.run("cmake", "-B", "build", cwd=project, env={"CC": "raddle-cc"})
    raddle.run("cmake", "--build", "build", cwd=project)
    return project


# -- GitHub --

def check_action(action):
    inputs, steps = set(action["inputs"]), {step["id"] for step in action["runs"]["steps"] if "id" in step}
    if action["runs"]["using"] != "composite" or not action["name"] or not action["description"]:
        fail("action.yml: is no composite action")
    for name in re.findall(r"inputs\.([\w-]+)", read(SOURCE, ACTION)):
        if name not in inputs:
            fail(f"action.yml: there is no input {name}")
    for name in re.findall(r"steps\.([\w-]+)", read(SOURCE, ACTION)):
        if name not in steps:
            fail(f"action.yml: there is no step {name}")
    for step in action["runs"]["steps"]:
        if ("run" in step) == ("uses" in step) or "run" in step and step.get("shell") != "bash" or "name" not in step:
            fail("action.yml: a step neither runs nor uses, or has no shell or name:", step)
        if EXPRESSION.search(step.get("run", "")):
            fail("action.yml: an expression inside a script could be anybody's command:", step["name"])


def check_uses(workflow, inputs, path):
    """Steps that use the action give it inputs that it has."""
    for job in workflow["jobs"].values():
        for step in job["steps"]:
            if step.get("uses", "").split("@")[0].endswith(".github/actions/raddle"):
                if set(step.get("with", {})) - set(inputs):
                    fail(f"{path}: the action has no input", set(step["with"]) - set(inputs))


def act(raddle, action, project, given, wanted):
    """The action's `run` steps, as a runner does it; returns what they print and the outputs."""
    inputs = {name: str(given.get(name, about.get("default", ""))) for name, about in action["inputs"].items()}
    values = {**{f"inputs.{name}": value for name, value in inputs.items()}, "github.action_path": f"{SOURCE}/.github/actions/raddle"}
    told, output = "", os.path.join(project, "output")
    write(output, "")
    for step in action["runs"]["steps"]:
        if "run" not in step or "inputs.run != ''" in step.get("if", "") and not inputs["run"]:
            continue
        env = {name: EXPRESSION.sub(lambda mark: values[mark.group(1)], text) for name, text in step.get("env", {}).items()}
        script = os.path.join(project, "step.sh")
        write(script, step["run"])
        last = step.get("id") == "gate"
        told += raddle.run("bash", "--noprofile", "--norc", "-eo", "pipefail", script, cwd=project, wanted=wanted if last else 0,
                           env={**env, "GITHUB_OUTPUT": output, "GITHUB_STEP_SUMMARY": f"{project}/summary.md",
                                "GITHUB_WORKSPACE": project, "RUNNER_TEMP": project})
    return told, read(output)


def github(raddle, place):
    action = load(ACTION)
    check_action(action)
    page = yaml.safe_load(documented("yaml", "# .github/workflows/"))
    check_uses(page, action["inputs"], "the packaging page")
    check_uses(load(".github/workflows/ci.yml"), action["inputs"], "ci.yml")
    project = built(raddle, place, "github")
    has(act(raddle, action, project, {}, 0)[0], "passed: this machine can look")
    given = dict(page["jobs"]["tests"]["steps"][-1]["with"])
    baseline = given.pop("baseline")
    told, outputs = act(raddle, action, project, given, 66)
    has(told, "^::error title=data-race .*,file=bank.c,line=")
    has(outputs, "^status=66$")
    has(read(project, "summary.md"), "data race")
    reports = os.path.join(project, "raddle-reports")
    if not json.loads(read(reports, "raddle.sarif"))["runs"][0]["results"]:
        fail("the action's SARIF has no result")
    for name in ("raddle.html", "raddle.json", "raddle.xml"):
        if "balance" not in read(reports, name):
            fail(f"the action's {name} does not tell the race")
    act(raddle, action, project, {**given, "baseline": baseline, "options": "--update-baseline"}, 0)
    has(act(raddle, action, project, {**given, "baseline": baseline}, 0)[0], "1 in baseline", no=["^::error"])
    write(f"{project}/allowed here", "race:bank_deposit\n")
    has(act(raddle, action, project, {**given, "suppressions": "allowed here", "options": "--quiet -o 'leaks=strict'"}, 0)[0],
        "1 suppressed")


# -- GitLab --

def gitlab(raddle, place):
    job = load(JOB)["race-detector"]
    project = foreign(place, "gitlab")
    for line in job["before_script"]:
        if not line.startswith("apt-get "):
            raddle.run(line, shell=True, cwd=project)
    line, = job["script"]
    write(f"{project}/raddle.baseline", "")
    raddle.run(line, shell=True, cwd=project, wanted=66)
    reports = job["artifacts"]["reports"]
    quality = json.loads(read(project, reports["codequality"]))
    if [(entry["location"]["path"], entry["severity"]) for entry in quality] != [("bank.c", "critical")]:
        fail("GitLab's code quality:", quality)
    if not xml.etree.ElementTree.parse(f"{project}/{reports['junit']}").findall(".//failure"):
        fail("GitLab's JUnit report has no failure")
    for path in job["artifacts"]["paths"]:
        has(read(project, path), "balance")
    mend(project)
    raddle.run("cmake", "--build", "build", cwd=project)
    has(raddle.run(line, shell=True, cwd=project), "^raddle: clean")
    if json.loads(read(project, reports["codequality"])):
        fail("GitLab's code quality of a clean run is not empty")


# -- pre-commit --

def pre_commit(raddle, place):
    hook, = load(".pre-commit-hooks.yaml")
    config = yaml.safe_load(documented("yaml", "# .pre-commit-config.yaml"))
    used, = config["repos"][0]["hooks"]
    if not {"id", "name", "entry", "language"} <= set(hook) or used["id"] != hook["id"] or hook["language"] != "system":
        fail("the hook lacks a key, or the page has another:", hook)
    project = built(raddle, place, "pre-commit")
    write(f"{project}/raddle.baseline", "")
    command = [*hook["entry"].split(), *used["args"]]
    has(raddle.run(*command, cwd=project, wanted=66), "data race on `balance`")
    mend(project)
    raddle.run("cmake", "--build", "build", cwd=project)
    has(raddle.run(*command, cwd=project), "^raddle: clean")


def main():
    needs("cmake", "ctest", "make")
    root = os.path.realpath(tempfile.mkdtemp(prefix="raddle-ci-"))
    try:
        stage = os.path.join(root, "stage")
        run("meson", "install", "-C", sys.argv[1], "--no-rebuild", "--destdir", stage)
        raddle = Installed(stage, sys.argv[2])
        for part in (github, gitlab, pre_commit):
            part(raddle, root)
    finally:
        shutil.rmtree(root)


main()
