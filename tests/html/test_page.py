#!/usr/bin/env python3
"""The HTML page without a browser: well-formed, nothing from elsewhere, all text is text.

usage: test_page.py PART RADDLE_REPORT [SYNTHESIZE]

PART is one of the functions below named test_PART.
"""
import base64
import hashlib
import html.parser
import json
import os
import re
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
import models  # noqa: E402

PART, REPORT = sys.argv[1], os.path.realpath(sys.argv[2])
VOID = {"meta", "input", "br", "link", "img"}
KNOWN = {"html", "head", "meta", "title", "style", "body", "a", "header", "p", "span", "h1", "h2", "h3", "h4", "h5", "ul",
         "ol", "li", "b", "code", "small", "details", "summary", "main", "label", "input", "div", "button", "kbd",
         "figure", "figcaption", "svg", "path", "rect", "circle", "text", "tspan", "article", "mark", "dl", "dt", "dd",
         "footer", "script", "br"}
SHAPES = {"path", "rect", "circle"}
failures = []


def check(condition, what):
    if not condition:
        failures.append(what)
        print("FAILED:", what[:2000])


class Page(html.parser.HTMLParser):
    """Reads a page and notes what is wrong with it."""

    def __init__(self, name, text):
        super().__init__(convert_charrefs=True)
        self.name, self.open, self.ids, self.links, self.texts = name, [], [], [], []
        self.attributes, self.raw, self.policy, self.n = [], {}, None, {}
        self.feed(text)
        self.close()
        self.wrong(self.open, f"not closed: {self.open}")
        self.wrong(len(self.ids) != len(set(self.ids)), "an id stands there twice")
        self.wrong(set(self.links) - set(self.ids), f"links to nowhere: {sorted(set(self.links) - set(self.ids))[:5]}")

    def wrong(self, condition, what):
        check(not condition, f"{self.name}: {what}")

    def handle_starttag(self, tag, attributes):
        self.n[tag] = self.n.get(tag, 0) + 1
        self.wrong(tag not in KNOWN, f"<{tag}>")
        for key, value in attributes:
            self.wrong(key in ("style", "src", "srcset", "action") or key.startswith("on"), f"<{tag} {key}={value!r}>")
            self.wrong(key in ("href", "xlink:href") and not value.startswith("#"), f"a link out: {value!r}")
            self.attributes.append(value or "")
        of = dict(attributes)
        self.wrong(len(of) != len(attributes), f"<{tag}> has an attribute twice")
        if "id" in of:
            self.ids.append(of["id"])
        if "href" in of:
            self.links.append(of["href"][1:])
        if of.get("http-equiv") == "Content-Security-Policy":
            self.policy = of["content"]
            self.wrong("style" in self.n or "script" in self.n, "the policy stands behind what it is about")
        if tag not in VOID and tag not in SHAPES:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in VOID and tag not in SHAPES:
            self.open.pop()

    def handle_endtag(self, tag):
        self.wrong(not self.open or self.open[-1] != tag, f"</{tag}> within {self.open[-3:]} at {self.getpos()}")
        if self.open:
            self.open.pop()

    def handle_data(self, data):
        if self.open and self.open[-1] in ("script", "style"):
            self.raw[self.open[-1]] = self.raw.get(self.open[-1], "") + data
        else:
            self.texts.append(data)

    def handle_comment(self, data):
        self.wrong(True, f"a comment: {data!r}")

    def text(self):
        return "".join(self.texts)


def report(model, *more, expect=0):
    """The page of a model, as text."""
    with tempfile.TemporaryDirectory(prefix="raddle-html-") as directory:
        path, page = os.path.join(directory, "model.json"), os.path.join(directory, "page.html")
        with open(path, "w", encoding="utf-8") as file:
            json.dump(model, file, ensure_ascii=False)
        done = subprocess.run([REPORT, "--html", page, path, *more], capture_output=True, timeout=120, check=False,
                              cwd=directory)
        expected = expect if isinstance(expect, tuple) else (expect,)
        check(done.returncode in expected, f"raddle-report: {done.returncode} {done.stderr.decode()}")
        if done.returncode != 0:
            return done.stderr.decode()
        with open(page, "rb") as file:
            return file.read().decode("utf-8")


def hash_of(text):
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


