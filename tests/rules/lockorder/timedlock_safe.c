/* Rule    lockorder.timedlock  [D9]
 * Expect  none
 * Why     who waits for some time only goes on.
 * Twin    timedlock_cycle.c
 */
#include "../invisible.h"
#include "../nest.h"
#include <time.h>

void *task(void *unused) {
    await(0);
    pthread_mutex_lock(&b);
    pthread_mutex_timedlock(&a, &(struct timespec){.tv_sec = 1ll << 40});
    pthread_mutex_unlock(&a);
    pthread_mutex_unlock(&b);
    return NULL;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, task, NULL);
    nest(&a, &b);
    mark(0);
    return pthread_join(thread, NULL);
}
