/* Rule    misuse.end_with_robust_lock  [POSIX, C11]
 * Expect  misuse m
 * Why     nobody else may ever unlock it.
 * Twin    end_with_robust_lock_right.c
 */
#include <pthread.h>

pthread_mutex_t m;

void *task(void *unused) {
    pthread_mutex_lock(&m);
    return NULL;
}

int main(void) {
    pthread_t thread;
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_STALLED);
    pthread_mutex_init(&m, &attributes);
    pthread_create(&thread, NULL, task, NULL);
    pthread_join(thread, NULL);
    return 0;
}
