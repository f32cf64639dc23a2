/* What the runtime tells a detector: SEMANTICS part 2. A detector of ours writes the events down;
 * the tests compare the edges of each operation with the rules.
 */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "runtime/chan.h"
#include "runtime/emit.h"
#include "test_runtime.h"

/* -- a detector that only writes down -- */

struct det_task {
    char name;
};

static struct det_task handles[64] = {{'M'}};
static unsigned n_handles = 1;
static _Thread_local struct det_task *running = &handles[0];
static char log_text[4096];
static uintptr_t base; /* keys are written relative to it */
static size_t span;
static unsigned task_ends, task_begins;

static void write_event(const char *what, const struct det_task *t, uintptr_t key) {
    char piece[64];
    if (t == NULL || key < base || key >= base + span) {
        return;
    }
    snprintf(piece, sizeof(piece), "%s(%c,%zu) ", what, t->name, (size_t)(key - base));
    strcat(log_text, piece);
}

static struct det_task *on_create(struct det_task *parent, enum ev_task_kind kind, uint64_t id,
                                  uintptr_t pc) {
    cr_assert_not_null(parent);
    cr_assert_eq(kind, EV_TASK_GOROUTINE);
    cr_assert_gt(id, 1);
    cr_assert_neq(pc, 0);
    handles[n_handles].name = (char)('A' + n_handles - 1);
    return &handles[n_handles++];
}

static void on_begin(struct det_task *t, uintptr_t lo, uintptr_t hi) {
    cr_assert_not_null(t);
    cr_assert_gt(hi, lo);
    task_begins++;
}

static void on_end(struct det_task *t) {
    cr_assert_not_null(t);
    task_ends++;
}

static void on_note(struct det_task *t, enum ev_task_note note, const char *text) {
    (void)t;
    (void)note;
    (void)text;
}

static void on_acquire(struct det_task *t, uintptr_t key) {
    write_event("acq", t, key);
}

static void on_release(struct det_task *t, uintptr_t key) {
    write_event("set", t, key);
}

static void on_merge(struct det_task *t, uintptr_t key) {
    write_event("rel", t, key);
}

static void on_swap(struct det_task *t, uintptr_t key) {
    write_event("swap", t, key);
}

static void on_access(struct det_task *t, uintptr_t addr, size_t size, uint32_t access,
                      uintptr_t pc) {
    (void)size;
    cr_assert_neq(pc, 0);
    if ((access & EV_SYNC) != 0) {
        write_event((access & EV_WRITE) != 0 ? "W" : "R", t, addr);
    } else if (t != NULL) {
        char piece[8] = {(access & EV_WRITE) != 0 ? 'w' : 'r', t->name, ' ', 0};
        strcat(log_text, piece);
    }
}

static uint32_t on_depth(const struct det_task *t) {
    (void)t;
    return 5;
}

static unsigned unwound_to;
static void on_unwind(struct det_task *t, uint32_t depth) {
    cr_assert_not_null(t);
    unwound_to = depth;
}

static unsigned locks_held;
static void on_locked(struct det_task *t, uintptr_t lock, uint32_t mode, uintptr_t pc) {
    (void)t;
    (void)lock;
    (void)mode;
    (void)pc;
    locks_held++;
}

static void on_unlocked(struct det_task *t, uintptr_t lock, uint32_t mode) {
    (void)t;
    (void)lock;
    (void)mode;
    locks_held--;
}

static void on_taken(struct det_task *t, const struct ev_lock *lock) {
    write_event("W", t, lock->lock);
    if (lock->readers != 0 && (lock->mode & EV_LOCK_READ) == 0) {
        write_event("acq", t, lock->readers);
    }
    write_event("acq", t, lock->lock);
    on_locked(t, lock->lock, lock->mode, lock->pc);
}

