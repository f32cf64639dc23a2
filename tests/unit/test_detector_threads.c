/* test_detector_threads.c - the core under real threads: nothing is missed at the same instant, nothing is torn.
 *
 * Threads here are not tasks' order: the tasks have only the edges that the test tells the core.
 */
#include <criterion/criterion.h>
#include <pthread.h>

#include "fake_host.h"

#define X       ((uintptr_t)0x7f2000000000)
#define THREADS 4
#define ROUNDS  20000

static struct det_task *task[THREADS];
static pthread_barrier_t barrier;

static void run_threads(unsigned n, void *(*body)(void *)) {
    pthread_t thread[THREADS];
    pthread_barrier_init(&barrier, NULL, n);
    for (uintptr_t i = 0; i < n; i++) {
        cr_assert_eq(pthread_create(&thread[i], NULL, body, (void *)i), 0);
    }
    for (unsigned i = 0; i < n; i++) {
        pthread_join(thread[i], NULL);
    }
}

static void start(unsigned n) {
    struct det_task *m = fake_start();
    for (unsigned i = 0; i < n; i++) {
        task[i] = fake_go(m, i + 2);
    }
}

/* -- the lossless rule: two accesses at the same instant ------------------------------------ */

static void *same_instant(void *arg) {
    uintptr_t me = (uintptr_t)arg;
    for (uintptr_t i = 0; i < ROUNDS; i++) {
        if (i % 64 == 0) {
            pthread_barrier_wait(&barrier);
        }
        /* write against write, write against read, one byte of a word, atomic against plain */
        bool write = me == 0 || i % 4 == 0;
        uint32_t bits = (write ? EV_WRITE : EV_READ) | (i % 8 == 7 && me == 0 ? EV_ATOMIC : 0u);
        det_access(task[me], X + i * 4, i % 3 ? 4 : 1, bits, 0x100);
    }
    return NULL;
}

Test(threads, no_race_of_one_instant_is_missed) {
    start(2);
    run_threads(2, same_instant);
    cr_assert_geq(race_found(), ROUNDS, "%lu of %u", (unsigned long)race_found(), ROUNDS);
}

/* -- everything at once on few words -------------------------------------------------------- */

static void *everything(void *arg) {
    uintptr_t me = (uintptr_t)arg;
    uint64_t seed = me * 77 + 5;
    for (unsigned i = 0; i < ROUNDS * 4; i++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        uint32_t r = (uint32_t)(seed >> 33);
        uintptr_t at = X + r % 16 * 4 + r / 16 % 4;
        switch (r / 64 % 16) {
        case 0:
            det_release_merge(task[me], X + 100 + r % 3);
            break;
        case 1:
            det_acquire(task[me], X + 100 + r % 3);
            break;
        case 2:
            det_release_acquire(task[me], X + 100 + r % 3);
            break;
        case 3:
            det_atomic_end(task[me], det_atomic_begin(task[me], X + 64, 4, EV_WRITE, 0x10), X + 64,
                           EV_RMW, (enum ev_order)(r / 1024 % 6));
            break;
        case 4:
            if (r / 1024 % 64 == 0) {
                det_memory_forget(X, 256);
            }
            break;
        case 5:
            det_fence(task[me], EV_SEQ_CST);
            break;
        case 6:
            det_access(task[me], at, 1 + r % 8, EV_ATOMIC | r / 4096 % 2, 0x30);
            break;
        default:
            det_access(task[me], at, 1 + r % 8, r / 4096 % 8 == 0 ? EV_WRITE : EV_READ,
                       0x20 + r % 5);
            break;
        }
    }
    return NULL;
}

static void check_words(void) {
    for (uintptr_t at = X; at < X + 256; at += 4) {
        for (int kind = 0; kind <= SHADOW_READS; kind += SHADOW_READS) {
            uint64_t word = shadow_block(at)[kind + at / HOT_GRANULE % 4];
            cr_assert_not(record_is_locked(word));
            if (record_is_shared(word)) {
                cr_assert_null(recset_check(record_set(word)));
            }
        }
    }
    for (unsigned i = 0; i < THREADS; i++) {
        cr_assert_null(clock_check(&task[i]->clock));
        cr_assert_eq(task[i]->busy, 0);
    }
    cr_assert_eq(det_process()->limits[LIMIT_OUT_OF_MEMORY], 0);
}

Test(threads, everything_at_once) {
    start(THREADS);
    run_threads(THREADS, everything);
    check_words();
}

Test(threads, everything_at_once_two_level) {
    refuse_direct = true;
    start(THREADS);
    run_threads(THREADS, everything);
    check_words();
}

/* -- readers of a shared table never wait for each other wrongly ----------------------------- */

static void *readers(void *arg) {
    uintptr_t me = (uintptr_t)arg;
    for (unsigned i = 0; i < ROUNDS * 10; i++) {
        hot_access(task[me], X + i % 512 * 8, 8, false, 0x10);
        if (i % 1024 == 0) {
            det_release(task[me], X + 8192 + me);
        }
    }
    return NULL;
}

Test(threads, readers_of_one_table) {
    start(THREADS);
    run_threads(THREADS, readers);
    cr_assert_eq(race_found(), 0);
    det_access(task[0], X, 512 * 8, EV_WRITE, 0x40);
    cr_assert_geq(race_found(), 512);
}

/* -- objects that come, go, and are looked for without a lock ---------------------------------- */

#define KEYS    512u /* of one page: each may be dropped at any time */
#define MANY    20000u
#define KEPT_AT (X + ((uintptr_t)1 << 30))

static uintptr_t kept(uintptr_t me, uint32_t i) {
    return KEPT_AT + (me * MANY + i) * SYNC_LINE;
}

/* The table grows under whoever looks in it. What is kept must be found each time. */
static void *come_and_go(void *arg) {
    uintptr_t me = (uintptr_t)arg;
    uint64_t seed = me * 77 + 5;
    for (uint32_t i = 0; i < MANY; i++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        uint32_t r = (uint32_t)(seed >> 33);
        uintptr_t key = X + r % KEYS * 8;
        det_release(task[me], kept(me, i));
        for (int k = 0; k < 4; k++) {
            struct sync *x = sync_open(kept(me, (r + (uint32_t)k) % (i + 1)));
            cr_assert_not_null(x);
            cr_assert_eq(x->known_by, task[me]->id);
            sync_close(x);
        }
        struct sync *x = sync_open_or_make(key);
        cr_assert_not_null(x);
        cr_assert_eq(x->key, key);
        sync_close(x);
        det_acquire(task[me], key);
        if (r / KEYS % 8 == 0) {
            sync_drop_range(X + r % 4096, r / 8192 % 256);
        }
    }
    return NULL;
}

static uint32_t objects_in_table(void) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < 1u << det.syncs.table->bits; i++) {
        for (const struct sync *x = det.syncs.table->bucket[i]; x; x = x->next) {
            cr_assert_neq(x->key, 0);
            cr_assert_eq(x->lock.held, 0);
            n++;
        }
    }
    return n;
}

Test(threads, objects_come_and_go) {
    start(THREADS);
    run_threads(THREADS, come_and_go);
    cr_assert_eq(objects_in_table(), det.syncs.n);
    cr_assert_geq(det.syncs.n, THREADS * MANY);
    for (uintptr_t i = 0; i < KEYS; i++) {
        sync_drop_range(X + i * 8, 8);
    }
    cr_assert_eq(det.syncs.n, THREADS * MANY);
    cr_assert_eq(det_process()->limits[LIMIT_OUT_OF_MEMORY], 0);
}
