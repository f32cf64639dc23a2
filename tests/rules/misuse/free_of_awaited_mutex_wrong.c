/* Rule    misuse.free_of_awaited_mutex  [POSIX]
 * Expect  misuse mutex
 * Also    leak race
 * Why     a thread waits for it yet.
 * Twin    free_of_awaited_mutex_right.c
 */
#include "../asleep.h"

#include <pthread.h>

static void *task(void *mutex) {
    pthread_mutex_lock(mutex);
    pthread_mutex_unlock(mutex);
    return NULL;
}

int main(void) {
    static pthread_mutex_t *volatile m;
    pthread_t thread;
    m = malloc(sizeof *m);
    pthread_mutex_init(m, NULL);
    pthread_mutex_lock(m);
    pthread_create(&thread, NULL, task, m);
    await_sleepers(1);
    free(m);
    return 0;
}
