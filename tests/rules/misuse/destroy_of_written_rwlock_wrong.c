/* Rule    misuse.destroy_of_written_rwlock  [POSIX]
 * Expect  misuse l
 * Also    race
 * Why     another thread holds it to write.
 * Twin    destroy_of_written_rwlock_right.c
 */
#include "../invisible.h"

#include <pthread.h>

pthread_rwlock_t l = PTHREAD_RWLOCK_INITIALIZER;

static void *task(void *unused) {
    pthread_rwlock_wrlock(&l);
    mark(0);
    await(1);
    pthread_rwlock_unlock(&l);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, task, NULL);
    await(0);
    pthread_rwlock_destroy(&l);
    mark(1);
    pthread_join(thread, NULL);
    return 0;
}
