/* Rule    pthread.shared_mutex  [HB-PT-02]
 * Expect  race x
 * Why     it is not held.
 * Twin    shared_mutex_ordered.c
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
    pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
    pthread_mutex_init(&m, &attributes);
    pthread_create(&thread, NULL, a, NULL);
    x++;
    pthread_join(thread, NULL);
    pthread_mutex_destroy(&m);
    return 0;
}
