/* fake_host.h - the detector core without a program around it: plain mmap and no threads.
 *
 * The core has one state for each process, and Criterion runs each test in its own, so every test
 * starts a fresh core with fake_start. refuse_direct stands for `ulimit -v`.
 */
#ifndef RADDLE_TESTS_FAKE_HOST_H
#define RADDLE_TESTS_FAKE_HOST_H

#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "detector/core.h"
#include "detector/race.h"
#include "detector/state.h"

static bool refuse_direct;

/* What was reserved and not given back. */
#define FAKE_RESERVATIONS 65536
static struct fake_reservation {
    uintptr_t at;
    size_t bytes;
} fake_reservations[FAKE_RESERVATIONS];
static unsigned fake_reserved;

static uintptr_t fake_reserve(size_t bytes, uintptr_t at) {
    if (at && refuse_direct) {
        return 0;
    }
    int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | (at ? MAP_FIXED_NOREPLACE : 0);
    void *got = mmap((void *)at, bytes, PROT_READ | PROT_WRITE, flags, -1, 0);
    if (got == MAP_FAILED) {
        return 0;
    }
    if (fake_reserved < FAKE_RESERVATIONS) {
        fake_reservations[fake_reserved++] = (struct fake_reservation){(uintptr_t)got, bytes};
    }
    return (uintptr_t)got;
}

static void fake_unreserve(uintptr_t addr, size_t bytes) {
    for (unsigned i = fake_reserved; i-- > 0;) {
        if (fake_reservations[i].at == addr) {
            fake_reservations[i] = fake_reservations[--fake_reserved];
            break;
        }
    }
    munmap((void *)addr, bytes);
}

static void fake_discard(uintptr_t addr, size_t bytes) {
    madvise((void *)addr, bytes, MADV_DONTNEED);
}

/* MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED once, then MEMBARRIER_CMD_PRIVATE_EXPEDITED. */
static bool fake_fence_all(void) {
    return syscall(SYS_membarrier, 8, 0, 0) == 0 ||
           (syscall(SYS_membarrier, 16, 0, 0) == 0 && syscall(SYS_membarrier, 8, 0, 0) == 0);
}

static void fake_yield(void) {
    sched_yield();
}

static void fake_nap(void) {
    struct timespec moment = {.tv_nsec = 100 * 1000};
    nanosleep(&moment, NULL);
}

static int64_t now_of(clockid_t clock) {
    struct timespec ts;
    clock_gettime(clock, &ts);
    return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

static int64_t fake_ahead_ns; /* tests let time go by */

static int64_t fake_monotonic(void) {
    return now_of(CLOCK_MONOTONIC) + fake_ahead_ns;
}

static inline void fake_wait_ns(int64_t ns) {
    fake_ahead_ns += ns;
}

static int64_t fake_realtime(void) {
    return now_of(CLOCK_REALTIME);
}

/* What the system says of threads: by number, awake ones; how many there are; handlers. */
#define FAKE_THREADS 64u
static enum det_sleep fake_sleep[FAKE_THREADS];
static uint32_t fake_threads;
static bool fake_handlers;

static enum det_sleep fake_asleep(uint32_t thread, uint32_t kind, uintptr_t object) {
    (void)kind, (void)object;
    return fake_sleep[thread % FAKE_THREADS];
}

static uintptr_t fake_let_go; /* a lock that nobody has any more */

static bool fake_holds(uint32_t thread, uint32_t kind, uintptr_t lock, uint32_t mode) {
    (void)thread, (void)kind, (void)mode;
    return lock != fake_let_go;
}

static bool fake_has_threads(const struct det_threads *waiting) {
    return waiting->n == fake_threads;
}

static enum det_handlers fake_handlers_of(bool by_runtime) {
    (void)by_runtime;
    return fake_handlers ? DET_HANDLERS_RESTART : DET_HANDLERS_NONE;
}

static const struct det_host fake_host = {
    .reserve = fake_reserve,
    .unreserve = fake_unreserve,
    .discard = fake_discard,
    .fence_all = fake_fence_all,
    .yield = fake_yield,
    .nap = fake_nap,
    .monotonic_ns = fake_monotonic,
    .realtime_ns = fake_realtime,
    .asleep = fake_asleep,
    .holds = fake_holds,
    .has_threads = fake_has_threads,
    .handlers = fake_handlers_of,
};

/* Starts the core with a findings file in memory; returns the main task. */
static inline struct det_task *fake_start(void) {
    static struct det_options options = {.max_reports = 100, .lock_order = true};
    size_t capacity = (size_t)64 << 20;
    struct findings_file *file = (struct findings_file *)fake_reserve(capacity, 0);
    memcpy(file->magic, FINDINGS_MAGIC, sizeof file->magic);
    file->version = FINDINGS_VERSION;
    file->header_bytes = sizeof *file;
    file->capacity = capacity;
    file->used = sizeof *file;
    struct det_start start = {.host = &fake_host,
                              .options = &options,
                              .findings = file,
                              .pid = 100,
                              .ppid = 1,
                              .exe = "/bin/fake",
                              .arguments = "fake",
                              .arguments_bytes = 5};
    struct det_task *main_task = NULL;
    return det_start(&start, &main_task) ? main_task : NULL;
}

/* Forgets the core, as if the process had just begun; another fake_start may follow. */
static inline void fake_end(void) {
    while (fake_reserved > 0) {
        fake_reserved--;
        munmap((void *)fake_reservations[fake_reserved].at, fake_reservations[fake_reserved].bytes);
    }
    memset(&det, 0, sizeof det);
    shadow_base = shadow_mask = 0;
}

static inline struct det_task *fake_go(struct det_task *parent, uint64_t id) {
    struct det_task *t = det_task_create(parent, EV_TASK_GOROUTINE, id, 0x400000 + id);
    det_task_begin(t, 0, 0);
    return t;
}

/* -- reading the findings ------------------------------------------------------------------- */

static inline const struct record_head *next_record(const struct record_head *at) {
    const struct findings_file *file = det.findings;
    const char *from = at ? (const char *)at + at->bytes : (const char *)file + file->header_bytes;
    return from < (const char *)file + file->used ? (const struct record_head *)(const void *)from
                                                  : NULL;
}

/* The n-th (from 0) record of a kind; NULL: there are fewer. */
static inline const struct record_head *find_record(enum record_kind kind, unsigned n) {
    for (const struct record_head *r = next_record(NULL); r; r = next_record(r)) {
        if (r->kind == kind && n-- == 0) {
            return r;
        }
    }
    return NULL;
}

static inline unsigned count_records(enum record_kind kind) {
    unsigned n = 0;
    while (find_record(kind, n)) {
        n++;
    }
    return n;
}

/* The n-th item of a tag in a record; its payload, or NULL. */
static inline const void *find_item(const struct record_head *r, enum item_tag tag, unsigned n,
                                    const struct item_head **head) {
    const char *at = (const char *)(r + 1);
    while (at < (const char *)r + r->bytes) {
        const struct item_head *item = (const struct item_head *)(const void *)at;
        if (item->tag == tag && n-- == 0) {
            if (head) {
                *head = item;
            }
            return item + 1;
        }
        at += sizeof *item + ((item->bytes + 7) & ~7u);
    }
    return NULL;
}

#endif