static void on_leaving(struct det_task *t, const struct ev_lock *lock) {
    write_event((lock->mode & EV_LOCK_WAITS) != 0 ? "waits" : "W", t, lock->lock);
    on_unlocked(t, lock->lock, lock->mode);
    write_event("rel", t, (lock->mode & EV_LOCK_READ) != 0 ? lock->readers : lock->lock);
}

static void on_meet(struct det_task *a, struct det_task *b) {
    char piece[16];
    if (a != NULL && b != NULL) {
        snprintf(piece, sizeof(piece), "meet(%c,%c) ", a->name, b->name);
        strcat(log_text, piece);
    }
}

static void on_object(struct det_task *t, enum ev_object_kind kind, uintptr_t addr, size_t size,
                      uintptr_t pc) {
    (void)t;
    (void)kind;
    (void)pc;
    base = addr;
    span = size;
}

static void on_destroy(struct det_task *t, uintptr_t addr, size_t size) {
    (void)t;
    (void)addr;
    (void)size;
}

static void on_name(uintptr_t addr, const char *name) {
    (void)addr;
    (void)name;
}

static int waits;
static void on_wait(struct det_task *t, const struct ev_wait *wait, uintptr_t pc) {
    (void)wait;
    cr_assert_not_null(t);
    cr_assert_neq(pc, 0);
    __atomic_fetch_add(&waits, 1, __ATOMIC_SEQ_CST);
}

static void on_wait_end(struct det_task *t) {
    cr_assert_not_null(t);
    __atomic_fetch_sub(&waits, 1, __ATOMIC_SEQ_CST);
}

static void on_forget(uintptr_t addr, size_t size) {
    (void)addr;
    (void)size;
}

static void on_switch(struct det_task *t) {
    running = t;
}

static struct det_task *on_current(void) {
    return running;
}

static void on_finish(void (*settle)(void)) {
    (void)settle;
}

static void on_close(bool (*is_awaited)(int fd)) {
    (void)is_awaited;
}

static void on_quiet(bool (*is_quiet)(struct ev_quiet *), uintptr_t quits) {
    (void)is_quiet, (void)quits;
}

static void on_waits_itself(struct det_task *t) {
    (void)t;
}

static void on_look(void) {
}

static void on_own(uintptr_t addr, size_t size) {
    (void)addr, (void)size;
}

static void on_stop(void (*each_parked)(void (*see)(const struct ev_parked *task)),
                    const int *epoll) {
    (void)each_parked, (void)epoll;
}

static void on_pause(void (*pause)(int64_t ns)) {
    (void)pause;
}

static void on_signal(uintptr_t handler) {
    (void)handler;
}

static void on_signals(struct det_task *t) {
    write_event("says", t, base + sizeof(struct rdl_chan));
}

static void on_waited(struct det_task *t, uintptr_t lock) {
    write_event("waited", t, lock);
}

static struct ev_copy copy_told;
static int copies_told;
static void on_copy(struct det_task *t, const struct ev_copy *copy) {
    cr_assert_not_null(t);
    cr_assert_neq(copy->pc, 0);
    copy_told = *copy;
    copies_told++;
}

static const struct raddle_events writer = {
    .version = EV_VERSION,
    .bytes = sizeof(struct raddle_events),
    .task_create = on_create,
    .task_begin = on_begin,
    .task_end = on_end,
    .task_note = on_note,
    .acquire = on_acquire,
    .release = on_release,
    .release_merge = on_merge,
    .release_acquire = on_swap,
    .access = on_access,
    .memory_forget = on_forget,
    .call_depth = on_depth,
    .call_unwind = on_unwind,
    .lock_acquired = on_locked,
    .lock_released = on_unlocked,
    .lock_taken = on_taken,
    .lock_leaving = on_leaving,
    .meet = on_meet,
    .object_new = on_object,
    .object_destroy = on_destroy,
    .object_name = on_name,
    .wait_begin = on_wait,
    .wait_end = on_wait_end,
    .task_switch = on_switch,
    .task_current = on_current,
    .at_finish = on_finish,
    .at_close = on_close,
    .at_quiet = on_quiet,
    .waits_itself = on_waits_itself,
    .look = on_look,
    .own_memory = on_own,
    .at_stop = on_stop,
    .at_pause = on_pause,
    .at_signal = on_signal,
    .condition_signals = on_signals,
    .condition_waited = on_waited,
    .copy_used = on_copy,
};

