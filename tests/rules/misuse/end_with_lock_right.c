/* Rule    misuse.end_with_lock  [POSIX, C11]
 * Expect  none
 * Why     it lets go before.
 * Twin    end_with_lock_wrong.c
 */
#include <pthread.h>

pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;

void *task(void *unused) {
    pthread_mutex_lock(&m);
    pthread_mutex_unlock(&m);
    return NULL;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, task, NULL);
    return pthread_join(thread, NULL);
}
