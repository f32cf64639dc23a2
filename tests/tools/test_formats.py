#!/usr/bin/env python3
"""Tests of what findings are written as: valid, nothing lost, and nothing of a program's text taken for markup.

SARIF and JUnit are valid by the public schemas (schemas/public), and by narrower ones of our own.

Rules: TX-31

Usage: see toolkit.py.
"""
import copy
import json
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as xml

from toolkit import (HERE, ROOT, cases, check, gate, last_line, main, model_of, one_line, read, run, synthesize, tool,
                     write)

PANICS = {"FAKE_OBSERVED": "still", "FAKE_FINDING": "still", "FAKE_TASKS": "2"}
FORGE = {"GITHUB_WORKSPACE": ROOT.rstrip("/") + "/", "GITHUB_STEP_SUMMARY": ""}
NASTY = "a\"b'<c>&amp;]]> `d` | *e* [f](http://g) {0} 100%0A \\h @i\n::error::j\r\n\x01\x7f\ufffe\uffff \U0001f60e"


def convert(option, *arguments, env=None, status=0):
    """What raddle-report writes for --OPTION -."""
    flag = ["--" + option] if option == "github" else ["--" + option, "-"]
    done, out, err = run(tool("raddle-report"), *flag, *arguments, env={**FORGE, **(env or {})})
    check(done == status and err == "", f"--{option} {arguments}: {done} {err!r}")
    return out


def nasty_model(directory, findings=1):
    """A model whose every text is NASTY, as a file."""
    def spoil(value, key):
        if isinstance(value, dict):
            return {k: spoil(v, k) for k, v in value.items()}
        if isinstance(value, list):
            return [spoil(v, key) for v in value]
        return NASTY if isinstance(value, str) and key in SPOILT else value
    spoilt_model = model_of(synthesize(directory, "race"))
    one = spoil(spoilt_model["findings"][0], "")
    spoilt_model["findings"] = []
    for i in range(findings):
        spoilt_model["findings"].append({**copy.deepcopy(one), "id": f"R{i:012x}"})
    spoilt_model["conditions"] = [{"kind": "limit", "blind": True, "text": NASTY}]
    return write(directory, f"nasty{findings}.json", json.dumps(spoilt_model))


SPOILT = {"title", "reason", "lock_verdict", "message", "function", "file", "module", "label", "name", "task_label",
          "variable", "text", "test", "tests", "command", "type", "also"}


# -- SARIF --


def sarif_validators():
    import jsonschema  # the package python3-jsonschema
    schemas = [json.loads(read(os.path.join(HERE, "schemas", name))) for name in ("sarif.json", "public/sarif-2.1.0.json")]
    return [jsonschema.validators.validator_for(s)(s) for s in schemas]


def check_sarif(name, log):
    for validator in sarif_validators():
        for error in validator.iter_errors(log):
            check(False, f"{name}: {list(error.absolute_path)}: {error.message[:200]}")
    ids = [rule["id"] for rule in log["runs"][0]["tool"]["driver"]["rules"]]
    for result in log["runs"][0]["results"]:
        check("ruleIndex" not in result or ids[result["ruleIndex"]] == result["ruleId"], f"{name}: ruleIndex")
    return log["runs"][0]


