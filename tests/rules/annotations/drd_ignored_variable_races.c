/* Rule    annotations.drd-ignored-variable  [drd.h]
 * Expect  race x
 * Why     another is marked.
 * Twin    drd_ignored_variable_ordered.c
 */
#include "../invisible.h"

#include <pthread.h>
#include <valgrind/drd.h>

int x, y;

static void *worker(void *unused) {
    x = 1;
    mark(1);
    return unused;
}

int main(void) {
    DRD_IGNORE_VAR(y);
    pthread_t thread;
    pthread_create(&thread, NULL, worker, NULL);
    await(1);
    x = 2;
    pthread_join(thread, NULL);
    return 0;
}
