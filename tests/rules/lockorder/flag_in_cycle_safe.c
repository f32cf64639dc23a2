/* Rule    lockorder.flag_in_cycle  [D9]
 * Expect  none
 * Why     who waits under one of the two locks, for what is signalled under it, comes second.
 * Twin    flag_in_cycle_cycle.c
 */
#include "../invisible.h"
#include "../nest.h"

pthread_cond_t c = PTHREAD_COND_INITIALIZER;
int ready;

__attribute__((unused)) static void wait_for_it(void) {
    pthread_mutex_lock(&a);
    while (!ready) {
        pthread_cond_wait(&c, &a);
    }
    pthread_mutex_unlock(&a);
}

void *task(void *unused) {
    wait_for_it();
    nest(&b, &a);
    return NULL;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, task, NULL);
    pthread_mutex_lock(&a);
    pthread_mutex_lock(&b);
    ready = 1;
    pthread_mutex_unlock(&b);
    pthread_cond_signal(&c);
    pthread_mutex_unlock(&a);
    mark(0);
    return pthread_join(thread, NULL);
}
