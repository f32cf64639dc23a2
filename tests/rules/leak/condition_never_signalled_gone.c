/* Rule    leak.condition_never_signalled  [D10]
 * Expect  none
 * Why     somebody has: an idle worker is listed, and does not fail.
 * Twin    condition_never_signalled_left.c
 */
#include "../asleep.h"

#include <pthread.h>

pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
pthread_cond_t c = PTHREAD_COND_INITIALIZER;

void *task(void *unused) {
    pthread_mutex_lock(&m);
    for (;;) {
        pthread_cond_wait(&c, &m);
    }
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, task, NULL);
    pthread_cond_signal(&c);
    await_sleepers(1);
    return 0;
}
