/* Rule    rows.sync  [Go race tests mutex_test, rwmutex_test, sync_test, pool_test, finalizer_test]
 * Expect  rows
 * Why     what locks, conditions, timers' functions, pools and destructors order.
 */
#include "rows.h"

#include <stdlib.h>

/* -- mutexes -- */

rdl_mutex mu, mu2, pure_mutex, semaphore_mutex, html_mutex, overwritten;
int no_mutex_x, before_x, other_x, pure_x, pure_flag, semaphore_x, html_x;
FIRST(NoRaceMutex) {
    rdl_mutex_lock(&mu);
    no_mutex_x = 1;
    rdl_mutex_unlock(&mu);
}
SECOND(NoRaceMutex) {
    rdl_mutex_lock(&mu);
    no_mutex_x = 2;
    rdl_mutex_unlock(&mu);
}
PART(RaceMutex_task) {
    rdl_mutex_lock(&mu);
    rdl_mutex_unlock(&mu);
    before_x = 1;
    mark(1);
}
ROW(RaceMutex) {
    task(RaceMutex_task, NULL);
    await(1);
    before_x = 2;
    rdl_mutex_lock(&mu);
    rdl_mutex_unlock(&mu);
}
FIRST(RaceMutex2) {
    rdl_mutex_lock(&mu);
    other_x = 1;
    rdl_mutex_unlock(&mu);
}
SECOND(RaceMutex2) {
    rdl_mutex_lock(&mu2);
    other_x = 2;
    rdl_mutex_unlock(&mu2);
}
PART(NoRaceMutexPureHappensBefore_task) {
    pure_x = 1;
    rdl_mutex_lock(&pure_mutex);
    pure_flag = 1;
    rdl_mutex_unlock(&pure_mutex);
}
ROW(NoRaceMutexPureHappensBefore) {
    task(NoRaceMutexPureHappensBefore_task, NULL);
    for (int seen = 0; seen == 0; rdl_yield()) {
        rdl_mutex_lock(&pure_mutex);
        seen = pure_flag;
        rdl_mutex_unlock(&pure_mutex);
    }
    pure_x = 2;
}
PART(NoRaceMutexSemaphore_first) {
    semaphore_x = 1;
    rdl_mutex_unlock(&semaphore_mutex);
}
PART(NoRaceMutexSemaphore_second) {
    rdl_mutex_lock(&semaphore_mutex);
    semaphore_x = 2;
    rdl_mutex_unlock(&semaphore_mutex);
}
ROW(NoRaceMutexSemaphore) {
    rdl_mutex_lock(&semaphore_mutex);
    task(NoRaceMutexSemaphore_first, NULL);
    task(NoRaceMutexSemaphore_second, NULL);
}
PART(NoRaceMutexExampleFromHtml_task) {
    html_x = 1;
    rdl_mutex_unlock(&html_mutex);
}
ROW(NoRaceMutexExampleFromHtml) {
    rdl_mutex_lock(&html_mutex);
    task(NoRaceMutexExampleFromHtml_task, NULL);
    rdl_mutex_lock(&html_mutex);
    USE(html_x);
}
FIRST(RaceMutexOverwrite) {
    rdl_mutex_lock(&overwritten);
    rdl_mutex_unlock(&overwritten);
}
SECOND(RaceMutexOverwrite) {
    overwritten = (rdl_mutex){0};
}

/* -- read-write mutexes -- */

