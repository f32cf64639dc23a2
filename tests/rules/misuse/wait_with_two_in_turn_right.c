/* Rule    misuse.wait_with_two_in_turn  [POSIX, C11]
 * Expect  none
 * Why     the first was woken before.
 * Twin    wait_with_two_in_turn_wrong.c
 */
#include "../asleep.h"

#include <pthread.h>

pthread_mutex_t m[2] = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER};
pthread_cond_t c = PTHREAD_COND_INITIALIZER;

void *task(void *mutex) {
    pthread_mutex_lock(mutex);
    pthread_cond_wait(&c, mutex);
    pthread_mutex_unlock(mutex);
    return NULL;
}

int main(void) {
    pthread_t thread[2];
    for (int i = 0; i < 2; i++) {
        pthread_create(&thread[i], NULL, task, &m[i]);
        await_sleepers(1);
        pthread_cond_broadcast(&c);
        pthread_join(thread[i], NULL);
    }
    return 0;
}
