/* Rule    misuse.unlock_by_another_checked  [POSIX, C11]
 * Expect  none
 * Why     a mutex that checks refuses, and the program looks at it.
 * Twin    unlock_by_another_checked_wrong.c
 */
#include <errno.h>
#include <pthread.h>

pthread_mutex_t m;

void *task(void *unused) {
    int result = pthread_mutex_unlock(&m);
    return result == EPERM ? unused : NULL;
}

int main(void) {
    pthread_t thread;
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_ERRORCHECK);
    pthread_mutex_init(&m, &attributes);
    pthread_mutex_lock(&m);
    pthread_create(&thread, NULL, task, NULL);
    pthread_join(thread, NULL);
    pthread_mutex_unlock(&m);
    return 0;
}
