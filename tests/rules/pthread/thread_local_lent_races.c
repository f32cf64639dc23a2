/* Rule    pthread.thread_local_lent  [HB-PT-06]
 * Expect  race own
 * Why     nothing hands it over.
 * Twin    thread_local_lent_ordered.c
 */
#include "../invisible.h"

#include <pthread.h>
#include <semaphore.h>

static __thread int own;
sem_t handed, returned;

static void *a(void *unused) {
    own = 1;
    give(&own);
    sem_wait(&returned);
    return unused;
}

int main(void) {
    pthread_t thread;
    sem_init(&handed, 0, 0);
    sem_init(&returned, 0, 0);
    pthread_create(&thread, NULL, a, NULL);
    int *lent = take();
    *lent = 2;
    sem_post(&returned);
    pthread_join(thread, NULL);
    return 0;
}
