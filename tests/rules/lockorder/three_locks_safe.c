/* Rule    lockorder.three_locks  [D9]
 * Expect  none
 * Why     there is no way around.
 * Twin    three_locks_cycle.c
 */
#include "../invisible.h"
#include "../nest.h"

pthread_mutex_t c = PTHREAD_MUTEX_INITIALIZER;

void *second(void *unused) {
    await(0);
    nest(&b, &c);
    mark(1);
    return NULL;
}

void *third(void *unused) {
    await(1);
    nest(&a, &c);
    return NULL;
}

int main(void) {
    pthread_t threads[2];
    pthread_create(&threads[0], NULL, second, NULL);
    pthread_create(&threads[1], NULL, third, NULL);
    nest(&a, &b);
    mark(0);
    pthread_join(threads[0], NULL);
    return pthread_join(threads[1], NULL);
}
