/* Rule    pthread.semaphore  [HB-PT-06]
 * Expect  race x
 * Why     sem_getvalue only looks.
 * Twin    semaphore_ordered.c
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
    int value;
    pthread_t thread;
    sem_init(&s, 0, 0);
    pthread_create(&thread, NULL, a, NULL);
    await(1);
    sem_getvalue(&s, &value);
    x = 2;
    pthread_join(thread, &(void *){&value});
    return 0;
}