/* One worker, so that what the log says is one order. */
static void watch(void) {
    rdl__events = &writer;
    rdl_maxprocs(1);
    log_text[0] = 0;
}

static void park_others(void) {
    for (int i = 0; i < 20; i++) {
        rdl_yield();
    }
}

/* What was written since the last look, with the names of the channel's inner places. */
static const char *written(void) {
    static char text[8192];
    static const struct {
        size_t at;
        const char *name;
    } places[] = {{offsetof(struct rdl_chan, send_cell), "send_cell"},
                  {offsetof(struct rdl_chan, receive_cell), "receive_cell"},
                  {offsetof(struct rdl_chan, look_cell), "look_cell"},
                  {offsetof(struct rdl_chan, close_key), "closed"},
                  {offsetof(struct rdl_chan, timer_key), "timer"}};
    char *to = text;
    for (const char *at = log_text; *at != 0;) {
        const char *name = NULL;
        char *end;
        size_t number = *at >= '0' && *at <= '9' ? strtoul(at, &end, 10) : SIZE_MAX;
        for (size_t i = 0; number != SIZE_MAX && i < sizeof(places) / sizeof(places[0]); i++) {
            name = places[i].at == number ? places[i].name : name;
        }
        if (name != NULL) {
            to = stpcpy(to, name);
            at = end;
        } else if (number != SIZE_MAX) {
            to += sprintf(to, "s%zu", number - sizeof(struct rdl_chan));
            at = end;
        } else {
            *to++ = *at++;
        }
    }
    *to = 0;
    log_text[0] = 0;
    return text;
}

#define EXPECT(text)                                                                               \
    do {                                                                                           \
        const char *got = written();                                                               \
        cr_assert_str_eq(got, text, "%s\n  not %s", got, text);                                    \
    } while (0)

/* -- channels -- */

static void send_int(void *ch) {
    RDL_SEND_VALUE(ch, 1);
}

static void recv_int(void *ch) {
    (void)RDL_RECV_VALUE(ch, int);
}

Test(events, HB_CH_04_buffered_operations_swap_with_their_slot) {
    watch();
    rdl_chan *ch = RDL_CHAN(int, 2);
    for (int round = 0; round < 2; round++) {
        send_int(ch);
        EXPECT(round == 0 ? "R(M,send_cell) rM swap(M,s0) " : "R(M,send_cell) rM swap(M,s4) ");
        recv_int(ch);
        EXPECT(round == 0 ? "R(M,receive_cell) swap(M,s0) wM "
                          : "R(M,receive_cell) swap(M,s4) wM ");
    }
}

Test(events, HB_CH_04_unbuffered_hand_over_meets) {
    watch();
    rdl_chan *ch = RDL_CHAN(int, 0);
    rdl_go(recv_int, ch);
    park_others();
    EXPECT("R(A,receive_cell) ");
    cr_assert_eq(waits, 1);
    send_int(ch);
    EXPECT("R(M,send_cell) rM meet(M,A) wA ");
    park_others();
    cr_assert_eq(waits, 0);
    rdl_go(send_int, ch);
    park_others();
    EXPECT("R(B,send_cell) ");
    recv_int(ch);
    EXPECT("R(M,receive_cell) rB meet(B,M) wM ");
}

