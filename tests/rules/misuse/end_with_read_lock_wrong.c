/* Rule    misuse.end_with_read_lock  [POSIX, C11]
 * Expect  misuse l
 * Why     no writer can ever have it.
 * Twin    end_with_read_lock_right.c
 */
#include <pthread.h>

pthread_rwlock_t l = PTHREAD_RWLOCK_INITIALIZER;

void *task(void *unused) {
    pthread_rwlock_rdlock(&l);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, task, NULL);
    return pthread_join(thread, NULL);
}
