/* Cond: SEMANTICS section 11. */
#include <criterion/criterion.h>

#include "parked.h"
#include "test_runtime.h"

struct shared {
    rdl_mutex mu;
    rdl_rwmutex rw;
    rdl_cond cond;
    rdl_waitgroup wg;
    rdl_chan *awake; /* who woke up, in this order: int */
    int next;        /* number of the next waiter */
    bool ready;
};

static void use_mutex(struct shared *s) {
    *s = (struct shared){.awake = RDL_CHAN(int, 200)};
    rdl_cond_init(&s->cond, &s->mu);
}

static void wait_once(void *arg) {
    struct shared *s = arg;
    rdl_mutex_lock(&s->mu);
    int number = s->next++;
    rdl_cond_wait(&s->cond);
    rdl_send(s->awake, &number);
    rdl_mutex_unlock(&s->mu);
}

static void start_waiters(struct shared *s, int n) {
    for (int i = 0; i < n; i++) {
        rdl_waitgroup_go(&s->wg, wait_once, s);
        await_parked(PARKED_COND, i + 1);
    }
}

Test(cond, CV_01_a_signal_after_the_registration_is_not_missed) {
    for (int procs = 1; procs <= 4; procs *= 2) {
        struct shared s;
        use_mutex(&s);
        rdl_maxprocs(procs);
        for (int i = 0; i < 2000; i++) {
            rdl_mutex_lock(&s.mu);
            rdl_waitgroup_go(&s.wg, wait_once, &s);
            while (s.next == i) { /* until it has the lock, or rather had: it waits by then */
                rdl_mutex_unlock(&s.mu);
                rdl_yield();
                rdl_mutex_lock(&s.mu);
            }
            rdl_cond_signal(&s.cond);
            rdl_mutex_unlock(&s.mu);
            cr_assert_eq(RDL_RECV_VALUE(s.awake, int), i);
        }
        rdl_waitgroup_wait(&s.wg);
        cr_assert_eq(s.cond.rdl__state, 0);
    }
}

Test(cond, CV_02_CV_03_one_signal_wakes_the_longest_waiting) {
    struct shared s;
    use_mutex(&s);
    start_waiters(&s, 5);
    for (int i = 0; i < 5; i++) {
        rdl_mutex_lock(&s.mu);
        rdl_cond_signal(&s.cond);
        rdl_mutex_unlock(&s.mu);
        cr_assert_eq(RDL_RECV_VALUE(s.awake, int), i);
        cr_assert_eq(count_parked(PARKED_COND), 4 - i);
        cr_assert_eq(rdl_chan_len(s.awake), 0);
    }
    rdl_cond_signal(&s.cond);
    rdl_waitgroup_wait(&s.wg);
}

Test(cond, CV_03_a_signal_without_a_waiter_is_lost) {
    struct shared s;
    use_mutex(&s);
    rdl_cond_signal(&s.cond);
    rdl_cond_broadcast(&s.cond);
    start_waiters(&s, 1);
    cr_assert_eq(rdl_chan_len(s.awake), 0);
    rdl_cond_signal(&s.cond);
    cr_assert_eq(RDL_RECV_VALUE(s.awake, int), 0);
    rdl_waitgroup_wait(&s.wg);
}

Test(cond, CV_03_broadcast_wakes_all_that_wait_in_order) {
    struct shared s;
    use_mutex(&s);
    rdl_maxprocs(1);
    start_waiters(&s, 20);
    rdl_mutex_lock(&s.mu);
    rdl_cond_broadcast(&s.cond);
    rdl_waitgroup_go(&s.wg, wait_once, &s); /* comes too late */
    rdl_mutex_unlock(&s.mu);
    for (int i = 0; i < 20; i++) {
        cr_assert_eq(RDL_RECV_VALUE(s.awake, int), i);
    }
    await_parked(PARKED_COND, 1);
    cr_assert_eq(rdl_chan_len(s.awake), 0);
    rdl_cond_broadcast(&s.cond);
    cr_assert_eq(RDL_RECV_VALUE(s.awake, int), 20);
    rdl_waitgroup_wait(&s.wg);
}

