/* cut_off.c - whom can nobody wake any more, though others run? */
#include "detector/cut_off.h"

#include "detector/core.h"
#include "detector/state.h"

#define AGE_NS             100000000 /* who waits for less is about to be woken, mostly */
#define REST_NS            250000000 /* between two looks, at least */
#define REST_VOID_NS       50000000  /* when nothing could be seen */
#define REST_AGAIN_NS      100000000 /* when somebody seems cut off */
#define REST_MOST_NS       10000000000
#define AGAIN_SOON         8u /* looks: what hid somebody may have been about to be overwritten */
#define SHARE              50 /* of all time, at most, all stands still; */
#define SHARE_SOON         2  /* until the look that proves what the last one found, */
#define SHARE_IN_VAIN      10 /* but when so many have each found others; */
#define IN_VAIN            4u
#define FIRST              8u    /* looks, likewise: a test of a thousand tasks may be over soon */
#define THREAD_BLOCK_BYTES 2304u /* of glibc's struct pthread */
#define RED_ZONE_BYTES     128u /* below a stack's pointer, where functions that call none may write */
#define IDLE_AT_MOST       1024u /* threads of a runtime */
#define THREAD_SPAN                                                                                \
    BASE_PAGE      /* of a thread's number among `threads`, which are sorted as addresses are */
#define SLACK 512u /* of what comes while room for all is made */

static struct cut_off_state *const look = &det.cut_off;

/* -- when ----------------------------------------------------------------------------------- */

static struct det_task *live_task(uint32_t number) {
    return __atomic_load_n(&task_info(number)->live, __ATOMIC_ACQUIRE);
}

/* Whether only somebody who has what w waits for could wake it. */
static bool is_candidate(const struct waiter *w) {
    return wait_is_by_others(w->kind) && !w->timed && !w->told && !task_info(w->number)->daemon;
}

static uint64_t hash_of(const struct graph *g, bool (*counts)(const struct waiter *w)) {
    uint64_t hash = 0;
    for (uint32_t i = 0; i < g->n; i++) {
        const struct waiter *w = &g->waiter[i];
        if (counts(w)) {
            hash = mix64(hash + mix64(task_info(w->number)->serial << 32 | w->turn));
        }
    }
    return hash;
}

/* Who ends may have been the last who could wake somebody. */
static uint32_t count_live(void) {
    uint32_t n = 0;
    for (uint32_t i = 1; i <= task_count(); i++) {
        n += live_task(i) != NULL;
    }
    return n;
}

static int64_t larger(int64_t a, int64_t b) {
    return a > b ? a : b;
}

static int64_t smaller(int64_t a, int64_t b) {
    return a < b ? a : b;
}

bool det_should_look_soon(void) {
    return look->seems != 0 ? look->in_vain < IN_VAIN : look->looks - 1 < FIRST;
}

/* From the last look to the next one; same: as many wait, and they have not moved. */
static int64_t rest_after_last(bool same) {
    int64_t share = det_should_look_soon() ? SHARE_SOON : look->seems != 0 ? SHARE_IN_VAIN : SHARE;
    int64_t least = look->seems != 0 ? REST_AGAIN_NS : same ? look->rest_ns : REST_NS;
    return larger(look->took_ns * share, least);
}

bool cut_off_is_due(const struct graph *g) {
    int64_t now = det.host->monotonic_ns();
    bool any_old = false;
    for (uint32_t i = 0; i < g->n && !any_old; i++) {
        const struct waiter *w = &g->waiter[i];
        any_old = is_candidate(w) && now - w->t->wait.since_ns >= AGE_NS;
    }
    if (!any_old || !det.host->memory || !det.options.reachability) {
        return false;
    }
    uint64_t set = mix64(hash_of(g, is_candidate) + count_live());
    bool same = set == look->set;
    if (look->last_ns && now - look->last_ns < rest_after_last(same)) {
        return false;
    }
    look->looks++;
    look->again = same ? look->again + 1 : 0;
    look->rest_ns = look->again < AGAIN_SOON ? REST_NS : smaller(look->rest_ns * 2, REST_MOST_NS);
    look->set = set;
    return true;
}

