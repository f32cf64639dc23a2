/* Rule    c11.recursive_mutex  [HB-PT-02]
 * Expect  none
 * Why     the outermost unlock lets go.
 * Twin    recursive_mutex_races.c
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
    x++;
    mtx_unlock(&m);
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
