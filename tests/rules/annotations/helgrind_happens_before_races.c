/* Rule    annotations.helgrind-happens-before  [helgrind.h]
 * Expect  race x
 * Why     the keys are two.
 * Twin    helgrind_happens_before_ordered.c
 */
#include "../invisible.h"

#include <pthread.h>
#include <valgrind/helgrind.h>

int x, key, other;

static void *worker(void *unused) {
    x = 1;
    ANNOTATE_HAPPENS_BEFORE(&key);
    mark(1);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, worker, NULL);
    await(1);
    ANNOTATE_HAPPENS_AFTER(&other);
    x = 2;
    pthread_join(thread, NULL);
    return 0;
}