rdl_rwmutex rw;
int mutex_rw_x, no_rw_x, readers_x, readers_y, no_readers_x, transitive_x;
FIRST(RaceMutexRWMutex) {
    rdl_mutex_lock(&mu);
    mutex_rw_x = 1;
    rdl_mutex_unlock(&mu);
}
SECOND(RaceMutexRWMutex) {
    rdl_rwmutex_lock(&rw);
    mutex_rw_x = 2;
    rdl_rwmutex_unlock(&rw);
}
FIRST(NoRaceRWMutex) {
    rdl_rwmutex_lock(&rw);
    no_rw_x = 1;
    rdl_rwmutex_unlock(&rw);
}
SECOND(NoRaceRWMutex) {
    rdl_rwmutex_rlock(&rw);
    USE(no_rw_x);
    rdl_rwmutex_runlock(&rw);
}
PART(RaceRWMutexMultipleReaders_reader) {
    rdl_rwmutex_rlock(&rw);
    readers_y = readers_x + 1;
    rdl_rwmutex_runlock(&rw);
}
ROW(RaceRWMutexMultipleReaders) {
    for (int i = 0; i < 3; i++) {
        task(RaceRWMutexMultipleReaders_reader, NULL);
    }
    rdl_rwmutex_lock(&rw);
    readers_x = 1;
    rdl_rwmutex_unlock(&rw);
}
PART(NoRaceRWMutexMultipleReaders_reader) {
    rdl_rwmutex_rlock(&rw);
    USE(no_readers_x);
    rdl_rwmutex_runlock(&rw);
}
ROW(NoRaceRWMutexMultipleReaders) {
    for (int i = 0; i < 3; i++) {
        task(NoRaceRWMutexMultipleReaders_reader, NULL);
    }
    rdl_rwmutex_lock(&rw);
    no_readers_x = 1;
    rdl_rwmutex_unlock(&rw);
}
PART(NoRaceRWMutexTransitive_reader) {
    rdl_rwmutex_rlock(&rw);
    USE(transitive_x);
    rdl_rwmutex_runlock(&rw);
    mark(1);
}
ROW(NoRaceRWMutexTransitive) {
    task(NoRaceRWMutexTransitive_reader, NULL);
    await(1);
    task(NoRaceRWMutexTransitive_reader, NULL);
    await_times(1, 2);
    rdl_rwmutex_lock(&rw);
    transitive_x = 1;
    rdl_rwmutex_unlock(&rw);
}

/* -- conditions -- */

rdl_mutex cond_mutex;
rdl_cond cond = RDL_COND_INIT(&cond_mutex);
int no_cond_x, no_cond_flag, cond_x, cond_flag;
PART(NoRaceCond_task) {
    no_cond_x = 1;
    rdl_mutex_lock(&cond_mutex);
    no_cond_flag = 1;
    rdl_cond_signal(&cond);
    rdl_mutex_unlock(&cond_mutex);
}
ROW(NoRaceCond) {
    task(NoRaceCond_task, NULL);
    rdl_mutex_lock(&cond_mutex);
    while (no_cond_flag == 0) {
        rdl_cond_wait(&cond);
    }
    no_cond_x = 2;
    rdl_mutex_unlock(&cond_mutex);
}
PART(RaceCond_task) {
    cond_x = 1;
    rdl_mutex_lock(&cond_mutex);
    cond_flag = 1;
    rdl_cond_signal(&cond);
    cond_x = 3;
    rdl_mutex_unlock(&cond_mutex);
    cond_x = 4;
    mark(1);
}
ROW(RaceCond) {
    task(RaceCond_task, NULL);
    rdl_mutex_lock(&cond_mutex);
    while (cond_flag == 0) {
        rdl_cond_wait(&cond);
    }
    rdl_mutex_unlock(&cond_mutex);
    await(1);
    cond_x = 2;
}

/* -- creation stacks -- */

int announced, created_x;
PART(RaceAnnounceThreads_task) {
    announced = 1;
    if ((intptr_t)unused > 0) {
        task(RaceAnnounceThreads_task, (void *)((intptr_t)unused - 1));
        task(RaceAnnounceThreads_task, (void *)((intptr_t)unused - 1));
    }
    announced = 1;
}
ROW(RaceAnnounceThreads) {
    task(RaceAnnounceThreads_task, (void *)3);
    announced = 1;
}
PART(RaceGoroutineCreationStack_task) {
    created_x = 1;
    mark(1);
}
static __attribute__((noinline)) void creates(int depth) {
    if (depth > 0) {
        creates(depth - 1);
    } else {
        task(RaceGoroutineCreationStack_task, NULL);
    }
    __asm__ volatile("");
}
ROW(RaceGoroutineCreationStack) {
    creates(3);
    await(1);
    created_x = 2;
}

/* -- functions of timers -- */

