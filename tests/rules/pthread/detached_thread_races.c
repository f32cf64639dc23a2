/* Rule    pthread.detached_thread  [HB-PT-06]
 * Expect  race x
 * Why     it goes on after its post.
 * Twin    detached_thread_ordered.c
 */
#include "../invisible.h"

#include <pthread.h>
#include <semaphore.h>

int x;
sem_t done;

static void *a(void *unused) {
    sem_post(&done);
    x = 1;
    mark(0);
    return unused;
}

int main(void) {
    pthread_t thread;
    sem_init(&done, 0, 0);
    pthread_create(&thread, NULL, a, NULL);
    pthread_detach(thread);
    sem_wait(&done);
    await(0);
    x++;
    return 0;
}
