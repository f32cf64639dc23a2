/* Rule    leak.condition_with_deadline  [D10]
 * Expect  leak c
 * Why     it waits for ever.
 * Twin    condition_with_deadline_gone.c
 */
#include "../asleep.h"

#include <pthread.h>

pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
pthread_cond_t c = PTHREAD_COND_INITIALIZER;

void *task(void *unused) {
    pthread_mutex_lock(&m);
    pthread_cond_wait(&c, &m);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, task, NULL);
    await_sleepers(1);
    return 0;
}