int chain_left, func2_x, func3_x, both_x;
rdl_chan *chain_over;
static void chain(void *unused) {
    if (chain_left-- == 0) {
        rdl_close(chain_over);
        return;
    }
    rdl_after_func(0, chain, NULL);
}
ROW(NoRaceAfterFunc1) {
    chain_left = 5;
    chain_over = rdl_chan_make(0, 0);
    rdl_after_func(0, chain, NULL);
    rdl_recv(chain_over, NULL);
    USE(chain_left);
}
PART(NoRaceAfterFunc2_body) {
    func2_x = 1;
}
ROW(NoRaceAfterFunc2) {
    func2_x = 2;
    rdl_timer_stop(rdl_after_func(RDL_HOUR, NoRaceAfterFunc2_body, NULL));
}
PART(NoRaceAfterFunc3_body) {
    func3_x = 1;
    tell();
}
ROW(NoRaceAfterFunc3) {
    rdl_after_func(RDL_MILLISECOND, NoRaceAfterFunc3_body, NULL);
    hear();
    USE(func3_x);
}
PART(RaceAfterFunc3_body) {
    both_x = 1;
    mark(1);
}
ROW(RaceAfterFunc3) {
    rdl_after_func(RDL_MILLISECOND, RaceAfterFunc3_body, NULL);
    rdl_after_func(2 * RDL_MILLISECOND, RaceAfterFunc3_body, NULL);
    await_times(1, 2);
}
PART(NoRaceNilMutexCrash_body) {
    rdl_panic("runtime error: invalid memory address or nil pointer dereference");
}
ROW(NoRaceNilMutexCrash) {
    rdl_try(NoRaceNilMutexCrash_body, NULL, NULL);
    task(NoRaceMutexSemaphore_second, NULL);
}

/* -- a pool of the user's own: a channel of items -- */

rdl_chan *pool, *no_pool;
int *take_from(rdl_chan *from) {
    int *item = NULL;
    return rdl_try_recv(from, &item, NULL) ? item : calloc(1, sizeof *item);
}
PART(RacePool_task) {
    int *item = take_from(pool);
    *item = 1;
    rdl_send(pool, &item);
    *item = 2; /* after it was put back */
    mark(1);
}
ROW(RacePool) {
    pool = RDL_CHAN(int *, 10);
    task(RacePool_task, NULL);
    await(1);
    *take_from(pool) = 3;
}
PART(NoRacePool_task) {
    int *item = RDL_RECV_VALUE(no_pool, int *);
    *item = 2;
    rdl_send(no_pool, &item);
    mark(1);
}
ROW(NoRacePool) {
    no_pool = RDL_CHAN(int *, 1);
    int *item = take_from(no_pool);
    *item = 1;
    rdl_send(no_pool, &item);
    task(NoRacePool_task, NULL);
    await(1);
    item = RDL_RECV_VALUE(no_pool, int *);
    *item = 3;
}

/* -- destructors: a callback that the last user of an object runs -- */

struct counted {
    int users, x;
    void (*destroy)(struct counted *);
};
rdl_mutex counted_mutex;
int destroyed, captured;
static void unref(struct counted *c) {
    rdl_mutex_lock(&counted_mutex);
    bool last = --c->users == 0;
    rdl_mutex_unlock(&counted_mutex);
    if (last) {
        c->destroy(c);
    }
}
static void destroy_fin(struct counted *c) {
    c->x = 100;
    free(c);
}
static void destroy_global(struct counted *c) {
    rdl_mutex_lock(&counted_mutex);
    destroyed++;
    rdl_mutex_unlock(&counted_mutex);
    free(c);
}
APART void RaceFin_destroy(struct counted *c) {
    captured = 42;
    mark(1);
}
static struct counted *counted_new(void (*destroy)(struct counted *)) {
    struct counted *c = malloc(sizeof *c);
    *c = (struct counted){2, 1, destroy};
    return c;
}
PART(NoRaceFin_user) {
    ((struct counted *)unused)->x++;
    unref(unused);
}
ROW(NoRaceFin) {
    struct counted *c = counted_new(destroy_fin);
    task(NoRaceFin_user, c);
    unref(c);
}
PART(NoRaceFinGlobal_user) {
    unref(unused);
}
ROW(NoRaceFinGlobal) {
    struct counted *c = counted_new(destroy_global);
    task(NoRaceFinGlobal_user, c);
    unref(c);
    rdl_mutex_lock(&counted_mutex);
    destroyed++;
    rdl_mutex_unlock(&counted_mutex);
}
PART(RaceFin_user) {
    unref(unused);
}
ROW(RaceFin) {
    struct counted *c = counted_new(RaceFin_destroy);
    unref(c);
    task(RaceFin_user, c);
    await(1);
    captured = 66;
}
