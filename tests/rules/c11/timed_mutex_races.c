/* Rule    c11.timed_mutex  [HB-PT-02]
 * Expect  race x
 * Why     one whose time is up orders nothing.
 * Twin    timed_mutex_ordered.c
 */
#include "../invisible.h"

#include <threads.h>
#include <time.h>

int x;
mtx_t m;

static int a(void *unused) {
    (void)unused;
    mtx_lock(&m);
    x = 1;
    mark(0);
    await(1);
    mtx_unlock(&m);
    return 0;
}

int main(void) {
    thrd_t thread;
    struct timespec now;
    mtx_init(&m, mtx_timed);
    thrd_create(&thread, a, NULL);
    await(0);
    timespec_get(&now, TIME_UTC);
    int taken = mtx_timedlock(&m, &now) == thrd_success;
    x++;
    mark(1);
    if (taken) {
        mtx_unlock(&m);
    }
    thrd_join(thread, NULL);
    return 0;
}