def test_sarif(directory):
    """Valid; each finding one result, with the flow of each of its tasks, below the top of the sources."""
    paths = {case: synthesize(directory, case) for case in cases()}
    for case, path in paths.items():
        found = check_sarif(case, json.loads(convert("sarif", path)))
        model = model_of(path)
        wanted = [(f["id"], f["kind"], f["count"]) for f in model["findings"]]
        told = [(r["fingerprints"]["raddle/v1"], r["ruleId"], r["occurrenceCount"]) for r in found["results"]]
        check(told == wanted, f"{case}: {told} for {wanted}")
        able = not any(c["blind"] for c in model["conditions"])
        check(found["invocations"][0]["executionSuccessful"] == able, f"{case}: executionSuccessful")
    race = json.loads(convert("sarif", paths["race"]))["runs"][0]
    result = race["results"][0]
    where = result["locations"][0]["physicalLocation"]
    check(where["artifactLocation"] == {"uri": "tests/tools/bank.c", "uriBaseId": "%SRCROOT%"}, f"{where}")
    check(race["originalUriBaseIds"]["%SRCROOT%"]["uri"] == "file://" + ROOT.rstrip("/") + "/", "the root")
    threads = result["codeFlows"][0]["threadFlows"]
    check([t["id"] for t in threads] == ["goroutine 2", "goroutine 3"], "a flow for each task")
    last = [t["locations"][-1]["location"]["message"]["text"] for t in threads]
    check(last == ["write of `account.balance` (long)", "read of `account.balance` (long)"], f"they end in: {last}")
    check("suppressions" not in result and "baselineState" not in result, "nothing is accepted")
    everything = list(paths.values())
    merged = check_sarif("all", json.loads(convert("sarif", *everything)))
    check(len({r["fingerprints"]["raddle/v1"] for r in merged["results"]}) == len(merged["results"]), "ids are unique")


def test_sarif_accepted(directory):
    """What is accepted is a result with a suppression, and known findings are told from new ones."""
    race, leak, panic = [synthesize(directory, c) for c in ("race", "leak", "panic")]
    known = write(directory, "known", model_of(leak)["findings"][0]["id"] + " until 2999-01-01 it may stay\n")
    rules = write(directory, "rules", "race:withdraw\n")
    out = convert("sarif", "--baseline", known, "--suppressions", rules, race, leak, panic)
    results = {r["ruleId"]: r for r in check_sarif("accepted", json.loads(out))["results"]}
    states = {kind: (r["baselineState"], "suppressions" in r) for kind, r in results.items()}
    check(states == {"data-race": ("new", True), "leak": ("unchanged", True), "panic": ("new", False)}, f"{states}")
    why = results["leak"]["suppressions"][0]["justification"]
    check(why.startswith(known + ":1: R") and why.endswith(" it may stay"), why)
    check(results["data-race"]["suppressions"][0]["justification"] == rules + ":1: race:withdraw", "the rule")


# -- JUnit --


SUITE = {"id", "package", "name", "timestamp", "hostname", "tests", "failures", "errors", "time"}