Test(events, HB_CH_05_direct_hand_over_goes_through_the_slot) {
    watch();
    rdl_chan *ch = RDL_CHAN(int, 2);
    rdl_go(recv_int, ch);
    park_others();
    written();
    send_int(ch);
    EXPECT("R(M,send_cell) rM swap(M,s0) swap(A,s0) wA ");
    send_int(ch);
    EXPECT("R(M,send_cell) rM swap(M,s4) ");
    send_int(ch);
    EXPECT("R(M,send_cell) rM swap(M,s0) ");
    rdl_go(send_int, ch);
    park_others();
    EXPECT("R(B,send_cell) ");
    recv_int(ch);
    EXPECT("R(M,receive_cell) rB swap(M,s4) wM swap(B,s4) ");
    recv_int(ch);
    EXPECT("R(M,receive_cell) swap(M,s0) wM ");
    recv_int(ch);
    EXPECT("R(M,receive_cell) swap(M,s4) wM ");
}

Test(events, HB_CH_13_zero_size_elements_have_slots_too) {
    watch();
    rdl_chan *ch = rdl_chan_make(0, 2);
    rdl_send(ch, NULL);
    rdl_send(ch, NULL);
    rdl_recv(ch, NULL);
    EXPECT("R(M,send_cell) swap(M,s0) R(M,send_cell) swap(M,s1) R(M,receive_cell) swap(M,s0) ");
    ch = rdl_chan_make(0, 1000000);
    rdl_send(ch, NULL);
    rdl_recv(ch, NULL);
    EXPECT("R(M,send_cell) acq(M,s0) rel(M,s0) R(M,receive_cell) acq(M,s0) rel(M,s0) ");
}

Test(events, HB_CH_03_RP_01_close) {
    watch();
    rdl_chan *ch = RDL_CHAN(int, 1);
    int v;
    rdl_go(recv_int, ch);
    park_others();
    written();
    rdl_close(ch);
    EXPECT("R(M,receive_cell) W(M,send_cell) set(M,closed) acq(A,closed) wA ");
    rdl_recv(ch, &v);
    EXPECT("R(M,receive_cell) acq(M,closed) wM ");
}

static void send_and_recover(void *ch) {
    rdl_try(send_int, ch, NULL);
}

Test(events, HB_CH_12_RP_04_no_edge_into_senders_or_second_closers) {
    watch();
    rdl_chan *ch = RDL_CHAN(int, 0);
    rdl_go(send_and_recover, ch);
    park_others();
    written();
    rdl_close(ch);
    park_others();
    EXPECT("R(M,receive_cell) W(M,send_cell) set(M,closed) ");
    cr_assert_eq(unwound_to, 5);
    cr_assert_not(rdl_try((void (*)(void *))rdl_close, ch, NULL));
    EXPECT("R(M,receive_cell) ");
}

Test(events, HB_CH_08_HB_CH_09_no_edges) {
    watch();
    rdl_chan *ch = RDL_CHAN(int, 1);
    int v = 1;
    rdl_try_recv(ch, &v, NULL);
    rdl_chan_len(ch);
    rdl_chan_cap(ch);
    EXPECT("R(M,receive_cell) R(M,look_cell) R(M,look_cell) "); /* these are at no side */
    rdl_try_send(ch, &v);
    written();
    rdl_try_send(ch, &v);
    EXPECT("R(M,send_cell) ");
    rdl_chan_free(ch);
    EXPECT("R(M,receive_cell) W(M,send_cell) ");
}

Test(events, HB_SE_01_RP_02_only_the_chosen_case_has_edges) {
    watch();
    rdl_chan *other = RDL_CHAN(int, 0);
    rdl_chan *ch = RDL_CHAN(int, 1);
    int v = 1;
    rdl_case cases[] = {RDL_CASE_RECV(ch, &v), RDL_CASE_SEND(other, &v), RDL_CASE_DEFAULT};
    rdl_select(cases, 3);
    EXPECT("R(M,receive_cell) ");
    send_int(ch);
    written();
    rdl_select(cases, 3);
    EXPECT("R(M,receive_cell) swap(M,s0) wM ");
}

Test(events, HB_TM_01_arming_is_before_the_receive) {
    watch();
    rdl_chan *ch = rdl_after(RDL_MICROSECOND);
    EXPECT("set(M,timer) ");
    rdl_recv(ch, NULL);
    EXPECT("R(M,receive_cell) acq(M,timer) ");
}

