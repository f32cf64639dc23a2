/* Rule    leak.condition_never_signalled  [D10]
 * Expect  leak c
 * Why     nobody has signalled it in the whole run.
 * Twin    condition_never_signalled_gone.c
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
    await_sleepers(1);
    return 0;
}
