/* wait.c - what does a task wait for, and how many can still act? */
#include "detector/wait.h"

#include "detector/core.h"
#include "detector/once.h"
#include "detector/orphan.h"
#include "detector/state.h"

/* -- objects that serve --------------------------------------------------------------------- */

static uint64_t *served_word(uintptr_t object, uint64_t *bit) {
    size_t at = mix64(object) % WAIT_SERVED;
    *bit = (uint64_t)1 << at % 64;
    return &det.waits.served[at / 64];
}

void det_serves(uintptr_t object) {
    uint64_t bit, *word = served_word(object, &bit);
    if ((load_relaxed(word) & bit) == 0) {
        __atomic_fetch_or(word, bit, __ATOMIC_RELAXED);
    }
}

static bool was_published(uintptr_t key) {
    struct sync *x = sync_open(key);
    bool known = x && !clock_is_empty(&x->clock); /* one that was only taken is there, too */
    sync_close(x);
    return known;
}

bool wait_is_unserved(const struct task_wait *wait) {
    uintptr_t object = wait->objects[0];
    uint64_t bit;
    if (!wait->endless || (load_relaxed(served_word(object, &bit)) & bit) != 0) {
        return false;
    }
    switch (wait->kind) {
    case EV_WAIT_PTHREAD_MUTEX:
        return !was_published(object);
    case EV_WAIT_PTHREAD_RWLOCK_READ:
    case EV_WAIT_PTHREAD_RWLOCK_WRITE:
        return !was_published(object) && !was_published(object + 1); /* the readers' key */
    case EV_WAIT_PTHREAD_COND:
    case EV_WAIT_PTHREAD_SEMAPHORE:
    case EV_WAIT_PTHREAD_BARRIER:
        return true;
    default:
        return false;
    }
}

/* -- who can act ---------------------------------------------------------------------------- */

void wait_thread_begins(void) {
    __atomic_fetch_add(&det.waits.threads, 1, __ATOMIC_RELAXED);
    __atomic_fetch_add(&det.waits.able, 1, __ATOMIC_SEQ_CST);
}

static void thread_gone(void) {
    __atomic_fetch_sub(&det.waits.threads, 1, __ATOMIC_RELAXED);
}

static bool is_thread(const struct det_task *t) {
    return task_info(t->id)->kind != EV_TASK_GOROUTINE;
}

static uint32_t load_able(void) {
    return __atomic_load_n(&det.waits.able, __ATOMIC_SEQ_CST);
}

/* How many are still able. Sequentially consistent: of two that begin to wait at once, the later one sees both. */
static uint32_t one_less(struct task_wait *w) {
    if (w->unable) { /* a handler waits within a wait */
        return load_able();
    }
    w->unable = true;
    return __atomic_sub_fetch(&det.waits.able, 1, __ATOMIC_SEQ_CST);
}

static void one_more(struct task_wait *w) {
    if (w->unable) {
        w->unable = false;
        __atomic_fetch_add(&det.waits.able, 1, __ATOMIC_SEQ_CST);
    }
}

/* Whether a task is one of those that `counter` counts; told again and again, it counts once. */
static void set_counted(bool *counted, bool now, uint32_t *counter) {
    if (*counted != now) {
        *counted = now;
        __atomic_fetch_add(counter, now ? 1 : (uint32_t)-1, __ATOMIC_RELAXED);
    }
}

static void set_holds(struct task_wait *w, bool holds) {
    set_counted(&w->holds, holds, &det.waits.holding);
}

static void set_blocks(struct task_wait *w, bool blocks) {
    set_counted(&w->blocks, blocks, &det.waits.blocked);
}

#define LINE      ((uintptr_t)64)
#define MOST_SEEN 64u /* places of a range that are asked for */

static uint32_t *place_of(uint32_t *table, uintptr_t addr, uintptr_t bytes) {
    return &table[mix64(addr / bytes) % WAIT_PLACES];
}

/* Where in memory it waits; a thread that is joined lies nowhere. */
static void set_placed(struct task_wait *w, bool placed) {
    if (w->placed != placed) {
        uint32_t change = placed ? 1 : (uint32_t)-1;
        set_counted(&w->placed, placed, &det.waits.placed);
        __atomic_fetch_add(place_of(det.waits.at_line, w->objects[0], LINE), change,
                           __ATOMIC_RELAXED);
        __atomic_fetch_add(place_of(det.waits.at_page, w->objects[0], BASE_PAGE), change,
                           __ATOMIC_RELAXED);
    }
}