/* Whatever it was (a thread that woke up in the midst of it), it may be otherwise the next time. */
static void is_void(void) {
    look->rest_ns = REST_VOID_NS;
}

/* -- stacks that are left ------------------------------------------------------------------- */

void det_stack_left(uintptr_t lo, uintptr_t hi) {
    struct stacks_left *left = &look->left;
    spin_lock(&left->lock);
    left->at[left->n++ % CUT_OFF_STACKS_LEFT] = (struct stack_left){.lo = lo, .hi = hi};
    spin_unlock(&left->lock);
}

void det_stack_reused(uintptr_t lo, size_t size) {
    struct stacks_left *left = &look->left;
    if (__atomic_load_n(&left->n, __ATOMIC_RELAXED) == 0) { /* whoever has ended told so before */
        return;
    }
    spin_lock(&left->lock);
    for (uint32_t i = 0; i < CUT_OFF_STACKS_LEFT && i < left->n; i++) {
        if (left->at[i].lo < lo + size && lo < left->at[i].hi) {
            left->at[i] = (struct stack_left){0};
        }
    }
    spin_unlock(&left->lock);
}

/* -- stacks --------------------------------------------------------------------------------- */

/* tag: the number of whose stack it is. marked: a thread is on it. */
static void add_stack(uintptr_t lo, uintptr_t hi, uint32_t number) {
    reach_add(look->reach, &look->stacks, (struct reach_span){.lo = lo, .hi = hi, .tag = number});
}

static struct reach_span *stack_of(uintptr_t sp) {
    uint32_t n = reach_count_up_to(&look->stacks, sp);
    struct reach_span *stack = n ? &look->stacks.at[n - 1] : NULL;
    return stack && sp < stack->hi ? stack : NULL;
}

/* Above main's frame lie its arguments, which libc has pointers to. */
static uintptr_t stack_end(uint32_t number) {
    uintptr_t hi = task_info(number)->stack_hi;
    return number == det.tasks.main && look->main_hi ? look->main_hi : hi;
}

void det_main_begins(uintptr_t frame) {
    look->main_hi = frame;
}

/* A runtime's own, of a thread that is not. */
static void add_own_stack(const struct ev_parked *task) {
    if (!task->task) {
        add_stack(task->stack_lo, task->stack_hi, 0);
        reach_add(look->reach, &look->idle,
                  (struct reach_span){.lo = task->idle_word,
                                      .hi = task->idle_word + (task->idle_word != 0)});
    }
}

/* What a handler that is over has left there is nobody's any more: the registers of the thread, as they were. */
static void add_handlers_stack(const struct det_stopped *thread) {
    if (thread->handlers_lo < thread->handlers_hi) {
        add_stack(thread->handlers_lo, thread->handlers_hi, 0);
    }
}

/* One of a runtime's that waits for work, or for a timer, which is the rest of a wait after the first look; what
 * lies on its stack is left from what it did last. */
static bool is_idle(const struct det_stopped *thread) {
    uint32_t n = reach_count_up_to(&look->idle, thread->word);
    bool at_word = n && look->idle.at[n - 1].lo == thread->word;
    return (at_word && (thread->asleep || thread->resumed)) || thread->polls || !thread->registers;
}

static void add_stacks(void) {
    for (uint32_t i = 1; i <= task_count(); i++) {
        const struct task_info *info = task_info(i);
        if (live_task(i)) {
            add_stack(info->stack_lo, stack_end(i), i);
        }
    }
    for (uint32_t i = 0; i < CUT_OFF_STACKS_LEFT; i++) {
        add_stack(look->left.at[i].lo, look->left.at[i].hi, 0);
    }
    det.host->memory->each_thread(add_handlers_stack);
    det.host->memory->each_parked(add_own_stack);
    reach_sort(look->reach, &look->stacks);
    reach_sort(look->reach, &look->idle);
    for (uint32_t i = 0; i < look->stacks.n; i++) {
        reach_hole(look->reach, look->stacks.at[i].lo, look->stacks.at[i].hi);
    }
}

