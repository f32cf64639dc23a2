/* Rule    misuse.unlock_of_c11_mutex  [POSIX, C11]
 * Expect  misuse m
 * Why     C11 asks that its caller holds it.
 * Twin    unlock_of_c11_mutex_right.c
 */
#include <threads.h>

mtx_t m;

int task(void *unused) {
    mtx_unlock(&m);
    return 0;
}

int main(void) {
    thrd_t thread;
    mtx_init(&m, mtx_plain | mtx_recursive);
    mtx_lock(&m);
    thrd_create(&thread, task, NULL);
    thrd_join(thread, NULL);
    mtx_unlock(&m);
    mtx_destroy(&m);
    return 0;
}