/* Of a range of so many places, `bytes` each. */
static bool any_within(uint32_t *table, uintptr_t addr, size_t size, uintptr_t bytes) {
    bool found = false;
    for (uintptr_t at = addr; !found && at < addr + size; at = (at | (bytes - 1)) + 1) {
        found = __atomic_load_n(place_of(table, at, bytes), __ATOMIC_RELAXED) != 0;
    }
    return found;
}

bool det_may_wait_within(uintptr_t addr, size_t size) {
    struct wait_state *waits = &det.waits;
    if (__atomic_load_n(&waits->placed, __ATOMIC_RELAXED) == 0) {
        return false;
    }
    if (size <= MOST_SEEN * LINE) {
        return any_within(waits->at_line, addr, size, LINE);
    }
    return size > MOST_SEEN * BASE_PAGE || any_within(waits->at_page, addr, size, BASE_PAGE);
}

void wait_task_ends(struct det_task *t) {
    struct task_wait *w = &t->wait;
    if (is_thread(t) && !w->over) {
        (void)one_less(w);
        thread_gone();
        orphan_leave(t, w->thread);
    } else if (!is_thread(t)) {
        orphan_leave(t, 0);
    }
    set_holds(w, false);
    set_blocks(w, false);
    set_placed(w, false);
    w->active = w->endless = w->timed = w->over = w->unable = false;
}

void wait_fork_child(struct det_task *t) {
    det.waits.able = det.waits.threads = 1;
    det.waits.holding = det.waits.blocked = det.waits.placed = 0;
    zero_bytes(det.waits.at_line, sizeof det.waits.at_line);
    zero_bytes(det.waits.at_page, sizeof det.waits.at_page);
    if (t) { /* a handler within a wait: it is told no more */
        t->wait.endless = t->wait.timed = t->wait.holds = t->wait.unable = t->wait.blocks =
            t->wait.placed = false;
    }
}

/* -- events --------------------------------------------------------------------------------- */

static void turn(struct task_wait *w, bool active) {
    __atomic_store_n(&w->turn, w->turn + 1, __ATOMIC_RELEASE);
    __atomic_thread_fence(__ATOMIC_RELEASE); /* who sees what follows sees the turn */
    __atomic_store_n(&w->active, active, __ATOMIC_RELEASE);
}

static void note(struct det_task *t, const struct ev_wait *wait, uintptr_t pc) {
    struct task_wait *w = &t->wait;
    w->kind = (uint32_t)wait->kind;
    w->n_objects = wait->n_objects;
    w->site = context_site(t, pc, EV_READ, 0);
    w->waker = wait->waker ? wait->waker->id : 0;
    w->since_ns = det.host->monotonic_ns();
    w->deadline_ns = wait->deadline_ns;
    w->by_time = (uintptr_t)wait->by_time;
    w->told = w->cut_off = false;
    for (uint32_t i = 0; i < EV_WAIT_OBJECTS_KEPT; i++) {
        w->objects[i] = i < wait->n_objects ? wait->objects[i] : 0;
    }
}

/* A wait that began within another one, in a handler, is all that is known of t from then on. */
static void not_endless(struct det_task *t) {
    t->wait.endless = t->wait.timed = false;
    one_more(&t->wait);
    set_holds(&t->wait, false);
    set_blocks(&t->wait, false);
    set_placed(&t->wait, false);
}

void det_wait_begin(struct det_task *t, const struct ev_wait *wait, uintptr_t pc) {
    if (t && task_enter(t)) {
        not_endless(t);
        note(t, wait, pc);
        turn(&t->wait, true);
        task_leave(t);
    }
}

/* Whether a wait may close a circle: while somebody waits who holds a lock, or for the end of somebody who
 * waits. */
static bool may_close(const struct ev_wait *wait) {
    const struct det_task *one = wait->waker;
    bool for_one = one && wait_may_be_stuck(&one->wait) && !one->wait.over;
    return for_one || __atomic_load_n(&det.waits.holding, __ATOMIC_RELAXED) != 0 ||
           __atomic_load_n(&det.orphans.of_threads, __ATOMIC_RELAXED) != 0;
}

/* Nothing to look for: who takes the mutex, and waits then, is later. */
void det_timed_wait_begins(struct det_task *t, const struct ev_wait *wait,
                           const struct det_endless *needs, uintptr_t pc) {
    if (t && task_enter(t)) {
        struct task_wait *w = &t->wait;
        not_endless(t);
        note(t, wait, pc);
        w->thread = needs->thread;
        w->with = needs->with;
        w->timed = true;
        turn(w, true);
        set_holds(w, once_or_lock(t));
        task_leave(t);
    }
}

