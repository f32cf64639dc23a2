"""Models as raddle-report reads them, made of nothing: one finding of each kind, hostile ones, very many."""
import hashlib

# Text that a careless page would take for markup, for script, or for something else than is there.
HOSTILE = {
    "script": "</script><script>alert(1)</script>",
    "style": "</style><img src=x onerror=alert(1)>",
    "attribute": "\" onmouseover=\"alert(1)\" x='y' `",
    "entity": "&lt;b&gt; &#60; &amp;",
    "comment": "<!-- --> ]]> <![CDATA[",
    "svg": "</text></svg><svg onload=alert(1)>",
    "url": "javascript:alert(1)",
    "direction": "is_admin\u202e\u2066// check\u2069 \u2066",
    "unseen": "zero\u200bwidth\ufeff \u0007bell \u001b[31m \u007f \u0085",
    "tag": "<a href='//example.invalid/x'>click</a>",
    "wide": "日本語 \U0001f600 e\u0301",
    "template": "std::map<std::string, std::vector<int>>::operator[](const K &)",
    "format": "%s%n%99999d",
}


def identity(*parts):
    return "R" + hashlib.sha256(repr(parts).encode()).hexdigest()[:12]


def frame(function="work", file="/src/app/work.c", line=10, **more):
    return {"pc": "0x401000", "module": "/src/app/app", "offset": "0x1000", "function": function, "file": file,
            "line": line, "column": 5, "utf16_column": 5, **more}


def stack(*functions, file="/src/app/work.c", line=10):
    frames = [frame(function, file, line + 10 * i) for i, function in enumerate(functions)]
    return frames + [{"pc": "0x7f0000001000", "function": "run_main", "hidden": True}]


def snippet(line, text="    shared += 1;"):
    lines = [{"line": line - 1, "text": "{"}, {"line": line, "text": text}, {"line": line + 1, "text": "}"}]
    return {"line": line, "lines": lines}


def task(serial, parent=1, kind="goroutine", state="running", name=None, line=40, **more):
    label = "main" if serial == 1 else f"{kind} {serial}"
    made = {"label": label, "kind": "main" if serial == 1 else kind, "state": state, "serial": serial, "id": serial,
            "count": 1, "created": [] if serial == 1 else stack("main", line=line), **more}
    if serial != 1:
        made |= {"parent": "main" if parent == 1 else f"{kind} {parent}", "parent_serial": parent}
    return made | ({"name": name} if name else {})


def lock(name="mu", line=8, mode="write"):
    return {"label": f"`{name}`", "name": name, "address": "0x" + hashlib.md5(name.encode()).hexdigest()[:8],
            "mode": mode, "taken": stack("enter", line=line), "snippet": snippet(line, f"    lock(&{name});")}


def access(deed, serial, function="work", line=10, locks=(), text="    shared += 1;"):
    return {"access": deed, "address": "0x404040", "size": 4, "task_serial": serial, "task_label": f"goroutine {serial}",
            "stack": stack(function, "task", line=line), "snippet": snippet(line, text), "locks": list(locks)}


def finding(kind, title, *parts, severity="error", **more):
    return {"kind": kind, "title": title, "severity": severity, **more, "id": identity(kind, title, *parts), "count": 1,
            "processes": [4711], "process": 4711, "test": "app", "tests": ["app"], "command": ["/src/app/app", "--fast"]}


def race(name="shared", function="work", locks=(), order=None, **more):
    return finding("data-race", f"data race on `{name}` (int): two tasks in {function}", name, function,
                   reason="Nothing orders them: no synchronisation leads from one to the other.",
                   lock_verdict="Neither task held a lock.",
                   accesses=[access("read", 3, function, 12), access("write", 2, function, 10, locks)],
                   object={"kind": "global", "label": f"`{name}` (int)", "name": name, "variable": name, "type": "int",
                           "bytes": 4, "file": "/src/app/work.c", "line": 3},
                   tasks=[task(3, line=44), task(2, state="finished", line=42, name="alice")], family=[task(1)],
                   order=order or {}, **more)


def wait(name, line, holder=None, kind="pthread_mutex_lock", number=15):
    made = {"kind": kind, "kind_number": number, "objects_total": 1, "waiting_ms": 20, "stack": stack("lock_it", line=line),
            "objects": [{"label": f"mutex `{name}`", "name": name, "kind": "mutex", "address": lock(name)["address"]}],
            "snippet": snippet(line, f"    lock(&{name});")}
    return made | ({"held_by": [{"label": holder, "taken": stack("enter", line=line - 2)}]} if holder else {})


