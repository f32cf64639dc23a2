#!/usr/bin/env python3
"""The HTML page in a headless Chromium, as a reader uses it. Skipped, with a line, where there is none.

usage: test_browser.py RADDLE_REPORT [DIRECTORY]

DIRECTORY keeps screenshots, to be looked at.
"""
import json
import os
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
import browser  # noqa: E402
import models  # noqa: E402

REPORT = os.path.realpath(sys.argv[1])
SHOTS = sys.argv[2] if len(sys.argv) > 2 else None
NARROW, WIDE = 360, 1200
failures = []


def check(condition, what):
    if not condition:
        failures.append(what)
        print("FAILED:", what[:2000])


class Reader:
    """Pages of models in one browser."""

    def __init__(self, of, directory):
        self.browser, self.directory = of, directory

    def open(self, name, model, width=WIDE, dark=False, scripts=True, part=""):
        path, page = (os.path.join(self.directory, name + end) for end in (".json", ".html"))
        with open(path, "w", encoding="utf-8") as file:
            json.dump(model, file)
        subprocess.run([REPORT, "--html", page, path], check=True, capture_output=True)
        self.browser.screen(width, dark=dark, scripts=scripts)
        took = self.browser.open("file://" + page + part)
        self.check_quiet(name)
        return took

    def check_quiet(self, name):
        check(self.browser.complaints == [], f"{name}: the browser complains: {self.browser.complaints[:3]}")
        others = [url for url in self.browser.requests if not url.startswith("file://" + self.directory)]
        check(others == [], f"{name}: the page asks for {others}")

    def __getattr__(self, name):
        return getattr(self.browser, name)

    def shot(self, name):
        if SHOTS:
            self.browser.screenshot(os.path.join(SHOTS, name + ".png"))

    def status(self):
        return self.evaluate("document.getElementById('shown').textContent")

    def focused(self):
        return self.evaluate("document.activeElement.id || document.activeElement.getAttribute('aria-label') || "
                             "document.activeElement.textContent")

    def check_width(self, name):
        width = self.evaluate("document.documentElement.scrollWidth")
        check(width <= NARROW, f"{name}: {width} pixels wide on a screen of {NARROW}")


OPEN_ALL = "document.querySelectorAll('details').forEach((part) => { part.open = true })"


def test_filter(reader):
    """/ leads to the filter, words and kinds choose, Escape shows all again."""
    reader.open("filter", models.every_kind())
    check(reader.status() == "8 findings", f"at first: {reader.status()}")
    reader.press("/")
    check(reader.focused() == "words", f"/ leads to {reader.focused()}")
    reader.type("withdraw WORK.C")
    check(reader.status() == "1 of 8 findings", f"one word: {reader.status()}")
    visible = "[...document.querySelectorAll('.finding')].filter((part) => part.offsetHeight > 0)"
    check(reader.evaluate(visible + ".map((part) => part.querySelector('h3').textContent).join()")
          == "balance (int): two tasks in withdraw", "what the filter shows")
    reader.press("Escape")
    check(reader.status() == "8 findings", f"after Escape: {reader.status()}")
    reader.evaluate("document.querySelector('button[data-kind=data-race]').focus()")
    reader.press(" ")
    check(reader.status() == "6 of 8 findings", f"without races: {reader.status()}")
    reader.evaluate("document.getElementById('notes').click()")
    check(reader.status() == "5 of 8 findings", f"without notes: {reader.status()}")
    reader.press("/")
    reader.type("no such word")
    check(reader.status() == "0 of 8 findings", f"nothing: {reader.status()}")
    reader.check_quiet("filter")


def test_open(reader):
    """j and k lead from finding to finding, Enter opens, everything can be opened at once."""
    reader.open("open", models.every_kind())
    is_open = "document.querySelectorAll('.finding')[%d].open"
    reader.press("j")
    reader.press("j")
    reader.press("k")
    check("shared" in reader.focused(), f"j, j, k lead to {reader.focused()}")
    outline = reader.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    check(outline == "solid", f"the focus cannot be seen: {outline}")
    check(not reader.evaluate(is_open % 0), "the first finding is open")
    reader.press("Enter")
    check(reader.evaluate(is_open % 0), "Enter does not open")
    check("Earlier write of 4 bytes" in reader.evaluate("document.body.innerText"), "what was opened is not there")
    check("thread 2 unlocks" not in reader.evaluate("document.getElementById('findings').innerText"), "others are open")
    reader.press("Enter")
    check(not reader.evaluate(is_open % 0), "Enter does not close")
    reader.evaluate("document.getElementById('expand').click()")
    check(reader.evaluate("[...document.querySelectorAll('.finding')].every((part) => part.open)"), "expand all")
    reader.check_quiet("open")


