/* Rule    pthread.semaphore-trywait  [HB-PT-06]
 * Expect  race x
 * Why     a trywait that fails is nothing: A posts nothing.
 * Twin    semaphore_trywait_ordered.c
 */
#include "../invisible.h"

#include <pthread.h>
#include <semaphore.h>

int x;
sem_t s;

static void *a(void *unused) {
    x = 1;
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
