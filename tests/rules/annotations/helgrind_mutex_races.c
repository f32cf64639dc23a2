/* Rule    annotations.helgrind-mutex
 * Expect  race x
 * Why     the locks are two.
 * Twin    helgrind_mutex_ordered.c
 */
#include "../invisible.h"

#include <pthread.h>
#include <valgrind/helgrind.h>

int x, m, n;

static void *worker(void *unused) {
    x = 1;
    VALGRIND_HG_MUTEX_LOCK_PRE(&m, 0);
    VALGRIND_HG_MUTEX_LOCK_POST(&m);
    VALGRIND_HG_MUTEX_UNLOCK_PRE(&m);
    VALGRIND_HG_MUTEX_UNLOCK_POST(&m);
    mark(1);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, worker, NULL);
    await(1);
    VALGRIND_HG_MUTEX_LOCK_PRE(&n, 0);
    VALGRIND_HG_MUTEX_LOCK_POST(&n);
    VALGRIND_HG_MUTEX_UNLOCK_PRE(&n);
    VALGRIND_HG_MUTEX_UNLOCK_POST(&n);
    x = 2;
    pthread_join(thread, NULL);
    return 0;
}
