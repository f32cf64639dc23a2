/* Rule    misuse.destroy_of_awaited_barrier  [POSIX]
 * Expect  none
 * Why     all have come through.
 * Twin    destroy_of_awaited_barrier_wrong.c
 */
#include "../asleep.h"

#include <pthread.h>

pthread_barrier_t b;

static void *waits(void *unused) {
    pthread_barrier_wait(&b);
    return unused;
}

static void *destroys(void *unused) {
    pthread_barrier_destroy(&b);
    return unused;
}

int main(void) {
    pthread_t waiter, destroyer;
    pthread_barrier_init(&b, NULL, 2);
    pthread_create(&waiter, NULL, waits, NULL);
    await_sleepers(1);
    pthread_barrier_wait(&b);
    pthread_join(waiter, NULL);
    pthread_create(&destroyer, NULL, destroys, NULL);
    pthread_join(destroyer, NULL);
    return 0;
}
