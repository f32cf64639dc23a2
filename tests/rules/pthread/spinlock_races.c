/* Rule    pthread.spinlock  [HB-PT-03]
 * Expect  race x
 * Why     A writes after its unlock.
 * Twin    spinlock_ordered.c
 */
#include "../invisible.h"

#include <pthread.h>

int x;
pthread_spinlock_t l;

static void *a(void *unused) {
    pthread_spin_lock(&l);
    pthread_spin_unlock(&l);
    x = 1;
    mark(1);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_spin_init(&l, PTHREAD_PROCESS_PRIVATE);
    pthread_create(&thread, NULL, a, NULL);
    await(1);
    pthread_spin_lock(&l);
    x = 2;
    pthread_spin_unlock(&l);
    pthread_join(thread, NULL);
    return 0;
}
