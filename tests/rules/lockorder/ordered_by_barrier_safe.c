/* Rule    lockorder.ordered_by_barrier  [D9]
 * Expect  none
 * Why     nobody passes the barrier before main has come.
 * Twin    ordered_by_barrier_cycle.c
 */
#include "../invisible.h"
#include "../nest.h"

pthread_barrier_t s;

void *task(void *unused) {
    pthread_barrier_wait(&s);
    nest(&b, &a);
    return NULL;
}

int main(void) {
    pthread_t thread;
    pthread_barrier_init(&s, NULL, 2);
    pthread_create(&thread, NULL, task, NULL);
    nest(&a, &b);
    pthread_barrier_wait(&s);
    return pthread_join(thread, NULL);
}
