/* Rule    misuse.unlock_by_another  [POSIX, C11]
 * Expect  none
 * Why     main lets go itself.
 * Twin    unlock_by_another_wrong.c
 */
#include <pthread.h>

pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;

void *task(void *unused) {
    pthread_mutex_trylock(&m);
    return NULL;
}

int main(void) {
    pthread_t thread;
    pthread_mutex_lock(&m);
    pthread_create(&thread, NULL, task, NULL);
    pthread_join(thread, NULL);
    pthread_mutex_unlock(&m);
    return 0;
}
