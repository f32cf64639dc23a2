/* Rule    studies.post_under_lock  [Lu08]
 * Expect  none
 * Why     it waits without.
 * Twin    post_under_lock_buggy.c
 */
#include "../invisible.h"

#include <pthread.h>
#include <semaphore.h>

static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static sem_t room;

static void *put(void *unused) {
    pthread_mutex_lock(&m);
    mark(0);
    pthread_mutex_unlock(&m);
    sem_wait(&room);
    return unused;
}

int main(void) {
    pthread_t thread;
    sem_init(&room, 0, 0);
    pthread_create(&thread, NULL, put, NULL);
    await(0);
    pthread_mutex_lock(&m);
    sem_post(&room);
    pthread_mutex_unlock(&m);
    return pthread_join(thread, NULL);
}
