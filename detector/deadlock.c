/* deadlock.c - is there a set of tasks that only its own members could wake? */
#include "detector/deadlock.h"

#include "detector/groups.h"
#include "detector/object.h"
#include "detector/state.h"
#include "detector/wait_graph.h"

#define NAPS_AT_MOST  200
#define APART_AT_MOST 16u /* findings of one look; the rest is told together */

/* -- who could go on ------------------------------------------------------------------------ */

static bool is_stuck(struct waiter *w) {
    return w->stuck;
}

static bool is_told(struct waiter *w) {
    return w->stuck && (w->told || w->behind);
}

static bool count_wanted(struct waiter *w) {
    w->wanted++;
    return false;
}

static bool uncount_wanted(struct waiter *w) {
    w->wanted--;
    return false;
}

static bool is_orphaned(const struct waiter *w) {
    struct orphan orphan;
    return orphan_find(graph_lock_of(w), &orphan) && orphan.kind != EV_TASK_GOROUTINE &&
           graph_excludes(graph_mode_of(w), orphan.mode);
}

static bool is_held(const struct graph *g, const struct waiter *w) {
    return graph_each_target(g, w, is_stuck) || is_orphaned(w) || w->has_it;
}

/* From its condition's mutex: whoever signals, it does not come back. */
static bool is_kept_out(const struct graph *g, const struct waiter *w) {
    return w->with && !w->doubted && is_held(g, w);
}

static bool stays_stuck(const struct graph *g, const struct waiter *w) {
    if (wait_is_for_nothing(w->kind) || (graph_is_parked(w) && !g->able)) {
        return true;
    }
    if (w->cut_off || (g->reach && wait_is_by_others(w->kind) && cut_off_is(g, w))) {
        return true;
    }
    if (graph_is_by_others(w)) {
        return (!g->able && !w->timed) || is_kept_out(g, w);
    }
    return !w->doubted && is_held(g, w);
}

static bool is_fresh(const struct waiter *w) {
    return w->stuck && !w->told && !w->behind && !w->resting;
}

static bool let_go(struct graph *g, uint32_t i) {
    struct waiter *w = &g->waiter[i];
    bool goes = w->stuck && !stays_stuck(g, w);
    if (goes) {
        w->stuck = false;
        g->able = true;
        g->gone[g->n_gone++] = i;
    }
    return goes;
}

static void look_again_at(struct graph *g, uintptr_t lock) {
    for (uint32_t i = graph_first_waiting(g, lock); i != 0; i = g->behind[i - 1]) {
        if (g->waiter[i - 1].object == lock) {
            (void)let_go(g, i - 1);
        }
    }
}

/* Takes away whoever could go on, until nothing changes: for locks along who waits for whom, so that a long
 * queue of tasks costs no more than a short one for each; a look at all for the rest. */
static void reduce(struct graph *g) {
    for (bool changed = true; changed;) {
        changed = false;
        for (uint32_t i = 0; i < g->n; i++) {
            changed |= let_go(g, i);
        }
        while (g->n_gone != 0) {
            const struct waiter *w = &g->waiter[g->gone[--g->n_gone]];
            for (uint32_t i = 0; i < w->n_held; i++) {
                look_again_at(g, g->held[w->first_held + i].lock);
            }
            if (graph_is_to_write(w)) {
                look_again_at(g, w->object);
            }
        }
    }
}

/* Who waits for nothing at all because it is meant so, as programs do that have nothing to do in main, is one to be
 * told only if others wait for him, or all do. Main may mean it with any channel that is NULL. */
static bool means_it(const struct waiter *w) {
    return wait_is_meant(w->kind) || w->number == det.tasks.main || task_info(w->number)->daemon;
}

static void mark_resting(struct graph *g) {
    for (uint32_t i = 0; i < g->n; i++) {
        g->waiter[i].wanted = 0;
    }
    for (uint32_t i = 0; i < g->n && g->able; i++) {
        if (g->waiter[i].stuck) {
            (void)graph_each_target(g, &g->waiter[i], count_wanted);
        }
    }
    for (uint32_t i = 0; i < g->n; i++) {
        struct waiter *w = &g->waiter[i];
        w->resting = g->able && wait_is_for_nothing(w->kind) && w->wanted == 0 && means_it(w);
    }
}

/* Of n, the i-th from this end or that: a queue mostly lies in one of the two orders. */
static uint32_t from_end(uint32_t n, uint32_t i, bool back) {
    return back ? n - 1 - i : i;
}