static enum det_look when(bool now, uint32_t kind) {
    bool later = det.options.reachability && wait_is_by_others(kind);
    return now ? DET_LOOK_NOW : later ? DET_LOOK_LATER : DET_LOOK_NOT;
}

/* Whether it waits at an object of the program's. */
static bool is_placed(uint32_t kind) {
    return kind != EV_WAIT_PTHREAD_JOIN && kind != EV_WAIT_FLOCKFILE && !wait_is_for_claimed(kind);
}

enum det_look det_thread_waits(struct det_task *t, const struct ev_wait *wait,
                               const struct det_endless *endless, uintptr_t pc) {
    if (!t || !task_enter(t)) {
        return DET_LOOK_NOT;
    }
    struct task_wait *w = &t->wait;
    set_placed(w, false); /* a handler waits within a wait */
    note(t, wait, pc);
    w->thread = endless->thread;
    w->behind_writers = endless->behind_writers;
    w->with = endless->with;
    w->endless = true;
    turn(w, true);
    set_holds(w, once_or_lock(t));
    set_blocks(w, task_info(t->id)->kind != EV_TASK_THREAD);
    set_placed(w, is_placed(w->kind));
    uint32_t able = is_thread(t) ? one_less(w) : load_able();
    bool look = able == 0 || may_close(wait);
    task_leave(t);
    return when(look, w->kind);
}

/* Of a runtime's waits: a timer, a descriptor or a panic comes by itself. */
static bool is_by_tasks(const struct ev_wait *wait) {
    return wait->deadline_ns == 0 && wait->kind != EV_WAIT_SLEEP && wait->kind != EV_WAIT_IO &&
           wait->kind != EV_WAIT_PANIC && wait->kind < EV_WAIT_PTHREAD_MUTEX;
}

enum det_look det_task_waits(struct det_task *t, const struct ev_wait *wait, uintptr_t pc) {
    if (!t || !task_enter(t)) {
        return DET_LOOK_NOT;
    }
    struct task_wait *w = &t->wait;
    not_endless(t);
    note(t, wait, pc);
    w->thread = 0;
    w->behind_writers = true; /* of rdl_rwmutex [RW-04] */
    w->endless = is_by_tasks(wait);
    turn(w, true);
    bool look = false;
    if (w->endless) {
        set_holds(w, once_or_lock(t));
        (void)(is_thread(t) && one_less(w));
        look = (wait_is_for_lock(w->kind) && may_close(wait)) ||
               (wait_is_for_nothing(w->kind) && !wait_is_meant(w->kind));
    }
    task_leave(t);
    return w->endless ? when(look, w->kind) : DET_LOOK_NOT;
}

bool wait_ends_by_time(const struct task_wait *wait) {
    uint8_t armed = 0;
    return wait->by_time && det.host->peek && det.host->peek(wait->by_time, &armed, sizeof armed) &&
           armed != 0;
}

void det_waits_itself(struct det_task *t, uint32_t thread) {
    if (t && t->wait.endless) {
        t->wait.thread = thread;
        turn(&t->wait, true);
    }
}

bool det_may_be_cut_off(void) {
    for (uint32_t i = 1; i <= task_count() && det.options.reachability; i++) {
        const struct det_task *t = __atomic_load_n(&task_info(i)->live, __ATOMIC_ACQUIRE);
        if (t && __atomic_load_n(&t->wait.active, __ATOMIC_ACQUIRE) && t->wait.endless &&
            !t->wait.over && !t->wait.told && wait_is_by_others(t->wait.kind)) {
            return true;
        }
    }
    return false;
}

bool det_may_be_stuck(void) {
    const struct wait_state *waits = &det.waits;
    bool strangers = __atomic_load_n(&waits->threads, __ATOMIC_RELAXED) > 1 ||
                     __atomic_load_n(&waits->blocked, __ATOMIC_RELAXED) != 0;
    return strangers && load_able() == 0;
}

bool det_thread_over(struct det_task *t, uint32_t thread) {
    if (!t || t->wait.over || !task_enter(t)) {
        return false;
    }
    struct task_wait *w = &t->wait;
    orphan_leave(t, thread);
    turn(w, false);
    w->over = w->endless = true;
    set_holds(w, false);
    thread_gone();
    bool look = one_less(w) == 0 || t->held.n != 0;
    task_leave(t);
    return look;
}

void det_wait_end(struct det_task *t) {
    if (t && !t->wait.over) {
        turn(&t->wait, false);
        not_endless(t);
    }
}
