/* Rule    leak.barrier_of_too_many  [D10]
 * Expect  none
 * Why     the main thread comes, too.
 * Twin    barrier_of_too_many_left.c
 */
#include "../asleep.h"

#include <pthread.h>

pthread_barrier_t b;

void *task(void *unused) {
    pthread_barrier_wait(&b);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_barrier_init(&b, NULL, 2);
    pthread_create(&thread, NULL, task, NULL);
    await_sleepers(1);
    pthread_barrier_wait(&b);
    pthread_join(thread, NULL);
    return 0;
}