/* Of a process that is about to end only what keeps it from that is a deadlock: who runs its exit handlers and
 * destructors, and whom he waits for. The others are left over (leaks.c), and rest. */
static void set_aside(struct graph *g) {
    uint32_t ending = __atomic_load_n(&det.process.ending, __ATOMIC_RELAXED);
    for (uint32_t i = 0; i < g->n; i++) {
        struct waiter *w = &g->waiter[i];
        w->wanted = w->stuck && w->number == ending;
        w->core = false;
    }
    for (bool changed = true; changed;) {
        changed = false;
        for (uint32_t i = 0; i < g->n; i++) {
            struct waiter *w = &g->waiter[i];
            if (w->wanted != 0 && !w->core) {
                w->core = changed = true;
                (void)graph_each_target(g, w, count_wanted);
            }
        }
    }
    for (uint32_t i = 0; i < g->n; i++) {
        g->waiter[i].resting |= !g->waiter[i].core;
    }
}

/* If nobody can act any more because of a deadlock that was told, nobody knows who would have woken the others: they
 * are told as what it led to. */
static void mark_led_to(struct graph *g) {
    bool is_known = false;
    for (uint32_t i = 0; i < g->n && !g->able && !is_known; i++) {
        is_known = is_told(&g->waiter[i]);
    }
    for (uint32_t i = 0; i < g->n && is_known; i++) {
        struct waiter *w = &g->waiter[i];
        w->led_to = w->stuck && !is_told(w) && graph_is_by_others(w) && !w->cut_off;
    }
}

/* Who only waits for those that were told before makes no new deadlock. */
static void mark_behind(struct graph *g) {
    bool back = false;
    for (bool changed = true; changed; back = !back) {
        changed = false;
        for (uint32_t i = 0; i < g->n; i++) {
            struct waiter *w = &g->waiter[from_end(g->n, i, back)];
            if (!graph_is_by_others(w) && w->stuck && !is_told(w) &&
                graph_each_target(g, w, is_told)) {
                w->behind = changed = true;
            }
        }
    }
}

static bool is_first(const struct waiter *w) {
    return graph_is_by_others(w) || w->cut_off || wait_is_for_nothing(w->kind) || w->doubted ||
           (graph_is_for_lock(w) && (is_orphaned(w) || w->has_it));
}

/* Of those that are stuck: who waits for others, and is waited for by none, is only behind them. */
static void find_core(struct graph *g) {
    for (uint32_t i = 0; i < g->n; i++) {
        g->waiter[i].core = is_fresh(&g->waiter[i]) && !g->waiter[i].led_to;
        g->waiter[i].wanted = 0;
    }
    for (uint32_t i = 0; i < g->n; i++) {
        if (g->waiter[i].core) {
            (void)graph_each_target(g, &g->waiter[i], count_wanted);
        }
    }
    bool back = false;
    for (bool changed = true; changed; back = !back) {
        changed = false;
        for (uint32_t i = 0; i < g->n; i++) {
            struct waiter *w = &g->waiter[from_end(g->n, i, back)];
            if (w->core && w->wanted == 0 && !is_first(w)) {
                w->core = false;
                (void)graph_each_target(g, w, uncount_wanted);
                changed = true;
            }
        }
    }
}

/* -- who belongs together ----------------------------------------------------------------------- */

static bool is_picked(struct waiter *w) {
    return w->picked;
}

static bool is_now(const struct waiter *w) {
    return w->picked && is_fresh(w);
}

static bool pick(struct waiter *w) {
    w->picked = true;
    return false;
}

/* Of those whom anybody could wake, and nobody can, it is not known who needs whom: they are one. */
static bool is_of_many(const struct waiter *w) {
    return graph_is_by_others(w) || w->cut_off || wait_is_for_nothing(w->kind);
}

/* Whom the next finding tells of. all: in one. */
static void pick_next(struct graph *g, bool all) {
    bool any = false, many = false, back = false;
    for (uint32_t i = 0; i < g->n; i++) {
        struct waiter *w = &g->waiter[i];
        w->picked = is_fresh(w) && (all || (w->core && !any));
        w->spread = false;
        any |= w->picked;
    }
    for (bool changed = true; changed; back = !back) {
        changed = false;
        for (uint32_t i = 0; i < g->n; i++) {
            struct waiter *w = &g->waiter[from_end(g->n, i, back)];
            bool joins =
                is_fresh(w) && ((many && is_of_many(w)) || graph_each_target(g, w, is_picked));
            w->picked |= joins;
            if (is_now(w) && !w->spread) {
                w->spread = changed = true;
                many |= is_of_many(w);
                (void)graph_each_target(g, w, pick);
            }
        }
    }
}

