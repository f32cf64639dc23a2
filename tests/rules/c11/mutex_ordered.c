/* Rule    c11.mutex  [HB-C11-01]
 * Expect  none
 * Why     mtx_lock is pthread_mutex_lock.
 * Twin    mutex_races.c
 */
#include "../invisible.h"

#include <threads.h>

int x;
mtx_t m;

static int a(void *unused) {
    mtx_lock(&m);
    x = 1;
    mtx_unlock(&m);
    mark(1);
    return unused != NULL;
}

int main(void) {
    thrd_t thread;
    mtx_init(&m, mtx_plain);
    thrd_create(&thread, a, NULL);
    await(1);
    mtx_lock(&m);
    x = 2;
    mtx_unlock(&m);
    thrd_join(thread, NULL);
    return 0;
}
