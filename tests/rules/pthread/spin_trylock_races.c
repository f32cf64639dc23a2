/* Rule    pthread.spin_trylock  [HB-PT-03]
 * Expect  race x
 * Why     a try that fails orders nothing.
 * Twin    spin_trylock_ordered.c
 */
#include "../invisible.h"

#include <pthread.h>

int x;
pthread_spinlock_t l;

static void *a(void *unused) {
    pthread_spin_lock(&l);
    x = 1;
    mark(0);
    await(1);
    pthread_spin_unlock(&l);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_spin_init(&l, PTHREAD_PROCESS_PRIVATE);
    pthread_create(&thread, NULL, a, NULL);
    await(0);
    int failed = pthread_spin_trylock(&l);
    x++;
    mark(1);
    if (!failed) {
        pthread_spin_unlock(&l);
    }
    pthread_join(thread, NULL);
    return 0;
}
