/* Rule    rows.waitgroup  [Go race tests waitgroup_test]
 * Expect  rows
 * Why     who waits for whom, and a counter that is used again while somebody still waits.
 */
#include "rows.h"

#include "../rules/parked.h"

/* -- waitgroups -- */

struct group {
    rdl_waitgroup wg;
    int x[4];
};
#define WRITES(name, what)                                                                         \
    PART(name) {                                                                                   \
        struct group *g = unused;                                                                  \
        what;                                                                                      \
        rdl_waitgroup_done(&g->wg);                                                                \
        mark(1);                                                                                   \
    }
#define GROUP(row) static struct group g##row, *const g = &g##row
WRITES(NoRaceWaitGroup_worker, g->x[0] = 1)
ROW(NoRaceWaitGroup) {
    GROUP(_wait_group);
    rdl_waitgroup_add(&g->wg, 1);
    task(NoRaceWaitGroup_worker, g);
    rdl_waitgroup_wait(&g->wg);
}
WRITES(RaceWaitGroup_worker, g->x[0] = 1)
ROW(RaceWaitGroup) {
    GROUP(_race);
    for (int i = 0; i < 2; i++) {
        rdl_waitgroup_add(&g->wg, 1);
        task(RaceWaitGroup_worker, g);
    }
    rdl_waitgroup_wait(&g->wg);
}
WRITES(NoRaceWaitGroup2_worker, g->x[0] = 1)
ROW(NoRaceWaitGroup2) {
    GROUP(_two);
    rdl_waitgroup_add(&g->wg, 1);
    task(NoRaceWaitGroup2_worker, g);
    rdl_waitgroup_wait(&g->wg);
    g->x[0] = 2;
}
PART(RaceWaitGroupAsMutex_task) {
    struct group *g = unused;
    rdl_waitgroup_wait(&g->wg);
    mark(1);
    await_times(1, 2);
    rdl_waitgroup_add(&g->wg, 1);
    g->x[0] = 1;
    rdl_waitgroup_add(&g->wg, -1);
}
ROW(RaceWaitGroupAsMutex) {
    GROUP(_as_mutex);
    task(RaceWaitGroupAsMutex_task, g);
    task(RaceWaitGroupAsMutex_task, g);
}
PART(RaceWaitGroupWrongWait_worker) {
    struct group *g = unused;
    rdl_waitgroup_add(&g->wg, 1);
    g->x[0] = 1;
    rdl_waitgroup_done(&g->wg);
    mark(1);
}
ROW(RaceWaitGroupWrongWait) {
    GROUP(_wrong_wait);
    task(RaceWaitGroupWrongWait_worker, g);
    task(RaceWaitGroupWrongWait_worker, g);
    await_times(1, 2);
    rdl_waitgroup_wait(&g->wg);
}
PART(RaceWaitGroupWrongAdd_worker) {
    struct group *g = unused;
    rdl_waitgroup_add(&g->wg, 1);
    mark(1);
    await_parked("sync.WaitGroup.Wait");
    rdl_waitgroup_done(&g->wg);
}
ROW(RaceWaitGroupWrongAdd) {
    GROUP(_wrong_add);
    task(RaceWaitGroupWrongAdd_worker, g);
    await(1);
    rdl_waitgroup_wait(&g->wg);
}
ROW(NoRaceWaitGroupMultipleWait) {
    GROUP(_multiple);
    for (int i = 0; i < 3; i++) {
        rdl_waitgroup_wait(&g->wg);
    }
}
PART(NoRaceWaitGroupMultipleWait2_worker) {
    struct group *g = unused;
    rdl_waitgroup_done(&g->wg);
    rdl_waitgroup_wait(&g->wg);
}
ROW(NoRaceWaitGroupMultipleWait2) {
    GROUP(_multiple2);
    rdl_waitgroup_add(&g->wg, 2);
    task(NoRaceWaitGroupMultipleWait2_worker, g);
    task(NoRaceWaitGroupMultipleWait2_worker, g);
    rdl_waitgroup_wait(&g->wg);
}
struct group multiple3;
#define WORKER3(n) WRITES(NoRaceWaitGroupMultipleWait3_##n, g->x[n] = 1)
// clang-format off
WORKER3(0)
WORKER3(1)
WORKER3(2)
// clang-format on
PART(NoRaceWaitGroupMultipleWait3_waiter) {
    struct group *g = unused;
    rdl_waitgroup_wait(&g->wg);
    USE(g->x[0] + g->x[1] + g->x[2]);
}
ROW(NoRaceWaitGroupMultipleWait3) {
    rdl_waitgroup_add(&multiple3.wg, 3);
    task(NoRaceWaitGroupMultipleWait3_0, &multiple3);
    task(NoRaceWaitGroupMultipleWait3_1, &multiple3);
    task(NoRaceWaitGroupMultipleWait3_2, &multiple3);
    for (int i = 0; i < 3; i++) {
        task(NoRaceWaitGroupMultipleWait3_waiter, &multiple3);
    }
}
WRITES(RaceWaitGroup2_worker, g->x[0] = 1)
ROW(RaceWaitGroup2) {
    GROUP(_race2);
    rdl_waitgroup_add(&g->wg, 2);
    task(RaceWaitGroup2_worker, g);
    task(RaceWaitGroup2_worker, g);
    rdl_waitgroup_wait(&g->wg);
}
static void too_low(void *wg) {
    rdl_waitgroup_add(wg, -1);
}
ROW(NoRaceWaitGroupPanicRecover) {
    GROUP(_panics);
    rdl_try(too_low, &g->wg, NULL);
    g->x[0] = 1;
}
PART(NoRaceWaitGroupPanicRecover2_child) {
    ((struct group *)unused)->x[0] = 2;
}
PART(NoRaceWaitGroupPanicRecover2_task) {
    struct group *g = unused;
    rdl_try(too_low, &g->wg, NULL);
    g->x[0] = 1;
    task(NoRaceWaitGroupPanicRecover2_child, g);
}
ROW(NoRaceWaitGroupPanicRecover2) {
    GROUP(_panics2);
    task(NoRaceWaitGroupPanicRecover2_task, g);
}
WRITES(NoRaceWaitGroupTransitive_a, g->x[0] = 1)
WRITES(NoRaceWaitGroupTransitive_b, await(1); g->x[1] = 1)
ROW(NoRaceWaitGroupTransitive) {
    GROUP(_transitive);
    rdl_waitgroup_add(&g->wg, 2);
    task(NoRaceWaitGroupTransitive_a, g);
    task(NoRaceWaitGroupTransitive_b, g);
    rdl_waitgroup_wait(&g->wg);
    USE(g->x[0] + g->x[1]);
}
WRITES(NoRaceWaitGroupReuse_worker, g->x[0]++)
ROW(NoRaceWaitGroupReuse) {
    GROUP(_reuse);
    for (int i = 0; i < 3; i++) {
        rdl_waitgroup_add(&g->wg, 1);
        task(NoRaceWaitGroupReuse_worker, g);
        rdl_waitgroup_wait(&g->wg);
        g->x[0]++;
    }
}
WRITES(NoRaceWaitGroupReuse2_worker, g->x[0]++)
PART(NoRaceWaitGroupReuse2_waiter) {
    rdl_waitgroup_wait(&((struct group *)unused)->wg);
    tell();
}
ROW(NoRaceWaitGroupReuse2) {
    GROUP(_reuse2);
    for (int i = 0; i < 3; i++) {
        rdl_waitgroup_add(&g->wg, 1);
        task(NoRaceWaitGroupReuse2_worker, g);
        task(NoRaceWaitGroupReuse2_waiter, g);
        rdl_waitgroup_wait(&g->wg);
        hear();
        g->x[0]++;
    }
}
PART(RaceWaitGroupReuse_waiter) {
    rdl_waitgroup_wait(&((struct group *)unused)->wg);
}
ROW(RaceWaitGroupReuse) {
    GROUP(_race_reuse);
    rdl_waitgroup_add(&g->wg, 1);
    task(RaceWaitGroupReuse_waiter, g);
    await_parked("sync.WaitGroup.Wait");
    rdl_waitgroup_done(&g->wg);
    rdl_waitgroup_add(&g->wg, 1);
    rdl_waitgroup_done(&g->wg);
}
PART(NoRaceWaitGroupConcurrentAdd_task) {
    struct group *g = unused;
    rdl_waitgroup_add(&g->wg, 1);
    tell();
    rdl_waitgroup_done(&g->wg);
}
ROW(NoRaceWaitGroupConcurrentAdd) {
    GROUP(_concurrent);
    for (int i = 0; i < 4; i++) {
        task(NoRaceWaitGroupConcurrentAdd_task, g);
    }
    for (int i = 0; i < 4; i++) {
        hear();
    }
    rdl_waitgroup_wait(&g->wg);
}
