/* Rule    annotations.drd-ignored-variable  [drd.h]
 * Expect  none
 * Why     DRD_IGNORE_VAR marks the bytes of a variable.
 * Twin    drd_ignored_variable_races.c
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
    DRD_IGNORE_VAR(x);
    pthread_t thread;
    pthread_create(&thread, NULL, worker, NULL);
    await(1);
    x = 2;
    pthread_join(thread, NULL);
    return 0;
}
