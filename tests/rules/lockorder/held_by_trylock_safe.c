/* Rule    lockorder.held_by_trylock  [D9]
 * Expect  none
 * Why     who only tries does not wait.
 * Twin    held_by_trylock_cycle.c
 */
#include "../invisible.h"
#include "../nest.h"

void *task(void *unused) {
    await(0);
    pthread_mutex_trylock(&b);
    pthread_mutex_trylock(&a);
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
