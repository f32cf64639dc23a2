/* Rule    leak.mutex_never_unlocked  [D10]
 * Expect  leak m
 * Why     main holds it to the end.
 * Twin    mutex_never_unlocked_gone.c
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
    return 0;
}
