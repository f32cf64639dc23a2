/* Rule    deadlock.barrier_of_too_many  [D8]
 * Expect  none
 * Why     two wait at a barrier for two.
 * Twin    barrier_of_too_many_stuck.c
 */
#include <pthread.h>

pthread_barrier_t b;

void *task(void *unused) {
    pthread_barrier_wait(&b);
    return NULL;
}

int main(void) {
    pthread_t thread;
    pthread_barrier_init(&b, NULL, 2);
    pthread_create(&thread, NULL, task, NULL);
    pthread_barrier_wait(&b);
    return pthread_join(thread, NULL);
}