/* Each generation registers before the signal that wakes it, and after the one before it. */
Test(cond, CV_03_generations) {
    for (int procs = 1; procs <= 4; procs *= 4) {
        struct shared s;
        use_mutex(&s);
        rdl_maxprocs(procs);
        for (int i = 0; i < 100; i++) {
            rdl_waitgroup_go(&s.wg, wait_once, &s);
            if (i > 0) {
                cr_assert_eq(RDL_RECV_VALUE(s.awake, int), i - 1);
            }
            rdl_mutex_lock(&s.mu);
            while (s.next <= i) {
                rdl_mutex_unlock(&s.mu);
                rdl_yield();
                rdl_mutex_lock(&s.mu);
            }
            rdl_cond_signal(&s.cond);
            rdl_mutex_unlock(&s.mu);
        }
        rdl_waitgroup_wait(&s.wg);
    }
}

static void wait_until_ready(void *arg) {
    struct shared *s = arg;
    int one = 1;
    rdl_mutex_lock(&s->mu);
    while (!s->ready) {
        rdl_cond_wait(&s->cond);
    }
    rdl_mutex_unlock(&s->mu);
    rdl_send(s->awake, &one);
}

/* A waiter that was there before the broadcast is not robbed of it by one that registers while it is
 * under way. */
Test(cond, CV_03_stealing) {
    for (int i = 0; i < 500; i++) {
        struct shared s;
        use_mutex(&s);
        rdl_waitgroup_go(&s.wg, wait_once, &s);
        rdl_mutex_lock(&s.mu);
        while (s.next == 0) {
            rdl_mutex_unlock(&s.mu);
            rdl_yield();
            rdl_mutex_lock(&s.mu);
        }
        rdl_mutex_unlock(&s.mu);
        rdl_cond_signal(&s.cond);
        rdl_waitgroup_go(&s.wg, wait_until_ready, &s);
        (void)RDL_RECV_VALUE(s.awake, int);
        rdl_mutex_lock(&s.mu);
        s.ready = true;
        rdl_cond_broadcast(&s.cond);
        rdl_mutex_unlock(&s.mu);
        (void)RDL_RECV_VALUE(s.awake, int);
        rdl_waitgroup_wait(&s.wg);
        rdl_chan_free(s.awake);
    }
}

Test(cond, CV_04_signal_with_and_without_the_lock) {
    struct shared s;
    use_mutex(&s);
    start_waiters(&s, 2);
    rdl_cond_signal(&s.cond);
    (void)RDL_RECV_VALUE(s.awake, int);
    rdl_mutex_lock(&s.mu);
    rdl_cond_signal(&s.cond);
    cr_assert_eq(rdl_chan_len(s.awake), 0); /* no priority: we have the lock */
    rdl_mutex_unlock(&s.mu);
    (void)RDL_RECV_VALUE(s.awake, int);
    rdl_waitgroup_wait(&s.wg);
}

/* -- the three lockers -- */

static void wait_as_writer(void *arg) {
    struct shared *s = arg;
    rdl_rwmutex_lock(&s->rw);
    while (!s->ready) {
        rdl_cond_wait(&s->cond);
    }
    cr_assert_not(rdl_rwmutex_tryrlock(&s->rw));
    rdl_rwmutex_unlock(&s->rw);
}

static void wait_as_reader(void *arg) {
    struct shared *s = arg;
    rdl_rwmutex_rlock(&s->rw);
    while (!s->ready) {
        rdl_cond_wait(&s->cond);
    }
    cr_assert_not(rdl_rwmutex_trylock(&s->rw));
    rdl_rwmutex_runlock(&s->rw);
}

static void get_ready(struct shared *s) {
    rdl_rwmutex_lock(&s->rw);
    s->ready = true;
    rdl_cond_broadcast(&s->cond);
    rdl_rwmutex_unlock(&s->rw);
    rdl_waitgroup_wait(&s->wg);
}

Test(cond, CV_01_RW_08_write_side_of_an_rwmutex) {
    struct shared s = {.ready = false};
    rdl_cond_init_rw(&s.cond, &s.rw);
    for (int i = 0; i < 3; i++) {
        rdl_waitgroup_go(&s.wg, wait_as_writer, &s);
    }
    await_parked(PARKED_COND, 3);
    get_ready(&s);
}

