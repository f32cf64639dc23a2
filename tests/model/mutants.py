#!/usr/bin/env python3
"""Breaks the runtime in one place at a time: the checker must find every one.

usage: mutants.py SOURCE_ROOT OUTPUT_DIRECTORY LIBRARIES LIBRARIES_BELOW -- COMPILER FLAGS...

Each mutant is one file of runtime/ with a few words replaced (for a header: and the file that is to
include it), compiled like the original and linked with the checker's own LIBRARIES (comma-separated;
those below for the scheduler's files), which bring the rest. The schedule that the checker prints stays in OUTPUT_DIRECTORY/NAME.txt. A mutant
whose words are no longer in the source is an error.
"""
import os
import subprocess
import sys

# name, file [and unit], what stands there, what stands there in the mutant, configurations, what it is
MUTANTS = [
    ("claim_not_atomic", "chan.c",
     """if (!atomic_compare_exchange_strong_explicit(&t->claim, &open, CLAIM_TAKEN,
                                                 memory_order_acq_rel, memory_order_relaxed)) {
        return false;
    }""",
     """if (atomic_load_explicit(&t->claim, memory_order_acquire) != open) {
        return false;
    }
    atomic_store_explicit(&t->claim, CLAIM_TAKEN, memory_order_release);""",
     ["select."], "two partners serve one select"),
    ("queue_forgets_won_select", "chan.c",
     "if (!w->in_select || rdl__chan_claim(w->task, w)) {",
     "if (!w->in_select || rdl__chan_claim(w->task, w) || true) {",
     ["select."], "a value goes to a select that was won elsewhere"),
    ("woken_looks_at_channel", "chan_api.c", "return w.ok;\n",
     "return w.ok && ch->magic == CHAN_LIVE;\n",
     ["chan.close_free", "chan.send_free"], "a woken operation reads the channel, which may be gone"),
    ("unlocks_before_park", "chan_api.c", "rdl__sched_park(self, commit_unlock, ch);",
     "commit_unlock(self, ch);\n    rdl__sched_park(self, NULL, NULL);",
     ["chan.meet"], "findable by wakers while still on its stack"),
    ("peek_looks_at_closed_first", "exchange.h chan_api.c",
     "return rdl__chan_count(ch) != 0 || rdl__chan_first(&ch->sendq) != NULL ||\n           rdl__chan_is_closed(ch);",
     "return rdl__chan_is_closed(ch) || rdl__chan_count(ch) != 0 || rdl__chan_first(&ch->sendq) != NULL;",
     ["chan.try"], "open when looked at, empty when looked at: yet never both [CH-25]"),
    ("count_unpublished", "exchange.h chan_api.c",
     "atomic_store_explicit(&ch->count, count, memory_order_release)",
     "*(size_t *)(void *)&ch->count = count",
     ["chan.try"], "what is peeked at without the lock is written like plain memory"),
    ("close_forgets_senders", "chan.c", "while ((w = rdl__chan_take(ch, &ch->sendq)) != NULL) {", "while ((w = NULL) != NULL) {",
     ["chan.close"], "parked senders are forgotten at close"),
    ("unhook_without_link_lock", "select.c",
     "    rdl__lock_acquire(&s->self->link_lock, RANK_LINK);\n", "",
     ["select."], "the channel is freed between the look at w->chan and its lock"),
    ("commit_reads_gone_frame", "select.c", "    unlock_all(order, n);\n}\n\n/* Of the wait",
     "    for (size_t i = 0; i < s->n_order; i++) {\n        rdl__lock_release(&s->order[i]->lock);\n    }\n"
     "    (void)order;\n    (void)n;\n}\n\n/* Of the wait",
     ["select."], "the frame of a select is read after its last lock was released"),
    ("select_locks_in_case_order", "select.c", "sorted &= n == 0 || s->order[n - 1] < ch;", "",
     ["select.opposite"], "two selects lock against each other"),
    ("default_by_peeks", "select.c", "    order_channels(s);\n    for (;;) {",
     "    if (s->default_case != NO_CASE && s->n_seen_ready == 0) {\n        return s->default_case;\n    }\n"
     "    order_channels(s);\n    for (;;) {",
     ["select.always"], "two channels are looked at one after the other, and one of them was always ready [SE-12]"),
    ("timeout_does_not_claim", "timer.c", "t->kind == TIMER_WAKE || rdl__chan_claim(task, NULL)", "true",
     ["select.timeout"], "time-out and sender both wake the select"),
    ("unlock_without_wake", "sync_word.c", "if ((before & WORD_WANTED) != 0) {", "if (false) {",
     ["waitgroup.", "mutex."], "a sleeper on the word is never woken"),
    ("unlock_relaxed", "sync_word.c", "atomic_exchange_explicit(word, state, memory_order_acq_rel)",
     "atomic_exchange_explicit(word, state, memory_order_relaxed)",
     ["waitgroup.wait"], "what done wrote is not published to wait"),
    ("refused_without_acquire", "sync_word.c", "atomic_load_explicit(word, memory_order_acquire)",
     "atomic_load_explicit(word, memory_order_relaxed)",
     ["once."], "a caller who finds once completed does not see what it did"),
    ("unlock_overlooks_queue", "mutex.c", "if ((now & WORD_QUEUE) != 0 || must_wake) {", "if (must_wake) {",
     ["mutex.two"], "the waiter that is just being added is overlooked"),
    ("unlock_touches_after", "mutex.c", "        rdl__sched_ready(t);\n    }\n    return true;",
     "        rdl__sched_ready(t);\n    }\n    return *(volatile uint64_t *)&mu->rdl__state != 1;",
     ["mutex.free"], "a mutex is read after it was given up"),
    ("starving_newcomer_wins", "mutex.c", "starving ? state : (state", "starving ? state & ~(uint64_t)LOCKED : (state",
     ["mutex.starving"], "ownership is handed over and the lock left free"),
    ("waiters_stay_at_zero", "waitgroup.c", "if (counter(then) == 0 && (state & WAITERS) != 0) {", "if (false) {",
     ["waitgroup."], "nobody is woken at zero"),
    ("release_touches_after", "waitgroup.c",
     "    rdl__sched_ready_all(woken, true);\n}\n\nvoid rdl__waitgroup_add",
     "    rdl__sched_ready_all(woken, true);\n    (void)*(void *volatile *)&wg->rdl__waiters;\n}\n\nvoid rdl__waitgroup_add",
     ["waitgroup.free"], "a group is looked at after its waiters may have freed it"),
    ("done_beside_the_queue", "waitgroup.c", "(now & (WORD_QUEUE | RELEASING)) != 0 ||", "",
     ["waitgroup."], "done changes the word while a waiter is being added"),
    ("last_reader_forgets_writer", "rwmutex.c", "    if (lets_writer_in(state)) {\n        struct waiter *w = rw->rdl__pending;",
     "    if (lets_writer_in(state) && state >= ONE_READER * 2) {\n        struct waiter *w = rw->rdl__pending;",
     ["rwmutex.write_read"], "nobody lets the pending writer in"),
    ("reader_beside_pending", "rwmutex.c", "if (now < ONE_READER || (now & WORD_QUEUE) != 0 || lets_writer_in(now)) {",
     "if (now < ONE_READER || lets_writer_in(now)) {", ["rwmutex."], "a reader leaves while a writer is just queueing"),
    ("signal_overlooks_newcomer", "cond.c", "(WAITERS | WORD_QUEUE)) != 0", "WAITERS) != 0",
     ["cond."], "a waiter that has unlocked but not parked yet is overlooked"),
    ("cond_unlocks_first", "cond.c", "    uint64_t state = rdl__word_lock(word);\n    rdl__word_push(&c->rdl__waiters, &w, false);\n    unlock(c, state, self, w.pc);",
     "    unlock(c, atomic_load_explicit(word, memory_order_relaxed), self, w.pc);\n    uint64_t state = rdl__word_lock(word);\n    rdl__word_push(&c->rdl__waiters, &w, false);",
     ["cond."], "the waiter registers after it has unlocked: a signal between is lost [CV-01]"),
    ("lock_forgets_others", "lock.c", "atomic_exchange_explicit(&lock->word, LOCK_CONTENDED, memory_order_acquire)",
     "atomic_exchange_explicit(&lock->word, LOCK_HELD, memory_order_acquire)",
     ["lock."], "who was woken does not say that others may still sleep"),
    ("thief_does_not_compare", "runq.c",
     """        if (!atomic_compare_exchange_strong_explicit(&victim->head, &head, head + n,
                                                     memory_order_acq_rel, memory_order_relaxed)) {
            continue;
        }""",
     "        atomic_store_explicit(&victim->head, head + n, memory_order_release);",
     ["runq."], "a task is taken by its owner and by a thief"),
    ("tail_relaxed", "runq.c", "atomic_store_explicit(&w->tail, tail + 1, memory_order_release)",
     "atomic_store_explicit(&w->tail, tail + 1, memory_order_relaxed)",
     ["runq."], "a thief gets a task without what its maker wrote"),
    ("sleeper_does_not_look_again", "idle.c", "if (!(rdl__idle_is_work() && wake_oneself(w))) {", "if (true) {",
     ["workers."], "a task made ready while the last searcher gives up is left"),
    ("granted_but_not_done", "idle.c",
     "if (atomic_load_explicit(&w->wake, memory_order_acquire) == WAKE_GRANTED) {\n        return false;\n    }\n    bool found",
     "if (rdl__worker_status(w) == WORKER_RUNNING) {\n        return false;\n    }\n    bool found",
     ["workers.spurious"], "a worker goes on while he who woke it still writes its fields"),
    ("looks_before_it_stops_searching", "idle.c",
     "    if (was_spinning) {\n        atomic_fetch_sub_explicit(&sched->n_spinning, 1, memory_order_seq_cst);\n    }\n    sleep_as_planned(w, &nap);",
     "    sleep_as_planned(w, &nap);\n    if (was_spinning) {\n        atomic_fetch_sub_explicit(&sched->n_spinning, 1, memory_order_seq_cst);\n    }",
     ["workers."], "who makes work leaves it to a searcher that has looked already"),
]

