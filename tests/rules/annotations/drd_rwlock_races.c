/* Rule    annotations.drd-rwlock  [drd.h]
 * Expect  race x
 * Why     two readers know nothing of each other.
 * Twin    drd_rwlock_ordered.c
 */
#include "../invisible.h"

#include <pthread.h>
#include <valgrind/drd.h>

int x, l;

static void *worker(void *unused) {
    x = 1;
    ANNOTATE_READERLOCK_ACQUIRED(&l);
    ANNOTATE_READERLOCK_RELEASED(&l);
    mark(1);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, worker, NULL);
    await(1);
    ANNOTATE_READERLOCK_ACQUIRED(&l);
    ANNOTATE_READERLOCK_RELEASED(&l);
    x = 2;
    pthread_join(thread, NULL);
    return 0;
}
