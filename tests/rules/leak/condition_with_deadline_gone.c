/* Rule    leak.condition_with_deadline  [D10]
 * Expect  none
 * Why     its wait has an end.
 * Twin    condition_with_deadline_left.c
 */
#include "../asleep.h"

#include <pthread.h>

pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
pthread_cond_t c = PTHREAD_COND_INITIALIZER;

void *task(void *unused) {
    pthread_mutex_lock(&m);
    struct timespec late = {.tv_sec = 1L << 40};
    pthread_cond_timedwait(&c, &m, &late);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, task, NULL);
    await_sleepers(1);
    return 0;
}
