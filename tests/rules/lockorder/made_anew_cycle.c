/* Rule    lockorder.made_anew  [D9]
 * Expect  lock-order
 * Why     it is the same lock.
 * Twin    made_anew_safe.c
 */
#include "../invisible.h"
#include "../nest.h"

pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER, n = PTHREAD_MUTEX_INITIALIZER;

void pass(void) { /* orders by a lock that others are nested in */
    nest(&m, &n);
}

void *task(void *unused) {
    await(0);
    pass();
    nest(&b, &a);
    return NULL;
}

void *renewer(void *unused) {
    await(1);
    pass();
    pass();
    pass();
    mark(0);
    return NULL;
}

int main(void) {
    pthread_t threads[2];
    pthread_create(&threads[0], NULL, task, NULL);
    pthread_create(&threads[1], NULL, renewer, NULL);
    nest(&a, &b);
    pass();
    mark(1);
    pthread_join(threads[0], NULL);
    return pthread_join(threads[1], NULL);
}
