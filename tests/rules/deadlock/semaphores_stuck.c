/* Rule    deadlock.semaphores  [D8]
 * Expect  deadlock
 * Why     each waits for the post that the other would make later.
 * Twin    semaphores_free.c
 */
#include <pthread.h>
#include <semaphore.h>

sem_t ping, pong;

void *task(void *unused) {
    sem_wait(&ping);
    sem_post(&pong);
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