/* -- who stands where ----------------------------------------------------------------------- */

static struct waiter *waiter_of(const struct det_task *t) {
    const struct graph *g = look->graph;
    uint32_t lo = 0, hi = g->n;
    while (lo < hi) {
        uint32_t middle = lo + (hi - lo) / 2;
        if (g->waiter[middle].number < t->id) {
            lo = middle + 1;
        } else {
            hi = middle;
        }
    }
    bool is = lo < g->n && g->waiter[lo].t == t && graph_is_current(&g->waiter[lo]);
    return is ? &g->waiter[lo] : NULL;
}

static void add_threads(void) {
    const struct graph *g = look->graph;
    for (uint32_t i = 0; i < g->n; i++) {
        uintptr_t lo = (uintptr_t)g->waiter[i].thread * THREAD_SPAN;
        reach_add(look->reach, &look->threads,
                  (struct reach_span){.lo = lo, .hi = lo + (lo != 0), .tag = i});
    }
    reach_sort(look->reach, &look->threads);
}

/* Of 30,000 threads each is asked for twice, while all stand still. */
static struct waiter *waiter_on(uint32_t thread) {
    uintptr_t lo = (uintptr_t)thread * THREAD_SPAN;
    for (uint32_t n = reach_count_up_to(&look->threads, lo);
         n > 0 && look->threads.at[n - 1].lo == lo; n--) {
        struct waiter *w = &look->graph->waiter[look->threads.at[n - 1].tag];
        if (graph_is_current(w)) {
            return w;
        }
    }
    return NULL;
}

/* Whether it sleeps where such a wait does, and not, of a condition, at the mutex that it takes afterwards. */
static bool sleeps_in(const struct det_stopped *thread, const struct waiter *w) {
    bool at_object = w->kind == EV_WAIT_PTHREAD_COND || w->kind == EV_WAIT_PTHREAD_SEMAPHORE ||
                     w->kind == EV_WAIT_PTHREAD_COND_DESTROY ||
                     w->kind == EV_WAIT_PTHREAD_BARRIER || w->kind == EV_WAIT_FUTEX;
    bool is_ended =
        w->kind == EV_WAIT_PTHREAD_SEMAPHORE || w->kind == EV_WAIT_FUTEX; /* with EINTR, */
    if ((is_ended && look->handlers == DET_HANDLERS_INTERRUPT) || w->timed) {
        return false;
    }
    return thread->asleep && thread->registers &&
           (!at_object || thread->word - w->object < WAIT_OBJECT_BYTES);
}

static void found_on_thread(struct waiter *w, const struct det_stopped *thread,
                            const struct reach_span *stack) {
    bool is_within = thread->tls_lo > thread->sp && thread->tls_hi <= stack->hi;
    w->found = true;
    w->stopped = thread;
    w->sp = thread->sp - RED_ZONE_BYTES;
    w->stack_hi = is_within ? thread->tls_lo : stack->hi;
    if (is_within || stack->tag == det.tasks.main) { /* else a goroutine's */
        w->tls_lo = thread->tls_lo;
        w->tls_hi = thread->tls_hi;
        w->block_hi = is_within ? stack->hi : thread->tls_hi + THREAD_BLOCK_BYTES;
    }
}

