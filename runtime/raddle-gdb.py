"""raddle-gdb.py - goroutines for gdb.

    (gdb) info goroutines
    (gdb) goroutine ID COMMAND...        goroutine 7 bt
    (gdb) goroutine all COMMAND...       goroutine all bt 3

Loaded by itself beside an installed libraddle.so; otherwise `source raddle-gdb.py`. Needs the debug
information of the runtime. A parked goroutine is looked at by lending its registers to the selected
thread for the time of the command, so COMMAND must not resume the program; in a core file, where
registers cannot be written, only running goroutines have a backtrace.
"""
import contextlib

import gdb

SLAB_FIRST = 64
STATES = {0: "dead", 1: "runnable", 2: "running", 4: "syscall"}
PARKED = 3

# Where rdl__arch_switch leaves the registers, from the stack pointer up.
SAVED = (("r15", 8), ("r14", 16), ("r13", 24), ("r12", 32), ("rbx", 40), ("rbp", 48), ("rip", 56))
SAVED_BYTES = 64


def value_of(expression):
    try:
        return gdb.parse_and_eval(expression)
    except gdb.error as error:
        raise gdb.GdbError(f"no goroutines here: {error} (is this a program with libraddle, "
                           "built with debug information?)")


def tasks():
    """Every live task, by number."""
    table = value_of("rdl__rt.tasks")
    found = []
    start, size, slab = 0, SLAB_FIRST, 0
    n_cut = int(table["n_cut"])
    while start < n_cut:
        for i in range(min(size, n_cut - start)):
            task = (table["slabs"][slab] + i).dereference()
            if int(task["state"]) != 0:
                found.append(task)
        start, size, slab = start + size, size * 2, slab + 1
    return sorted(found, key=lambda task: int(task["id"]))


def state_of(task):
    state = int(task["state"])
    if state != PARKED:
        return STATES.get(state, "?")
    kind = int(task["wait_kind"])
    return value_of(f"rdl__emit_wait_texts[{kind}]").string()


def thread_of(task):
    """The thread that runs it, or None."""
    selected = gdb.selected_thread()
    try:
        for thread in gdb.selected_inferior().threads():
            thread.switch()
            try:
                if int(gdb.parse_and_eval("rdl__this_thread.task")) == int(task.address):
                    return thread
            except gdb.error:
                continue
    finally:
        if selected is not None:
            selected.switch()
    return None


def function_at(pc):
    block = gdb.block_for_pc(pc)
    while block is not None and block.function is None:
        block = block.superblock
    if block is not None:
        return block.function.name
    name = gdb.execute(f"info symbol {pc}", to_string=True).split()[0]
    return "??" if name == "No" else name


def place_of(task):
    """Program counter of the user's call, or where the function begins that has not started."""
    if not bool(task["started"]):
        return int(task["fn"])
    if int(task["state"]) == PARKED and int(task["pc"]) != 0:
        return int(task["pc"]) - 1
    thread = thread_of(task)
    if thread is None:
        return int(task["pc"])
    selected = gdb.selected_thread()
    thread.switch()
    pc = gdb.newest_frame().pc()
    selected.switch()
    return pc


@contextlib.contextmanager
def selected(task):
    """Makes task the one that gdb looks at."""
    before = gdb.selected_thread()
    level = gdb.selected_frame().level()
    thread = thread_of(task) if int(task["state"]) != PARKED else None
    if thread is not None:
        thread.switch()
        try:
            yield
        finally:
            before.switch()
        return
    sp = int(task["context"]["sp"])
    if not bool(task["started"]):
        raise gdb.GdbError("it has not started: it will run " + function_at(int(task["fn"])))
    words = gdb.selected_inferior()
    gdb.newest_frame().select()
    names = [name for name, _ in SAVED] + ["rsp"]
    saved = {name: int(gdb.parse_and_eval(f"(unsigned long)${name}")) for name in names}
    try:
        for name, offset in SAVED:
            word = int.from_bytes(words.read_memory(sp + offset, 8), "little")
            gdb.execute(f"set var ${name} = {word}", to_string=True)
        gdb.execute(f"set var $rsp = {sp + SAVED_BYTES}", to_string=True)
        yield
    finally:
        for name, word in saved.items():
            gdb.execute(f"set var ${name} = {word}", to_string=True)
        if level > 0:
            gdb.execute(f"frame {level}", to_string=True)


class InfoGoroutines(gdb.Command):
    """List goroutines: number, state, name, and where each runs or waits."""

    def __init__(self):
        super().__init__("info goroutines", gdb.COMMAND_STATUS)

    def invoke(self, argument, from_tty):
        for task in tasks():
            name = task["name"].string()
            quoted = f' "{name}"' if name else ""
            pc = place_of(task)
            print(f"{int(task['id']):>6} {state_of(task)}{quoted} {pc:#x} {function_at(pc)}")


class Goroutine(gdb.Command):
    """Run a gdb command for one goroutine, or for all: goroutine ID COMMAND..."""

    def __init__(self):
        super().__init__("goroutine", gdb.COMMAND_STACK)

    def invoke(self, argument, from_tty):
        words = argument.split(None, 1)
        if len(words) != 2 or not (words[0] == "all" or words[0].isdigit()):
            raise gdb.GdbError("usage: goroutine ID COMMAND... (see `info goroutines`)")
        wanted = [task for task in tasks() if words[0] in ("all", str(int(task["id"])))]
        if not wanted:
            raise gdb.GdbError(f"no goroutine {words[0]}")
        for task in wanted:
            print(f"goroutine {int(task['id'])} [{state_of(task)}]:")
            try:
                with selected(task):
                    gdb.execute(words[1])
            except (gdb.error, gdb.GdbError) as error:
                if words[0] != "all":
                    raise gdb.GdbError(str(error))
                print(error)


InfoGoroutines()
Goroutine()
