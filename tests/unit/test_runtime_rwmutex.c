/* Rwmutex: SEMANTICS section 8. */
#include <criterion/criterion.h>

#include "parked.h"
#include "test_runtime.h"

struct shared {
    rdl_rwmutex rw;
    rdl_waitgroup wg;
    rdl_chan *go;    /* closed: go on */
    rdl_chan *order; /* who came when: 'r' or 'w' */
    int inside;
    int activity;
    int rounds;
};

static void put(struct shared *s, char who) {
    rdl_send(s->order, &who);
}

static char took(struct shared *s) {
    return RDL_RECV_VALUE(s->order, char);
}

/* Goes in, says so, and leaves when told to. */
static void read_once(void *arg) {
    struct shared *s = arg;
    rdl_rwmutex_rlock(&s->rw);
    put(s, 'r');
    rdl_recv(s->go, NULL);
    rdl_rwmutex_runlock(&s->rw);
}

static void write_once(void *arg) {
    struct shared *s = arg;
    rdl_rwmutex_lock(&s->rw);
    put(s, 'w');
    rdl_rwmutex_unlock(&s->rw);
}

static struct shared fresh(void) {
    return (struct shared){.go = rdl_chan_make(0, 0), .order = RDL_CHAN(char, 64)};
}

static void finish(struct shared *s) {
    rdl_close(s->go);
    rdl_waitgroup_wait(&s->wg);
    rdl_rwmutex_lock(&s->rw);
    rdl_rwmutex_unlock(&s->rw);
    cr_assert_eq(s->rw.rdl__state, 0);
    cr_assert_null(s->rw.rdl__readers);
    cr_assert_null(s->rw.rdl__writers);
    rdl_chan_free(s->go);
    rdl_chan_free(s->order);
}

/* -- who may be inside -- */

Test(rwmutex, RW_01_readers_are_inside_together) {
    for (int procs = 1; procs <= 4; procs *= 4) {
        struct shared s = fresh();
        rdl_maxprocs(procs);
        for (int i = 0; i < 50; i++) {
            rdl_waitgroup_go(&s.wg, read_once, &s);
        }
        for (int i = 0; i < 50; i++) {
            cr_assert_eq(took(&s), 'r'); /* none has left yet */
        }
        finish(&s);
    }
}

Test(rwmutex, RW_01_millions_of_readers) {
    rdl_rwmutex rw = {0};
    for (int i = 0; i < 1 << 22; i++) {
        rdl_rwmutex_rlock(&rw);
    }
    cr_assert_not(rdl_rwmutex_trylock(&rw));
    for (int i = 0; i < 1 << 22; i++) {
        rdl_rwmutex_runlock(&rw);
    }
    cr_assert(rdl_rwmutex_trylock(&rw));
}

static void read_often(void *arg) {
    struct shared *s = arg;
    for (int i = 0; i < s->rounds; i++) {
        rdl_rwmutex_rlock(&s->rw);
        int n = __atomic_add_fetch(&s->activity, 1, __ATOMIC_RELAXED);
        cr_assert(n >= 1 && n < 10000);
        if (i % 32 == 0) {
            rdl_yield();
        }
        __atomic_sub_fetch(&s->activity, 1, __ATOMIC_RELAXED);
        rdl_rwmutex_runlock(&s->rw);
    }
}

static void write_often(void *arg) {
    struct shared *s = arg;
    for (int i = 0; i < s->rounds; i++) {
        rdl_rwmutex_lock(&s->rw);
        int n = __atomic_add_fetch(&s->activity, 10000, __ATOMIC_RELAXED);
        cr_assert_eq(n, 10000);
        if (i % 32 == 0) {
            rdl_yield();
        }
        __atomic_sub_fetch(&s->activity, 10000, __ATOMIC_RELAXED);
        rdl_rwmutex_unlock(&s->rw);
    }
}

