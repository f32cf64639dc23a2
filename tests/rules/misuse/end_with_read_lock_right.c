/* Rule    misuse.end_with_read_lock  [POSIX, C11]
 * Expect  none
 * Why     it lets go before.
 * Twin    end_with_read_lock_wrong.c
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
    pthread_create(&thread, NULL, task, NULL);
    return pthread_join(thread, NULL);
}