# As meson.build compiles it.
BELOW = {"idle.c", "look.c", "worker.c"}
FLAGS_OF = {"lock.c": ["-URDL__DEBUG", "-Drdl__lock_acquire_slow=model_lock_acquire_slow"]}


def mutate(root, mutant):
    name, file, old, new = mutant[:4]
    with open(os.path.join(root, "runtime", file.split()[0]), encoding="utf-8") as source:
        text = source.read()
    if text.count(old) != 1:
        raise LookupError(f"{name}: runtime/{file} has its words {text.count(old)} times, not once")
    return text.replace(old, new)


def build(root, output, libraries, compiler, mutant):
    """The program whose one file is the mutant, or sees the mutated header."""
    name, mutated = mutant[0], mutant[1].split()[0]
    unit = mutant[1].split()[-1]
    program = os.path.join(output, name)
    directory = os.path.join(output, name + ".d", "runtime")
    os.makedirs(directory, exist_ok=True)
    with open(os.path.join(directory, mutated), "w", encoding="utf-8") as out:
        out.write(mutate(root, mutant))
    source = os.path.join(directory if unit == mutated else os.path.join(root, "runtime"), unit)
    first = next(i for i, word in enumerate(compiler) if word.startswith("-"))  # behind ccache, too
    command, flags = compiler[:first], compiler[first:]
    subprocess.run([*command, "-I" + os.path.dirname(directory), *flags, *FLAGS_OF.get(unit, []), "-w", "-c", source, "-o", program + ".o"],
                   check=True)
    link = [flag for flag in flags if flag.startswith("-Wl,") or flag == "-no-pie"]
    subprocess.run([*command, program + ".o", *link, "-Wl,--start-group", *libraries, "-Wl,--end-group", "-o", program],
                   check=True)
    return program


def is_caught(program, names):
    """True when a law was broken; the checker's words stay beside the program."""
    run = subprocess.run([program, "--expect-failure", "--seconds", "10", *names], stdout=subprocess.PIPE, text=True,
                         check=False, timeout=120)
    with open(program + ".txt", "w", encoding="utf-8") as out:
        out.write(run.stdout)
    return run.returncode == 0


def main():
    at = sys.argv.index("--")
    root, output = sys.argv[1], sys.argv[2]
    above, below = sys.argv[3].split(","), sys.argv[4].split(",")
    compiler = sys.argv[at + 1:]
    os.makedirs(output, exist_ok=True)
    missed = 0
    for mutant in MUTANTS:
        try:
            libraries = below if mutant[1] in BELOW else above
            caught = is_caught(build(root, output, libraries, compiler, mutant), mutant[4])
            print(f"{mutant[0]:28} {'caught' if caught else 'MISSED':7} {mutant[5]}")
        except LookupError as gone:
            caught = False
            print(gone)
        missed += 0 if caught else 1
    print(f"{len(MUTANTS)} mutants, {missed} not caught; their schedules are in {output}")
    return 1 if missed else 0


sys.exit(main())