def check_policy(page):
    check(page.policy is not None, "there is no content security policy")
    rules = dict(rule.strip().split(" ", 1) for rule in (page.policy or "").split(";"))
    check(rules.get("default-src") == "'none'" and rules.get("base-uri") == "'none'", f"the policy: {page.policy}")
    check(rules.get("script-src") == hash_of(page.raw["script"]), "the script is not the one that the policy lets run")
    check(rules.get("style-src") == hash_of(page.raw["style"]), "the style is not the one that the policy allows")
    for text in page.raw.values():
        check(re.search(r"https?:|@import|url\((?!#)|innerHTML|eval\(|document\.write", text) is None,
              "style or script reach for something")


def test_kinds():
    """Each kind is told with its stacks, its source and its picture, and nothing comes from elsewhere."""
    text = report(models.every_kind())
    page = Page("every kind", text)
    check_policy(page)
    check(text.startswith("<!doctype html>"), "no doctype")
    check(page.n["details"] >= 8 and page.n["svg"] >= 7 and page.n["script"] == 1, f"what is there: {page.n}")
    words = " ".join(page.text().split())
    for wanted in ("7 findings", "1 note", "data race", "Earlier write of 4 bytes by goroutine 2 “alice”", "Later read of 4 bytes",
                   "no path", "held by", "waits for", "the process ends", "send on closed channel", "shared += 1;",
                   "work.c:12", "last synchronisation", "sleeps: that orders nothing", "Hold one mutex around all accesses", "What a data race is",
                   "baseline " + models.identity("old") + ", ci/baseline:3, until 2030-01-31: the old pool", "locks to read", "one of 7"):
        check(wanted in words, f"the page does not say {wanted!r}")
    check("run_main" not in words, "the page shows machinery")
    check("/src/app/work.c" not in words, "files have not lost the directory that all are in")
    arrows = re.findall(r'<path class="waits possible" d="M\d+ \d+V\d+H\d+"/><path class="waits head"', text)
    check(len(arrows) == 2, f"who waits points to who holds: {arrows}")
    check(any("waits for" in value and ", held by thread" in value for value in page.attributes), "and says so")
    for label in [value for value in page.attributes if value.startswith("Who waits for whom")]:
        check("thread 2 waits for mutex `lock_1` held by thread 3" in label and "thread 91 waits for mutex `lock_0`" in label,
              f"the picture's words: {label}")
    once = models.task(2, age_ms=1500, state="waiting", wait=models.wait("init", 20, "thread 3", "pthread_once", 24),
                       holds=[models.lock("other", mode="once")])
    once["wait"]["held_by"][0]["runs"] = True
    hints = [{"hint": f"To mend it: {what}"} for what in ("wake it", "let it go", "turn it")]
    others = models.model(models.leak_of_test() | hints[0], models.deadlock() | {"tasks": [once]} | hints[1], models.lock_order() | hints[2])
    words = " ".join(Page("others", report(others)).text().split())
    for wanted in ("its test ends", "To mend it: wake it", "To mend it: let it go", "To mend it: turn it", "run by thread 3", "runs other, begun at", "created 1.5 s ago by main"):
        check(wanted in words, f"the page does not say {wanted!r}")
    page = Page("nothing", report(models.model()))
    check("Nothing was found." in page.text() and "Clean" in page.text(), "an empty model")


def shown(text):
    """As the page shows it: what cannot be seen by its number."""
    unseen = r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]"
    return re.sub(unseen, lambda match: f"[U+{ord(match.group()):04X}]", text)


def test_hostile():
    """Whatever names the program has, they are text."""
    def elements(page):  # but for those that depend on the words: what is marked, what is a name
        return {tag: n for tag, n in page.n.items() if tag not in ("mark", "tspan")}

    plains = {slash: Page("plain", report(models.hostile("a/b" if slash else "plain"))) for slash in (False, True)}
    for name, text in models.HOSTILE.items():
        page, plain = Page(name, report(models.hostile(text))), plains["/" in text]
        check_policy(page)
        check(elements(page) == elements(plain) or "`" in text,
              f"{name}: other elements than with plain names: {page.n}, not {plain.n}")
        wanted = shown(text).replace("`", "")
        check(wanted in page.text().replace("`", ""), f"{name}: {wanted!r} is not there as text")
        for unseen in re.findall(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]",
                                 page.text() + "".join(page.attributes)):
            check(False, f"{name}: U+{ord(unseen):04X} is there itself")
    line = report(models.model(models.race("a\0b")), expect=125)
    check(line.count("\n") == 1 and "\\u0000" in line, f"NUL: {line}")


