/* Rule    c11.storage_destructor  [HB-PT-07]
 * Expect  none
 * Why     what a destructor of thread-specific storage did happens before the join.
 * Twin    storage_destructor_races.c
 */
#include "../invisible.h"

#include <threads.h>

int x;
tss_t key;

static void destroy(void *value) {
    *(int *)value = 1;
    mark(0);
}

static int a(void *unused) {
    (void)unused;
    return tss_set(key, &x);
}

int main(void) {
    thrd_t thread;
    tss_create(&key, destroy);
    thrd_create(&thread, a, NULL);
    await(0);
    thrd_join(thread, NULL);
    x++;
    tss_delete(key);
    return 0;
}
