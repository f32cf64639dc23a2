/* Rule    deadlock.join_with_lock  [D8]
 * Expect  deadlock
 * Why     who is joined wants what the joiner holds.
 * Twin    join_with_lock_free.c
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
    pthread_join(thread, NULL);
    pthread_mutex_unlock(&m);
    return 0;
}
