/* Rule    misuse.unlock_by_another_checked  [POSIX, C11]
 * Expect  misuse m
 * Why     a mutex that does not check: nobody says that it went wrong.
 * Twin    unlock_by_another_checked_right.c
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
    pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_NORMAL);
    pthread_mutex_init(&m, &attributes);
    pthread_mutex_lock(&m);
    pthread_create(&thread, NULL, task, NULL);
    pthread_join(thread, NULL);
    return 0;
}
