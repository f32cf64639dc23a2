/* Rule    misuse.destroy_of_written_rwlock  [POSIX]
 * Expect  none
 * Why     nobody holds it any more.
 * Twin    destroy_of_written_rwlock_wrong.c
 */
#include "../invisible.h"

#include <pthread.h>

pthread_rwlock_t l = PTHREAD_RWLOCK_INITIALIZER;

static void *task(void *unused) {
    pthread_rwlock_wrlock(&l);
    pthread_rwlock_unlock(&l);
    mark(0);
    await(1);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, task, NULL);
    await(0);
    mark(1);
    pthread_join(thread, NULL);
    pthread_rwlock_destroy(&l);
    return 0;
}