def test_picture(reader):
    """The moments of a picture are followed by arrows, and lead to the stack that they are of."""
    race = models.every_kind()["findings"][1]
    reader.open("picture", models.model(race, models.deadlock()), part="#" + race["id"])
    check(reader.evaluate("document.querySelector('.finding').open"), "a link to a finding does not open it")
    reader.evaluate("document.querySelector('svg a').focus()")
    check("goroutine 2 “alice”" not in reader.focused() and "writes balance at work.c:10" in reader.focused(),
          f"the first moment: {reader.focused()}")
    reader.press("ArrowDown")
    check("reads balance at work.c:12" in reader.focused(), f"the second moment: {reader.focused()}")
    reader.press("ArrowDown")
    check("reads balance" in reader.focused(), "the last moment is not the last")
    reader.press("Home")
    reader.press("End")
    reader.press("Enter")
    check(reader.focused() == race["id"] + "-access-2", f"Enter leads to {reader.focused()}")
    check(reader.evaluate("(() => { const box = document.activeElement.getBoundingClientRect();"
                          "return box.top >= 0 && box.top < innerHeight })()"), "the stack is out of sight")
    words = reader.evaluate("document.querySelector('svg').getAttribute('aria-label')")
    for wanted in ("main starts goroutine 2 at work.c:42", "no path to goroutine 3", "goroutine 2 locks `mu` at work.c:8"):
        check(wanted in words, f"the picture does not say {wanted!r}: {words}")
    links = "[...document.querySelectorAll('.deadlock svg a')].map((link) => link.getAttribute('href').slice(1))"
    check(reader.evaluate(links + ".length") == 5, "the tasks of a deadlock are links")
    check(reader.evaluate(links + ".every((id) => document.getElementById(id))"), "links of a picture lead to nowhere")
    reader.check_quiet("picture")


CONTRAST = """(() => {
    const canvas = document.createElement('canvas').getContext('2d');
    const rgb = (colour) => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
                              return canvas.getImageData(0, 0, 1, 1).data };
    const light = (colour) => [...rgb(colour)].slice(0, 3).map((c) => c / 255)
        .map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
        .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
    const ground = (at) => { for (; at; at = at.parentElement) {
        const colour = getComputedStyle(at).backgroundColor;
        if (rgb(colour)[3] > 0) return colour;
    } return 'white' };
    const poor = [];
    for (const part of document.querySelectorAll('h1, h3, h4, p, li, dt, dd, code, .kind, .at, .where, .count, b, mark, '
            + 'button, svg .name, svg .at, svg .deed, svg .edge, svg text.missing')) {
        if (!part.offsetParent && !part.ownerSVGElement) continue;
        const style = getComputedStyle(part);
        const [a, b] = [light(part.ownerSVGElement ? style.fill : style.color), light(ground(part))].sort((x, y) => y - x);
        if ((a + 0.05) / (b + 0.05) < 4.5) poor.push(part.className + ' ' + part.textContent.slice(0, 30));
    }
    return poor;
})()"""


def test_looks(reader):
    """Light and dark are read easily; narrow screens do not scroll sideways; paper shows no filter."""
    grounds = set()
    for dark in (False, True):
        reader.open("looks", models.every_kind(), dark=dark)
        reader.evaluate(OPEN_ALL)
        grounds.add(reader.evaluate("getComputedStyle(document.documentElement).backgroundColor"))
        poor = reader.evaluate(CONTRAST)
        check(poor == [], f"{'dark' if dark else 'light'}: hard to read: {poor[:5]}")
        reader.shot("dark" if dark else "light")
        reader.open("narrow", models.every_kind(), width=NARROW, dark=dark)
        reader.check_width("closed")
        reader.evaluate(OPEN_ALL)
        reader.check_width("open")
        reader.shot("narrow-dark" if dark else "narrow-light")
    check(len(grounds) == 2, "light and dark are the same")
    reader.open("paper", models.every_kind())
    reader.call("Emulation.setEmulatedMedia", media="print")
    check(reader.evaluate("getComputedStyle(document.getElementById('filter')).display") == "none", "the filter is printed")
    reader.call("Emulation.setEmulatedMedia", media="")