/* -- proof ---------------------------------------------------------------------------------- */

static enum det_deadlock all_sleep(const struct graph *g) {
    for (uint32_t i = 0; i < g->n; i++) {
        const struct waiter *w = &g->waiter[i];
        bool sleeps = w->stuck && w->thread && w->kind != EV_WAIT_PTHREAD_SPIN;
        enum det_sleep sleep =
            sleeps ? det.host->asleep(w->thread, w->kind, w->object) : DET_ASLEEP;
        if (sleep == DET_CANNOT_TELL) {
            limit_raise(LIMIT_DEADLOCK_UNSEEN);
            return DET_NO_DEADLOCK;
        }
        if (sleep == DET_AWAKE) {
            return DET_UNSURE;
        }
    }
    return DET_SOME_STUCK;
}

static bool is_goroutine(const struct waiter *w) {
    return task_info(w->number)->kind == EV_TASK_GOROUTINE;
}

static bool are_all_threads(const struct graph *g) {
    struct det_threads waiting = {0};
    for (uint32_t i = 0; i < g->n; i++) {
        const struct waiter *w = &g->waiter[i];
        waiting.goroutines += is_goroutine(w) ? w->thread != 0 : 0;
        waiting.n += !is_goroutine(w);
        waiting.initial |= w->number == det.tasks.main;
        waiting.initial_sleeps |= w->number == det.tasks.main && w->thread != 0;
    }
    return det.host->has_threads(&waiting);
}

/* Whether a runtime has parked all who wait. */
static bool are_runtimes(const struct graph *g) {
    bool parked = true;
    for (uint32_t i = 0; i < g->n; i++) {
        parked &= g->waiter[i].thread == 0;
    }
    return parked;
}

/* Whether nobody whom we do not know could wake those that anybody might. A runtime that is alone tells
 * itself when nobody is left [DL-01]. */
static enum det_deadlock nobody_else(const struct graph *g) {
    bool by_others = false;
    for (uint32_t i = 0; i < g->n && !g->able; i++) {
        const struct waiter *w = &g->waiter[i];
        by_others |= w->stuck && (graph_is_by_others(w) || graph_is_parked(w));
    }
    if (by_others && (are_runtimes(g) || det.host->handlers(false) != DET_HANDLERS_NONE)) {
        return DET_NO_DEADLOCK;
    }
    bool alone = !by_others || are_all_threads(g);
    return alone ? DET_SOME_STUCK : DET_UNSURE; /* a thread may be about to vanish */
}

/* What the host knows the lock by that w needs. */
static uint32_t kind_of_lock(const struct waiter *w) {
    return w->with ? EV_WAIT_PTHREAD_MUTEX : w->kind;
}

/* Whether w's lock is in the hands of that task, and was never let go by another than had taken it. */
static bool is_in_hands(const struct waiter *w, uint32_t task) {
    struct sync *x = sync_open(w->object);
    bool held = x && sync_is_held_by(x, task) && !x->passed_on;
    sync_close(x);
    return held;
}

/* Whether w's lock, or a share of it, was ever let go by another than had taken it. */
static bool was_passed_on(const struct waiter *w) {
    struct sync *x = sync_open(w->object);
    bool passed_on = x && x->passed_on;
    sync_close(x);
    return passed_on;
}

/* Whether a Go lock that somebody else has taken counts as his (deadlock.h). */
static bool is_owned(const struct graph *g, const struct waiter *w, const struct held *held) {
    const struct waiter *holder = &g->waiter[held->waiter];
    bool shared = (held->mode & EV_LOCK_READ) != 0;
    return (holder != w || (g->asleep && !shared)) && graph_is_for_lock(holder) &&
           (shared ? !was_passed_on(w) : is_in_hands(w, holder->number));
}

/* Of a lock that does not say who has it: whether no other process shares it, or it says that somebody has it. */
static bool is_sound(const struct waiter *w) {
    return w->kind == EV_WAIT_PTHREAD_SPIN ? object_is(w->object, EV_OBJECT_SPINLOCK)
                                           : det.host->holds(0, w->kind, w->object, EV_LOCK_WRITE);
}

/* Whether a once says, too, that somebody runs it. */
static bool is_under_way(const struct waiter *w) {
    return graph_is_parked(w) || det.host->holds(0, w->kind, w->object, EV_LOCK_ONCE);
}