/* -- sync -- */

Test(events, HB_MU_01_HB_MU_02_mutex) {
    static rdl_mutex mu;
    watch();
    base = (uintptr_t)&mu - sizeof(struct rdl_chan);
    span = sizeof(struct rdl_chan) + sizeof(mu);
    rdl_mutex_lock(&mu);
    EXPECT("W(M,s0) acq(M,s0) ");
    cr_assert_eq(locks_held, 1);
    cr_assert_not(rdl_mutex_trylock(&mu));
    EXPECT("W(M,s0) ");
    rdl_mutex_unlock(&mu);
    EXPECT("W(M,s0) rel(M,s0) ");
    cr_assert_eq(locks_held, 0);
}

static struct in_use {
    rdl_mutex mu;
    rdl_rwmutex rw;
    rdl_waitgroup wg;
} owned, copied;

/* One was told, once. */
static void expect_copy(enum ev_use use, const void *object, const void *original) {
    cr_assert_eq(copies_told, 1, "%d", copies_told);
    cr_assert_eq(copy_told.use, use);
    cr_assert_eq(copy_told.object, (uintptr_t)object);
    cr_assert_eq(copy_told.original, (uintptr_t)original);
    copies_told = 0;
}

Test(events, MU_10_copy_of_mutex) {
    watch();
    rdl_mutex_lock(&owned.mu);
    copied = owned;
    cr_assert_not(rdl_mutex_trylock(&copied.mu));
    expect_copy(EV_USE_LOCK, &copied.mu, &owned.mu);
    rdl_mutex_unlock(&copied.mu); /* it is where it is, from then on */
    rdl_mutex_unlock(&owned.mu);
    cr_assert_eq(owned.mu.rdl__state, 0);
    cr_assert_eq(copied.mu.rdl__state, 0);
    copied = owned;
    rdl_mutex_lock(&copied.mu);
    rdl_mutex_unlock(&copied.mu);
    cr_assert_eq(copies_told, 0);
}

Test(events, MU_10_copy_of_rwmutex) {
    watch();
    for (int writes = 0; writes < 2; writes++) {
        (writes ? rdl_rwmutex_lock : rdl_rwmutex_rlock)(&owned.rw);
        copied = owned;
        (writes ? rdl_rwmutex_unlock : rdl_rwmutex_runlock)(&copied.rw);
        expect_copy(EV_USE_UNLOCK, &copied.rw, &owned.rw);
        (writes ? rdl_rwmutex_unlock : rdl_rwmutex_runlock)(&owned.rw);
        copied = owned; /* at rest */
        cr_assert(rdl_rwmutex_tryrlock(&copied.rw));
        cr_assert(rdl_rwmutex_tryrlock(&copied.rw));
        cr_assert_eq(copies_told, 0);
    }
}

Test(events, WG_06_copy_of_waitgroup) {
    watch();
    rdl_waitgroup_add(&owned.wg, 1);
    copied = owned;
    rdl_waitgroup_add(&copied.wg, 1);
    expect_copy(EV_USE_ADD, &copied.wg, &owned.wg);
    rdl_waitgroup_done(&copied.wg);
    copied = owned;
    rdl_waitgroup_done(&copied.wg);
    expect_copy(EV_USE_DONE, &copied.wg, &owned.wg);
    rdl_waitgroup_done(&owned.wg);
    copied = owned; /* at rest */
    rdl_waitgroup_add(&copied.wg, 1);
    rdl_waitgroup_done(&copied.wg);
    rdl_waitgroup_wait(&copied.wg);
    cr_assert_eq(copies_told, 0);
}

static rdl_mutex guard;
static rdl_cond changed = RDL_COND_INIT(&guard);

static void wait_for_change(void *unused) {
    (void)unused;
    rdl_mutex_lock(&guard);
    rdl_cond_wait(&changed);
    rdl_mutex_unlock(&guard);
}