def test_names(reader):
    """What can be operated, and each picture, has a name for who listens."""
    reader.open("names", models.every_kind())
    reader.evaluate(OPEN_ALL)
    nodes = reader.call("Accessibility.getFullAXTree")["nodes"]
    roles = [(node["role"]["value"], node.get("name", {}).get("value", "")) for node in nodes if not node["ignored"]]
    for role in ("link", "button", "searchbox", "group", "heading", "search", "main", "status"):
        check(any(is_role == role for is_role, _ in roles), f"there is no {role}")
    named = ("link", "button", "searchbox", "heading", "DisclosureTriangle")
    nameless = [role for role, name in roles if role in named and not name.strip()]
    check(nameless == [], f"without a name: {nameless}")
    pictures = reader.evaluate("[...document.querySelectorAll('svg')].map((one) => one.getAttribute('aria-label').length)")
    check(len(pictures) >= 7 and min(pictures) > 30, f"pictures without words: {pictures}")


def test_without_script(reader):
    """Without scripts all is there to be read."""
    reader.open("plain", models.every_kind(), scripts=False)
    reader.screen(WIDE)  # ours may run again; those of the page did not
    check(reader.evaluate("document.getElementById('filter').hidden"), "a filter that cannot filter is shown")
    reader.evaluate("document.querySelector('summary h3').parentElement.focus()")
    reader.press("Enter")
    check("Earlier write of 4 bytes" in reader.evaluate("document.body.innerText"), "a finding does not open")


def test_hostile(reader):
    """Names of the program stay text, and what would run in spite of that is refused."""
    for name, text in models.HOSTILE.items():
        reader.open("hostile-" + name, models.hostile(text), width=NARROW)
        reader.evaluate(OPEN_ALL)
        reader.check_width(name)
        check(reader.evaluate("document.querySelectorAll('img, iframe, object, b b, a[href]:not([href^=\"#\"])').length") == 0,
              f"{name}: an element of the program's")
        reader.check_quiet(name)
    reader.open("long", models.hostile("f" * 100_000), width=NARROW)
    reader.evaluate(OPEN_ALL)
    reader.check_width("a name of 100 kB")
    reader.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=\"x\" onerror=\"window.ran = 1\">'), "
                    "document.body.lastElementChild.dispatchEvent(new Event('error')), "
                    "document.body.append(Object.assign(document.createElement('script'), {text: 'window.ran = 2'}))")
    check(reader.evaluate("window.ran") is None, "the content security policy lets others' scripts run")


def test_many(reader):
    """A thousand findings open and filter in little time."""
    took = reader.open("many", models.many(1000))
    size = os.path.getsize(os.path.join(reader.directory, "many.html"))
    filtering = reader.evaluate("""new Promise((done) => {
        const words = document.getElementById('words'), began = performance.now();
        new MutationObserver(() => done(performance.now() - began))
            .observe(document.getElementById('shown'), {childList: true});
        words.value = 'work_7';
        words.dispatchEvent(new Event('input'));
    })""")
    print(f"1,000 findings: {size / 1e6:.1f} MB, open after {took:.2f} s, filtered after {filtering / 1000:.2f} s")
    check(reader.status() == "20 of 1000 findings", f"many: {reader.status()}")
    check(took < 30 and filtering < 10000, "a thousand findings are slow")
    reader.shot("many")


def main():
    program = browser.find_browser()
    if program is None:
        print("SKIPPED: there is no Chromium here; install the package chromium to test the page in a browser")
        return 77
    with tempfile.TemporaryDirectory(prefix="raddle-html-") as directory, browser.Browser(program) as one:
        for name, test in list(globals().items()):
            if name.startswith("test_"):
                before = len(failures)
                test(Reader(one, directory))
                print(f"{name[5:]}: {len(failures) - before} failed", flush=True)
    return 1 if failures else 0


sys.exit(main())
