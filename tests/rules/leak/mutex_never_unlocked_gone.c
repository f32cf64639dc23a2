/* Rule    leak.mutex_never_unlocked  [D10]
 * Expect  none
 * Why     main lets go.
 * Twin    mutex_never_unlocked_left.c
 */
#include "../asleep.h"

#include <pthread.h>

pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;

void *task(void *unused) {
    pthread_mutex_lock(&m);
    pthread_mutex_unlock(&m);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_mutex_lock(&m);
    pthread_create(&thread, NULL, task, NULL);
    await_sleepers(1);
    pthread_mutex_unlock(&m);
    pthread_join(thread, NULL);
    return 0;
}
