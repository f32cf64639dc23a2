/* Rule    lockorder.wait_takes_again  [D9]
 * Expect  lock-order
 * Why     the wait lets the first lock go, and takes it while the second is held.
 * Twin    wait_takes_again_safe.c
 */
#include "../invisible.h"
#include "../nest.h"
#include <time.h>

pthread_cond_t c = PTHREAD_COND_INITIALIZER;

void *task(void *unused) {
    await(0);
    nest(&a, &b);
    return NULL;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, task, NULL);
    pthread_mutex_lock(&a);
    pthread_mutex_lock(&b);
    pthread_cond_timedwait(&c, &a, &(struct timespec){.tv_sec = 1});
    pthread_mutex_unlock(&b);
    pthread_mutex_unlock(&a);
    mark(0);
    return pthread_join(thread, NULL);
}