def test_long():
    """Lines of 100 kB are cut, and said to be; deep stacks show both ends; many tasks are counted."""
    name = "f" * 100_000
    page = Page("long", report(models.hostile(name)))
    check(len(page.text()) < 200_000 and "f" * 100 + "…" in page.text(), f"long names: {len(page.text())} characters")
    deep = models.panic()
    deep["stacks"] = [models.stack(*(f"level_{i}" for i in range(300)))]
    words = Page("deep", report(models.model(deep))).text()
    check("236 frames" in words and "level_0" in words and "level_299" in words and "level_100" not in words, "a deep stack")
    crowd = models.deadlock(3)
    crowd["tasks"] += [models.task(i, state="waiting", wait=models.wait("other", 70)) for i in range(200, 1200)]
    words = Page("crowd", report(models.model(crowd))).text()
    check("905 more tasks are not shown" in words and "more who wait are not drawn" in words, "a crowd of tasks")


OTHERS = [None, 0, -1, 1 << 62, 1.5, "", "x", [], {}, True, [[]], {"a": [1]}]


def damaged(part, chance, rate, same_type):
    """Now and then something else: of the same type, or not even that, or nothing."""
    if chance.random() < rate:
        return chance.choice([other for other in OTHERS if not same_type or type(other) is type(part)] or [part])
    if isinstance(part, dict):
        return {key: damaged(value, chance, rate, same_type) for key, value in part.items() if same_type or chance.random() > rate}
    if isinstance(part, list):
        return [damaged(value, chance, rate, same_type) for value in part]
    return part


def test_edited():
    """A model that somebody edited, or damaged, makes a page, or one line that names what cannot be understood."""
    import random
    chance, pages = random.Random(7), 0
    for i in range(120):
        model = models.every_kind()
        model["findings"] = [damaged(part, chance, 0.03 if i % 2 else 0.0005, i % 2 == 1) for part in model["findings"]]
        answer = report(model, expect=(0, 125))
        if answer.startswith("<!doctype"):
            Page(f"edited {i}", answer)
            pages += 1
        else:
            check(re.fullmatch(r"raddle-report: \S+/model\.json:1: findings\[\d+\]\S* is [^\n]+: it must be [^\n]+\n", answer),
                  f"edited {i}: {answer}")
    check(20 < pages < 100, f"{pages} of 120 make a page")


def test_same():
    """The same model makes the same page, byte for byte."""
    model = models.every_kind()
    check(report(model) == report(model), "two pages of one model differ")
    head, tail = models.model(*model["findings"][:4]), models.model(*model["findings"][4:])
    check(len(Page("split", report(head)).ids) + len(Page("split", report(tail)).ids) > 10, "ids")


def test_many():
    """Of very many findings the first are told whole, the others in a line, in little time."""
    began = time.monotonic()
    text = report(models.many(3000))
    took = time.monotonic() - began
    lines = len(re.findall(r'<div class="finding', text))
    whole = len(re.findall(r'<details class="finding', text))
    print(f"3,000 findings: {took:.1f} s, {len(text) / 1e6:.1f} MB")
    check(whole == 2000 and lines == 1000, f"{whole} told whole, {lines} in a line")
    check("From here on one line each" in text, "the page does not say what it leaves out")


def test_raw():
    """Every case of the tools' own tests, from the raw findings on."""
    with tempfile.TemporaryDirectory(prefix="raddle-html-") as directory:
        made = os.path.realpath(sys.argv[3])
        for case in subprocess.run([made], capture_output=True, check=True).stdout.decode().split():
            raw, path = os.path.join(directory, case), os.path.join(directory, case + ".html")
            subprocess.run([made, case, raw], check=True)
            subprocess.run([REPORT, "--html", path, raw], check=True, capture_output=True)
            with open(path, encoding="utf-8") as file:
                check_policy(Page(case, file.read()))


def main():
    globals()["test_" + PART]()
    print(f"{PART}: {len(failures)} failed")
    return 1 if failures else 0


sys.exit(main())