static void see_thread(const struct det_stopped *thread) {
    struct reach *r = look->reach;
    struct reach_span *stack = stack_of(thread->sp);
    struct waiter *w = waiter_on(thread->thread);
    if (stack) {
        stack->marked = true;
    }
    if (w && stack && stack->tag == w->number && sleeps_in(thread, w)) {
        found_on_thread(w, thread, stack);
    } else if (stack && !(stack->tag == 0 && is_idle(thread))) {
        reach_root(r, thread->sp - RED_ZONE_BYTES, stack->hi, REACH_FROM_RUNNING);
    }
}

static void see_parked(const struct ev_parked *task) {
    struct reach *r = look->reach;
    if (!task->task) {
        return;
    }
    struct waiter *w = waiter_of(task->task);
    uintptr_t hi = task->stack_hi;
    if (hi == 0) {
        hi = stack_end(task->task->id);
    }
    struct reach_span *stack = task->sp ? stack_of(task->sp) : NULL;
    if (w && w->thread == 0 && task->parked && task->sp && task->sp < hi) {
        w->found = true;
        w->sp = task->sp;
        w->stack_hi = hi;
    } else if (task->sp && !(task->runs && stack && stack->marked)) {
        reach_root(r, task->sp, hi, REACH_FROM_STACK);
        if (stack && !task->runs) {
            stack->marked = true; /* nothing of what lies below is left in it */
        }
    }
    if (w && w->found) {
        w->own_lo = task->own_lo;
        w->own_hi = task->own_hi;
    } else {
        reach_root(r, task->own_lo, task->own_hi, REACH_FROM_MEMORY);
    }
}

static bool is_on_thread(uint32_t number) {
    return task_info(number)->kind != EV_TASK_GOROUTINE;
}

/* Of tasks whose thread is on another stack, a handler's or a coroutine's, or has not begun; not of one that a
 * runtime has parked, or that has ended. */
static void see_left_stacks(void) {
    for (uint32_t i = 0; i < look->stacks.n; i++) {
        const struct reach_span *stack = &look->stacks.at[i];
        const struct det_task *t = stack->tag ? live_task(stack->tag) : NULL;
        const struct waiter *w = t ? waiter_of(t) : NULL;
        bool over = t && __atomic_load_n(&t->wait.over, __ATOMIC_ACQUIRE);
        if (t && !stack->marked && is_on_thread(stack->tag) && !over && !(w && w->found)) {
            reach_root(look->reach, stack->lo, stack->hi, REACH_FROM_RUNNING);
        }
    }
}

static void add_variables(uintptr_t lo, uintptr_t hi, bool seen) {
    if (seen) {
        reach_root(look->reach, lo, hi, REACH_FROM_MEMORY);
    } else {
        reach_piece(look->reach, lo, hi, REACH_BLOCK);
    }
}

static void add_waiters(void) {
    struct graph *g = look->graph;
    bool by_handle = det.host->memory->wakes_by_handle();
    bool handled = look->handlers != DET_HANDLERS_NONE;
    for (uint32_t i = 0; i < g->n; i++) {
        struct waiter *w = &g->waiter[i];
        w->stuck = w->found;
        if (!w->found) {
            continue;
        }
        reach_piece(look->reach, w->sp, w->stack_hi, REACH_STACK);
        reach_piece(look->reach, w->own_lo, w->own_hi, REACH_TASK);
        if (w->tls_hi) {
            add_variables(w->tls_lo, w->stopped->own_lo, handled);
            add_variables(w->stopped->own_hi, w->tls_hi, handled);
        }
        reach_hole(look->reach, w->tls_lo, w->block_hi);
        w->handle = by_handle ? w->tls_hi : 0;
        reach_piece(look->reach, w->handle, w->handle ? w->handle + 1 : 0, REACH_BLOCK);
    }
}

static void add_block(const struct heap_block *block) {
    uintptr_t hi = block->start + block->size;
    if (block->freed_number == 0) {
        reach_piece(look->reach, block->start, hi + (block->size == 0), REACH_BLOCK);
    } else if (block->start >= look->heap_lo && hi <= look->heap_hi) {
        reach_hole(look->reach, block->start, hi);
    } /* else what was a mapping of its own may be another one's by now */
}

