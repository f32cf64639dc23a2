/* Rule    deadlock.semaphores  [D8]
 * Expect  none
 * Why     one posts before it waits.
 * Twin    semaphores_stuck.c
 */
#include <pthread.h>
#include <semaphore.h>

sem_t ping, pong;

void *task(void *unused) {
    sem_post(&pong);
    sem_wait(&ping);
    return NULL;
}

int main(void) {
    pthread_t thread;
    sem_init(&ping, 0, 0);
    sem_init(&pong, 0, 0);
    pthread_create(&thread, NULL, task, NULL);
    sem_wait(&pong);
    sem_post(&ping);
    return pthread_join(thread, NULL);
}
