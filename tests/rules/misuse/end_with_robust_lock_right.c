/* Rule    misuse.end_with_robust_lock  [POSIX, C11]
 * Expect  none
 * Why     a robust one passes to who locks it next.
 * Twin    end_with_robust_lock_wrong.c
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
    pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
    pthread_mutex_init(&m, &attributes);
    pthread_create(&thread, NULL, task, NULL);
    pthread_join(thread, NULL);
    pthread_mutex_lock(&m);
    pthread_mutex_consistent(&m);
    pthread_mutex_unlock(&m);
    return 0;
}
