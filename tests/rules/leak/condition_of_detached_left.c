/* Rule    leak.condition_of_detached  [D10]
 * Expect  leak c
 * Why     nobody has signalled it in the whole run.
 * Twin    condition_of_detached_gone.c
 */
#include "../asleep.h"

#include <threads.h>

mtx_t m;
cnd_t c;

int task(void *unused) {
    mtx_lock(&m);
    for (;;) {
        cnd_wait(&c, &m);
    }
    return 0;
}

int main(void) {
    thrd_t thread;
    mtx_init(&m, mtx_plain);
    cnd_init(&c);
    thrd_create(&thread, task, NULL);
    thrd_detach(thread);
    await_sleepers(1);
    return 0;
}
