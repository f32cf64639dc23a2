/* Rule    deadlock.once_of_c11  [D8]
 * Expect  none
 * Why     main calls another once.
 * Twin    once_of_c11_stuck.c
 */
#include "../invisible.h"

#include <threads.h>

once_flag once = ONCE_FLAG_INIT, other = ONCE_FLAG_INIT;
mtx_t m;

void routine(void) {
    mark(0);
    mtx_lock(&m);
    mtx_unlock(&m);
}

void nothing(void) {
}

int task(void *unused) {
    call_once(&once, routine);
    return 0;
}

int main(void) {
    thrd_t thread;
    mtx_init(&m, mtx_plain);
    mtx_lock(&m);
    thrd_create(&thread, task, NULL);
    await(0);
    call_once(&other, nothing);
    mtx_unlock(&m);
    return thrd_join(thread, NULL);
}
