/* Rule    pthread.two_mutexes  [HB-PT-02]
 * Expect  none
 * Why     both hold the mutex that the variable belongs to.
 * Twin    two_mutexes_races.c
 */
#include <pthread.h>

int x;
pthread_mutex_t m[2] = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER};

static void *a(void *unused) {
    pthread_mutex_lock(&m[0]);
    x++;
    pthread_mutex_unlock(&m[0]);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_mutex_t *mine = &m[0];
    pthread_create(&thread, NULL, a, NULL);
    pthread_mutex_lock(mine);
    x++;
    pthread_mutex_unlock(mine);
    pthread_join(thread, NULL);
    return 0;
}
