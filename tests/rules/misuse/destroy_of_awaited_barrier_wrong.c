/* Rule    misuse.destroy_of_awaited_barrier  [POSIX]
 * Expect  misuse b
 * Also    race leak
 * Why     a thread waits at it. (The real call takes it apart under him: neither comes back.)
 * Twin    destroy_of_awaited_barrier_right.c
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
    pthread_create(&destroyer, NULL, destroys, NULL);
    await_sleepers(2);
    return 0;
}
