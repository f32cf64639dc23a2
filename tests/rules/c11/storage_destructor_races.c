/* Rule    c11.storage_destructor  [HB-PT-07]
 * Expect  race x
 * Why     main goes on before it.
 * Twin    storage_destructor_ordered.c
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
    x++;
    thrd_join(thread, NULL);
    tss_delete(key);
    return 0;
}