Test(cond, CV_01_RW_08_read_side_of_an_rwmutex) {
    struct shared s = {.ready = false};
    rdl_cond_init_r(&s.cond, &s.rw);
    for (int i = 0; i < 3; i++) {
        rdl_waitgroup_go(&s.wg, wait_as_reader, &s);
    }
    await_parked(PARKED_COND, 3);
    get_ready(&s);
}

static rdl_mutex static_mu;
static rdl_cond static_cond = RDL_COND_INIT(&static_mu);

static void signal_static(void *unused) {
    (void)unused;
    rdl_mutex_lock(&static_mu);
    rdl_cond_signal(&static_cond);
    rdl_mutex_unlock(&static_mu);
}

Test(cond, CV_01_static_initialiser) {
    rdl_mutex_lock(&static_mu);
    rdl_go(signal_static, NULL);
    rdl_cond_wait(&static_cond);
    rdl_mutex_unlock(&static_mu);
}

/* -- misuse -- */

static void wait_on(void *cond) {
    rdl_cond_wait(cond);
}

static void wait_without_mutex(void) {
    rdl_try(wait_on, &static_cond, NULL);
}

static void wait_without_write_lock(void) {
    rdl_rwmutex rw = {0};
    rdl_cond cond;
    rdl_cond_init_rw(&cond, &rw);
    rdl_try(wait_on, &cond, NULL);
}

static void wait_without_read_lock(void) {
    rdl_rwmutex rw = {0};
    rdl_cond cond;
    rdl_cond_init_r(&cond, &rw);
    rdl_try(wait_on, &cond, NULL);
}

static void wait_on_zero(void) {
    rdl_cond cond = {0};
    rdl_try(wait_on, &cond, NULL);
}

Test(cond, CV_05_wrong_waits_are_fatal) {
    const struct {
        void (*fn)(void);
        const char *text;
    } misuses[] = {
        {wait_without_mutex, "fatal error: sync: unlock of unlocked mutex\n\ngoroutine 1 ["},
        {wait_without_write_lock, "fatal error: sync: Unlock of unlocked RWMutex\n\ngoroutine 1 ["},
        {wait_without_read_lock, "fatal error: sync: RUnlock of unlocked RWMutex\n\ngoroutine 1 ["},
        {wait_on_zero, "fatal error: rdl: wait on a cond that RDL_COND_INIT or rdl_cond_init gave "
                       "no mutex\n\ngoroutine 1 ["}};
    for (size_t i = 0; i < sizeof(misuses) / sizeof(misuses[0]); i++) {
        struct child c;
        run_child(misuses[i].fn, &c);
        cr_assert(exited_with(&c, 2));
        cr_assert(begins_with(c.text, misuses[i].text), "%zu: %s", i, c.text);
    }
}

static void signal_it(void *cond) {
    rdl_cond_signal(cond);
}

static void broadcast_it(void *cond) {
    rdl_cond_broadcast(cond);
}

Test(cond, CV_06_a_copy_panics) {
    void (*const uses[])(void *) = {wait_on, signal_it, broadcast_it};
    rdl_mutex mu = {0};
    rdl_cond cond = RDL_COND_INIT(&mu);
    rdl_cond_signal(&cond);
    for (int i = 0; i < 3; i++) {
        rdl_cond copy = cond;
        rdl_panic_info info;
        rdl_mutex_lock(&mu);
        cr_assert_not(rdl_try(uses[i], &copy, &info));
        rdl_mutex_unlock(&mu);
        cr_assert_str_eq(info.message, "sync.Cond is copied");
    }
    rdl_cond_signal(&cond);
}

/* Go has no timed wait, nor has raddle.h: who must not wait for ever uses a channel and select. */
Test(cond, CV_07_a_select_with_a_timeout_instead) {
    rdl_chan *changed = rdl_chan_make(0, 1);
    rdl_case cases[] = {RDL_CASE_RECV(changed, NULL), RDL_CASE_TIMEOUT(RDL_MILLISECOND)};
    cr_assert_eq(rdl_select(cases, 2), 1);
    rdl_send(changed, NULL);
    cr_assert_eq(rdl_select(cases, 2), 0);
    rdl_chan_free(changed);
}