static void add_hole(uintptr_t lo, uintptr_t hi) {
    reach_hole(look->reach, lo, hi);
}

/* -- what they reach ------------------------------------------------------------------------ */

static void see_words(const uint64_t *words, size_t n, enum reach_from from) {
    for (size_t i = 0; i < n; i++) {
        reach_word(look->reach, words[i], from);
    }
}

static void see_registers(const struct det_stopped *thread) {
    const struct waiter *w = waiter_on(thread->thread);
    const struct reach_span *stack = stack_of(thread->sp);
    bool idle = stack && stack->tag == 0 && is_idle(thread);
    if (!stack) { /* a coroutine's: perhaps nothing else leads to it */
        reach_word(look->reach, thread->sp, REACH_FROM_RUNNING);
    }
    if (!(w && w->found) && !idle) {
        see_words(thread->registers, thread->registers ? thread->n_registers : 0,
                  REACH_FROM_RUNNING);
        see_words(thread->vectors, thread->vectors ? thread->n_vectors : 0, REACH_FROM_RUNNING);
    }
}

static void see_words_of(uintptr_t lo, uintptr_t hi) {
    reach_see(look->reach, lo, hi, REACH_FROM_MEMORY);
}

/* To read a page that does not exist would make it. Of many small gaps between blocks all exist. */
static void see_private(uintptr_t lo, uintptr_t hi) {
    if (hi - lo >= BASE_PAGE) {
        det.host->memory->each_page(lo, hi, DET_RANGE_PRIVATE, see_words_of);
    } else {
        see_words_of(lo, hi);
    }
}

static void see_shared(uintptr_t lo, uintptr_t hi) {
    det.host->memory->each_page(lo, hi, DET_RANGE_SHARED, see_words_of);
}

static void see_sealed(uintptr_t lo, uintptr_t hi) {
    det.host->memory->each_page(lo, hi, DET_RANGE_SEALED, see_words_of);
}

static void see_allocator(uintptr_t lo, uintptr_t hi) {
    reach_see(look->reach, lo, hi, REACH_FROM_ALLOCATOR);
}

static void see_range(uintptr_t lo, uintptr_t hi, enum det_range kind) {
    void (*const see[])(uintptr_t lo, uintptr_t hi) = {[DET_RANGE_PRIVATE] = see_private,
                                                       [DET_RANGE_SHARED] = see_shared,
                                                       [DET_RANGE_SEALED] = see_sealed,
                                                       [DET_RANGE_ALLOCATOR] = see_allocator,
                                                       [DET_RANGE_HEAP] = see_private};
    reach_each_rest(look->reach, lo, hi, see[kind]);
}

static void note_heap(uintptr_t lo, uintptr_t hi, enum det_range kind) {
    if (kind == DET_RANGE_HEAP) {
        look->heap_lo = lo;
        look->heap_hi = hi;
    }
}

static void see_given(uintptr_t word) {
    reach_word(look->reach, word, REACH_FROM_STACK);
}

/* A collector of garbage that begins. */
static bool see_all(void) {
    const struct det_memory *memory = det.host->memory;
    look->heap_lo = look->heap_hi = 0;
    if (!memory->each_range(note_heap)) {
        return false;
    }
    look->handlers = det.host->handlers(true);
    if (look->handlers == DET_HANDLERS_RESTART && memory->may_jump()) {
        look->handlers = DET_HANDLERS_INTERRUPT;
    }
    add_stacks();
    add_threads();
    memory->each_thread(see_thread);
    memory->each_parked(see_parked);
    see_left_stacks();
    add_waiters();
    memory->each_hole(add_hole);
    if (!heap_each(add_block)) {
        return false;
    }
    reach_seal(look->reach);
    bool known = memory->each_range(see_range);
    memory->each_given(see_given);
    memory->each_thread(see_registers);
    reach_follow(look->reach);
    return known && !look->reach->full;
}

