/* Rule    misuse.rwlock_unlock_by_another  [POSIX, C11]
 * Expect  none
 * Why     both are readers.
 * Twin    rwlock_unlock_by_another_wrong.c
 */
#include <pthread.h>

pthread_rwlock_t l = PTHREAD_RWLOCK_INITIALIZER;

void *task(void *unused) {
    pthread_rwlock_rdlock(&l);
    pthread_rwlock_unlock(&l);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_rwlock_rdlock(&l);
    pthread_create(&thread, NULL, task, NULL);
    pthread_join(thread, NULL);
    pthread_rwlock_unlock(&l);
    return 0;
}
