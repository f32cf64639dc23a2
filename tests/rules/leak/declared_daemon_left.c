/* Rule    leak.declared_daemon  [D10]
 * Expect  leak c
 * Why     nobody has signalled it in the whole run.
 * Twin    declared_daemon_gone.c
 */
#include "../asleep.h"

#include <pthread.h>
#include <raddle/detector.h>

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