static void try_often(void *arg) {
    struct shared *s = arg;
    for (int i = 0; i < s->rounds; i++) {
        if (rdl_rwmutex_trylock(&s->rw)) {
            cr_assert_eq(__atomic_load_n(&s->activity, __ATOMIC_RELAXED), 0);
            rdl_rwmutex_unlock(&s->rw);
        }
        if (rdl_rwmutex_tryrlock(&s->rw)) {
            cr_assert_lt(__atomic_load_n(&s->activity, __ATOMIC_RELAXED), 10000);
            rdl_rwmutex_runlock(&s->rw);
        }
    }
}

Test(rwmutex, RW_01_RW_09_hammer) {
    for (int procs = 1; procs <= 8; procs *= 2) {
        struct shared s = fresh();
        s.rounds = 1000;
        rdl_maxprocs(procs);
        for (int i = 0; i < 12; i++) {
            rdl_waitgroup_go(&s.wg, i % 4 == 0 ? write_often : i == 5 ? try_often : read_often, &s);
        }
        rdl_waitgroup_wait(&s.wg);
        finish(&s);
    }
}

/* -- turns -- */

Test(rwmutex, RW_02_a_waiting_writer_keeps_new_readers_out) {
    struct shared s = fresh();
    rdl_rwmutex_rlock(&s.rw);
    rdl_waitgroup_go(&s.wg, write_once, &s);
    await_parked(PARKED_WRITE, 1);
    rdl_waitgroup_go(&s.wg, read_once, &s);
    await_parked(PARKED_READ, 1);
    rdl_rwmutex_runlock(&s.rw);
    cr_assert_eq(took(&s), 'w');
    cr_assert_eq(took(&s), 'r');
    finish(&s);
}

Test(rwmutex, RW_03_readers_that_queued_get_in_before_the_next_writer) {
    struct shared s = fresh();
    rdl_rwmutex_lock(&s.rw);
    rdl_waitgroup_go(&s.wg, write_once, &s);
    await_parked(PARKED_WRITE, 1);
    for (int i = 0; i < 8; i++) {
        rdl_waitgroup_go(&s.wg, read_once, &s);
    }
    await_parked(PARKED_READ, 8);
    rdl_rwmutex_unlock(&s.rw);
    for (int i = 0; i < 8; i++) {
        cr_assert_eq(took(&s), 'r');
    }
    rdl_close(s.go);
    cr_assert_eq(took(&s), 'w');
    rdl_waitgroup_wait(&s.wg);
}

static rdl_rwmutex forever;

static void lock_forever(void *unused) {
    (void)unused;
    rdl_rwmutex_lock(&forever);
}

static void read_again_behind_a_writer(void) {
    rdl_rwmutex_rlock(&forever);
    rdl_go(lock_forever, NULL);
    await_parked(PARKED_WRITE, 1);
    rdl_go(lock_forever, NULL);
    await_parked(PARKED_WRITE, 2);
    rdl_rwmutex_rlock(&forever);
}

Test(rwmutex, RW_04_recursive_read_lock_deadlocks) {
    struct child c;
    run_child(read_again_behind_a_writer, &c);
    cr_assert(exited_with(&c, 2));
    cr_assert(begins_with(c.text, "fatal error: all goroutines are asleep - deadlock!\n\n"
                                  "goroutine 1 [sync.RWMutex.RLock]:\n"),
              "%s", c.text);
    const char *first = strstr(c.text, " [sync.RWMutex.Lock]:\n");
    cr_assert_not_null(first, "%s", c.text);
    cr_assert_not_null(strstr(first + 1, " [sync.RWMutex.Lock]:\n"), "%s", c.text);
}

static void upgrade(void) {
    rdl_rwmutex_rlock(&forever);
    rdl_rwmutex_lock(&forever);
}

