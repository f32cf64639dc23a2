/* Rule    misuse.wait_with_two_mutexes  [POSIX, C11]
 * Expect  none
 * Why     both wait with the same.
 * Twin    wait_with_two_mutexes_wrong.c
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
    pthread_create(&thread[0], NULL, task, &m[0]);
    await_sleepers(1);
    pthread_create(&thread[1], NULL, task, &m[0]);
    await_sleepers(2);
    pthread_cond_broadcast(&c);
    return pthread_join(thread[0], NULL) + pthread_join(thread[1], NULL);
}
