/* Rule    deadlock.claim_is_stale  [D8]
 * Expect  misuse a
 * Why     no deadlock: what main took was let go by a third thread, who may not, but has it now.
 * Twin    claim_is_stale_stuck.c
 */
#include "../asleep.h"
#include "../invisible.h"

#include <pthread.h>

pthread_mutex_t a = PTHREAD_MUTEX_INITIALIZER, b = PTHREAD_MUTEX_INITIALIZER;

void *task(void *unused) {
    pthread_mutex_lock(&b);
    mark(1);
    await(0);
    pthread_mutex_lock(&a);
    return (void *)(long)(pthread_mutex_unlock(&a) + pthread_mutex_unlock(&b));
}

void *third(void *unused) {
    pthread_mutex_unlock(&a);
    int taken = pthread_mutex_trylock(&a);
    mark(0);
    if (taken == 0) {
        await_sleepers(2);
        pthread_mutex_unlock(&a);
    }
    return NULL;
}

int main(void) {
    pthread_t thread[2];
    pthread_mutex_lock(&a);
    pthread_create(&thread[0], NULL, task, NULL);
    await(1);
    pthread_create(&thread[1], NULL, third, NULL);
    pthread_mutex_lock(&b);
    return pthread_join(thread[0], NULL) + pthread_join(thread[1], NULL);
}
