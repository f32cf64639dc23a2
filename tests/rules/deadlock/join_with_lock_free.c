/* Rule    deadlock.join_with_lock  [D8]
 * Expect  none
 * Why     the joiner lets go before.
 * Twin    join_with_lock_stuck.c
 */
#include "../invisible.h"

#include <pthread.h>

pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;

void *task(void *unused) {
    mark(0);
    pthread_mutex_lock(&m);
    pthread_mutex_unlock(&m);
    return NULL;
}

int main(void) {
    pthread_t thread;
    pthread_mutex_lock(&m);
    pthread_create(&thread, NULL, task, NULL);
    await(0);
    pthread_mutex_unlock(&m);
    pthread_join(thread, NULL);
    return 0;
}