Test(events, HB_CV_01_a_condition_says_who_waited) {
    watch();
    base = (uintptr_t)&guard - sizeof(struct rdl_chan);
    span = sizeof(struct rdl_chan) + sizeof(guard);
    rdl_cond_signal(&changed);
    EXPECT("says(M,s0) ");
    rdl_go(wait_for_change, NULL);
    park_others();
    EXPECT("W(A,s0) acq(A,s0) waits(A,s0) rel(A,s0) ");
    rdl_cond_broadcast(&changed);
    park_others();
    EXPECT("says(M,s0) W(A,s0) acq(A,s0) waited(A,s0) W(A,s0) rel(A,s0) ");
}

static void wait_for(void *wg) {
    rdl_waitgroup_wait(wg);
}

Test(events, HB_WG_01_RP_07_waitgroup) {
    static rdl_waitgroup wg;
    watch();
    base = (uintptr_t)&wg - sizeof(struct rdl_chan);
    span = sizeof(struct rdl_chan) + sizeof(wg);
    rdl_waitgroup_add(&wg, 1);
    EXPECT("R(M,s16) ");
    rdl_waitgroup_add(&wg, 1);
    EXPECT("");
    rdl_go(wait_for, &wg);
    park_others();
    EXPECT("W(A,s16) ");
    rdl_waitgroup_done(&wg);
    EXPECT("rel(M,s0) ");
    rdl_waitgroup_done(&wg);
    EXPECT("rel(M,s0) acq(A,s0) ");
    rdl_waitgroup_wait(&wg);
    EXPECT("acq(M,s0) ");
}

static void nothing(void *unused) {
    (void)unused;
}

Test(events, HB_ON_01_once) {
    static rdl_once once;
    watch();
    base = (uintptr_t)&once - sizeof(struct rdl_chan);
    span = sizeof(struct rdl_chan) + sizeof(once);
    rdl_once_do(&once, nothing, NULL);
    EXPECT("set(M,s0) ");
    rdl_once_do(&once, nothing, NULL);
    EXPECT("acq(M,s0) ");
}

/* -- tasks -- */

static void check_current(void *ch) {
    struct det_task *mine = running;
    cr_assert_not_null(mine);
    for (int i = 0; i < 10; i++) {
        rdl_yield();
        cr_assert_eq(running, mine);
    }
    rdl_send(ch, NULL);
}

Test(events, HB_GR_01_HB_M_02_the_current_task_follows_switches) {
    watch();
    rdl_chan *ch = rdl_chan_make(0, 0);
    for (int i = 0; i < 10; i++) {
        rdl_go(check_current, ch);
    }
    for (int i = 0; i < 10; i++) {
        rdl_recv(ch, NULL);
        cr_assert_eq(running, &handles[0]);
    }
    park_others();
    cr_assert_eq(task_begins, 10);
    cr_assert_eq(task_ends, 10);
}

static void note_number(void *arg) {
    rdl_chan **both = arg;
    uint64_t id = rdl_task_id();
    rdl_send(both[0], &id);
}

/* The same order for ever would mean that the schedule is fixed [GR-17]. */
Test(events, GR_17_the_schedule_is_random_under_a_detector) {
    bool differs = false;
    watch();
    rdl_chan *both[] = {RDL_CHAN(uint64_t, 10)};
    uint64_t first[4] = {0};
    for (int round = 0; !differs; round++) {
        uint64_t lowest = UINT64_MAX;
        uint64_t ids[4];
        for (int i = 0; i < 4; i++) {
            rdl_go(note_number, both);
        }
        for (int i = 0; i < 4; i++) {
            rdl_recv(both[0], &ids[i]);
            lowest = ids[i] < lowest ? ids[i] : lowest;
        }
        for (int i = 0; i < 4; i++) {
            differs = differs || (round > 0 && ids[i] - lowest != first[i]);
            first[i] = round == 0 ? ids[i] - lowest : first[i];
        }
        cr_assert_lt(round, 1000);
    }
}