static bool has_it(const struct graph *g, const struct waiter *w, const struct held *held) {
    const struct waiter *holder = &g->waiter[held->waiter];
    if (wait_is_for_once(w->kind)) {
        return is_in_hands(w, holder->number) && is_under_way(w);
    }
    if (graph_is_parked(w)) {
        return is_owned(g, w, held);
    }
    if (wait_is_for_claimed(w->kind)) {
        return is_in_hands(w, holder->number) && is_sound(w);
    }
    return det.host->holds(holder->thread, kind_of_lock(w), graph_lock_of(w), held->mode);
}

static bool had_it(const struct waiter *w, const struct orphan *orphan) {
    if (wait_is_for_claimed(w->kind)) {
        return is_in_hands(w, orphan->task) && is_sound(w);
    }
    return !graph_is_parked(w) &&
           det.host->holds(orphan->thread, kind_of_lock(w), graph_lock_of(w), orphan->mode);
}

/* Whether the lock says, too, that one who is stuck has it. */
static bool lock_agrees(const struct graph *g, const struct waiter *w) {
    uintptr_t lock = graph_lock_of(w);
    for (uint32_t i = graph_first_held(g, lock); i != 0; i = g->chain[i - 1]) {
        const struct held *held = &g->held[i - 1];
        if (graph_keeps_out(g, held, w) && g->waiter[held->waiter].stuck && has_it(g, w, held)) {
            return true;
        }
    }
    struct orphan orphan;
    return (is_orphaned(w) && orphan_find(lock, &orphan) && had_it(w, &orphan)) ||
           (w->has_it && det.host->holds(w->thread, w->kind, lock, EV_LOCK_WRITE)) ||
           graph_each_writer_before(g, w, is_stuck);
}

/* What a task took may have been let go by another, or made anew. Only of those that sleep, whose locks can be
 * looked at; false: none is doubted that was not. */
static bool doubt(struct graph *g) {
    bool any = false;
    for (uint32_t i = 0; i < g->n; i++) {
        struct waiter *w = &g->waiter[i];
        bool by_lock = w->stuck && (graph_is_for_lock(w) || is_kept_out(g, w)) && !w->cut_off;
        if (by_lock && !w->doubted && !lock_agrees(g, w)) {
            w->doubted = any = true;
        }
    }
    return any;
}

static bool any_is(const struct graph *g, bool (*is)(const struct waiter *w)) {
    for (uint32_t i = 0; i < g->n; i++) {
        if (is(&g->waiter[i])) {
            return true;
        }
    }
    return false;
}

static bool is_cut_off(const struct waiter *w) {
    return w->cut_off;
}

/* Of those that seem stuck; leaves those that are. */
static enum det_deadlock proof(struct graph *g) {
    enum det_deadlock verdict = all_sleep(g);
    while (verdict == DET_SOME_STUCK && doubt(g)) {
        if (any_is(g, is_cut_off)) { /* who is let go now could reach others */
            return DET_UNSURE;
        }
        reduce(g);
    }
    if (verdict == DET_SOME_STUCK) {
        verdict = nobody_else(g);
    }
    for (uint32_t i = 0; i < g->n && verdict == DET_SOME_STUCK; i++) {
        if (g->waiter[i].stuck && !graph_is_current(&g->waiter[i])) {
            verdict = DET_UNSURE;
        }
    }
    return verdict;
}

/* Who is kept out waits for the mutex from now on. If nobody else can act, only who sleeps there: the others may
 * not have been signalled, which is what they wait for, too. */
static void wait_for_mutexes(struct graph *g) {
    bool any = false;
    for (uint32_t i = 0; i < g->n; i++) {
        struct waiter *w = &g->waiter[i];
        if (w->stuck && !w->cut_off && is_kept_out(g, w) && graph_is_by_others(w) &&
            (g->able ||
             det.host->asleep(w->thread, EV_WAIT_PTHREAD_MUTEX, w->with) == DET_ASLEEP)) {
            w->kind = EV_WAIT_PTHREAD_COND_MUTEX;
            w->object = w->with;
            any = true;
        }
    }
    if (any) {
        graph_index(g);
    }
}

/* -- the report ----------------------------------------------------------------------------- */

/* Whether somebody who is stuck waits for the lock. */
static bool is_wanted(const struct graph *g, uintptr_t lock) {
    for (uint32_t i = graph_first_waiting(g, lock); i != 0; i = g->behind[i - 1]) {
        const struct waiter *w = &g->waiter[i - 1];
        if (w->stuck && graph_is_for_lock(w) && w->object == lock) {
            return true;
        }
    }
    return false;
}