Test(rwmutex, RW_04_there_is_no_upgrade) {
    struct child c;
    run_child(upgrade, &c);
    cr_assert(exited_with(&c, 2));
    cr_assert(begins_with(c.text, "fatal error: all goroutines are asleep - deadlock!\n\n"
                                  "goroutine 1 [sync.RWMutex.Lock]:\n"));
}

static void lock_and_tell(void *arg) {
    struct shared *s = arg;
    rdl_rwmutex_lock(&s->rw);
    uint64_t id = rdl_task_id();
    rdl_send(s->order, &id);
    rdl_rwmutex_unlock(&s->rw);
}

Test(rwmutex, RW_09_writers_are_woken_in_order) {
    struct shared s = {.order = RDL_CHAN(uint64_t, 8)};
    rdl_maxprocs(1);
    rdl_rwmutex_lock(&s.rw);
    for (int i = 0; i < 8; i++) {
        rdl_go(lock_and_tell, &s);
        await_parked(PARKED_WRITE, i + 1);
    }
    rdl_rwmutex_unlock(&s.rw);
    uint64_t previous = 0;
    for (int i = 0; i < 8; i++) {
        uint64_t id = RDL_RECV_VALUE(s.order, uint64_t);
        cr_assert_gt(id, previous);
        previous = id;
    }
}

static void write_most_of_the_time(void *arg) {
    struct shared *s = arg;
    while (!rdl_try_recv(s->go, NULL, NULL)) {
        rdl_rwmutex_lock(&s->rw);
        rdl_time until = rdl_now() + 100 * RDL_MICROSECOND;
        while (rdl_now() < until) {
        }
        rdl_rwmutex_unlock(&s->rw);
    }
}

Test(rwmutex, RW_09_MU_07_no_writer_and_no_reader_starves, .timeout = 60) {
    for (int procs = 1; procs <= 2; procs++) {
        struct shared s = fresh();
        rdl_maxprocs(procs);
        rdl_waitgroup_go(&s.wg, write_most_of_the_time, &s);
        for (int i = 0; i < 10; i++) {
            rdl_sleep(100 * RDL_MICROSECOND);
            rdl_rwmutex_lock(&s.rw);
            rdl_rwmutex_unlock(&s.rw);
            rdl_rwmutex_rlock(&s.rw);
            rdl_rwmutex_runlock(&s.rw);
        }
        finish(&s);
    }
}

/* -- try -- */

Test(rwmutex, RW_07_try_forms) {
    rdl_rwmutex rw = {0};
    cr_assert(rdl_rwmutex_tryrlock(&rw));
    cr_assert(rdl_rwmutex_tryrlock(&rw));
    cr_assert_not(rdl_rwmutex_trylock(&rw));
    rdl_rwmutex_runlock(&rw);
    cr_assert_not(rdl_rwmutex_trylock(&rw));
    rdl_rwmutex_runlock(&rw);
    cr_assert(rdl_rwmutex_trylock(&rw));
    cr_assert_not(rdl_rwmutex_trylock(&rw));
    cr_assert_not(rdl_rwmutex_tryrlock(&rw));
    rdl_rwmutex_unlock(&rw);
}

Test(rwmutex, RW_07_a_waiting_writer_makes_both_fail) {
    struct shared s = fresh();
    rdl_rwmutex_rlock(&s.rw);
    rdl_waitgroup_go(&s.wg, write_once, &s);
    await_parked(PARKED_WRITE, 1);
    cr_assert_not(rdl_rwmutex_tryrlock(&s.rw));
    cr_assert_not(rdl_rwmutex_trylock(&s.rw));
    rdl_rwmutex_runlock(&s.rw);
    finish(&s);
}

/* -- release -- */

static void runlock(void *rw) {
    rdl_rwmutex_runlock(rw);
}

static void unlock(void *rw) {
    rdl_rwmutex_unlock(rw);
}

