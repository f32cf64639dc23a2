/* Rule    pthread.priority_mutex  [HB-PT-02]
 * Expect  none
 * Why     a mutex of this kind orders as any other.
 * Twin    priority_mutex_races.c
 */
#include <pthread.h>

int x;
pthread_mutex_t m;

static void *a(void *unused) {
    pthread_mutex_lock(&m);
    x++;
    pthread_mutex_unlock(&m);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_setprotocol(&attributes, PTHREAD_PRIO_INHERIT);
    pthread_mutex_init(&m, &attributes);
    pthread_create(&thread, NULL, a, NULL);
    pthread_mutex_lock(&m);
    x++;
    pthread_mutex_unlock(&m);
    pthread_join(thread, NULL);
    pthread_mutex_destroy(&m);
    return 0;
}