static bool holds_wanted(const struct graph *g, const struct waiter *w) {
    bool holds = false;
    for (uint32_t i = 0; i < w->n_held && !holds; i++) {
        holds = is_wanted(g, g->held[w->first_held + i].lock);
    }
    return holds;
}

static void write_held(const struct graph *g, const struct waiter *w) {
    for (uint32_t i = 0; i < w->n_held; i++) {
        const struct held *held = &g->held[w->first_held + i];
        if (is_wanted(g, held->lock)) {
            writer_lock(
                &(struct held_lock){.lock = held->lock, .mode = held->mode, .site = held->site});
        }
    }
}

/* Holders that have ended. */
static void write_orphans(const struct graph *g) {
    for (uint32_t i = 0; i < g->n; i++) {
        const struct waiter *w = &g->waiter[i];
        if (is_now(w) && graph_is_for_lock(w)) {
            orphan_write(w->object);
        }
    }
}

/* As it is to be told. */
static void copy_wait(struct task_wait *to, const struct waiter *w) {
    copy_bytes(to, &w->t->wait, sizeof *to);
    if (w->kind == EV_WAIT_PTHREAD_COND_MUTEX) {
        to->kind = w->kind;
        to->n_objects = 1;
        to->objects[0] = w->object;
        to->endless = true;
        to->deadline_ns = 0;
    }
}

static void write_core(const struct group *group) {
    writer_task(group->sample, group->count);
    writer_wait(&group->wait);
}

static void write_behind(const struct group *group) {
    writer_task_as(ROLE_BEHIND, group->sample, group->count);
    writer_wait(&group->wait);
}

/* They never run again: what is read of them stays as it is. Who holds nothing that is waited for is told with
 * his like, and so is who comes after HOLDERS_TOLD others. */
static void write_waiters(const struct graph *g, bool core) {
    struct groups others = {0};
    uint32_t holders = 0;
    for (uint32_t i = 0; i < g->n; i++) {
        const struct waiter *w = &g->waiter[i];
        if (!is_now(w) || w->core != core) {
            continue;
        }
        struct task_wait wait;
        copy_wait(&wait, w);
        if (holders < HOLDERS_TOLD && holds_wanted(g, w)) {
            holders++;
            writer_task_as(core ? ROLE_NONE : ROLE_BEHIND, w->number, 1);
            writer_wait(&wait);
            write_held(g, w);
        } else {
            groups_add(&others, w->number, &wait, w->object);
        }
    }
    groups_each(&others, core ? write_core : write_behind);
    groups_drop(&others);
}

static void note_cut_off(const struct graph *g) {
    for (uint32_t i = 0; i < g->n; i++) {
        const struct waiter *w = &g->waiter[i];
        w->t->wait.cut_off |= is_now(w) && w->cut_off;
    }
}

static uint32_t first_stuck(const struct graph *g) {
    for (uint32_t i = 0; i < g->n; i++) {
        if (is_now(&g->waiter[i])) {
            return g->waiter[i].number;
        }
    }
    return 0;
}

static void report(const struct graph *g) {
    note_cut_off(g);
    writer_begin_finding(RECORD_DEADLOCK, first_stuck(g));
    write_waiters(g, true);
    write_waiters(g, false);
    write_orphans(g);
    writer_end();
}

static bool is_first_of_any(const struct waiter *w) {
    return is_fresh(w) && w->core;
}

/* Circles of which none waits for another are findings of their own, if they were found at the same look or not: a
 * finding's id must not hang on that. */
static void report_each(struct graph *g) {
    for (uint32_t n = 1; any_is(g, is_fresh); n++) {
        pick_next(g, !g->able || n == APART_AT_MOST || !any_is(g, is_first_of_any));
        report(g);
        for (uint32_t i = 0; i < g->n; i++) {
            g->waiter[i].told |= is_now(&g->waiter[i]);
        }
    }
}

/* -- all together --------------------------------------------------------------------------- */

/* Who ends the process: main, or who has begun to. */
static bool has_last(const struct graph *g) {
    uint32_t ending = __atomic_load_n(&det.process.ending, __ATOMIC_RELAXED);
    uint32_t last = ending ? ending : det.tasks.main;
    for (uint32_t i = 0; i < g->n; i++) {
        const struct waiter *w = &g->waiter[i];
        if (w->stuck && !w->resting && w->number == last) {
            return true;
        }
    }
    return false;
}