Test(rwmutex, RW_06_another_task_may_release) {
    rdl_rwmutex rw = {0};
    rdl_rwmutex_rlock(&rw);
    rdl_go(runlock, &rw);
    rdl_rwmutex_lock(&rw);
    rdl_go(unlock, &rw);
    rdl_rwmutex_rlock(&rw);
    rdl_rwmutex_runlock(&rw);
}

static void unlock_unlocked(void) {
    rdl_rwmutex rw = {0};
    rdl_try(unlock, &rw, NULL);
}

static void unlock_read_locked(void) {
    rdl_rwmutex rw = {0};
    rdl_rwmutex_rlock(&rw);
    rdl_try(unlock, &rw, NULL);
}

static void runlock_unlocked(void) {
    rdl_rwmutex rw = {0};
    rdl_try(runlock, &rw, NULL);
}

static void runlock_write_locked(void) {
    rdl_rwmutex rw = {0};
    rdl_rwmutex_lock(&rw);
    rdl_try(runlock, &rw, NULL);
}

Test(rwmutex, RW_05_wrong_releases_are_fatal) {
    const struct {
        void (*fn)(void);
        const char *text;
    } misuses[] = {
        {unlock_unlocked, "fatal error: sync: Unlock of unlocked RWMutex\n\ngoroutine 1 ["},
        {unlock_read_locked, "fatal error: sync: Unlock of unlocked RWMutex\n\ngoroutine 1 ["},
        {runlock_unlocked, "fatal error: sync: RUnlock of unlocked RWMutex\n\ngoroutine 1 ["},
        {runlock_write_locked, "fatal error: sync: RUnlock of unlocked RWMutex\n\ngoroutine 1 ["}};
    for (size_t i = 0; i < sizeof(misuses) / sizeof(misuses[0]); i++) {
        struct child c;
        run_child(misuses[i].fn, &c);
        cr_assert(exited_with(&c, 2));
        cr_assert(begins_with(c.text, misuses[i].text), "%zu: %s", i, c.text);
    }
}

/* -- deferred -- */

static void leave_by_panic(void *arg) {
    struct shared *s = arg;
    rdl_rwmutex_lock(&s->rw);
    RDL_DEFER_UNLOCK(&s->rw);
    rdl_panic("on the way");
}

static void read_and_panic(void *arg) {
    struct shared *s = arg;
    rdl_rwmutex_rlock(&s->rw);
    RDL_DEFER_RUNLOCK(&s->rw);
    rdl_panic("on the way");
}

Test(rwmutex, PD_RW_deferred_releases) {
    struct shared s = {.rounds = 0};
    rdl_mutex mu = {0};
    cr_assert_not(rdl_try(leave_by_panic, &s, NULL));
    cr_assert_not(rdl_try(read_and_panic, &s, NULL));
    {
        rdl_rwmutex_lock(&s.rw);
        RDL_DEFER_UNLOCK(&s.rw);
        rdl_mutex_lock(&mu);
        RDL_DEFER_UNLOCK(&mu);
    }
    cr_assert(rdl_rwmutex_trylock(&s.rw));
    cr_assert(rdl_mutex_trylock(&mu));
}

/* -- the object is gone after the lock that follows the last unlock -- */

static void done_reading(void *rw) {
    rdl_rwmutex_runlock(rw);
}

static void done_writing(void *rw) {
    rdl_rwmutex_unlock(rw);
}

Test(rwmutex, API_lifetime_ends_with_the_lock_after_the_last_unlock) {
    for (int i = 0; i < 10000; i++) {
        rdl_rwmutex rw = {0};
        if (i % 2 == 0) {
            rdl_rwmutex_rlock(&rw);
            rdl_go(done_reading, &rw);
            rdl_rwmutex_lock(&rw);
        } else {
            rdl_rwmutex_lock(&rw);
            rdl_go(done_writing, &rw);
            rdl_rwmutex_rlock(&rw);
        }
        memset(&rw, 0xff, sizeof(rw));
        rdl_yield();
        cr_assert_eq(rw.rdl__state, UINT64_MAX);
    }
}
