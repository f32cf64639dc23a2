/* Rule    leak.declared_daemon  [D10]
 * Expect  none
 * Why     it was declared to be there for ever.
 * Twin    declared_daemon_left.c
 */
#include "../asleep.h"

#include <pthread.h>
#include <raddle/detector.h>

pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
pthread_cond_t c = PTHREAD_COND_INITIALIZER;

void *task(void *unused) {
    rdl_task_daemon();
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
