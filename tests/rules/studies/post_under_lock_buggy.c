/* Rule    studies.post_under_lock  [Lu08]
 * Expect  deadlock
 * Why     who has room waits with the lock that the other needs to make some.
 * Twin    post_under_lock_fixed.c
 */
#include "../invisible.h"

#include <pthread.h>
#include <semaphore.h>

static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static sem_t room;

static void *put(void *unused) {
    pthread_mutex_lock(&m);
    mark(0);
    sem_wait(&room);
    pthread_mutex_unlock(&m);
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