def deadlock(n=3):
    """n tasks in a circle, and two behind them."""
    names = [f"lock_{i}" for i in range(n)]
    tasks = [task(i + 2, kind="thread", state="waiting", holds=[lock(names[i])],
                  wait=wait(names[(i + 1) % n], 20 + i, f"thread {(i + 1) % n + 2}")) for i in range(n)]
    behind = [task(i, kind="thread", state="waiting", behind=True, wait=wait(names[0], 60, "thread 2")) for i in (90, 91)]
    return finding("deadlock", f"deadlock: {n} tasks wait for each other, none can ever run again", tasks=tasks + behind)


def lock_order():
    cycle = [{"task_label": "thread 2", "task_serial": 2, "holds": lock("a", 8), "takes": lock("b", 9)},
             {"task_label": "main", "task_serial": 1, "holds": lock("b", 18), "takes": lock("a", 19)}]
    return finding("lock-order", "lock order: thread 2 takes `a`, then `b`; main takes `b`, then `a`", cycle=cycle,
                   tasks=[task(2, kind="thread"), task(1)])


def leak(severity="error"):
    waits = wait("results", 30, kind="chan send", number=0)
    return finding("leak", "leak: 7 goroutines blocked at exit in chan send at work.c:30, created in main", severity,
                   severity=severity, **{"class": "blocked at exit"}, tasks=[task(5, state="waiting", wait=waits, count=7)])


def leak_of_test():
    one = leak()
    return one | {"id": identity("of a test"), "class": "blocked at the end of its test"}


def misuse():
    return finding("misuse", "misuse: thread 3 unlocks `mu`, which thread 2 holds", stacks=[stack("leave", line=50)],
                   message="thread 3 unlocks mutex `mu`, which thread 2 holds", snippet=snippet(50, "    unlock(&mu);"),
                   tasks=[task(3, kind="thread"), task(2, kind="thread", holds=[lock()])])


def panic():
    return finding("panic", "panic: send on closed channel", message="send on closed channel\nin two lines",
                   stacks=[stack("produce", "main", line=70)], tasks=[task(1)])


def model(*findings, **more):
    process = {"pid": 4711, "ppid": 1, "exe": "/src/app/app", "arguments": ["/src/app/app", "--fast"], "tasks": 9,
               "threads": 3, "instrumented_modules": 1, "ended": "exited", "status": 0}
    verdict = "findings" if any(f["severity"] == "error" for f in findings) else "clean"
    return {"schema": "raddle-findings/1", "verdict": verdict, "summary": "", "findings": list(findings), "limits": [],
            "processes": [process], "conditions": [], "suppressed": [], **more}


def accepted():
    rule = {"by": "baseline", "rule": identity("old"), "file": "ci/baseline", "line": 3, "until": "2030-01-31",
            "reason": "the old pool goes away"}
    return race("old_pool", "serve") | {"accepted": rule}


def every_kind():
    locked = race("balance", "withdraw", [lock("mu"), lock("log", mode="read")], {"later_learnt": True, "later_slept": True})
    return model(race(), locked, deadlock(), lock_order(), leak(), leak("note"), misuse(), panic(), accepted=[accepted()])


def hostile(text):
    """Every string that the program under test has a say in is that text."""
    def poisoned(part, key=None):
        if isinstance(part, dict):
            return {name: poisoned(value, name) for name, value in part.items()}
        if isinstance(part, list):
            return [poisoned(value, key) for value in part]
        kept = ("kind", "severity", "schema", "id", "state", "verdict", "access", "mode", "address", "pc", "offset", "ended", "by")
        return part if not isinstance(part, str) or key in kept else text if key != "title" else "deadlock: " + text

    return poisoned(every_kind())


def many(n):
    """n different findings of all sizes."""
    made = []
    for i in range(n):
        name = f"counter_{i}"
        made.append(race(name, f"work_{i % 50}", [lock(f"mu_{i}")] if i % 3 else []) if i % 5 else deadlock_of(i))
    return model(*made)


def deadlock_of(i):
    one = deadlock(2 + i % 4)
    one["id"] = identity("deadlock", i)
    one["title"] += f" ({i})"
    return one
