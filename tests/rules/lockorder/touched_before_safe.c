/* Rule    lockorder.touched_before  [D9]
 * Expect  none
 * Why     a lock that is in no circle may tell who comes first.
 * Twin    touched_before_cycle.c
 */
#include "../invisible.h"
#include "../nest.h"

pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;

void touch(pthread_mutex_t *lock) {
    pthread_mutex_lock(lock);
    pthread_mutex_unlock(lock);
}

void *task(void *unused) {
    await(0);
    touch(&a);
    touch(&m);
    nest(&b, &a);
    return NULL;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, task, NULL);
    nest(&a, &b);
    touch(&m);
    mark(0);
    return pthread_join(thread, NULL);
}
