/* Rule    pthread.double_checked  [HB-C11-02]
 * Expect  none
 * Why     the flag is an atomic that releases and acquires.
 * Twin    double_checked_races.c
 */
#include <pthread.h>
#include <stdatomic.h>

int x;
atomic_int ready;
pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;

static void *a(void *unused) {
    if (!ready) {
        pthread_mutex_lock(&m);
        if (!ready) {
            x = 1;
            ready = 1;
        }
        pthread_mutex_unlock(&m);
    }
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, a, NULL);
    a(NULL);
    pthread_join(thread, NULL);
    return 0;
}
