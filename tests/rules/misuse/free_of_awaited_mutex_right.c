/* Rule    misuse.free_of_awaited_mutex  [POSIX]
 * Expect  none
 * Why     nobody does any more.
 * Twin    free_of_awaited_mutex_wrong.c
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
    pthread_mutex_unlock(m);
    pthread_join(thread, NULL);
    free(m);
    return 0;
}