static void drop_stacks(void) {
    reach_spans_drop(&look->stacks);
    reach_spans_drop(&look->idle);
    reach_spans_drop(&look->threads);
}

static bool make_room(struct reach *r, const struct graph *g) {
    uint32_t room = heap_count() + 4 * g->n + 2 * task_count() + IDLE_AT_MOST + SLACK;
    bool made = reach_spans_new(&look->stacks, task_count() + CUT_OFF_STACKS_LEFT + SLACK) &&
                reach_spans_new(&look->idle, IDLE_AT_MOST) &&
                reach_spans_new(&look->threads, g->n) && reach_new(r, room + room / 8);
    if (!made) {
        drop_stacks();
    }
    return made;
}

static bool go_on(void) {
    look->stopped = false;
    return det.host->memory->go_on();
}

bool cut_off_look(struct graph *g, struct reach *r) {
    int64_t before = det.host->monotonic_ns();
    if (!make_room(r, g)) {
        return false;
    }
    r->exact = look->seems != 0;
    r->copy = det.host->memory->copy;
    look->graph = g;
    look->reach = r;
    look->stopped = det.host->memory->stop_all();
    bool seen = look->stopped && see_all();
    if (look->stopped && !seen) {
        (void)go_on();
    }
    look->last_ns = before;
    if (!seen) {
        drop_stacks();
        reach_drop(r);
        look->took_ns = det.host->monotonic_ns() - before;
        is_void();
        return false;
    }
    g->reach = r;
    return true;
}

bool cut_off_more(struct graph *g, struct reach *r) {
    bool any = false;
    for (uint32_t i = 0; i < g->n; i++) {
        struct waiter *w = &g->waiter[i];
        if (!w->stuck && w->found && !w->seen) {
            w->seen = any = true;
            reach_see(r, w->sp, w->stack_hi, REACH_FROM_STACK);
            reach_see(r, w->tls_lo, w->block_hi, REACH_FROM_MEMORY);
            reach_see(r, w->own_lo, w->own_hi, REACH_FROM_MEMORY);
            see_words(w->stopped ? w->stopped->registers : NULL,
                      w->stopped ? w->stopped->n_registers : 0, REACH_FROM_STACK);
        }
    }
    reach_follow(r);
    return any;
}

bool cut_off_end(struct graph *g) {
    for (uint32_t i = 0; i < g->n; i++) { /* while it can be told */
        struct waiter *w = &g->waiter[i];

        w->cut_off = w->stuck && is_candidate(w) && cut_off_is(g, w);
        w->stopped = NULL;
    }
    g->reach = NULL;
    bool valid = go_on();
    drop_stacks();
    int64_t now = det.host->monotonic_ns();
    look->took_ns = now - look->last_ns;
    look->last_ns = now;
    if (!valid) {
        is_void();
    }
    return valid;
}

bool cut_off_is(const struct graph *g, const struct waiter *w) {
    const struct task_wait *wait = &w->t->wait;
    bool any = wait->n_objects == 0 || wait->n_objects > EV_WAIT_OBJECTS_KEPT ||
               (w->handle && reach_has(g->reach, w->handle));
    for (uint32_t i = 0; i < wait->n_objects && !any; i++) {
        any = reach_has(g->reach, wait->objects[i]);
    }
    return w->found && !any && !task_info(w->number)->daemon;
}

static bool seems_cut_off(const struct waiter *w) {
    return w->cut_off && w->stuck && !w->told;
}

bool cut_off_again(const struct graph *g) {
    uint64_t seems = hash_of(g, seems_cut_off);
    bool again = seems != 0 && seems == look->seems;
    look->in_vain = seems != 0 && !again ? look->in_vain + 1 : 0;
    look->seems = seems;
    look->set = again ? look->set : 0;
    return again;
}
