/* Rule    deadlock.semaphore_and_lock  [D8]
 * Expect  none
 * Why     the lock is let go before the wait.
 * Twin    semaphore_and_lock_stuck.c
 */
#include "../invisible.h"

#include <pthread.h>
#include <semaphore.h>

pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
sem_t done;

void *task(void *unused) {
    await(0);
    pthread_mutex_lock(&m);
    pthread_mutex_unlock(&m);
    sem_post(&done);
    return NULL;
}

int main(void) {
    pthread_t thread;
    sem_init(&done, 0, 0);
    pthread_create(&thread, NULL, task, NULL);
    pthread_mutex_lock(&m);
    mark(0);
    pthread_mutex_unlock(&m);
    sem_wait(&done);
    pthread_join(thread, NULL);
    return 0;
}
