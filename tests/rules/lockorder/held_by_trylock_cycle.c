/* Rule    lockorder.held_by_trylock  [D9]
 * Expect  lock-order
 * Why     what a try has taken is held as anything else.
 * Twin    held_by_trylock_safe.c
 */
#include "../invisible.h"
#include "../nest.h"

void *task(void *unused) {
    await(0);
    pthread_mutex_trylock(&b);
    pthread_mutex_lock(&a);
    pthread_mutex_unlock(&a);
    pthread_mutex_unlock(&b);
    return NULL;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, task, NULL);
    nest(&a, &b);
    mark(0);
    return pthread_join(thread, NULL);
}
