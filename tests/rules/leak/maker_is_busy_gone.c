/* Rule    leak.maker_is_busy  [D10]
 * Expect  none
 * Why     one has ended, and who made it still runs: it may be about to join it.
 * Twin    maker_is_busy_left.c
 */
#include "../asleep.h"
#include "../ended.h"

#include <pthread.h>
#include <stdlib.h>

void *task(void *unused) {
    await_threads(2);
    exit(0);
    return unused;
}

void *other(void *unused) {
    return unused;
}

int main(void) {
    pthread_t thread[2];
    pthread_create(&thread[0], NULL, other, NULL);
    pthread_create(&thread[1], NULL, task, NULL);
    while (sched_yield() == 0) {
    }
}
