/* Rule    pthread.semaphore-trywait  [HB-PT-06]
 * Expect  none
 * Why     a trywait that succeeds is a wait.
 * Twin    semaphore_trywait_races.c
 */
#include "../invisible.h"

#include <pthread.h>
#include <semaphore.h>

int x;
sem_t s;

static void *a(void *unused) {
    x = 1;
    sem_post(&s);
    mark(1);
    return unused;
}

int main(void) {
    pthread_t thread;
    sem_init(&s, 0, 0);
    pthread_create(&thread, NULL, a, NULL);
    await(1);
    sem_trywait(&s);
    x = 2;
    pthread_join(thread, NULL);
    return 0;
}