def check_junit(name, text):
    """As Jenkins's schema has it, and the Ant task's, the strictest of those in use."""
    schema = os.path.join(HERE, "schemas", "public", "junit.xsd")
    # xmllint is in the package libxml2-utils.
    done = subprocess.run(["xmllint", "--noout", "--schema", schema, "-"], input=text.encode(), capture_output=True, check=False)
    check(done.returncode == 0, f"{name}: {done.stderr.decode()[:500]}")
    root = xml.fromstring(text.encode())
    check(root.tag == "testsuites" and not root.attrib and len(root) == 1, f"{name}: the root")
    suite = root[0]
    check(suite.tag == "testsuite" and set(suite.attrib) == SUITE, f"{name}: {suite.attrib}")
    check(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", suite.get("timestamp")) is not None, f"{name}: timestamp")
    tags = [child.tag for child in suite]
    tests = suite.findall("testcase")
    check(tags == ["properties"] + ["testcase"] * len(tests) + ["system-out", "system-err"], f"{name}: {tags}")
    for case in tests:
        check(set(case.attrib) == {"classname", "name", "time"} and len(case) <= 1, f"{name}: {case.attrib}")
        for child in case:
            check(child.tag in ("failure", "error") and set(child.attrib) == {"type", "message"}, f"{name}: {child.tag}")
    for attribute, tag in (("failures", "failure"), ("errors", "error")):
        check(int(suite.get(attribute)) == sum(c.find(tag) is not None for c in tests), f"{name}: {attribute}")
    check(int(suite.get("tests")) == len(tests), f"{name}: tests")
    check(len({c.get("name") for c in tests}) == len(tests), f"{name}: names are unique")
    return suite


def test_junit(directory):
    """A case for each test; each finding that fails told in whole once; blindness is an error."""
    paths = {case: synthesize(directory, case) for case in cases()}
    for case, path in {**paths, "all": None}.items():
        files = [path] if path else list(paths.values())
        suite = check_junit(case, convert("junit", *files))
        model = json.loads(run(tool("raddle-report"), "--json", "-", *files)[1])
        text = "".join(suite.itertext())
        failing = [f for f in model["findings"] if f["severity"] == "error"]
        for finding in failing:
            check(text.count(f"Finding {finding['id']}") >= 1, f"{case}: {finding['id']} is missing")
        wanted = {name for f in failing for name in f["tests"]}
        told = {c.get("name") for c in suite.findall("testcase") if c.find("failure") is not None}
        check(told == wanted, f"{case}: {told} for {wanted}")
        blind = any(c["blind"] for c in model["conditions"])
        check(suite.get("errors") == str(int(blind)), f"{case}: blind {blind}")
    model = model_of(paths["race"])
    model["findings"][0]["tests"] = ["first", "second"]
    suite = check_junit("two", convert("junit", write(directory, "two.json", json.dumps(model))))
    texts = [c.find("failure").text for c in suite.findall("testcase")[:2]]
    check("WARNING: DATA RACE" in texts[0] and "reported above" in texts[1], "told once, then referred to")


# -- GitLab --


def test_gitlab(directory):
    """Valid, one entry for each finding, paths below the top of the sources, fingerprints unique."""
    import jsonschema
    validator = jsonschema.Draft7Validator(json.loads(read(os.path.join(HERE, "schemas", "gitlab.json"))))
    paths = [synthesize(directory, case) for case in cases()]
    entries = json.loads(convert("gitlab", *paths, env={"GITHUB_WORKSPACE": "", "CI_PROJECT_DIR": ROOT}))
    for error in validator.iter_errors(entries):
        check(False, f"{list(error.absolute_path)}: {error.message[:200]}")
    findings = json.loads(run(tool("raddle-report"), "--json", "-", *paths)[1])["findings"]
    check([e["fingerprint"] for e in entries] == [f["id"] for f in findings], "an entry for each")
    check("tests/tools/bank.c" in {e["location"]["path"] for e in entries}, "relative paths")
    check(json.loads(convert("gitlab", synthesize(directory, "nothing"))) == [], "no finding")


# -- GitHub --


def commands(out):
    """The workflow commands of an output as GitHub reads them: level, properties, message."""
    def plain(text, more=()):
        for code, char in [("%0D", "\r"), ("%0A", "\n"), *more, ("%25", "%")]:
            text = text.replace(code, char)
        return text
    found = []
    for line in out.splitlines():
        match = re.match(r"\s*::([a-z-]+)(?: (.*?))?::(.*)$", line)
        if match:
            level, properties, message = match.groups()
            split = dict(p.split("=", 1) for p in (properties or "").split(",") if p)
            found.append((level, {k: plain(v, [("%3A", ":"), ("%2C", ",")]) for k, v in split.items()}, plain(message)))
    return found


def test_github(directory):
    """Annotations where the line is, at most ten; a summary that is appended and stays below its limit."""
    race = synthesize(directory, "race")
    level, properties, message = commands(convert("github", "--quiet", race))[0]
    finding = model_of(race)["findings"][0]
    check(level == "error" and properties["file"] == "tests/tools/bank.c" and properties["line"].isdigit(), f"{properties}")
    check(message.startswith(finding["title"]) and finding["reason"] in message, message)
    note = commands(convert("github", "--quiet", synthesize(directory, "leak-sleeping")))
    check([c[0] for c in note] == ["notice"], f"a note: {note}")
    blind = commands(convert("github", "--quiet", synthesize(directory, "unobserved")))
    check([c[0] for c in blind] == ["error"] and "not checked" in blind[0][2], f"blind: {blind}")
    many = model_of(race)
    many["findings"] = [{**finding, "id": f"R{i:012x}"} for i in range(4000)]
    path = write(directory, "many.json", json.dumps(many))
    summary = write(directory, "summary", "before\n")
    found = commands(convert("github", "--quiet", path, env={"GITHUB_STEP_SUMMARY": summary}))
    check([c[0] for c in found] == ["error"] * 10 + ["notice"], f"{len(found)} annotations")
    check("3990 more" in found[-1][2], f"{found[-1]}")
    check(os.path.getsize(summary) <= 1 << 20 and read(summary).startswith("before\n### Raddle: 4000 findings"),
          f"summary of {os.path.getsize(summary)} bytes")
    told = re.search(r"Of 4000 findings (\d+) are listed and (\d+) told in full", read(summary))
    check(told is not None and read(summary).count("<details>") == int(told.group(2)) > 100, "what did not fit")
    run(tool("raddle-report"), "--github", "--quiet", path, env={"GITHUB_STEP_SUMMARY": summary})
    check(os.path.getsize(summary) <= 1 << 20, "the limit holds for the step, not for a command")
    for size in ((1 << 20) - 4200, 1 << 20, 2 << 20):  # nothing of ours fits, not even the heading
        os.truncate(summary, size)
        before = read(summary)
        status, out, err = run(tool("raddle-report"), "--github", "--quiet", path, env={**FORGE, "GITHUB_STEP_SUMMARY": summary})
        check(read(summary) == before, f"nothing is added to {size} bytes")
        check(status == 0 and commands(out) == found and one_line(err) and f"{summary}: the step summary is full: " in err, f"{size}: {status} {err!r}")
    status, _, err = run(tool("raddle-report"), "--github", race, env={"GITHUB_STEP_SUMMARY": directory + "/no/such"})
    check(status == 0 and one_line(err) and "step summary cannot be written" in err, f"{status} {err!r}")


# -- all of them --


def test_escaping(directory):
    """Whatever a program is called, its text arrives as text."""
    path = nasty_model(directory)
    check_sarif("nasty", json.loads(convert("sarif", path)))
    suite = check_junit("nasty", convert("junit", path))
    name = suite.find("testcase").get("name")
    check(name == re.sub("[\x01\x7f\ufffe\uffff]", "\ufffd", NASTY), f"a name in XML: {name!r}")
    check(json.loads(convert("gitlab", path))[0]["description"] == NASTY, "a title in JSON")
    summary = write(directory, "summary", "")
    out = convert("github", "--quiet", path, env={"GITHUB_STEP_SUMMARY": summary})
    found = commands(out)
    check(len(found) == 1 and found[0][1]["file"] == NASTY and found[0][2].startswith(NASTY), f"commands: {found}")
    text = read(summary)
    rows = [line for line in text.split("\n") if line.startswith("| :x:")]
    check(len(rows) == 1 and rows[0].count("|") == 7, f"one row of six cells: {rows}")
    outside = re.sub(r"<pre>.*?</pre>", "", text, flags=re.S)
    for mark in ("`", "[f](", "*e*", "@i", "<c>", "\x01"):
        check(mark not in outside, f"{mark!r} in the summary")
    check("</pre>" not in re.search(r"<pre>(.*?)</pre>\n\n</details>", text, re.S).group(1), "the report ends where it ends")
    round_trip = json.loads(convert("json", path))["findings"][0]
    check(round_trip["title"] == NASTY and round_trip["tests"] == [NASTY], "JSON keeps everything")


def test_round_trip(directory):
    """JSON read and written again loses nothing; merging one file twice changes counts alone."""
    for case in cases():
        path = synthesize(directory, case)
        once = convert("json", path)
        again = convert("json", write(directory, "once.json", once))
        check(json.loads(once) == json.loads(again), f"{case} changes when it is read again")
        pretty = write(directory, "pretty.json", json.dumps(json.loads(once), indent=2))
        check(json.loads(convert("json", pretty)) == json.loads(once), f"{case} in other lines")


def test_lines(directory):
    """Our files are read a line at a time, with the same outcome as any other JSON of the same meaning."""
    race = model_of(synthesize(directory, "race"))
    finding = race["findings"][0]
    shards = []
    for shard in range(20):
        found = [{**finding, "id": f"R{i % 30:012x}", "process": shard, "processes": [shard], "tests": [f"t{shard}"]}
                 for i in range(shard, shard + 40)]
        text = json.dumps({**race, "findings": found}, indent=shard % 3 or None)
        lines = convert("json", write(directory, "other.json", text))
        shards.append((write(directory, f"lines{shard}.json", lines), write(directory, f"other{shard}.json", text)))
    by_lines = convert("json", *[lines for lines, _ in shards])
    check(json.loads(by_lines) == json.loads(convert("json", *[other for _, other in shards])), "lines or not")
    merged = json.loads(by_lines)["findings"]
    check(len(merged) == 30 and sum(f["count"] for f in merged) == 800, "each is counted")
    check(all(len(f["processes"]) == len(f["tests"]) == 20 for f in merged), "each process and test once")
    whole = read(shards[0][0]).split("\n")
    at = next(i for i, line in enumerate(whole) if '"severity"' in line)
    for bad in ([whole[at][:-40]], [], [whole[at].replace('"count":', '"count":01')], [whole[at], "]", whole[at]],
                ["[" + whole[at]], [whole[at].replace("data race", "\x01")]):
        path = write(directory, "bad.json", "\n".join(whole[:at] + bad + whole[at + 2:-3]))
        status, out, err = run(tool("raddle-report"), path)
        check(status == 125 and one_line(err) and "neither a findings file nor its JSON: line" in err and out == "",
              f"{bad}: {status} {err!r}")


def test_gate_formats(directory):
    """The gate writes them all; what cannot be written is told before the command runs."""
    still = tool("still")
    paths = {name: os.path.join(directory, name) for name in ("json", "sarif", "junit", "gitlab")}
    options = [word for name, path in paths.items() for word in ("--" + name, path)]
    status, _, err = gate(*options, "--github", still, env={**PANICS, **FORGE})
    check(status == 66 and last_line(err).startswith("raddle: 1 finding"), f"{status} {err!r}")
    check([c[0] for c in commands(err)] == ["error"], f"annotations: {err!r}")
    identity = json.loads(read(paths["json"]))["findings"][0]["id"]
    for name, path in paths.items():
        check(identity in read(path), f"{name} lacks it")
    check_sarif("gate", json.loads(read(paths["sarif"])))
    check_junit("gate", read(paths["junit"]))
    ran = os.path.join(directory, "ran")
    for name in paths:
        status, _, err = gate("--" + name, directory + "/no/such", "touch", ran)
        check(status == 125 and one_line(err) and "cannot be written" in err, f"{name}: {status} {err!r}")
    check(not os.path.exists(ran), "nothing runs")
    status, _, err = gate("--sarif", "/dev/full", still, "exit", 3, env={"FAKE_OBSERVED": "still"})
    wanted = "raddle: not reported: /dev/full: cannot be written: No space left on device; apart from that: clean (1 process, 1 task); the command "
    check(status == 125 and last_line(err).startswith(wanted), f"full: {status} {err!r}")
    for env, wanted, last in (PANICS, 66, "raddle: 1 finding"), ({"FAKE_TASKS": "3"}, 125, "raddle: not checked: "):
        status, _, err = gate("--sarif", "/dev/full", still, env=env)
        check(status == wanted and "\nrun-with-detector: /dev/full: cannot be written: No space" in "\n" + err and last_line(err).startswith(last),
              f"full: {status} {err!r}")
    for name in ("html", *paths):  # however long the document is
        full = run(tool("raddle-report"), "--" + name, "/dev/full", *(synthesize(directory, c) for c in ("race", "leak", "deadlock")))
        check(full[0] == 125 and one_line(full[2]) and "/dev/full: cannot be written: No space left on device" in full[2], f"{name}: {full}")


sys.exit(main(globals()))
