/* Rule    annotations.helgrind-mutex  [helgrind.h]
 * Expect  race x
 * Why     the locks are two.
 * Twin    helgrind_mutex_ordered.c
 */
#include "../invisible.h"

#include <pthread.h>
#include <valgrind/helgrind.h>
static void section(void *lock) {
    VALGRIND_HG_MUTEX_LOCK_PRE(lock, 0);
    VALGRIND_HG_MUTEX_LOCK_POST(lock);
    VALGRIND_HG_MUTEX_UNLOCK_PRE(lock);
    VALGRIND_HG_MUTEX_UNLOCK_POST(lock);
}
int x, m, n;

static void *worker(void *unused) {
    x = 1;
    section(&m);
    mark(1);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, worker, NULL);
    await(1);
    section(&n);
    x = 2;
    pthread_join(thread, NULL);
    return 0;
}
