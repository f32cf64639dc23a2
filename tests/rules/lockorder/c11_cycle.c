/* Rule    lockorder.c11  [D9]
 * Expect  lock-order
 * Why     each holds what the other takes next.
 * Twin    c11_safe.c
 */
#include "../invisible.h"

#include <threads.h>

mtx_t a, b;

void nest(mtx_t *first, mtx_t *second) {
    mtx_lock(first);
    mtx_lock(second);
    mtx_unlock(second);
    mtx_unlock(first);
}

int task(void *unused) {
    await(0);
    nest(&b, &a);
    return 0;
}

int main(void) {
    thrd_t thread;
    mtx_init(&a, mtx_plain);
    mtx_init(&b, mtx_plain);
    thrd_create(&thread, task, NULL);
    nest(&a, &b);
    mark(0);
    thrd_join(thread, NULL);
    return 0;
}
