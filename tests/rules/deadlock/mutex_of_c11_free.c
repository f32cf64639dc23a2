/* Rule    deadlock.mutex_of_c11  [D8]
 * Expect  none
 * Why     who only tries lets go again.
 * Twin    mutex_of_c11_stuck.c
 */
#include "../invisible.h"

#include <threads.h>

mtx_t a, b;

int task(void *unused) {
    mtx_lock(&b);
    mark(0);
    await(1);
    if (mtx_trylock(&a) == thrd_success) {
        mtx_unlock(&a);
    }
    mtx_unlock(&b);
    return 0;
}

int main(void) {
    thrd_t thread;
    mtx_init(&a, mtx_plain);
    mtx_init(&b, mtx_plain);
    thrd_create(&thread, task, NULL);
    mtx_lock(&a);
    await(0);
    mark(1);
    mtx_lock(&b);
    mtx_unlock(&b);
    mtx_unlock(&a);
    return thrd_join(thread, NULL) == thrd_success ? 0 : 1;
}
