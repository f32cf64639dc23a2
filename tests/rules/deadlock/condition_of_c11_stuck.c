/* Rule    deadlock.condition_of_c11  [D8]
 * Expect  deadlock
 * Says    waits in pthread_cond_wait on mutex `m`
 * Why     who was signalled needs the mutex that its joiner keeps.
 * Twin    condition_of_c11_free.c
 */
#include "../detached.h"
#include "../told.h"
#include <threads.h>

mtx_t m;
cnd_t c;

static int waiter(void *unused) {
    mtx_lock(&m);
    mark(0);
    cnd_wait(&c, &m);
    return mtx_unlock(&m);
}

static void *joiner(void *unused) {
    thrd_t thread;
    thrd_create(&thread, waiter, NULL);
    await(0);
    mtx_lock(&m);
    mark(2);
    thrd_join(thread, NULL);
    mtx_unlock(&m);
    mark(1);
    return unused;
}

int main(void) {
    mtx_init(&m, mtx_plain);
    cnd_init(&c);
    start_detached(joiner, NULL);
    for (await(2); happened(1) == 0 && untold();) {
        cnd_signal(&c);
    }
}
