/* Rule    annotations.drd-rwlock  [drd.h]
 * Expect  none
 * Why     a lock that tells of itself by drd.h orders.
 * Twin    drd_rwlock_races.c
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
    ANNOTATE_WRITERLOCK_ACQUIRED(&l);
    ANNOTATE_WRITERLOCK_RELEASED(&l);
    x = 2;
    pthread_join(thread, NULL);
    return 0;
}
