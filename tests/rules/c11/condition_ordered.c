/* Rule    c11.condition  [HB-PT-04]
 * Expect  none
 * Why     who was woken has the mutex.
 * Twin    condition_races.c
 */
#include <stddef.h>
#include <threads.h>

int x, ready;
mtx_t m;
cnd_t changed;

static int a(void *unused) {
    (void)unused;
    mtx_lock(&m);
    x = 1;
    ready = 1;
    cnd_signal(&changed);
    mtx_unlock(&m);
    return 0;
}

int main(void) {
    thrd_t thread;
    mtx_init(&m, mtx_plain);
    cnd_init(&changed);
    thrd_create(&thread, a, NULL);
    mtx_lock(&m);
    while (!ready) {
        cnd_wait(&changed, &m);
    }
    x++;
    mtx_unlock(&m);
    thrd_join(thread, NULL);
    return 0;
}
