/* Rule    misuse.end_with_lock  [POSIX, C11]
 * Expect  misuse m
 * Why     nobody else may ever unlock it.
 * Twin    end_with_lock_right.c
 */
#include <pthread.h>

pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;

void *task(void *unused) {
    pthread_mutex_lock(&m);
    return NULL;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, task, NULL);
    return pthread_join(thread, NULL);
}