/* What is to become of the process when all who are stuck have been told. */
static enum det_deadlock outcome(const struct graph *g) {
    if (has_last(g) || (!g->able && g->n != 0 && are_all_threads(g))) {
        return DET_MAIN_STUCK;
    }
    return g->able || g->n == 0 ? DET_SOME_STUCK : DET_UNSURE; /* a thread may be about to vanish */
}

static bool comes_back(const struct waiter *w) {
    return w->timed && !w->stuck;
}

static bool is_news(const struct waiter *w) {
    return w->stuck && !w->told;
}

/* Proves and reports what has become stuck and was not told. */
static enum det_deadlock conclude(struct graph *g) {
    enum det_deadlock verdict = any_is(g, is_news) ? proof(g) : DET_SOME_STUCK;
    if (verdict != DET_SOME_STUCK) {
        return verdict;
    }
    bool news = any_is(g, is_news);
    wait_for_mutexes(g);
    mark_resting(g);
    if (__atomic_load_n(&det.process.judged, __ATOMIC_ACQUIRE)) {
        set_aside(g);
    }
    mark_led_to(g);
    mark_behind(g);
    if (any_is(g, is_fresh)) {
        find_core(g);
        report_each(g);
    }
    for (uint32_t i = 0; i < g->n; i++) {
        struct waiter *w = &g->waiter[i];
        w->told |= w->stuck && !w->resting;
        w->t->wait.told |= w->stuck && !w->resting;
    }
    verdict = outcome(g);
    return news || verdict != DET_SOME_STUCK ? verdict : DET_NO_DEADLOCK;
}

/* If somebody else can act or not. */
static enum det_deadlock judge(struct graph *g, bool able) {
    g->able = able;
    for (uint32_t i = 0; i < g->n; i++) {
        g->waiter[i].stuck = true;
    }
    reduce(g);
    return conclude(g);
}

/* Whom nobody can wake any more who can act (cut_off.h). Twice, the second time at every byte: what is only on its
 * way from one place to another is there in the end. */
static enum det_deadlock judge_cut_off(struct graph *g) {
    struct reach reach;
    g->able = true;
    if (!cut_off_is_due(g) || !cut_off_look(g, &reach)) {
        return DET_NO_DEADLOCK;
    }
    do {
        reduce(g);
    } while (cut_off_more(g, &reach));
    bool valid = cut_off_end(g);
    reach_drop(&reach);
    for (int i = 0; i < NAPS_AT_MOST && all_sleep(g) == DET_UNSURE; i++) {
        det.host->nap(); /* they have only just gone on, to sleep */
    }
    return valid && cut_off_again(g) ? conclude(g) : DET_NO_DEADLOCK;
}

/* First those that are stuck whoever can act: locks and joins need less of a proof. */
static enum det_deadlock judge_all(struct graph *g) {
    bool able = g->able;
    enum det_deadlock some = judge(g, true);
    bool parked = !able && are_runtimes(g);
    if (parked && are_all_threads(g)) {
        return some; /* the runtime is about to tell the others, of all at once */
    }
    enum det_deadlock all = able || parked ? DET_NO_DEADLOCK : judge(g, false);
    if (able || parked ||
        any_is(g, comes_back)) { /* parked: a timer, or input, may start somebody */
        all = judge_cut_off(g);
    } else if (g->relays && (all == DET_NO_DEADLOCK || all == DET_UNSURE)) { /* for signals */
        enum det_deadlock cut_off = judge_cut_off(g);
        all = cut_off != DET_NO_DEADLOCK ? cut_off : all;
    }
    return all != DET_NO_DEADLOCK && some != DET_MAIN_STUCK ? all : some;
}

static enum det_deadlock judge_circles(struct graph *g) {
    g->asleep = true;
    return judge(g, true);
}

static enum det_deadlock look(enum det_deadlock (*judges)(struct graph *g)) {
    struct graph g;
    enum det_deadlock verdict = DET_NO_DEADLOCK;
    if (!collect_visit()) { /* no number becomes another's meanwhile */
        return DET_UNSURE;
    }
    if (graph_make(&g)) {
        verdict = judges(&g);
        graph_drop(&g);
    }
    collect_unvisit();
    return verdict;
}

enum det_deadlock det_look_for_deadlock(void) {
    return look(judge_all);
}

enum det_deadlock det_look_for_circles(void) {
    return look(judge_circles);
}
