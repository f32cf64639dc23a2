/* Rule    c11.recursive_mutex  [HB-PT-02]
 * Expect  race x
 * Why     the inner unlock was meant to be the outer one.
 * Twin    recursive_mutex_ordered.c
 */
#include <stddef.h>
#include <threads.h>

int x;
mtx_t m;

static int a(void *unused) {
    (void)unused;
    mtx_lock(&m);
    mtx_lock(&m);
    mtx_unlock(&m);
    mtx_unlock(&m);
    x++;
    return 0;
}

int main(void) {
    thrd_t thread;
    mtx_init(&m, mtx_recursive);
    thrd_create(&thread, a, NULL);
    a(NULL);
    thrd_join(thread, NULL);
    return 0;
}
